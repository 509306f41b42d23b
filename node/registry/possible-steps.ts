/** Which steps a record's table leaves open to its issuer on a day, before anything is known of what they would say. Pure. */

import { effects, transitionOf } from './effects.ts';
import { stateOn } from './lifecycle.ts';
import { type CreditRecord, objectionsOf } from './record.ts';

/** Types of steps that would do something; a repeat of what was said already would not. */
export function possibleSteps(record: CreditRecord, day: string): string[] {
  const { type: kind, uscc, state, currentJti, until } = record;
  const isExpired = stateOn(kind, state, until, day) === 'expired';
  const hasObjection = objectionsOf(record).some(({ decision }) => !decision);
  const moves = Object.entries(effects).flatMap(([type, effect]) => {
    return effect !== undefined && effect !== 'mark' && effect !== 'open' ? [type] : [];
  });
  return moves.filter((type) => {
    const next = transitionOf({ type, uscc, jti: '', body: {} }, { kind, uscc, state, currentJti });
    if ('code' in next || (isExpired && next.guards.includes('not-expired'))) return false;
    if (next.guards.includes('open-objection')) return hasObjection;
    return next.to !== state || next.guards.length > 1; // a repeat has no guard but that of its days
  });
}
