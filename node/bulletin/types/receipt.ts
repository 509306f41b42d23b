/** 回执: what a receiver says, in its own log, of the leaves [from, to) that were addressed to it (docs/protocol.md, Receipt). */

import type { BulletinType } from '../bulletin.ts';

/** All four lists are always there, so that nothing refused is said and not implied. At most 1,000 entries each. */
export interface Receipt {
  /** Origin of the issuer's log. */
  log: string;
  /** Size and root (base64, 32 bytes) of a checkpoint that the issuer signed, `to` ≤ `size`. */
  size: number;
  root: string;
  from: number;
  /** The index after the last; equal to `from` when only `settled` is said. */
  to: number;
  refused: { index: number; code: string }[];
  withheld: number[];
  noted: { index: number; code: string }[];
  /** A later word on an index below `from`; without a code it was taken. */
  settled: { index: number; code?: string }[];
}

export const receipt: BulletinType<Receipt> = {
  name: 'receipt',
  event: 'urn:huxin:bulletin:receipt:1',
  schema: 'bulletin/receipt',
  kind: 'receipt',
  freeText: [],
};
