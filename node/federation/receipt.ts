/** Our word in our own log on a range of a peer's: what we took, withheld, or refused and why (docs/protocol.md, Receipt). */

import { formatBase64 } from '../base/bytes.ts';
import type { Receipt } from '../bulletin/types/receipt.ts';
import type { Checkpoint } from '../log/checkpoint.ts';
import type { Word } from '../log/ports.ts';
import type { HeldReceipt } from './ports.ts';

/** A receipt lists at most so many of a kind: its schema's bound. */
export const mostListed = 1_000;

/** Our word on one entry. */
export interface Said {
  index: number;
  word?: Word;
  code?: string;
  /** Whether the bulletin is a receipt or governance, taken or not: these alone call for no receipt. */
  isReceiptOrGovernance: boolean;
}

/** Whether a receipt must be given over these entries, so that two nodes never receipt each other's receipts for ever. */
export function isReceiptDue(said: readonly Said[]): boolean {
  return said.some(({ word, isReceiptOrGovernance }) => word !== undefined && !isReceiptOrGovernance);
}

/** The receipt for [from, to), listing whatever was not simply taken. */
export function buildReceipt(
  checkpoint: Checkpoint,
  from: number,
  to: number,
  said: readonly Said[],
  settled: Receipt['settled'] = [],
): Receipt {
  const coded = (word: Word) =>
    said.flatMap((one) => (one.word === word && one.code ? [{ index: one.index, code: one.code }] : []));
  return {
    log: checkpoint.origin,
    size: checkpoint.size,
    root: formatBase64(checkpoint.root),
    from,
    to,
    refused: coded('refused'),
    withheld: said.filter(({ word }) => word === 'withheld').map(({ index }) => index),
    noted: coded('noted'),
    settled,
  };
}

/** Receipts over no range that settle these entries of what is receipted already, in as many as it takes. */
export function buildSettling(checkpoint: Checkpoint, receipted: number, settled: Receipt['settled']): Receipt[] {
  const bodies: Receipt[] = [];
  for (let at = 0; at < settled.length; at += mostListed)
    bodies.push(buildReceipt(checkpoint, receipted, receipted, [], settled.slice(at, at + mostListed)));
  return bodies;
}

/** Whether a receipt names no entry: all of its range was taken. */
export function isPlain({ refused, withheld, noted, settled }: Receipt): boolean {
  return [refused, withheld, noted, settled].every((list) => list.length === 0);
}

/** A peer's word on one of our bulletins, and the receipt that says it. */
export interface Answered {
  word: Exclude<Word, 'issued'>;
  code?: string;
  jti: string;
}

/** What receipts of one peer, in the order of their ranges, say last of the entry at `index`; undefined while none covers it. */
export function answerOf(receipts: readonly HeldReceipt[], index: number): Answered | undefined {
  return answersOf(receipts, index).at(-1);
}

/** All that they say of it: content that came late is spoken of twice. */
export function answersOf(receipts: readonly HeldReceipt[], index: number): Answered[] {
  return receipts.flatMap(({ jti, body }) => {
    const word = wordOn(body as unknown as Receipt, index); // its schema was checked when it was taken
    return word ? [{ ...word, jti }] : [];
  });
}

/** What one receipt says of the entry at `index`. */
export function wordOn(receipt: Receipt, index: number): Omit<Answered, 'jti'> | undefined {
  const settled = receipt.settled.find((one) => one.index === index);
  if (settled) return toWord(settled.code);
  return receipt.from <= index && index < receipt.to ? wordIn(receipt, index) : undefined;
}

function wordIn({ refused, noted, withheld }: Receipt, index: number): Omit<Answered, 'jti'> {
  if (withheld.includes(index)) return { word: 'withheld' };
  return toWord([...refused, ...noted].find((one) => one.index === index)?.code);
}

/** What only a registry minds is noted, everything else refused (docs/protocol.md, Verdicts). */
export function toWord(code: string | undefined): Omit<Answered, 'jti'> {
  if (code === undefined) return { word: 'taken' };
  return { word: code.startsWith('registry/') ? 'noted' : 'refused', code };
}
