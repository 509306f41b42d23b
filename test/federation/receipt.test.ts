/** What receipts say of one entry. */

import { expect, it } from 'vitest';
import type { HeldReceipt } from '../../node/federation/ports.ts';
import { answerOf } from '../../node/federation/receipt.ts';

function receipt(jti: string, from: number, to: number, said: object = {}): HeldReceipt {
  const body = { from, to, refused: [], withheld: [], noted: [], settled: [], ...said };
  return { member: '320000', log: 1, from, to, jti, isPlain: false, body, at: '2026-03-02T01:02:03.004Z' };
}

const receipts = [
  receipt('a', 0, 10, {
    refused: [{ index: 2, code: 'bulletin/schema' }],
    noted: [{ index: 3, code: 'registry/illegal-step' }],
    withheld: [4, 5, 6],
  }),
  receipt('b', 10, 10, { settled: [{ index: 4 }, { index: 5, code: 'bulletin/foreign' }] }),
];

it.each([
  [0, { word: 'taken', jti: 'a' }],
  [9, { word: 'taken', jti: 'a' }],
  [2, { word: 'refused', code: 'bulletin/schema', jti: 'a' }],
  [3, { word: 'noted', code: 'registry/illegal-step', jti: 'a' }],
  [6, { word: 'withheld', jti: 'a' }],
  [4, { word: 'taken', jti: 'b' }],
  [5, { word: 'refused', code: 'bulletin/foreign', jti: 'b' }],
  [10, undefined],
])('of entry %i they say %j', (index, answer) => {
  expect(answerOf(receipts, index)).toEqual(answer);
});
