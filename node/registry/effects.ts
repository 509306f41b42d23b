/** Bulletin type → lifecycle event, and what a bulletin does to its record. Pure: two receivers of the same log agree. */

import type { ProblemCode } from '../base/problem.ts';
import type { Bulletin } from '../bulletin/bulletin.ts';
import type { BulletinName } from '../bulletin/catalogue.ts';
import { fromNumericDate } from '../base/time.ts';
import { dayOf } from '../base/time.ts';
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
export type Effect = { after: Situation } | { code: Extract<ProblemCode, 'registry/illegal-step' | 'registry/unknown-record'> };

/** What a bulletin about a record does to it. A type that speaks of no record has no effect to decide. */
export function decideEffect(bulletin: Bulletin, before: Situation | undefined): Effect {
  const { type, claims, body } = bulletin;
  const event = effects[type.name as BulletinName]; // every type is of the catalogue
  if (!event || !claims.sub_id) throw new RangeError(`a ${type.name} moves no record`);
  const { uscc } = claims.sub_id;
  const kind = before?.kind ?? type.name;
  const next = decideTransition(kind, before?.state, event);
  if ('code' in next) return next;
  if (!before) return { after: { kind, uscc, state: next.state, currentJti: claims.jti } };
  // A moving bulletin has the opener's subject, a correction the body of the record's own kind.
  if (before.uscc !== uscc) return { code: 'registry/illegal-step' };
  if (event !== 'correct') return { after: { ...before, state: next.state } };
  const correction = body as Record<string, unknown>; // its schema was checked
  if (correction['replaces'] !== before.currentJti || !(kind in correction)) return { code: 'registry/illegal-step' };
  return { after: { ...before, state: next.state, currentJti: claims.jti } };
}

/** The day of the decision that a bulletin speaks of, from its `toe`. */
export function decidedOnOf(bulletin: Bulletin): string {
  return dayOf(new Date(fromNumericDate(bulletin.claims.toe as number))); // hasRecord types carry toe
}
