/**
 * Carry out erasures, our own and a peer's: salt and content of the named entries go, with what the tables copied from
 * them; leaves, ids and states stay, so every proof still verifies (docs/protocol.md, Governance entries). What is never
 * erased: governance, and receipts and journals once they were taken, which speak of no subject and bind who gave them.
 */

import type { Hash } from '../base/ports.ts';
import type { Bulletin } from '../bulletin/bulletin.ts';
import { type Erasure, erasure } from '../bulletin/types/erasure.ts';
import type { Erased, HeldLog } from '../log/ports.ts';
import { erasedKeyOf } from '../registry/erased-key.ts';
import type { Erasable, ErasedLine, ExchangeStore } from './ports.ts';

const atOnce = 500;

/** What goes: entries of one log, all of one erasure. */
export interface ToErase extends Erased {
  /** Where the erasure stands, or would stand. */
  by: number;
  indexes: readonly number[];
  /** Whether the ledger alone has it: our log has no such erasure. */
  isUnsaid?: boolean;
}

/** Whether nothing is left of an entry, and an erasure says so. */
export function isGone({ hasContent, erased }: Erasable): boolean {
  return !hasContent && erased?.by !== undefined;
}

/** What a bulletin that stands at `by` erases; undefined when it is no erasure. */
export function toEraseBy({ type, body }: Bulletin, by: number, at: string): ToErase | undefined {
  if (type.name !== erasure.name) return undefined;
  const { indexes, ground } = body as Erasure; // its schema was checked
  return { by, ground, at, indexes };
}

/**
 * Erases inside a transaction. What is named at or above the erasure itself, and what is gone already, is passed over.
 *
 * @param me our own member id
 * @returns what the ledger of erasures must hold before the transaction is committed
 */
export async function eraseEntries(
  within: ExchangeStore,
  { id, origin }: HeldLog,
  { by, ground, at, indexes, isUnsaid = false }: ToErase,
  me: string,
  hash: Hash,
): Promise<ErasedLine[]> {
  const below = indexes.filter((index) => index < by);
  const lines: ErasedLine[] = [];
  for (let from = 0; from < below.length; from += atOnce) {
    const named = await within.erasures.listErasable(id, below.slice(from, from + atOnce));
    const going = named.filter((one) => isErasable(one) && !isGone(one));
    if (going.length === 0) continue;
    const indexes = going.map(({ index }) => index);
    const keyOf = (naturalKey: string) => erasedKeyOf(hash, naturalKey);
    await within.erasures.erase(id, indexes, { ground, at, ...(!isUnsaid && { by }) }, keyOf);
    const awaited = going.filter(({ word, erased }) => word === 'withheld' && !erased).length;
    if (awaited > 0) await within.peers.addTallies([{ log: id, member: me, what: 'withheld', n: -awaited }]);
    const ours = going.filter(({ word }) => word !== undefined); // of the others we hold the leaf alone, whatever happens
    lines.push(...ours.map(({ index, record }) => ({ origin, index, by, ground, at, ...record })));
  }
  return lines;
}

function isErasable({ governance, word, record }: Erasable): boolean {
  if (governance) return false;
  return record !== undefined || (word !== 'taken' && word !== 'issued');
}
