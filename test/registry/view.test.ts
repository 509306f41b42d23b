import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findTypeByName } from '../../node/bulletin/catalogue.ts';
import { correctable } from '../../node/bulletin/types/correction.ts';
import { readLabels } from '../../node/cli/labels.ts';
import { buildAnswer, buildRecordAnswer, checkPurpose } from '../../node/registry/answer.ts';
import { foldRecord } from '../../node/registry/record.ts';
import { type Asker, type Role, roles } from '../../node/registry/tokens.ts';
import { maskUscc, seeUscc } from '../../node/registry/view.ts';
import { formatReport } from '../../node/report/report.ts';
import { buildAnswerSheets } from '../../node/report/workbook.ts';
import { sampleBody, sampleId, sampleUscc } from '../support/bulletins.ts';
import { basis, tellRecord } from '../support/told.ts';

const labels = await readLabels();
const trader = sampleUscc(7, '92310000');
const company = sampleUscc(7);
const at = '2026-11-22T02:00:00.000Z';
/** Signs of a name that are special somewhere: in patterns of replacement, in codes, in words of the program. */
const ending = fc.string({ unit: fc.constantFrom('$', '&', '1', 'A', '(', '商', '行', '市'), maxLength: 8 });
const askerOf = (role: Role): Asker => ({ role, authority: '11320000HX32000010', person: '0001' });

/** Every free text of a body becomes one that occurs nowhere else; they are put into `secrets`. */
function withSecrets(
  type: string,
  body: Record<string, unknown>,
  secret: (path: string) => string,
): Record<string, unknown> {
  const whole = structuredClone(body);
  for (const path of findTypeByName(type)?.freeText ?? []) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    const place = names.reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], whole);
    const shown = /authority\.name$|receivedBy\.name$|^(rulePack|scheme|grade)$/.test(path);
    if (typeof place === 'object' && place !== null && last in place && !shown)
      Object.assign(place, { [last]: secret(path) });
  }
  return whole;
}

/** A record with everything that may be said of it, and the texts that must not be seen. */
function secretRecord(type: string, uscc: string, seed: number, rest = '商行', sharing?: string) {
  const secrets: string[] = [];
  const name = `秘${seed}名${rest}`;
  const secret = (path: string) => {
    if (path === 'subject.name') return name;
    const text = `密文${seed}-${secrets.length}`;
    secrets.push(text);
    return text;
  };
  const told = (kind: string, body = sampleBody(kind, {}, 'full')) => withSecrets(kind, body, secret);
  const share = sharing === undefined ? {} : { sharing };
  const opener: Record<string, unknown> = { ...told(type), ...share };
  const named = { ...opener, document: { ...(opener.document as object), number: `文〔2026〕${name}1号` } };
  const inner = { ...told(type), ...share, legalBasis: `依据（${name}）` };
  const correction: Record<string, unknown> = { ...told('correction'), [type]: inner };
  for (const { name: other } of correctable) if (other !== type) delete correction[other];
  const record = `310000.${sampleId(1)}`;
  const said = [
    { type, body: opener.document ? named : opener },
    { type: 'correction', body: correction },
    { type: 'objection', body: { ...told('objection'), record, reason: `${name}不服` }, author: '330000' },
    { type: 'objection-decision', body: { ...told('objection-decision'), objection: sampleId(1_002) } },
    { type: 'measure-feedback', body: { ...told('measure-feedback'), record }, author: '330000' },
    { type: 'repair', body: told('repair') },
    { type: 'revocation', body: told('revocation') },
  ];
  return { steps: tellRecord({ uscc }, said), secrets: [...secrets, name] };
}

/** Everything that an asker may get hold of. */
function allForms(uscc: string, steps: ReturnType<typeof tellRecord>, role: Role): string {
  const question = { asker: askerOf(role), purpose: 'objection', at };
  const answer = buildAnswer(uscc, steps, [], question, basis);
  const record = foldRecord(steps);
  if (!record) throw new RangeError('opened above');
  const alone = buildRecordAnswer(record, [record], question, basis);
  const context = { labels, digest: 'x', purpose: { zh: '监管', en: 'Supervision' } };
  return JSON.stringify([answer, alone, String(formatReport(answer, context)), buildAnswerSheets(answer, context)]);
}

