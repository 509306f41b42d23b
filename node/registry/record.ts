/**
 * A credit record: what one member holds about one subject. Nothing is ever overwritten; a record is the fold, in log
 * order, of the bulletins about it, skipping those without legal effect (docs/protocol.md, Records).
 */

import type { RecordState } from './lifecycle.ts';

/** (`iss`, `txn`): only its own issuer moves it. */
export interface RecordId {
  /** Member id of the issuer. */
  member: string;
  txn: string;
}

/** One bulletin's part in a record. */
export interface Step {
  member: string;
  txn: string;
  /** Bare name of the bulletin's type. */
  type: string;
  uscc: string;
  jti: string;
  /** The decision's day. */
  decidedOn: string;
  /** State after this step; absent when it has no legal effect. */
  state?: RecordState;
  /** Origin and index of the leaf. */
  origin: string;
  index: number;
  /** Instant at which this node learned it. */
  at: string;
}

/** A step with what the bulletin said; `body` is absent once it was erased. */
export interface ToldStep extends Step {
  body?: Record<string, unknown>;
  /** Why it has no legal effect. */
  code?: string;
}

/** The view of a record. */
export interface CreditRecord {
  id: RecordId;
  /** Type of the bulletin that opened it. */
  type: string;
  uscc: string;
  state: RecordState;
  /** The decision's day, as the opener said it. */
  decidedOn: string;
  /** The body in force: the opener's or the last correction's. */
  body?: Record<string, unknown>;
  /** `jti` of the bulletin that holds the body in force; a correction names it. */
  currentJti: string;
  /** Every bulletin about it, in log order. */
  steps: ToldStep[];
}

/** `310000.0198f3c2-…` */
export function formatRecordId({ member, txn }: RecordId): string {
  return `${member}.${txn}`;
}

/** The id of that text; undefined when it is none. */
export function parseRecordId(text: string): RecordId | undefined {
  const [, member, txn] = /^(\d{6})\.([0-9a-f-]{36})$/.exec(text) ?? [];
  return member && txn ? { member, txn } : undefined;
}

/** The record that these steps, all of one record and in log order, amount to; undefined when none opens it. */
export function foldRecord(steps: readonly ToldStep[]): CreditRecord | undefined {
  const [opener] = steps.filter((step) => step.state !== undefined);
  if (!opener?.state) return undefined;
  const record: CreditRecord = {
    id: { member: opener.member, txn: opener.txn },
    type: opener.type,
    uscc: opener.uscc,
    state: opener.state,
    decidedOn: opener.decidedOn,
    ...(opener.body && { body: opener.body }),
    currentJti: opener.jti,
    steps: [...steps],
  };
  for (const step of steps) if (step !== opener && step.state) apply(record, step, step.state);
  return record;
}

/** The records that these steps amount to, in the order of their first step. */
export function foldRecords(steps: readonly ToldStep[]): CreditRecord[] {
  const byRecord = new Map<string, ToldStep[]>();
  for (const step of steps) {
    const id = formatRecordId(step);
    byRecord.set(id, [...(byRecord.get(id) ?? []), step]);
  }
  return [...byRecord.values()].flatMap((group) => foldRecord(group) ?? []);
}

function apply(record: CreditRecord, step: ToldStep, state: RecordState): void {
  record.state = state;
  if (step.type !== 'correction') return;
  record.currentJti = step.jti;
  const corrected = step.body?.[record.type];
  if (corrected)
    record.body = corrected as Record<string, unknown>; // the correction's schema says so
  else delete record.body; // its content was erased
}
