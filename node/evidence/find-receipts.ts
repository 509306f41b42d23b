/**
 * Receipts that are held here and speak of an entry: of one of ours those that each addressee gave, of a member's those
 * that we gave.
 */

import { isEqual, parseBase64 } from '../base/bytes.ts';
import { readClaims } from '../bulletin/read.ts';
import { type Receipt, receipt } from '../bulletin/types/receipt.ts';
import { listOwnLogs } from '../federation/own-logs.ts';
import { findOwnReceipts } from '../federation/own-receipts.ts';
import { wordOn } from '../federation/receipt.ts';
import { audienceOf } from '../log/leaf.ts';
import type { Entry, HeldLog } from '../log/ports.ts';
import { rootAt } from '../log/tile.ts';
import type { Session } from './session.ts';

export interface FoundReceipt {
  /** Log of who gives it. */
  log: HeldLog;
  entry: Entry;
  body: Receipt;
}

/** All of them, by the receiver's log's origin, then by index. */
export async function findReceipts(session: Session, log: HeldLog, entry: Entry): Promise<FoundReceipt[]> {
  const { me } = session;
  const audience = audienceOf(entry.leaf);
  const receivers = log.own ? audience.filter((id) => id !== me) : audience.filter((id) => id === me);
  const found: FoundReceipt[] = [];
  for (const receiver of receivers) {
    if (receiver === '*') continue;
    found.push(...(log.own ? await given(session, log, entry, receiver) : await ours(session, log, entry)));
  }
  return sortReceipts(found);
}

/** By origin of the log in which they stand, then by index; each once. */
export function sortReceipts(receipts: readonly FoundReceipt[]): FoundReceipt[] {
  const byPlace = new Map(receipts.map((one) => [`${one.log.origin} ${one.entry.index}`, one]));
  return [...byPlace.values()].sort((a, b) =>
    a.log.origin === b.log.origin ? a.entry.index - b.entry.index : a.log.origin < b.log.origin ? -1 : 1,
  );
}

/** The receipt of that id in a log of that member, as it was signed. */
export async function findReceipt(
  { store }: Pick<Session, 'store'>,
  member: string,
  jti: string,
): Promise<FoundReceipt | undefined> {
  const found = await store.log.findByJti(jti);
  const body = found && bodyOf(found.entry);
  return found && body && found.log.member === member ? { ...found, body } : undefined;
}

/** The receipt that an entry is; undefined when it is another bulletin, or cannot be read. */
function bodyOf({ content, word }: Entry): Receipt | undefined {
  if (!content || word === 'refused') return undefined;
  const events = readClaims(content.jws)?.events as Record<string, Receipt> | undefined; // its schema was checked
  return events?.[receipt.event];
}

/** Whether a receipt speaks of the tree that we hold. */
export async function isOfOurTree({ view }: Session, { log, size, root }: Receipt): Promise<boolean> {
  const { tree } = view(log);
  const then = parseBase64(root);
  return then !== undefined && size <= tree.size && isEqual(await rootAt(tree, size), then);
}

async function given(session: Session, log: HeldLog, { index }: Entry, member: string): Promise<FoundReceipt[]> {
  const kept = await session.store.peers.listReceipts(member, log.id, index);
  const found: FoundReceipt[] = [];
  for (const { jti } of kept) {
    const one = await findReceipt(session, member, jti);
    if (one?.body.log === log.origin && wordOn(one.body, index)) found.push(one);
  }
  return found;
}

async function ours(session: Session, log: HeldLog, entry: Entry): Promise<FoundReceipt[]> {
  const found: FoundReceipt[] = [];
  for (const own of await listOwnLogs(session.store.log)) {
    const said = await findOwnReceipts(session.store.log, own, log, entry);
    for (const { receipt } of said) {
      const one = await findReceipt(session, own.member, receipt.jti);
      if (one) found.push(one);
    }
  }
  return found;
}
