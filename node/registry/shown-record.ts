/**
 * One record as it is shown: how it stands on a day and why it ended, what was objected, what led to what, whose rules
 * gave its dates, and where every bulletin stands in whose log. Pure; how much of a body is seen is `view.ts`.
 */

import { textAt } from '../base/pointer.ts';
import type { Organisation } from '../bulletin/body.ts';
import type { Erased } from '../log/ports.ts';
import { type Change, changesBetween } from './changes.ts';
import { type DayState, isInForce, type RecordState } from './lifecycle.ts';
import { type Measure, proposedBy } from './measures.ts';
import {
  type CreditRecord,
  findSuperseder,
  formatRecordId,
  type ObjectionFlag,
  objectionFlagOf,
  objectionsOf,
  type ToldStep,
} from './record.ts';
import type { Rules } from './rules.ts';
import { explainRecord, type ShownDate } from './shown-dates.ts';
import { openingOf, type Terms, termsOf } from './terms.ts';
import { leftOutOf, type Sight } from './view.ts';

/** Where a bulletin stands: origin of the log and index, and when this node learned it. */
export interface Place {
  jti: string;
  origin: string;
  index: number;
  at: string;
}

/** Why a record is no longer in force. */
export interface Ending {
  /** The first day on which it was not, or of what ended by itself the last on which it was. */
  on: string;
  /** The bulletin that ended it; absent of what ended by itself. */
  by?: Place & { type: string };
  /** The code with which it was ended: a ground of revocation, an outcome of an objection. */
  code?: string;
  /** The newer grade that took its place. */
  record?: string;
}

/** An objection to the record, and what became of it. */
export interface ShownObjection extends Place {
  /** Member whose log holds it. */
  by: string;
  /** The bureau that heard it. */
  heardBy?: Organisation;
  raisedOn: string;
  reason?: string;
  requested?: string;
  /** Absent while it waits. */
  outcome?: string;
  decidedOn?: string;
  decision?: Place & { reason?: string };
  erased?: Erased;
}

/** What an authority says it did because of the record. */
export interface ShownFeedback extends Place {
  /** Member whose log holds it. */
  by: string;
  authority: Organisation;
  measures: string[];
  takenOn: string;
  until?: string;
  result?: string;
}

/** What led to what, each by its `jti`, in log order. */
export interface Lineage {
  openedBy: string;
  /** The opener sent again. */
  mendedBy?: string[];
  correctedBy?: string[];
  extendedBy?: { jti: string; because?: string }[];
  repairedBy?: string;
  revokedBy?: string;
}

/** One bulletin of its issuer about it. */
export interface ShownStep extends Place {
  type: string;
  decidedOn: string;
  /** How the record stood after it; absent where it has no legal effect. */
  state?: RecordState;
  until?: string;
  /** Why it has no legal effect. */
  code?: string;
  /** The bulletin that a correction puts right. */
  replaces?: string;
  /** What it changed in the body. */
  changes?: Change[];
  /** What it says beside that. */
  body?: Record<string, unknown>;
  erased?: Erased;
}

export interface ShownRecord {
  /** `310000.0198f3c2-…` */
  record: string;
  type: string;
  /** On the day of the question, in China. */
  state: DayState;
  /** Not while its source says that it is invalid, nor while it would be publicised but for the rules. */
  isInForce: boolean;
  /** By rule it is not publicised, and nobody stated that it is. */
  isPublicised?: false;
  decidedOn: string;
  /** The last day on which it is in force by itself, when it has one. */
  until?: string;
  ended?: Ending;
  objection: ObjectionFlag;
  objections?: ShownObjection[];
  feedback?: ShownFeedback[];
  lineage: Lineage;
  /** Rule packs that claim it, by aspect; empty where none does. */
  packs: Terms['packs'];
  severity?: NonNullable<Terms['severity']>;
  dates: ShownDate[];
  /** What a province may consider because of it; never taken by itself. */
  proposes?: Measure[];
  /** Absent once it was erased. */
  body?: Record<string, unknown>;
  /** How the body in force was taken. */
  erased?: Erased;
  isMasked?: true;
  /** Members of the body that are not shown to the asker, as dotted paths. */
  leftOut?: string[];
  /** What happened to it, in log order. */
  history: ShownStep[];
}

/** What a record is shown by. */
export interface Showing {
  /** Today in China, or the day that was asked about. */
  day: string;
  state: DayState;
  /** All records of the subject. */
  among: readonly CreditRecord[];
  sight: Sight;
  rules: Rules;
  /** This province's published list. */
  measures: readonly Measure[];
  /** Whether the agreement lets what that member says in that type be used for the purpose. */
  mayUse: (from: string, type: string) => boolean;
}

export function showRecord(record: CreditRecord, showing: Showing): ShownRecord {
  const { state, sight, mayUse } = showing;
  const { id, type, decidedOn, until, erased } = record;
  const body = record.body && sight.see(type, record.body);
  const leftOut = record.body && body ? leftOutOf(record.body, body) : [];
  const objections = objectionsOf(record)
    .filter(({ mark }) => mayUse(mark.author, mark.type))
    .map(({ mark, decision }) => showObjection(mark, decision, showing));
  const feedback = record.marks
    .filter(({ type, body, author }) => type === 'measure-feedback' && body && mayUse(author, type))
    .map((mark) => showFeedback(mark, showing));
  const proposes = proposedBy(record, state, showing);
  const ended = endingOf(record, showing);
  const isHidden = isKeptFromPublic(record, showing.rules);
  return {
    record: formatRecordId(id),
    type,
    state,
    isInForce: isInForce(state) && !isHidden && !erased && record.body?.status !== 'invalid',
    ...(isHidden && { isPublicised: false }),
    decidedOn,
    ...(until !== undefined && { until }),
    ...(ended && { ended }),
    objection: objectionFlagOf(record),
    ...(objections.length > 0 && { objections }),
    ...(feedback.length > 0 && { feedback }),
    lineage: lineageOf(record),
    ...explainRecord(record, showing.rules),
    ...(proposes.length > 0 && { proposes }),
    ...(body && { body }),
    ...(erased && { erased }),
    ...(sight.isMasked && { isMasked: true }),
    ...(leftOut.length > 0 && { leftOut }),
    history: historyOf(record, showing),
  };
}

