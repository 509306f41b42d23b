/**
 * Citizens' identity numbers (GB 11643-1999), found only to be refused. The answer is part of a verdict on the wire
 * (docs/protocol.md, Natural persons), so it depends on the text alone: no clock, no list that could grow.
 *
 * What counts, exactly:
 * 1. The text in Unicode form NFKC (full-width and circled digits become 0–9), without the blanks and hyphens below.
 * 2. A run: 17 digits and then a digit, `X` or `x`, with no digit on either side. A letter beside it does not hide it
 *    (`ID110105…`), a digit does: twenty digits are something else.
 * 3. The run begins with the two digits of a province, autonomous region or municipality, Taiwan, Hong Kong or Macao
 *    (GB/T 2260), digits 7–14 are a day of the calendar in the years 1800–2099, and the last character is the check.
 */

// Every blank of ECMAScript, the soft hyphen, what has no width, hyphens, dashes and the minus sign.
const blanksAndHyphens = /[\s\u00ad\u200b-\u200d\u2010-\u2015\u2060\u2212-]/gu;
const run = /(?<!\d)\d{17}[\dXx](?!\d)/g;
const provinces = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82'.split(' '),
);
const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const checks = '10X98765432';

/** Whether the text holds an identity number. A code or a document number that looks like one is not for this function. */
export function holdsIdentityNumber(text: string): boolean {
  if (!mayHoldDigits(text)) return false;
  const runs = text.normalize('NFKC').replace(blanksAndHyphens, '').match(run);
  return runs?.some(isIdentityNumber) ?? false;
}

/**
 * Whether enough characters are not surely other than digits, so that most text is done with here. Nine are enough,
 * because one character becomes at most two digits (㊿).
 */
function mayHoldDigits(text: string): boolean {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const isOther =
      code < 0x80 ? code < 0x30 || code > 0x39 : (code >= 0x3001 && code < 0x3020) || (code >= 0x4e00 && code < 0xa000);
    if (!isOther && ++count === 9) return true;
  }
  return false;
}

function isIdentityNumber(text: string): boolean {
  if (!provinces.has(text.slice(0, 2))) return false;
  if (!isBirthDate(Number(text.slice(6, 10)), Number(text.slice(10, 12)), Number(text.slice(12, 14)))) return false;
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += Number(text[i]) * (weights[i] as number);
  return checks[sum % 11] === text[17]?.toUpperCase();
}

function isBirthDate(year: number, month: number, day: number): boolean {
  if (year < 1800 || year > 2099 || month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
