/**
 * Receipts that peers give for our log: kept when they speak of a tree that we signed (docs/protocol.md, Receipt). One
 * that does not join the one before it is kept all the same: it speaks against its giver.
 */

import { isEqual, parseBase64 } from '../base/bytes.ts';
import type { Hash, Logger } from '../base/ports.ts';
import type { Bulletin, Verified } from '../bulletin/bulletin.ts';
import type { Receipt } from '../bulletin/types/receipt.ts';
import { treeOf } from '../log/ledger.ts';
import type { HeldLog } from '../log/ports.ts';
import { rootAt } from '../log/tile.ts';
import type { ExchangeStore } from './ports.ts';
import { isPlain } from './receipt.ts';
import { keepRefusals } from './refusals.ts';

interface ReceiptNeeds {
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
  const log = await findOwnLog(within, needs, body);
  if (!log) {
    needs.logger.error({ member, log: body.log, size: body.size }, 'a receipt speaks of a tree that is not ours');
    return;
  }
  const expected = (await within.peers.findLastReceipt(member, log.id))?.to ?? 0;
  if (from !== expected) {
    needs.logger.warn({ member, from, expected }, 'a receipt does not join the one before it');
  }
  const { jti } = bulletin.claims;
  await within.peers.putReceipt({
    ...{ member, log: log.id, from, to, jti },
    ...{ isPlain: isPlain(body), body: { ...body }, at },
  });
  await keepRefusals(within, { member, log: log.id, receipt: body, at });
}

/** The log of ours of which it speaks, if it speaks of a tree that we signed: a struck one is receipted to its end. */
async function findOwnLog(
  within: ExchangeStore,
  { hash }: ReceiptNeeds,
  { log, size, root, from, to }: Receipt,
): Promise<HeldLog | undefined> {
  const own = await within.log.findLog(log);
  if (!own?.own || from > to || to > size || size > own.size) return undefined;
  const then = await rootAt(treeOf(within.log, own, hash), size);
  return isEqual(then, parseBase64(root) ?? new Uint8Array()) ? own : undefined;
}
