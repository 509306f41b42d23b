/** What a node says in its own log, read back from its store. */

import { parseBase64url, parseUtf8 } from '../../node/base/bytes.ts';
import type { Claims } from '../../node/bulletin/bulletin.ts';
import type { Receipt } from '../../node/bulletin/types/receipt.ts';
import type { HeldReceipt } from '../../node/federation/ports.ts';
import type { Entry, HeldLog } from '../../node/log/ports.ts';
import type { RunningNode } from './network.ts';

/** The receipts that a node has given for a log, in log order. */
export async function receiptsGiven(by: RunningNode, origin: string): Promise<Receipt[]> {
  const bodies = (await entriesHeld(by, by.node.self.origin)).map((entry) => claimsOf(entry).events);
  return bodies.flatMap((events) => {
    const receipt = events['urn:huxin:bulletin:receipt:1'] as Receipt | undefined; // its own node signed it
    return receipt?.log === origin ? [receipt] : [];
  });
}

/** Whether receipts join from 0 without gap or overlap. */
export function isJoined(receipts: readonly { from: number; to: number }[]): boolean {
  return receipts.every(({ from, to }, i) => from === (receipts[i - 1]?.to ?? 0) && to >= from);
}

/** The log as a node holds it. */
export async function logHeld(by: RunningNode, origin: string): Promise<HeldLog> {
  const log = await by.node.store.log.findLog(origin);
  if (!log) throw new RangeError(`${by.id} does not hold ${origin}`);
  return log;
}

/** Every entry of a log as a node holds it. */
export async function entriesHeld(by: RunningNode, origin: string): Promise<Entry[]> {
  const { id, size } = await logHeld(by, origin);
  return by.node.store.log.listEntries(id, 0, size);
}

export function claimsOf({ content }: Entry): Claims {
  const payload = parseUtf8(parseBase64url(content?.jws.split('.')[1] ?? '') ?? new Uint8Array());
  return JSON.parse(payload ?? '') as Claims; // throws when the entry has no content
}

/** The receipts that a member has given for a node's own log, as the node keeps them. */
export async function receiptsKept(by: RunningNode, member: string): Promise<HeldReceipt[]> {
  const { id } = await logHeld(by, by.node.self.origin);
  return by.node.store.peers.listReceipts(member, id);
}
