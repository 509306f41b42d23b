/** The exchange's small decisions: when to try again, whether to cosign, what a receipt says. */

import { describe, expect, it } from 'vitest';
import { formatBase64 } from '../../node/base/bytes.ts';
import { buildReceipt, isReceiptDue, type Said } from '../../node/federation/receipt.ts';
import { delayAfter } from '../../node/federation/retry.ts';
import { decideCosign, decideSight } from '../../node/federation/witness.ts';
import { bulletinCheck } from '../support/bulletins.ts';
import { numberedHash } from '../support/tree.ts';

describe('the delay after failures', () => {
  it('doubles from 2 seconds to 5 minutes and stays there', () => {
    expect([1, 2, 3, 7, 8, 9, 1000].map(delayAfter)).toEqual([2, 4, 8, 128, 256, 300, 300].map((s) => s * 1000));
  });
});

describe('a checkpoint that we are shown', () => {
  const checkpoint = { origin: 'a', size: 3, root: numberedHash(3) };

  it('is ours with our root, a fork with another, ahead when we hold less', () => {
    expect(decideSight(checkpoint, numberedHash(3))).toBe('ours');
    expect(decideSight(checkpoint, numberedHash(4))).toBe('fork');
    expect(decideSight(checkpoint, undefined)).toBe('ahead');
  });
});

describe('a cosignature', () => {
  const day = 20 * 3600;
  const decide = (ours: number, here?: number, any?: number) => decideCosign(ours, { here, any }, day);

  it('is given at once where there is none, and again when it has grown old', () => {
    expect(decide(1000)).toBe(1000);
    expect(decide(1000, undefined, 900)).toBe(1000);
    expect(decide(1000 + day - 1, 1000, 1000)).toBeUndefined();
    expect(decide(1000 + day, 1000, 1000)).toBe(1000 + day);
  });

  it('never goes back in time for one log, whatever the clock does', () => {
    expect(decide(500, undefined, 900)).toBe(900);
    expect(decide(500, 900, 900)).toBeUndefined();
  });
});

describe('a receipt', () => {
  const record = (index: number, word?: Said['word'], code?: string): Said => {
    return { index, isReceiptOrGovernance: false, ...(word && { word }), ...(code !== undefined && { code }) };
  };

  it('is due for bulletins about records and for whatever was not taken, and for nothing else', () => {
    expect(isReceiptDue([])).toBe(false);
    expect(isReceiptDue([{ index: 0, word: 'taken', isReceiptOrGovernance: true }])).toBe(false);
    expect(isReceiptDue([{ index: 0, isReceiptOrGovernance: false }])).toBe(false);
    expect(isReceiptDue([record(0, 'taken')])).toBe(true);
    expect(isReceiptDue([{ index: 0, word: 'withheld', isReceiptOrGovernance: false }])).toBe(true);
    expect(isReceiptDue([{ index: 0, word: 'refused', isReceiptOrGovernance: false }])).toBe(true);
    expect(isReceiptDue([{ index: 0, word: 'refused', isReceiptOrGovernance: true }])).toBe(false);
  });

  it('lists what was not simply taken, each in its list, and is valid by its schema', () => {
    const checkpoint = { origin: 'credit.sh.example/log', size: 9, root: numberedHash(9) };
    const said = [
      record(2, 'taken'),
      record(3, 'refused', 'bulletin/schema'),
      record(4, 'withheld'),
      record(5, 'noted', 'registry/illegal-step'),
      { index: 6, isReceiptOrGovernance: false },
    ];
    const receipt = buildReceipt(checkpoint, 2, 7, said, [{ index: 1 }, { index: 0, code: 'bulletin/foreign' }]);
    expect(receipt).toEqual({
      ...{ log: checkpoint.origin, size: 9, root: formatBase64(checkpoint.root), from: 2, to: 7 },
      ...{ refused: [{ index: 3, code: 'bulletin/schema' }], withheld: [4] },
      noted: [{ index: 5, code: 'registry/illegal-step' }],
      settled: [{ index: 1 }, { index: 0, code: 'bulletin/foreign' }],
    });
    expect(bulletinCheck('receipt')(receipt)).toEqual([]);
  });
});
