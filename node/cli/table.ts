/** Tables for people: columns that stay straight where Chinese and Latin text stand side by side. */

/**
 * Rows of text under a head, two blanks between the columns; a cell that looks like a number stands to the right.
 * Ends with a line feed.
 */
export function formatTable(names: readonly string[], given: readonly (readonly string[])[]): string {
  const [head = [], ...rows] = [names, ...given].map((row) => row.map(toOneLine));
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => widthOf(row[at] ?? ''))));
  const line = (row: readonly string[]) =>
    widths
      .map((width, at) => pad(row[at] ?? '', width))
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)]
    .map((text) => `${text}\n`)
    .join('');
}

/** A label and what it says, a line each: the values begin in one column. Nothing for no pairs. */
export function formatPairs(given: readonly (readonly [label: string, value: string])[], indent = ''): string {
  const pairs = given.map(([label, value]) => [toOneLine(label), toOneLine(value)] as const);
  const width = Math.max(0, ...pairs.map(([label]) => widthOf(label)));
  const line = ([label, value]: readonly [string, string]) =>
    `${indent}${label}${' '.repeat(width - widthOf(label))}  ${value}`.trimEnd();
  return pairs.map((pair) => `${line(pair)}\n`).join('');
}

/** Puts blanks before every line that holds something. */
export function indentBy(indent: string, text: string): string {
  return text.replace(/^(?=.)/gm, indent);
}

/** What others wrote cannot move the cursor, break the line or turn the writing round (Unicode Cc, bidi controls). */
export function toOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

/** How many columns of a terminal the text takes: two for each wide character (Unicode UAX #11), none for a mark. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text.normalize('NFC')) width += mark.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return width;
}

const mark = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
// Hangul Jamo, CJK with its punctuation and kana, Hangul, compatibility ideographs, full-width forms, pictographs, the planes of ideographs
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u;

function pad(text: string, width: number): string {
  const blanks = ' '.repeat(width - widthOf(text));
  return /^[\d.,]+%?$/.test(text) ? blanks + text : text + blanks;
}
