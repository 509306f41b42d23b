import { describe, expect, it } from 'vitest';
import { holdsIdentityNumber } from '../../node/base/identity-number.ts';

// The two specimens of GB 11643-1999 itself; no person's number stands here.
const specimens = ['11010519491231002X', '440524188001010014'];

describe('an identity number', () => {
  it.each(specimens)('is found: %s', (number) => expect(holdsIdentityNumber(number)).toBe(true));

  it.each([
    ['in a sentence', '法定代表人（身份证号11010519491231002X）已签字'],
    ['with a small x', '11010519491231002x'],
    ['in full-width characters', '１１０１０５１９４９１２３１００２Ｘ'],
    ['in circled digits', '①①⓪①⓪⑤①⑨④⑨①②③①⓪⓪②X'],
    ['with blanks', '110105 19491231 002X'],
    ['with ideographic blanks', '110105　19491231　002X'],
    ['with hyphens and dashes', '110105-19491231–002X'],
    ['with characters of no width', '110105\u200b19491231\ufeff002X'],
    ['over two lines', '11010519491231\n002X'],
    ['beside letters', 'ID11010519491231002X号'],
    ['after another number', '2026、440524188001010014、3'],
  ])('is found %s', (_, text) => expect(holdsIdentityNumber(text)).toBe(true));

  it.each([
    ['a wrong check character', '110105194912310021'],
    ['a province that GB/T 2260 does not have', '99010519491231002X'],
    ['a month that is none', '11010519491331002X'],
    ['the thirtieth of February', '110105194902300027'],
    ['nineteen digits', '4405241880010100140'],
    ['a digit before it', '7440524188001010014'],
    ['a digit after the X', '11010519491231002X5'],
    ['fifteen digits', '110105491231002'],
    ['no digits', '没收违法所得，并处罚款。'],
    ['nothing', ''],
    ['the code of a company', '91110108551385082Q'],
  ])('is not found in %s', (_, text) => expect(holdsIdentityNumber(text)).toBe(false));

  it('has a day of the calendar, leap years counted', () => {
    expect(holdsIdentityNumber(checked('11010520000229001'))).toBe(true);
    expect(holdsIdentityNumber(checked('11010519000229001'))).toBe(false);
    expect(holdsIdentityNumber(checked('11010517991231001'))).toBe(false);
    expect(holdsIdentityNumber(checked('11010521000101001'))).toBe(false);
  });

  it('gives the same answer when asked again', () => {
    const text = `${specimens[0]}，${specimens[1]}`;
    expect([1, 2, 3].map(() => holdsIdentityNumber(text))).toEqual([true, true, true]);
  });
});

function checked(first17: string): string {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, i) => total + weight * Number(first17[i]), 0);
  return first17 + '10X98765432'[sum % 11];
}
