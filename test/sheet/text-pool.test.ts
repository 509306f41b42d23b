import { expect, it } from 'vitest';
import { createTextPool } from '../../node/sheet/text-pool.ts';

it('gives back each of many texts by its number, and nothing else', () => {
  const pool = createTextPool();
  const texts = Array.from({ length: 20_000 }, (_, i) => (i % 7 === 0 ? '' : `\ufeff名${'𠮷'.repeat(i % 5)}${i}`));
  texts.push('长'.repeat(100_000));
  for (const text of texts) pool.add(text);
  for (const [i, text] of texts.entries()) expect(pool.get(i)).toBe(text);
  for (const index of [-1, texts.length, Number.NaN]) expect(pool.get(index)).toBeUndefined();
});
