/** Records + policy → what this asker receives. Pure. */

import type { Agreement, Bilingual } from '../agreement/agreement.ts';
import { decideAsk, decideUse } from '../agreement/policy.ts';
import { Problem } from '../base/problem.ts';
import { checkUscc } from '../base/uscc.ts';
import type { Erased } from '../log/ports.ts';
import { type CreditRecord, foldRecords, formatRecordId, type ToldStep } from './record.ts';

/** One record as it is shown. */
export interface ShownRecord {
  /** `310000.0198f3c2-…` */
  record: string;
  type: string;
  state: string;
  decidedOn: string;
  /** Absent once it was erased. */
  body?: Record<string, unknown>;
  /** How the body in force was taken. */
  erased?: Erased;
  /** What happened to it, in log order, and where that stands in whose log. */
  history: {
    type: string;
    jti: string;
    decidedOn: string;
    origin: string;
    index: number;
    at: string;
    code?: string;
    body?: Record<string, unknown>;
    erased?: Erased;
  }[];
}

/** What one province is known to have said about the subject. */
export interface ProvinceAnswer {
  member: string;
  name: Bilingual;
  /** Instant of the last complete pull of its log; absent for our own and before the first. */
  pulledAt?: string;
  records: ShownRecord[];
}

export interface SubjectAnswer {
  uscc: string;
  purpose: string;
  /** Digest of the agreement's version that allowed it. */
  agreement: string;
  at: string;
  provinces: ProvinceAnswer[];
}

/** The record as it is shown, whoever asks. */
export function showRecord(record: CreditRecord): ShownRecord {
  const { id, type, state, decidedOn, body, erased, steps } = record;
  return {
    record: formatRecordId(id),
    type,
    state,
    decidedOn,
    ...(body && { body }),
    ...(erased && { erased }),
    history: steps.map((step) => ({
      type: step.type,
      jti: step.jti,
      decidedOn: step.decidedOn,
      origin: step.origin,
      index: step.index,
      at: step.at,
      ...(step.code !== undefined && { code: step.code }),
      ...(step.type !== type && step.body && { body: step.body }),
      ...(step.erased && { erased: step.erased }),
    })),
  };
}

/** What this node knows of a subject, grouped by province, of the records that may be used for the purpose. */
export function buildAnswer(
  steps: readonly ToldStep[],
  asked: { uscc: string; purpose: string; at: string },
  {
    agreement,
    digest,
    me,
    pulledAt,
  }: { agreement: Agreement; digest: string; me: string; pulledAt: ReadonlyMap<string, string> },
): SubjectAnswer {
  const { uscc, purpose, at } = asked;
  const records = foldRecords(steps).filter(({ id, type }) => {
    return decideUse({ agreement, from: id.member, holder: me, type, purpose }).allowed;
  });
  const provinces = agreement.members.map(({ id, name }) => {
    const pulled = pulledAt.get(id);
    const theirs = records.filter((record) => record.id.member === id);
    return { member: id, name, ...(pulled !== undefined && { pulledAt: pulled }), records: theirs.map(showRecord) };
  });
  return { uscc, purpose, agreement: digest, at, provinces };
}

/** @throws {Problem} subject/invalid-uscc, agreement/unknown-purpose */
export function checkQuestion({ uscc, purpose }: { uscc: string; purpose: string }, agreement: Agreement): void {
  if (checkUscc(uscc) === 'invalid') throw new Problem('subject/invalid-uscc', { uscc });
  const word = decideAsk({ agreement, purpose });
  if (!word.allowed) throw new Problem(word.code, word.facts);
}
