/** Our own receipts, read from our own log: which of them speak of one entry of a peer's log. */

import { fromNumericDate } from '../base/time.ts';
import { readClaims } from '../bulletin/read.ts';
import { type Receipt, receipt } from '../bulletin/types/receipt.ts';
import { audienceOf } from '../log/leaf.ts';
import type { Entry, HeldLog, LogStore } from '../log/ports.ts';
import { wordOn } from './receipt.ts';
import type { ReceiptedWord } from './story.ts';

type Logs = Pick<LogStore, 'listEntries' | 'listAddressed'>;

const window = 5_000;
const atOnce = 100;
const marginMs = 3_600_000; // clocks are set back now and then

/**
 * Receipts that speak of an entry, in their order, up to the one that says what our word on it is now.
 *
 * @param entry no receipt for it is older than the instant at which we learned it
 */
export async function findOwnReceipts(logs: Logs, own: HeldLog, log: HeldLog, entry: Entry): Promise<ReceiptedWord[]> {
  const since = new Date(Date.parse(entry.at) - marginMs).toISOString();
  const found: ReceiptedWord[] = [];
  let from = await findFirstSince(logs, own, since);
  while (from < own.size) {
    const to = Math.min(from + window, own.size);
    const entries = await logs.listAddressed(own.id, log.member, from, to, atOnce);
    for (const one of entries) {
      const said = wordOf(one, log.origin, entry.index);
      if (!said) continue;
      found.push(said);
      if (said.word !== 'withheld' && said.word === entry.word && said.code === entry.code) return found;
    }
    from = entries.length < atOnce ? to : (entries.at(-1) as Entry).index + 1; // there are as many
  }
  return found;
}

/**
 * Our receipts for a member's log, in their order, from those given about then on.
 *
 * @param since instant at which we learned what they are to speak of
 */
export async function* listOwnReceipts(
  logs: Logs,
  own: HeldLog,
  log: Pick<HeldLog, 'member' | 'origin'>,
  since: string,
): AsyncGenerator<{ entry: Entry; body: Receipt }> {
  const margin = new Date(Date.parse(since) - marginMs).toISOString();
  let from = await findFirstSince(logs, own, margin);
  while (from < own.size) {
    const to = Math.min(from + window, own.size);
    const entries = await logs.listAddressed(own.id, log.member, from, to, atOnce);
    for (const entry of entries) {
      if (audienceOf(entry.leaf).length > 1) continue; // a receipt is for the issuer alone
      const { body } = readReceipt(entry);
      if (body?.log === log.origin) yield { entry, body };
    }
    from = entries.length < atOnce ? to : (entries.at(-1) as Entry).index + 1; // there are as many
  }
}

/** Index of the first entry that is no older: our own log grows with the clock. */
async function findFirstSince(logs: Logs, { id, size }: HeldLog, since: string): Promise<number> {
  let [low, high] = [0, size];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [entry] = await logs.listEntries(id, middle, middle + 1);
    if (entry && entry.at < since) low = middle + 1;
    else high = middle;
  }
  return low;
}

function wordOf(entry: Entry, origin: string, index: number): ReceiptedWord | undefined {
  const { body, iat } = readReceipt(entry);
  const word = body?.log === origin ? wordOn(body, index) : undefined;
  if (!word) return undefined;
  const signedAt = typeof iat === 'number' ? fromNumericDate(iat) : undefined;
  const stands = { jti: entry.jti ?? '', index: entry.index, at: entry.at, ...(signedAt && { signedAt }) };
  return { ...word, receipt: stands };
}

function readReceipt({ content }: Entry): { body?: Receipt; iat?: unknown } {
  const claims = content && readClaims(content.jws);
  const body = (claims?.events as Record<string, unknown> | undefined)?.[receipt.event] as Receipt | undefined; // we wrote it
  return { ...(body && { body }), iat: claims?.iat };
}
