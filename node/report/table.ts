/** Tables and words of printed reports: Chinese, and English after it. */

import { type Html, html, type Piece } from '../base/html.ts';
import type { Sentence } from '../base/sentences.ts';

/** Chinese, and English after it where that says more. */
export function both({ zh, en }: Sentence): Html {
  const isSame = zh.normalize('NFKC').replaceAll(' ', '') === en.normalize('NFKC').replaceAll(' ', '');
  return isSame ? html`${zh}` : html`${zh} <span lang="en">${en}</span>`;
}

/** A table whose rows are a label and what it says; nothing for no rows. */
export function formatFacts(rows: readonly (readonly [Sentence, Html])[], kind = 'facts'): Html | false {
  return (
    rows.length > 0 &&
    html`<table class="${kind}"><tbody>
${rows.map(([label, value]) => html`<tr><th scope="row">${both(label)}</th><td>${value}</td></tr>\n`)}</tbody></table>`
  );
}

/** A table with a head. */
export function formatGrid(head: readonly Sentence[], rows: readonly (readonly Piece[])[], kind = 'grid'): Html {
  return html`<table class="${kind}"><thead><tr>${head.map((label) => html`<th scope="col">${both(label)}</th>`)}</tr></thead><tbody>
${rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody></table>`;
}
