/** Our word in our own log on a range of a peer's: what we took, withheld, or refused and why (docs/protocol.md, Receipt). */

import { formatBase64 } from '../base/bytes.ts';
import type { Receipt } from '../bulletin/types/receipt.ts';
import type { Checkpoint } from '../log/checkpoint.ts';
import type { Word } from '../log/ports.ts';

/** Our word on one entry. */
export interface Said {
  index: number;
  word?: Word;
  code?: string;
  /** Whether the bulletin is about a record: receipts and governance are not receipted. */
  aboutRecord: boolean;
}

/** Whether a receipt must be given over these entries: something about a record, or something not taken. */
export function isReceiptDue(said: readonly Said[]): boolean {
  return said.some(({ word, aboutRecord }) => word !== undefined && (aboutRecord || word !== 'taken'));
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
