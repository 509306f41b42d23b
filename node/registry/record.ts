/**
 * A credit record: what one member holds about one subject. Nothing is ever overwritten; a record is the fold, in log
 * order, of its issuer's bulletins about it, skipping those without legal effect; what others say of it are marks, which
 * commute (docs/protocol.md, Records).
 */

import type { Erased } from '../log/ports.ts';
import { type Deed, effects, replay, type Situation } from './effects.ts';
import { type DayState, lifecycles, type RecordState, stateOn } from './lifecycle.ts';

/** (`iss`, `txn`): only its own issuer moves it. */
export interface RecordId {
  /** Member id of the issuer. */
  member: string;
  txn: string;
}

/** One bulletin's part in a record. */
export interface Step {
  /** The record's issuer; of a mark, not who makes it. */
  member: string;
  txn: string;
  /** Bare name of the bulletin's type. */
  type: string;
  uscc: string;
  jti: string;
  /** The decision's day. */
  decidedOn: string;
  /** State after this step; absent when it has no legal effect, and of marks. */
  state?: RecordState;
  /** The last day on which the record is in force after this step, when it has one. */
  until?: string;
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
  /** Whose log it stands in. */
  author: string;
  /** How its content was taken; its body is absent then. */
  erased?: Erased;
  /** Of a decision: `jti` of the objection that it answers; it outlives the content. */
  answers?: string;
}

/** 异议: an objection to a record, and what was decided. */
export interface Objection {
  mark: ToldStep;
  /** The last decision on it, in log order. */
  decision?: ToldStep;
}

/** 异议标识 */
export type ObjectionFlag = 'none' | 'marked' | 'upheld' | 'rejected';

