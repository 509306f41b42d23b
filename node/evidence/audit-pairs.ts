/**
 * What the receipts of one member amount to for one log of another's: how far they join, what they refused or lacked, and
 * which came later than they may. Receipts are handed in in the order of the log in which they stand; nothing grows with
 * the number of leaves.
 */

import type { Receipt } from '../bulletin/types/receipt.ts';
import { toWord } from '../federation/receipt.ts';

/** A receipt and where it stands. */
export interface PlacedReceipt {
  receipt: Receipt;
  log: string;
  index: number;
  /** NumericDate of signing. */
  signedAt: number;
}

/** An entry that is refused, or withheld and not settled. */
export interface OpenEntry {
  word: 'refused' | 'withheld';
  code?: string;
  log: string;
  index: number;
  signedAt: number;
}

/** A receipt that may be late, depending on what stands in its range. */
export interface Suspect {
  from: number;
  to: number;
  log: string;
  index: number;
  signedAt: number;
}

export interface Pair {
  /** The issuer's log, and who gives the receipts. */
  origin: string;
  issuer: string;
  receiver: string;
  receipts: number;
  /** First index that they do not cover. */
  end: number;
  refused: number;
  withheld: number;
  noted: number;
  open: Map<number, OpenEntry>;
  suspects: Suspect[];
}

export type PairFault = 'receipt/gap' | 'receipt/overlap' | 'receipt/inconsistent';

export function createPair(origin: string, issuer: string, receiver: string): Pair {
  const counts = { receipts: 0, end: 0, refused: 0, withheld: 0, noted: 0 };
  return { origin, issuer, receiver, ...counts, open: new Map(), suspects: [] };
}

/** Takes the next receipt in, and says what is wrong with it. docs/protocol.md, Receipt. */
export function takeReceipt(pair: Pair, { receipt, log, index, signedAt }: PlacedReceipt): PairFault[] {
  const { from, to, size } = receipt;
  const said = { log, index, signedAt };
  const faults: PairFault[] = [];
  if (from > pair.end) faults.push('receipt/gap');
  if (from < pair.end) faults.push('receipt/overlap');
  if (!isConsistent(receipt)) faults.push('receipt/inconsistent');
  pair.receipts++;
  pair.end = Math.max(pair.end, Math.min(to, size));
  for (const { index: at, code } of receipt.refused) {
    pair.refused++;
    pair.open.set(at, { word: 'refused', code, ...said });
  }
  for (const at of receipt.withheld) {
    pair.withheld++;
    pair.open.set(at, { word: 'withheld', ...said });
  }
  pair.noted += receipt.noted.length;
  for (const { index: at, code } of receipt.settled) {
    const { word } = toWord(code);
    if (word === 'refused' && code !== undefined) pair.open.set(at, { word, code, ...said });
    else pair.open.delete(at);
  }
  return faults;
}

/** Ranges in order and within the tree, every named index where it may be named. */
function isConsistent({ from, to, size, refused, withheld, noted, settled }: Receipt): boolean {
  const named = [...refused, ...noted].map(({ index }) => index).concat(withheld);
  return (
    from <= to &&
    to <= size &&
    named.every((index) => from <= index && index < to) &&
    new Set(named).size === named.length &&
    settled.every(({ index }) => index < from)
  );
}