describe('a masked record', () => {
  it.each(correctable)(
    'of type $name shows no name, number or text of an individual business in any form',
    ({ name }) => {
      fc.assert(
        fc.property(fc.integer({ min: 10, max: 99 }), ending, (seed, rest) => {
          const { steps, secrets } = secretRecord(name, trader, seed, rest);
          const text = allForms(trader, steps, 'reader');
          expect(secrets.length).toBeGreaterThan(15);
          for (const secret of [...secrets, trader, trader.slice(8, 17)]) expect(text).not.toContain(secret);
          expect(text).toContain('"isMasked":true');
          expect(text).toContain(maskUscc(trader));
          expect(text).toContain('秘**');
        }),
        { numRuns: 10, seed: 23 },
      );
    },
  );

  it.each(['none', 'conditional'])('is one whose sharing is %s, whoever it is about', (sharing) => {
    const { steps, secrets } = secretRecord('penalty', company, 1, '商行', sharing);
    const text = allForms(company, steps, 'reader');
    for (const secret of secrets) expect(text).not.toContain(secret);
    expect(text).toContain('"isMasked":true');
    const record = foldRecord(steps);
    if (!record) throw new RangeError('opened above');
    const alone = (role: Role) =>
      buildRecordAnswer(record, [record], { asker: askerOf(role), purpose: 'objection', at }, basis).uscc;
    expect([alone('reader'), alone('clerk')]).toEqual([maskUscc(company), company]);
  });

  it.each(['clerk', 'auditor'] as const)('is shown whole to a %s', (role) => {
    const { steps } = secretRecord('penalty', trader, 1);
    const text = allForms(trader, steps, role);
    const body = steps[1]?.body as { penalty: { facts: string }; reason: string }; // the correction's
    for (const secret of ['秘1名商行', body.penalty.facts, body.reason, trader]) expect(text).toContain(secret);
    expect(text).not.toContain('isMasked');
    expect(text).not.toContain('leftOut');
  });
});

it('shows a reader an open record without the authorities’ own words, and says what is left out', () => {
  const { steps } = secretRecord('penalty', company, 1, '商行', 'unconditional');
  const question = { asker: askerOf('reader'), purpose: 'supervision', at };
  const [record] = buildAnswer(company, steps, [], question, basis).provinces[0]?.records ?? [];
  expect(record?.body).toMatchObject({ subject: { name: '秘1名商行' }, fine: '0.2' });
  expect(record?.body).not.toHaveProperty('facts');
  expect(record?.leftOut).toEqual(['facts', 'remarks', 'source.name', 'source.uscc']);
  expect(record).not.toHaveProperty('isMasked');
  expect(record?.objections?.[0]).not.toHaveProperty('reason');
  expect(JSON.stringify(record?.history)).not.toMatch(/"(reason|facts|remarks)"|"path":"(facts|remarks)"/);
});

it('masks a code but for its ends, and only that of an individual business', () => {
  expect(maskUscc('92310000MA1FL0000K')).toBe('92310000********0K');
  expect(seeUscc('reader', trader)).toBe(maskUscc(trader));
  expect([seeUscc('clerk', trader), seeUscc('auditor', trader), seeUscc('reader', company)]).toEqual([
    trader,
    trader,
    company,
  ]);
});

it('lets each role ask for its purposes of the agreement, and no other', () => {
  const allowed = (role: Role) =>
    basis.agreement.purposes
      .map(({ id }) => id)
      .filter((purpose) => {
        try {
          checkPurpose(askerOf(role), purpose, basis.agreement);
          return true;
        } catch (error) {
          expect(error).toMatchObject({ code: 'registry/purpose-not-allowed', facts: { role, purpose } });
          return false;
        }
      });
  const all = basis.agreement.purposes.map(({ id }) => id);
  expect(Object.fromEntries(roles.map((role) => [role, allowed(role)]))).toEqual({
    clerk: all,
    auditor: ['supervision', 'objection', 'audit'],
    reader: all.filter((id) => id !== 'audit'),
    operator: [],
  });
  expect(() => checkPurpose(askerOf('clerk'), 'curiosity', basis.agreement)).toThrow(
    expect.objectContaining({ code: 'agreement/unknown-purpose' }),
  );
});
