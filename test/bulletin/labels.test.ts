import { describe, expect, it } from 'vitest';
import { buildLabels } from '../../node/bulletin/labels.ts';
import { schemas } from '../support/agreement.ts';
import { codes } from '../support/sheets.ts';

const labels = buildLabels(schemas, codes);

describe('the fields of a body', () => {
  it('stand in the order of its schema, each with its label, its place and its bound', () => {
    const fields = labels.fieldsOf('repair');
    expect(fields.slice(0, 3)).toEqual([
      {
        path: 'document.number',
        label: { zh: '文书号', en: 'Document number' },
        within: [{ zh: '决定文书', en: 'Decision document' }],
        kind: 'text',
        choices: [],
        longest: 256,
        isRequired: false,
      },
      expect.objectContaining({ path: 'document.date', kind: 'day', isRequired: false }),
      expect.objectContaining({ path: 'document.authority.name', within: [expect.anything(), expect.anything()] }),
    ]);
    expect(fields.find(({ path }) => path === 'repairedOn')).toMatchObject({ kind: 'day', isRequired: true });
  });

  it('offer the codes of a list, one or any number of them', () => {
    const [outcome] = labels.fieldsOf('objection-decision').filter(({ path }) => path === 'outcome');
    expect(outcome).toMatchObject({ kind: 'choice', isRequired: true });
    expect(outcome?.choices.map(({ code }) => code)).toContain('rejected');
    const [measures] = labels.fieldsOf('measure-feedback').filter(({ path }) => path === 'measures');
    expect(measures).toMatchObject({ kind: 'choices', isRequired: true });
    expect(measures?.choices[0]).toMatchObject({ code: 'M1', zh: expect.stringMatching(/\p{Script=Han}/u) });
  });

  it('have words for every list of every type', () => {
    for (const name of schemas.keys()) {
      if (!name.startsWith('bulletin/')) continue;
      for (const { kind, choices, path } of labels.fieldsOf(name.slice('bulletin/'.length))) {
        if (kind === 'choice') expect(choices.length, `${name} ${path}`).toBeGreaterThan(1);
      }
    }
  });
});