/** 依规定不公示: of a penalty, which is in force by being publicised. */
function isKeptFromPublic({ type, body }: CreditRecord, rules: Rules): boolean {
  if (type !== 'penalty' || !body || body.publicity !== undefined) return false;
  return termsOf(rules, openingOf(type, body)).isPublicised === false;
}

function placeOf({ jti, origin, index, at }: ToldStep): Place {
  return { jti, origin, index, at };
}

function endingOf(record: CreditRecord, { state, among, day }: Showing): Ending | undefined {
  if (isInForce(state)) return undefined;
  if (state === 'expired') return { on: record.until ?? day };
  if (state === 'superseded') {
    const newer = findSuperseder(record, among, day);
    return { on: newer?.decidedOn ?? day, ...(newer && { record: formatRecordId(newer.id) }) };
  }
  const moves = record.steps.filter(({ state }) => state !== undefined);
  const before = moves.findLastIndex(({ state }) => state !== record.state);
  const last = moves[before + 1];
  if (!last) throw new RangeError('a state that nothing led to');
  const code = textAt(last.body, 'ground') ?? textAt(last.body, 'outcome');
  return { on: last.decidedOn, by: { type: last.type, ...placeOf(last) }, ...(code !== undefined && { code }) };
}

function showObjection(mark: ToldStep, decision: ToldStep | undefined, { sight }: Showing): ShownObjection {
  const { receivedBy, reason, requested } = seen(mark, sight) as Partial<ShownObjection> & {
    receivedBy?: Organisation;
  };
  const said = decision && seen(decision, sight);
  const outcome = textAt(said, 'outcome');
  const why = textAt(said, 'reason');
  return {
    ...placeOf(mark),
    by: mark.author,
    ...(receivedBy && { heardBy: receivedBy }),
    raisedOn: mark.decidedOn,
    ...(reason !== undefined && { reason }),
    ...(requested !== undefined && { requested }),
    ...(outcome !== undefined && { outcome }),
    ...(decision && { decidedOn: decision.decidedOn }),
    ...(decision && { decision: { ...placeOf(decision), ...(why !== undefined && { reason: why }) } }),
    ...(mark.erased && { erased: mark.erased }),
  };
}

function showFeedback(mark: ToldStep, { sight }: Showing): ShownFeedback {
  const { authority, measures, until, result } = seen(mark, sight) as unknown as ShownFeedback; // its schema was checked
  return {
    ...placeOf(mark),
    by: mark.author,
    authority,
    measures,
    takenOn: mark.decidedOn,
    ...(until !== undefined && { until }),
    ...(result !== undefined && { result }),
  };
}

function seen({ type, body }: ToldStep, sight: Sight): Record<string, unknown> {
  return body ? sight.see(type, body) : {};
}

function lineageOf({ type, steps }: CreditRecord): Lineage {
  const moves = steps.filter(({ state }) => state !== undefined);
  const of = (name: string) => moves.filter((step) => step.type === name);
  const jtis = (found: ToldStep[]) => found.map(({ jti }) => jti);
  const [opener, ...mended] = jtis(of(type));
  if (opener === undefined) throw new RangeError('a record without opener');
  const corrected = jtis(of('correction'));
  const extended = of('extension').map(({ jti, body }) => {
    const because = textAt(body, 'because');
    return { jti, ...(because !== undefined && { because }) };
  });
  const [repaired] = jtis(of('repair'));
  const [revoked] = jtis(of('revocation'));
  return {
    openedBy: opener,
    ...(mended.length > 0 && { mendedBy: mended }),
    ...(corrected.length > 0 && { correctedBy: corrected }),
    ...(extended.length > 0 && { extendedBy: extended }),
    ...(repaired !== undefined && { repairedBy: repaired }),
    ...(revoked !== undefined && { revokedBy: revoked }),
  };
}

function historyOf(record: CreditRecord, { sight, mayUse }: Showing): ShownStep[] {
  let inForce: Record<string, unknown> | undefined;
  return record.steps.map((step) => {
    const { type, decidedOn, state, until, code, erased } = step;
    const said = step.body && mayUse(step.author, type) ? sight.see(type, step.body) : undefined;
    const { replaces, [record.type]: corrected, ...rest } = said ?? {};
    const isOpener = type === record.type;
    const isBody = isOpener || type === 'correction';
    const now = (isOpener ? said : corrected) as Record<string, unknown> | undefined; // the schemas say so
    const changes = isBody && state && now && inForce ? changesBetween(inForce, now) : undefined;
    if (isBody && state) inForce = now;
    return {
      type,
      decidedOn,
      ...placeOf(step),
      ...(state !== undefined && { state }),
      ...(until !== undefined && { until }),
      ...(code !== undefined && { code }),
      ...(typeof replaces === 'string' && { replaces }),
      ...(changes && { changes }),
      ...(!isOpener && Object.keys(rest).length > 0 && { body: rest }),
      ...(erased && { erased }),
    };
  });
}
