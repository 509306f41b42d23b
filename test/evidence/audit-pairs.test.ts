/** Receipts of one member for one log, joined. */

import { describe, expect, it } from 'vitest';
import type { Receipt } from '../../node/bulletin/types/receipt.ts';
import { createPair, takeReceipt } from '../../node/evidence/audit-pairs.ts';

const pair = () => createPair('credit.sh.example/log', '310000', '320000');

function placed(from: number, to: number, more: Partial<Receipt> = {}) {
  const lists = { refused: [], withheld: [], noted: [], settled: [] };
  const receipt: Receipt = { log: 'credit.sh.example/log', size: 100, root: '', from, to, ...lists, ...more };
  return { receipt, log: 'credit.js.example/log', index: from, signedAt: 1_760_000_000 };
}

describe('receipts that join', () => {
  it('cover what they say, and nothing is wrong', () => {
    const one = pair();
    expect(takeReceipt(one, placed(0, 10))).toEqual([]);
    expect(takeReceipt(one, placed(10, 10, { settled: [{ index: 4 }] }))).toEqual([]);
    expect(takeReceipt(one, placed(10, 30, { noted: [{ index: 12, code: 'registry/illegal-step' }] }))).toEqual([]);
    expect(one).toMatchObject({ end: 30, receipts: 3, noted: 1 });
    expect([...one.open]).toEqual([]);
  });

  it('leave open what they refuse or lack, until it is settled', () => {
    const one = pair();
    const refused = [{ index: 2, code: 'bulletin/schema' }];
    takeReceipt(one, placed(0, 10, { refused, withheld: [4, 5, 6] }));
    expect([...one.open.keys()]).toEqual([2, 4, 5, 6]);
    const settled = [
      { index: 4 },
      { index: 5, code: 'bulletin/foreign' },
      { index: 6, code: 'registry/unknown-record' },
    ];
    takeReceipt(one, placed(10, 10, { settled }));
    expect([...one.open].map(([index, { word, code }]) => [index, word, code])).toEqual([
      [2, 'refused', 'bulletin/schema'],
      [5, 'refused', 'bulletin/foreign'],
    ]);
  });
});

describe('receipts that do not', () => {
  it.each<[string, Parameters<typeof placed>, string]>([
    ['leave a gap', [11, 20], 'receipt/gap'],
    ['overlap', [9, 20], 'receipt/overlap'],
    ['end before they begin', [10, 8], 'receipt/inconsistent'],
    ['reach beyond the tree', [10, 101], 'receipt/inconsistent'],
    ['refuse an entry outside', [10, 20, { refused: [{ index: 9, code: 'bulletin/schema' }] }], 'receipt/inconsistent'],
    ['lack an entry outside', [10, 20, { withheld: [20] }], 'receipt/inconsistent'],
    ['say two words on one entry', [10, 20, { withheld: [12, 12] }], 'receipt/inconsistent'],
    ['settle what they cover first', [10, 20, { settled: [{ index: 10 }] }], 'receipt/inconsistent'],
  ])('are told when they %s', (_, given, code) => {
    const one = pair();
    takeReceipt(one, placed(0, 10));
    expect(takeReceipt(one, placed(...given))).toEqual([code]);
  });

  it('tell a gap once, and go on from where they are', () => {
    const one = pair();
    expect(takeReceipt(one, placed(5, 10))).toEqual(['receipt/gap']);
    expect(takeReceipt(one, placed(10, 20))).toEqual([]);
    expect(one.end).toBe(20);
  });
});
