/**
 * Receipts that peers give for our log: kept when they speak of a tree that we signed (docs/protocol.md, Receipt). One
 * that does not join the one before it is kept all the same: it speaks against its giver.
 */

import { isEqual, parseBase64 } from '../base/bytes.ts';
import type { Hash, Logger } from '../base/ports.ts';
import type { Bulletin, Verified } from '../bulletin/bulletin.ts';
import type { Receipt } from '../bulletin/types/receipt.ts';
import { treeOf } from '../log/ledger.ts';
import { rootAt } from '../log/tile.ts';
import type { ExchangeStore } from './ports.ts';
import type { Publisher } from './publish.ts';
import { isPlain } from './receipt.ts';
import { keepRefusals } from './refusals.ts';

interface ReceiptNeeds {
  publisher: Publisher;
  hash: Hash;
  logger: Logger;
}

/** Keeps a receipt that was taken from a member's log, in the transaction that takes it. */
export async function keepReceipt(
  within: ExchangeStore,
  needs: ReceiptNeeds,
  { member, bulletin, at }: { member: string; bulletin: Verified<Bulletin>; at: string },
): Promise<void> {
  const body = bulletin.body as Receipt; // its schema was checked
  const { from, to } = body;
  if (!(await isOfOurLog(within, needs, body))) {
    needs.logger.error({ member, log: body.log, size: body.size }, 'a receipt speaks of a tree that is not ours');
    return;
  }
  const expected = (await within.peers.findLastReceipt(member))?.to ?? 0;
  if (from !== expected) {
    needs.logger.warn({ member, from, expected }, 'a receipt does not join the one before it');
  }
  const { jti } = bulletin.claims;
  await within.peers.putReceipt({ member, from, to, jti, isPlain: isPlain(body), body: { ...body }, at });
  await keepRefusals(within, { member, receipt: body, at });
}

async function isOfOurLog(
  within: ExchangeStore,
  { publisher, hash }: ReceiptNeeds,
  { log, size, root, from, to }: Receipt,
): Promise<boolean> {
  const own = await publisher.log(within.log);
  if (log !== own.origin || from > to || to > size || size > own.size) return false;
  return isEqual(await rootAt(treeOf(within.log, own, hash), size), parseBase64(root) ?? new Uint8Array());
}
