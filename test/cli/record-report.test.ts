import { expect, it } from 'vitest';
import { correctable } from '../../node/bulletin/types/correction.ts';
import { readLabels } from '../../node/cli/labels.ts';
import { formatAnswer, formatWhole } from '../../node/cli/record-report.ts';
import type { ShownRecord } from '../../node/registry/answer.ts';
import { sampleBody } from '../support/bulletins.ts';
import { company } from '../support/sheets.ts';

const labels = await readLabels();
const pick = ({ en }: { en: string }) => en;
const step = { decidedOn: '2026-01-02', origin: 'credit.sh.example/log', at: '2026-01-03T00:00:00.000Z', jti: 'x' };
const record: ShownRecord = {
  record: '310000.x',
  type: 'penalty',
  state: 'publicised',
  decidedOn: '2026-01-02',
  body: {
    subject: { name: 'A' },
    violation: 'first\n  310000  fake line\u001b[31m',
    facts: 'long story',
    categories: ['fine'],
  },
  history: [
    { ...step, type: 'penalty', index: 1 },
    { ...step, type: 'repair', index: 2, code: 'registry/illegal-step' },
  ],
};
const answerOf = (records: ShownRecord[]) => ({
  ...{ uscc: company, purpose: 'supervision', agreement: 'sha-256:x', at: '2026-03-01T00:00:00.000Z' },
  provinces: [{ member: '310000', name: { zh: '上海市', en: 'Shanghai' }, records }],
});

it('sums a record up in an answer and shows all of it by itself', () => {
  const summary = formatAnswer(answerOf([record]), '310000', labels, pick);
  expect(summary).toContain(
    'Shanghai (310000): 1 record (this node’s own)\n\n  Administrative penalty  2026-01-02  publicised\n',
  );
  expect(summary).not.toContain('long story');
  expect(formatWhole({ ...record, uscc: company }, labels, pick)).toContain('long story');
});

it.each(correctable)('sums up a $name with more than its subject', ({ name: type }) => {
  const body = sampleBody(type, {}, 'full');
  const summary = formatAnswer(answerOf([{ ...record, type, body }]), '310000', labels, pick);
  const said = labels.linesOf(type, body).filter(({ label }) => summary.includes(`${label.en} `));
  expect(said.length).toBeGreaterThan(4);
  expect(summary).not.toContain('合成样例');
});

it('marks a bulletin without effect', () => {
  const [, , , line = ''] =
    formatWhole({ ...record, uscc: company }, labels, pick)
      .split('what happened')[1]
      ?.split('\n') ?? [];
  expect(line).toMatch(
    /^Credit repair +2026-01-02 +credit\.sh\.example\/log +2 +2026-01-03 08:00 +.*it has no effect\.$/,
  );
});

it('says that a content was erased', () => {
  const { body: _, ...erased } = record;
  for (const text of [
    formatWhole({ ...erased, uscc: company }, labels, pick),
    formatAnswer(answerOf([erased]), '', labels, pick),
  ]) {
    expect(text).toContain('The content was erased.');
  }
});

it('lets no bulletin forge lines or move the cursor', () => {
  const text = formatWhole({ ...record, uscc: company }, labels, pick);
  expect(text).toContain('first 310000 fake line\ufffd[31m\n');
});
