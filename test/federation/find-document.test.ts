import { expect, it } from 'vitest';
import { formatBase64url, utf8 } from '../../node/base/bytes.ts';
import { piecesOf } from '../../node/federation/find-document.ts';

const text = (before: string, number: string) =>
  formatBase64url(utf8(`{"events":{"x":{"document":{"number":"${before}${number}","z":1}}}}`));

it.each(['沪知罚〔2026〕401号', '沪知罚(2026)7号', '401', 'ABC-1/2', '甲"乙"丙', '〔2026〕'])(
  'a piece of %s is found in signed content, wherever it begins',
  (number) => {
    const inside = JSON.stringify(number).slice(1, -1);
    for (const before of ['', 'a', 'ab', 'abc']) {
      const pieces = piecesOf(number);
      expect(pieces.some((piece) => text(before, inside).includes(piece))).toBe(true);
    }
  },
);

it('asks for the running number, not for what a whole bureau shares', () => {
  const [piece = ''] = piecesOf('沪知罚〔2026〕401号');
  expect(formatBase64url(utf8('401号'))).toContain(piece);
});
