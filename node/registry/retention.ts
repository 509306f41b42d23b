/**
 * How long this node keeps what it said of a record: until the day that the body states, or as many years after the
 * decision as the agreement gives for its type. Receivers have no clock of their own: the issuer's erasure tells them
 * (docs/protocol.md, Governance entries; 个人信息保护法 art. 19).
 */

import { type Agreement, findEntry } from '../agreement/agreement.ts';
import { addMonths } from '../base/calendar.ts';
import { textAt } from '../base/pointer.ts';
import type { Bulletin, BulletinType } from '../bulletin/bulletin.ts';
import { correctable, correction } from '../bulletin/types/correction.ts';
import { lastDayOf } from './effects.ts';
import { isEndless } from './lifecycle.ts';

/**
 * The last day on which the record is kept, as this bulletin leaves it: never a day before the last on which it is in
 * force; nothing when no day follows from it. Openers, corrections and marks say one, other moves change none.
 */
export function retentionOf(
  { type, claims }: Pick<Bulletin, 'type' | 'claims'>,
  agreement: Agreement,
): { retainUntil?: string } {
  const [kept, body] = keptIn(type, Object.values(claims.events)[0]);
  if (kept.kind === 'moves' || !kept.decidedOn) return {};
  const lastDay = lastDayOf(kept.name, body);
  if (isEndless(kept.name) && lastDay === undefined) return {};
  const years = findEntry(agreement, kept.name)?.retentionYears;
  const counted = years === undefined ? undefined : addMonths(kept.decidedOn(body), 12 * years);
  const retainUntil = textAt(body, 'retainUntil') ?? counted;
  if (retainUntil === undefined) return {};
  return { retainUntil: lastDay !== undefined && lastDay > retainUntil ? lastDay : retainUntil };
}

/** Of a correction the corrected body, with its own type. */
function keptIn(type: BulletinType, body: unknown): [BulletinType, unknown] {
  if (type.name !== correction.name) return [type, body];
  const corrected = correctable.find(({ name }) => name in (body as object)); // its schema was checked
  return corrected ? [corrected, (body as Record<string, unknown>)[corrected.name]] : [type, body];
}
