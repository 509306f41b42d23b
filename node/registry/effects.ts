/** Bulletin type → lifecycle event, and what a bulletin does to its record. Pure: two receivers of the same log agree. */

import type { ProblemCode } from '../base/problem.ts';
import { dayOf, fromNumericDate } from '../base/time.ts';
import type { Bulletin, Claims } from '../bulletin/bulletin.ts';
import type { BulletinName } from '../bulletin/catalogue.ts';
import { decideTransition, type RecordEvent, type RecordState } from './lifecycle.ts';

/** What each type asks of a record; a type added to the catalogue does not compile until it stands here. */
export const effects: Readonly<Record<BulletinName, RecordEvent | undefined>> = {
  penalty: 'open',
  dishonesty: 'open',
  grade: 'open',
  commendation: 'open',
  correction: 'correct',
  repair: 'repair',
  revocation: 'revoke',
  receipt: undefined,
  adoption: undefined,
};

/** Where a record stands before a bulletin. */
export interface Situation {
  /** Type of the bulletin that opened it. */
  kind: string;
  uscc: string;
  state: RecordState;
  /** `jti` of the bulletin whose body is in force. */
  currentJti: string;
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
  body: unknown;
}

/** The deed that a bulletin about a record is. */
export function deedOf({ type, claims, body }: Bulletin): Deed {
  if (!claims.sub_id) throw new RangeError(`a ${type.name} is about no record`);
  return { type: type.name, uscc: claims.sub_id.uscc, jti: claims.jti, body };
}

/** What a deed does to its record. */
export function decideEffect({ type, uscc, jti, body }: Deed, before: Situation | undefined): Effect {
  const event = effects[type as BulletinName]; // every type is of the catalogue
  if (!event) throw new RangeError(`a ${type} moves no record`);
  const kind = before?.kind ?? type;
  const next = decideTransition(kind, before?.state, event);
  if ('code' in next) return next;
  if (!before) return { after: { kind, uscc, state: next.state, currentJti: jti } };
  // A moving bulletin has the opener's subject, a correction the body of the record's own kind.
  if (before.uscc !== uscc) return { code: 'registry/illegal-step' };
  if (event !== 'correct') return { after: { ...before, state: next.state } };
  const correction = body as Record<string, unknown>; // its schema was checked
  if (correction.replaces !== before.currentJti || !(kind in correction)) return { code: 'registry/illegal-step' };
  return { after: { ...before, state: next.state, currentJti: jti } };
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

/** The day of the decision that a bulletin speaks of, from its `toe`. */
export function decidedOnOf({ toe }: Claims): string {
  if (toe === undefined) throw new RangeError('about no record');
  return dayOf(new Date(fromNumericDate(toe)));
}
