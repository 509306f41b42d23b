/**
 * What every province is known to have said about one subject, as one asker sees it: records + agreement + role → an
 * answer. Pure: the same steps, the same instant and the same asker give the same answer, today or in ten years.
 */

import type { Agreement, Bilingual } from '../agreement/agreement.ts';
import { decideAsk, decideUse } from '../agreement/policy.ts';
import { Problem } from '../base/problem.ts';
import type { Sentence } from '../base/sentences.ts';
import { dayOf } from '../base/time.ts';
import { checkUscc } from '../base/uscc.ts';
import { bulletinTypes } from '../bulletin/catalogue.ts';
import type { TitleOf } from '../bulletin/labels.ts';
import { type Measure, notice } from './measures.ts';
import type { Freshness } from './ports.ts';
import { type CreditRecord, dayStatesOf, foldRecords, formatRecordId, knownAt, type ToldStep } from './record.ts';
import type { Rules } from './rules.ts';
import { type ShownRecord, showRecord } from './shown-record.ts';
import { summarise } from './summary.ts';
import type { Asker } from './tokens.ts';
import { decidePurpose, maskUscc, seeUscc, sightOf } from './view.ts';

/** What one province is known to have said about the subject. */
export interface ProvinceAnswer extends Omit<Freshness, 'member'> {
  member: string;
  name: Bilingual;
  /** Name of its log. */
  origin: string;
  /** Whether it is the one that answers. */
  isOwn: boolean;
  /** Whether its log was not pulled whole for longer than the agreement lets it be. */
  isStale: boolean;
  /** By type, in the order of the catalogue; of each the newest decision first. */
  records: ShownRecord[];
}

export interface SubjectAnswer {
  /** Masked where the asker may not see it. */
  uscc: string;
  purpose: string;
  asker: Pick<Asker, 'role' | 'authority'>;
  /** Digest of the agreement's version that allowed it. */
  agreement: string;
  at: string;
  /** The instant for which it was asked, when it was not the moment. */
  asOf?: string;
  summary: Sentence;
  /** That no measure follows by itself. */
  notice: Sentence;
  provinces: ProvinceAnswer[];
}

/** One record by itself. */
export interface RecordAnswer extends ShownRecord {
  /** Absent once it was erased. */
  uscc?: string;
  purpose: string;
  agreement: string;
  at: string;
}

/** What is asked, its parts checked. */
export interface Question {
  asker: Asker;
  purpose: string;
  /** The moment. */
  at: string;
  asOf?: string;
}

/** What answers go by, read at each question: the version in force changes while a node runs. */
export interface Basis {
  readonly agreement: Agreement;
  readonly digest: string;
  /** Our own member id. */
  me: string;
  rules: Rules;
  /** This province's published list. */
  measures: readonly Measure[];
  titleOf: TitleOf;
}

/** What this node knows of a subject, or knew, of the records that may be used for the purpose. */
export function buildAnswer(
  uscc: string,
  steps: readonly ToldStep[],
  freshness: readonly Freshness[],
  question: Question,
  basis: Basis,
): SubjectAnswer {
  const { asker, purpose, at, asOf } = question;
  const { agreement, digest, me, titleOf } = basis;
  const instant = asOf ?? at;
  const records = foldRecords(asOf === undefined ? steps : knownAt(steps, asOf));
  const shown = showRecords(records, records, question, basis);
  const provinces = agreement.members.map(({ id, name, origin }): ProvinceAnswer => {
    const { member: _, ...fresh } = freshness.find(({ member }) => member === id) ?? { member: id };
    const isOwn = id === me;
    const ofMember = shown.filter(({ record }) => record.startsWith(`${id}.`));
    const isStale = !isOwn && isLate(fresh.pulledAt, instant, agreement);
    return { member: id, name, origin, isOwn, ...fresh, isStale, records: ofMember.sort(byTypeAndDay) };
  });
  return {
    uscc: seeUscc(asker.role, uscc),
    purpose,
    asker: { role: asker.role, authority: asker.authority },
    agreement: digest,
    at,
    ...(asOf !== undefined && { asOf }),
    summary: summarise(provinces, agreement.exchange.greatestLagMinutes, titleOf),
    notice,
    provinces,
  };
}

/**
 * Everything about one record.
 *
 * @param among all records of its subject, by which a grade is known to be superseded
 * @throws {Problem} agreement/flow-not-allowed
 */
export function buildRecordAnswer(
  record: CreditRecord,
  among: readonly CreditRecord[],
  question: Question,
  basis: Basis,
): RecordAnswer {
  const { purpose, at } = question;
  const { agreement, digest, me } = basis;
  const use = decideUse({ agreement, from: record.id.member, holder: me, type: record.type, purpose });
  if (!use.allowed) throw new Problem(use.code, use.facts);
  const id = formatRecordId(record.id);
  const all = among.some((one) => formatRecordId(one.id) === id) ? among : [record];
  const [shown] = showRecords(
    all.filter((one) => formatRecordId(one.id) === id),
    all,
    question,
    basis,
  );
  if (!shown) throw new RangeError('a record that may be used is shown');
  const { uscc } = record;
  const seen = shown.isMasked ? maskUscc(uscc) : uscc;
  return { ...(uscc !== '' && { uscc: seen }), purpose, agreement: digest, at, ...shown };
}

/** @throws {Problem} agreement/unknown-purpose, registry/purpose-not-allowed */
export function checkPurpose({ role }: Asker, purpose: string, agreement: Agreement): void {
  for (const word of [decideAsk({ agreement, purpose }), decidePurpose(role, purpose)]) {
    if (!word.allowed) throw new Problem(word.code, word.facts);
  }
}

/** @throws {Problem} subject/invalid-uscc */
export function checkSubject(uscc: string): void {
  if (checkUscc(uscc) === 'invalid') throw new Problem('subject/invalid-uscc', { uscc });
}

/** Those of the records that may be used for the purpose, as the asker sees them. */
function showRecords(
  records: readonly CreditRecord[],
  among: readonly CreditRecord[],
  { asker, purpose, at, asOf }: Question,
  { agreement, me, rules, measures }: Basis,
): ShownRecord[] {
  const day = dayOf(new Date(asOf ?? at));
  const states = new Map(dayStatesOf(among, day).map((state, i) => [among[i], state]));
  const mayUse = (from: string, type: string) => decideUse({ agreement, from, holder: me, type, purpose }).allowed;
  return records.flatMap((record) => {
    const state = states.get(record);
    if (!state || !mayUse(record.id.member, record.type)) return [];
    const sight = sightOf(asker.role, record);
    return [showRecord(record, { day, state, among, sight, rules, measures, mayUse })];
  });
}

const order = new Map(bulletinTypes.map(({ name }, i) => [name, i]));

function byTypeAndDay(a: ShownRecord, b: ShownRecord): number {
  const types = (order.get(a.type) ?? 0) - (order.get(b.type) ?? 0);
  if (types !== 0) return types;
  return a.decidedOn === b.decidedOn ? (a.record < b.record ? -1 : 1) : a.decidedOn < b.decidedOn ? 1 : -1;
}

function isLate(pulledAt: string | undefined, instant: string, { exchange }: Agreement): boolean {
  return pulledAt === undefined || Date.parse(instant) - Date.parse(pulledAt) > exchange.greatestLagMinutes * 60_000;
}
