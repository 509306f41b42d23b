import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBase64, formatBase64url, parseBase64, parseBase64url } from '../../node/base/bytes.ts';

const bytes = fc.uint8Array({ maxLength: 300 });

describe('base64', () => {
  it('is written as Node writes it, and read back', () => {
    fc.assert(
      fc.property(bytes, (given) => {
        const buffer = Buffer.from(given);
        expect([formatBase64(given), formatBase64url(given)]).toEqual([
          buffer.toString('base64'),
          buffer.toString('base64url'),
        ]);
        expect(parseBase64(formatBase64(given))).toEqual(given);
        expect(parseBase64url(formatBase64url(given))).toEqual(given);
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  it('has one spelling', () => {
    for (const text of ['AB', 'A', 'AA=', 'AAA=A', 'A A=', 'AB==', '+/', 'AA\n=']) {
      expect([text, parseBase64(text)]).toEqual([text, undefined]);
    }
    for (const text of ['AB', 'A', 'AA==', 'A+', 'é']) expect([text, parseBase64url(text)]).toEqual([text, undefined]);
  });
});
