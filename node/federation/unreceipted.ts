/** The oldest bulletin of our own log that a peer has yet to receipt (docs/protocol.md, Receipt). */

import { readType } from '../bulletin/read.ts';
import type { Entry, HeldLog, LogStore } from '../log/ports.ts';

export interface Unreceipted {
  index: number;
  jti: string;
  /** Instant at which it was put into our log. */
  at: string;
}

const window = 5_000; // entries looked through in one query, so that no query holds up the process
const atOnce = 50;

/**
 * Looks from where it found the last one: what stands below was receipted, calls for no receipt, or is not addressed to the
 * peer, none of which ever changes. So only the first look after a start goes through a long log.
 */
export function createUnreceipted({ store }: { store: { log: Pick<LogStore, 'listAddressed'> } }) {
  const lookedTo = new Map<string, number>();

  /** @param receipted first index that the receipts of that member do not cover */
  return async function findOldest(own: HeldLog, member: string, receipted: number): Promise<Unreceipted | undefined> {
    const key = `${own.id} ${member}`;
    let from = Math.max(receipted, lookedTo.get(key) ?? 0);
    while (from < own.size) {
      const to = Math.min(from + window, own.size);
      const entries = await store.log.listAddressed(own.id, member, from, to, atOnce);
      const found = entries.find(callsForReceipt);
      if (found) {
        lookedTo.set(key, found.index);
        return { index: found.index, jti: found.jti ?? '', at: found.at };
      }
      from = entries.length < atOnce ? to : (entries.at(-1) as Entry).index + 1; // there are as many
      lookedTo.set(key, from);
    }
    return undefined;
  };
}

/** Every bulletin does but receipts, and governance, which is addressed to no member by name. */
function callsForReceipt({ content }: Entry): boolean {
  return content !== undefined && readType(content.jws)?.kind !== 'receipt';
}
