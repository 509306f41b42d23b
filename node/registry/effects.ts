/** Bulletin type → lifecycle event, and what a bulletin does to its record. Pure: two receivers of the same log agree. */

import { textAt } from '../base/pointer.ts';
import type { ProblemCode } from '../base/problem.ts';
import { dayOf, fromNumericDate } from '../base/time.ts';
import type { Bulletin, Claims } from '../bulletin/bulletin.ts';
import type { BulletinName } from '../bulletin/catalogue.ts';
import { decideTransition, lifecycles, type RecordEvent, type RecordState, type Transition } from './lifecycle.ts';

/** What each type asks of a record; a type added to the catalogue does not compile until it stands here. */
export const effects: Readonly<Record<BulletinName, RecordEvent | 'mark' | undefined>> = {
  penalty: 'open',
  dishonesty: 'open',
  'serious-list': 'open',
  permit: 'open',
  grade: 'open',
  commendation: 'open',
  warning: 'open',
  correction: 'correct',
  extension: 'extend',
  repair: 'repair',
  revocation: 'revoke',
  'objection-decision': 'decide',
  objection: 'mark',
  'measure-feedback': 'mark',
  receipt: undefined,
  journal: undefined,
  adoption: undefined,
  key: undefined,
  erasure: undefined,
  closing: undefined,
};

/** Outcomes of an objection that do more than answer it; the others leave the record, or a correction follows. */
const outcomes: Readonly<Record<string, RecordEvent>> = {
  deleted: 'revoke',
  'disclosure-stopped': 'withdraw',
  delisted: 'withdraw',
};

/** Where a record stands before a bulletin. */
export interface Situation {
  /** Type of the bulletin that opened it. */
  kind: string;
  uscc: string;
  state: RecordState;
  /** `jti` of the bulletin whose body is in force. */
  currentJti: string;
  /** The last day on which it is in force by itself, when it has one. */
  until?: string;
  /** The last day that an extension set: a correction after it does not take it back. */
  extended?: string;
}

/** What a bulletin does: a new situation, or a note that it does nothing. */
export type Effect =
  | { after: Situation }
  | { code: Extract<ProblemCode, 'registry/illegal-step' | 'registry/unknown-record'> };

/** As much of a bulletin as decides its effect. */
export interface Deed {
  /** Bare name of the type. */
  type: string;
  uscc: string;
  jti: string;
  /** Absent when its content was erased: then it is believed to be of the right kind. */
  body?: unknown;
}

/** The deed that a bulletin about a record is. */
export function deedOf({ type, claims, body }: Bulletin): Deed {
  if (!claims.sub_id) throw new RangeError(`a ${type.name} is about no record`);
  return { type: type.name, uscc: claims.sub_id.uscc, jti: claims.jti, body };
}

/** The event that a deed is; undefined for marks and for what is about no record. */
export function eventOf({ type, body }: Pick<Deed, 'type' | 'body'>): RecordEvent | undefined {
  const event = effects[type as BulletinName]; // every type is of the catalogue
  if (event === 'mark') return undefined;
  return event === 'decide' ? (outcomes[String(textAt(body, 'outcome'))] ?? 'decide') : event;
}

/** The types that can move a record which that type opened, by its table. */
export function movesOf(opener: string): string[] {
  const events = Object.values(lifecycles[opener]?.transitions ?? {}).flatMap((byEvent) => Object.keys(byEvent));
  return Object.entries(effects).flatMap(([type, event]) =>
    event !== undefined && event !== 'open' && events.includes(event) ? [type] : [],
  );
}

/** The objection that a deed decides, by its `jti`. */
export function answersOf({ type, body }: Pick<Deed, 'type' | 'body'>): { answers?: string } {
  const answers = type === 'objection-decision' ? textAt(body, 'objection') : undefined;
  return answers === undefined ? {} : { answers };
}

/** The transition that a deed asks for, as its issuer's table has it. */
export function transitionOf(deed: Deed, before: Situation | undefined): Transition | { code: ProblemCode } {
  const event = eventOf(deed);
  if (!event) throw new RangeError(`a ${deed.type} moves no record`);
  const next = decideTransition(before?.kind ?? deed.type, before?.state, event);
  if ('code' in next || deed.type !== 'objection-decision') return next;
  return { ...next, guards: [...new Set([...next.guards, 'open-objection' as const])] }; // whatever else it does
}

/** What a deed does to its record. */
export function decideEffect(deed: Deed, before: Situation | undefined): Effect {
  const { type, uscc, jti, body } = deed;
  const event = eventOf(deed);
  if (!event) throw new RangeError(`a ${type} moves no record`);
  const kind = before?.kind ?? type;
  const next = decideTransition(kind, before?.state, event);
  if ('code' in next) return next;
  if (!before) return { after: { kind, uscc, state: next.to, currentJti: jti, ...untilOf(lastDayOf(kind, body)) } };
  // A moving bulletin has the opener's subject; an opener sent anew, and a correction, a body of the record's own kind.
  if (before.uscc !== uscc || (event === 'open' && type !== kind)) return { code: 'registry/illegal-step' };
  const after = { ...before, state: next.to };
  if (event === 'extend') return extend(after, textAt(body, 'until'));
  if (event !== 'open' && event !== 'correct') return { after };
  const stated = event === 'open' ? body : (body as Record<string, unknown> | undefined)?.[kind];
  if (body !== undefined && stated === undefined) return { code: 'registry/illegal-step' };
  if (body === undefined) return { after: { ...after, currentJti: jti } };
  const { until: _, ...rest } = after;
  const last = laterOf(lastDayOf(kind, stated), before.extended);
  return { after: { ...rest, currentJti: jti, ...untilOf(last) } };
}

/** What each of the deeds on one record, in log order, does to it. */
export function replay(deeds: readonly Deed[]): Effect[] {
  let situation: Situation | undefined;
  return deeds.map((deed) => {
    const effect = decideEffect(deed, situation);
    if ('after' in effect) situation = effect.after;
    return effect;
  });
}

/** The last day on which a record of that kind is in force, as its body states it. */
export function lastDayOf(kind: string, body: unknown): string | undefined {
  const path = lifecycles[kind]?.lastDay;
  return path === undefined ? undefined : textAt(body, path);
}

/** The day of the decision that a bulletin speaks of, from its `toe`. */
export function decidedOnOf({ toe }: Claims): string {
  if (toe === undefined) throw new RangeError('about no record');
  return dayOf(new Date(fromNumericDate(toe)));
}

/** 顺延 only ever lengthens; a repeat of the same last day is no harm. */
function extend(after: Situation, until: string | undefined): Effect {
  if (until === undefined || (after.until !== undefined && until < after.until))
    return { code: 'registry/illegal-step' };
  return { after: { ...after, until, extended: until } };
}

function laterOf(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined) return b;
  return b !== undefined && b > a ? b : a;
}

function untilOf(until: string | undefined): { until?: string } {
  return until === undefined ? {} : { until };
}
