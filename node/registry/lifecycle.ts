/**
 * What may happen to a credit record, one row a kind. A step that the table does not list has no legal effect: the
 * issuer is not let to take it, and a receiver notes it.
 */

import type { ProblemCode } from '../base/problem.ts';

export type RecordState = 'publicised' | 'repaired' | 'revoked';

/** What a bulletin asks of a record. */
export type RecordEvent = 'open' | 'correct' | 'repair' | 'revoke';

/** From a state, by an event, to a state; `none` is before the record is opened. */
type Transitions = Partial<Record<RecordState | 'none', Partial<Record<RecordEvent, RecordState>>>>;

const standing: Transitions = {
  none: { open: 'publicised' },
  publicised: { correct: 'publicised', revoke: 'revoked' },
};

const repairable: Transitions = {
  none: { open: 'publicised' },
  publicised: { correct: 'publicised', repair: 'repaired', revoke: 'revoked' },
  repaired: { correct: 'repaired', revoke: 'revoked' },
};

/** By the type of the bulletin that opens the record. */
export const lifecycles: Readonly<Record<string, Transitions>> = {
  dishonesty: repairable,
  penalty: repairable,
  grade: standing,
  commendation: standing,
};

/** The state that an event leads to, or why it has no legal effect. */
export function decideTransition(
  kind: string,
  state: RecordState | undefined,
  event: RecordEvent,
): { state: RecordState } | { code: Extract<ProblemCode, 'registry/illegal-step' | 'registry/unknown-record'> } {
  if (state === undefined && event !== 'open') return { code: 'registry/unknown-record' };
  const next = lifecycles[kind]?.[state ?? 'none']?.[event];
  return next ? { state: next } : { code: 'registry/illegal-step' };
}
