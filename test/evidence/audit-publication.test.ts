/** Which bulletins an audit calls overdue, and where it accuses nobody. */

import { expect, it } from 'vitest';
import type { Agreement, Member } from '../../node/agreement/agreement.ts';
import type { Audit } from '../../node/evidence/audit.ts';
import { placeOf, type Told } from '../../node/evidence/audit-contents.ts';
import { createFindings } from '../../node/evidence/audit-findings.ts';
import { createPair } from '../../node/evidence/audit-pairs.ts';
import { sayContents } from '../../node/evidence/audit-publication.ts';
import { sampleAgreement } from '../support/agreement.ts';

const [shanghai, jiangsu, zhejiang] = ['310000', '320000', '330000'];
const log = 'credit.sh.example/log';
const china = (day: string) => Date.parse(`${day}T12:00:00+08:00`) / 1000;

/** A penalty decided so that the last day is 2026-11-10. */
function tell(index: number, signedOn: string, more: { txn?: string; to?: string; provisional?: boolean } = {}): Told {
  const { txn = `record-${index}`, to = jiangsu, provisional = false } = more;
  const publication = {
    ...{ type: 'penalty', txn, signedAt: china(signedOn), decidedOn: '2026-10-30' },
    due: { day: '2026-11-10', provisional },
  };
  return { log, index, audience: [to], about: `penalty ${txn}`, isGood: true, publication };
}

/** Zhejiang joined with version 2, a week after the last day. */
function look(told: readonly Told[], { refused = 0, absentAt }: { refused?: number; absentAt?: number } = {}) {
  const first: Agreement = sampleAgreement();
  first.effective.from = '2026-10-01';
  const second: Agreement = { ...sampleAgreement(), version: 2, effective: { ...first.effective, from: '2026-11-17' } };
  first.members = first.members.filter(({ id }: Member) => id !== zhejiang);
  const findings = createFindings({ members: {}, titleOf: (type) => ({ zh: type, en: type }) });
  const contents = {
    ...{ files: 1, refused: [], forks: [], notes: [], byAbout: new Map<string, Told[]>() },
    told: new Map(told.map((one) => [placeOf(one), one])),
  };
  const audit = {
    ...{ contents, findings, agreement: second, logs: [{ origin: log, member: shanghai }] },
    cosigned: new Map([[log, { absentAt: () => absentAt, coveredAt: () => undefined }]]),
    agreements: { inForce: () => [first, second].map((agreement) => ({ agreement })) },
  } as unknown as Audit; // what is looked at here
  const pair = { ...createPair(log, shanghai, jiangsu), refused };
  sayContents(audit, () => new Map([[jiangsu, pair]]));
  const report = findings.report();
  const of = (code: string) => [...report.findings, ...report.notChecked].find((one) => one.code === code)?.facts;
  return { overdue: of('publication/overdue'), again: of('publication/again'), unsure: of('publication/provisional') };
}

it('calls overdue what was signed after the last day, and shows the one that waited longest', () => {
  expect(look([tell(1, '2026-11-10'), tell(2, '2026-11-11'), tell(3, '2026-11-20')])).toMatchObject({
    overdue: { member: shanghai, count: 2, indexes: '2, 3', index: 2, dueOn: '2026-11-10', publishedOn: '2026-11-11' },
    again: undefined,
  });
});

it('believes no day of signing before a witness saw the log without it', () => {
  const told = [tell(1, '2026-11-09')];
  expect(look(told).overdue).toBeUndefined();
  expect(look(told, { absentAt: china('2026-11-12') }).overdue).toMatchObject({ publishedOn: '2026-11-12' });
});

it('counts the first telling of a record only, in whatever order files show it', () => {
  const [first, later] = [tell(1, '2026-11-06', { txn: 'one' }), tell(9, '2026-11-20', { txn: 'one' })];
  expect(look([later, first]).overdue).toBeUndefined();
  expect(look([later]).overdue).toMatchObject({ count: 1 });
});

it('accuses nobody over what may have been told again: to who joined later, or had refused something', () => {
  const joined = look([tell(1, '2026-11-20', { to: zhejiang })]);
  expect(joined).toMatchObject({ overdue: undefined, again: { count: 1, indexes: '1' } });
  expect(look([tell(1, '2026-11-20')], { refused: 1 })).toMatchObject({ overdue: undefined, again: { count: 1 } });
});

it('concludes nothing where a year’s holidays are not known', () => {
  expect(look([tell(1, '2026-11-20', { provisional: true })])).toMatchObject({
    ...{ overdue: undefined, again: undefined },
    unsure: { count: 1 },
  });
});
