/** The receipts that cover a range of a log: those of its receiver, as far as they join and are covered by a quorum. */

import { listOwnReceipts } from '../federation/own-receipts.ts';
import { wordOn } from '../federation/receipt.ts';
import type { HeldLog } from '../log/ports.ts';
import { type Chosen, chooseCheckpoint } from './choose-checkpoint.ts';
import { type FoundReceipt, findReceipt, isOfOurTree, sortReceipts } from './find-receipts.ts';
import type { Session } from './session.ts';

export interface Range {
  from: number;
  to: number;
}

export interface Covered {
  receipts: FoundReceipt[];
  /** Index up to which they cover the range, from its beginning on. */
  receipted: number;
  chosenOf(origin: string): Chosen;
}

/** Every receipt of that member on a log that is held here and speaks of the range, in order. */
export async function listRangeReceipts(
  session: Session,
  log: HeldLog,
  receiver: string,
  { from, to }: Range,
): Promise<FoundReceipt[]> {
  const speaks = (body: FoundReceipt['body']) => isWithin(body, { from, to }) || settles(body, { from, to });
  const found: FoundReceipt[] = [];
  if (log.own) {
    for (const { jti, body } of await session.store.peers.listReceipts(receiver, log.id)) {
      if (!speaks(body as unknown as FoundReceipt['body'])) continue; // its schema was checked when it was taken
      const receipt = await findReceipt(session, receiver, jti);
      if (receipt?.body.log === log.origin) found.push(receipt);
    }
  } else if (receiver === session.me) {
    const [first] = await session.store.log.listEntries(log.id, from, from + 1);
    if (!first) return [];
    for (const own of session.logs.filter((one) => one.own)) {
      for await (const { entry, body } of listOwnReceipts(session.store.log, own, log, first.at)) {
        if (speaks(body)) found.push({ log: own, entry, body });
      }
    }
  }
  return sortReceipts(found);
}

/** Of these those that a file can show under that checkpoint of the log. */
export async function coverRange(
  session: Session,
  receipts: readonly FoundReceipt[],
  of: Chosen,
  { from, to }: Range,
): Promise<Covered> {
  const chosen = new Map<string, Chosen>();
  for (const origin of new Set(receipts.map(({ log }) => log.origin))) {
    const indexes = receipts.filter(({ log }) => log.origin === origin).map(({ entry }) => entry.index);
    const found = await chooseCheckpoint(session, origin, indexes);
    if (found) chosen.set(origin, found);
  }
  const shown: FoundReceipt[] = [];
  let end: number | undefined;
  for (const one of receipts) {
    const { log, entry, body } = one;
    const isCovered = entry.index < (chosen.get(log.origin)?.size ?? 0) && body.size <= of.size;
    if (!isCovered || !(await isOfOurTree(session, body))) continue;
    if (isWithin(body, { from, to })) {
      if (end === undefined ? body.from > from : body.from !== end) continue; // it does not join
      end = body.to;
    } else if (!settles(body, { from, to })) continue;
    shown.push(one);
  }
  return {
    receipts: shown,
    receipted: Math.max(from, Math.min(end ?? from, to)),
    chosenOf(origin) {
      const found = origin === of.view.log.origin ? of : chosen.get(origin);
      if (!found) throw new RangeError(`no checkpoint was chosen for ${origin}`);
      return found;
    },
  };
}

/** The last word of these receipts on an index. */
export function lastWordOf(receipts: readonly FoundReceipt[], index: number): ReturnType<typeof wordOn> {
  return receipts.map(({ body }) => wordOn(body, index)).findLast((word) => word !== undefined);
}

function isWithin(body: Range, { from, to }: Range): boolean {
  return body.from < body.to && body.from < to && body.to > from;
}

function settles({ settled }: FoundReceipt['body'], { from, to }: Range): boolean {
  return settled.some(({ index }) => from <= index && index < to);
}