/** The view of a record. */
export interface CreditRecord {
  id: RecordId;
  /** Type of the bulletin that opened it. */
  type: string;
  uscc: string;
  state: RecordState;
  /** The decision's day, as the opener said it. */
  decidedOn: string;
  /** The last day on which it is in force by itself, when it has one. */
  until?: string;
  /** The body in force: the opener's or the last correction's. Absent once it was erased. */
  body?: Record<string, unknown>;
  /** How the body in force was taken. */
  erased?: Erased;
  /** `jti` of the bulletin that holds the body in force; a correction names it. */
  currentJti: string;
  /** Every bulletin of its issuer about it, in log order. */
  steps: ToldStep[];
  /** What any member says of it without moving it, by `jti`. */
  marks: ToldStep[];
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

/** The record that a mark speaks of: its body says so, since it may be another member's. */
export function markedBy({ body }: { body: unknown }): RecordId {
  const { record } = body as { record: string }; // its schema was checked
  const id = parseRecordId(record);
  if (!id) throw new RangeError('the schema lets no other text pass');
  return id;
}

/** Whether a step is a mark: word of a record that moves nothing. */
export function isMark({ type }: Pick<Step, 'type'>): boolean {
  return effects[type as keyof typeof effects] === 'mark';
}

/** The record that these steps, all of one record and its issuer's in log order, amount to; undefined when none opens it. */
export function foldRecord(all: readonly ToldStep[]): CreditRecord | undefined {
  const steps = all.filter((step) => !isMark(step));
  const opener = steps.find(({ state, type }) => state !== undefined && type in lifecycles);
  if (!opener?.state) return undefined;
  const marks = all.filter((step) => isMark(step) && step.uscc === opener.uscc);
  const record: CreditRecord = {
    id: { member: opener.member, txn: opener.txn },
    type: opener.type,
    uscc: opener.uscc,
    state: opener.state,
    decidedOn: opener.decidedOn,
    currentJti: opener.jti,
    steps,
    marks: marks.sort((a, b) => (a.jti < b.jti ? -1 : 1)),
  };
  for (const step of steps) if (step.state) apply(record, step, step.state);
  return record;
}

/** The records that these steps amount to, in the order of their first step. */
export function foldRecords(steps: readonly ToldStep[]): CreditRecord[] {
  const byRecord = new Map<string, ToldStep[]>();
  for (const step of steps) {
    const id = formatRecordId(step);
    const group = byRecord.get(id);
    if (group) group.push(step);
    else byRecord.set(id, [step]);
  }
  return [...byRecord.values()].flatMap((group) => foldRecord(group) ?? []);
}

/**
 * The same steps as this node knew them at an instant: those learned later are taken away, and what content that came
 * late has changed is decided anew without it. What was erased since is missing, and is believed to have done what our
 * last word on it says.
 */
export function knownAt(steps: readonly ToldStep[], instant: string): ToldStep[] {
  const known = steps.filter(({ at }) => at <= instant);
  if (known.length === steps.length) return known;
  const moves = known.filter((step) => !isMark(step));
  const before = new Map<string, ToldStep>();
  for (const id of new Set(moves.map(formatRecordId))) {
    const ofRecord = moves.filter((step) => formatRecordId(step) === id);
    const isWhole = ofRecord.every(({ body }) => body !== undefined);
    for (const [i, effect] of replay(ofRecord.map(believe)).entries()) {
      const { state: _, until, code: __, ...step } = ofRecord[i] as ToldStep; // one effect for each
      const told = isWhole || until === undefined ? {} : { until };
      const was = 'code' in effect ? { code: effect.code } : standingOf({ ...effect.after, ...told });
      before.set(step.jti, { ...step, ...was });
    }
  }
  return known.map((step) => before.get(step.jti) ?? step);
}

/** What a situation is stored as, with the step that led to it. */
export type Standing = Pick<Step, 'until'> & { state: RecordState };

export function standingOf({ state, until }: Situation): Standing {
  return { state, ...(until !== undefined && { until }) };
}

/** The states of records of one subject on a day: in force until their last day, a grade until there is a newer one. */
export function dayStatesOf(records: readonly CreditRecord[], day: string): DayState[] {
  return records.map((record) => {
    const state = stateOn(record.type, record.state, record.until, day);
    return state === 'current' && findSuperseder(record, records, day) ? 'superseded' : state;
  });
}

/** The next grade after a grade, among records of the same subject. */
export function findSuperseder(
  record: CreditRecord,
  records: readonly CreditRecord[],
  day: string,
): CreditRecord | undefined {
  const newer = records.filter((other) => supersedes(other, record, day));
  return newer.find((one) => !newer.some((other) => supersedes(one, other, day)));
}

/** Each objection to a record with its last decision, by `jti`. */
export function objectionsOf({ steps, marks }: CreditRecord): Objection[] {
  const decisions = steps.filter(({ type, state }) => type === 'objection-decision' && state);
  return marks
    .filter(({ type }) => type === 'objection')
    .map((mark) => {
      const decision = decisions.findLast(({ answers, body }) => (answers ?? body?.objection) === mark.jti);
      return { mark, ...(decision && { decision }) };
    });
}

/** An open objection marks the record; otherwise the last decision speaks. */
export function objectionFlagOf(record: CreditRecord): ObjectionFlag {
  const objections = objectionsOf(record);
  if (objections.length === 0) return 'none';
  if (objections.some(({ decision }) => !decision)) return 'marked';
  const decisions = objections.flatMap(({ decision }) => decision ?? []);
  const last = record.steps.findLast((step) => decisions.includes(step)); // indexes of two logs are not comparable
  if (!last?.body) return 'none'; // it was erased
  return last.body.outcome === 'rejected' ? 'rejected' : 'upheld';
}

function apply(record: CreditRecord, step: ToldStep, state: RecordState): void {
  record.state = state;
  if (step.until === undefined) delete record.until;
  else record.until = step.until;
  const isOpener = step.type === record.type;
  if (!isOpener && step.type !== 'correction') return;
  record.currentJti = step.jti;
  const body = isOpener ? step.body : step.body?.[record.type];
  if (body)
    record.body = body as Record<string, unknown>; // the schemas say so
  else delete record.body; // its content was erased
  if (step.erased) record.erased = step.erased;
  else delete record.erased;
}

/** As much of an erased deed as its effect tells. */
export function believe<D extends Deed & { until?: string }>(deed: D): D {
  const { body, until, type } = deed;
  if (body || until === undefined) return deed;
  if (type === 'extension') return { ...deed, body: { until } };
  const lastDay = lifecycles[type]?.lastDay;
  if (lastDay === undefined) return deed;
  return { ...deed, body: lastDay === 'validUntil' ? { validUntil: until } : { publicity: { until } } };
}

/** By its place in the log; of two logs of one issuer the later one is learned of later. */
function isLater(a: ToldStep | undefined, b: ToldStep | undefined): boolean {
  if (!a || !b) return false;
  return a.origin === b.origin ? a.index > b.index : a.at > b.at;
}

/** A newer grade of the same issuer in the same scheme; of two of one day the one that stands later in the log. */
function supersedes(newer: CreditRecord, older: CreditRecord, day: string): boolean {
  if (newer === older || newer.type !== older.type || newer.id.member !== older.id.member) return false;
  if (newer.state !== 'current' || newer.decidedOn > day) return false;
  if (newer.body?.scheme === undefined || newer.body.scheme !== older.body?.scheme) return false;
  if (newer.decidedOn !== older.decidedOn) return newer.decidedOn > older.decidedOn;
  return isLater(newer.steps[0], older.steps[0]);
}
