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

/**
 * The last day on which the record is kept, as this bulletin leaves it; nothing when no day follows from it. Openers,
 * corrections and marks say one, other moves change none.
 */
export function retentionOf(
  { type, claims }: Pick<Bulletin, 'type' | 'claims'>,
  agreement: Agreement,
): { retainUntil?: string } {
  const [kept, body] = keptIn(type, Object.values(claims.events)[0]);
  if (kept.kind === 'moves' || !kept.decidedOn) return {};
  const stated = textAt(body, 'retainUntil');
  if (stated !== undefined) return { retainUntil: stated };
  const years = findEntry(agreement, kept.name)?.retentionYears;
  return years === undefined ? {} : { retainUntil: addMonths(kept.decidedOn(body), 12 * years) };
}

/** Of a correction the corrected body, with its own type. */
function keptIn(type: BulletinType, body: unknown): [BulletinType, unknown] {
  if (type.name !== correction.name) return [type, body];
  const corrected = correctable.find(({ name }) => name in (body as object)); // its schema was checked
  return corrected ? [corrected, (body as Record<string, unknown>)[corrected.name]] : [type, body];
}
