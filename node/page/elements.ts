/** What the parts of a report are put together from. */

import { type Html, html, type Piece } from '../base/html.ts';
import type { View } from './view.ts';

/** A section with its heading. */
export function section(id: string, title: string, body: Piece): Html {
  return html`<section class="card" aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${body}
</section>
`;
}

export interface Column {
  label: string;
  /** `fixed` is not broken into lines. */
  kind?: 'number' | 'fixed';
}

/** A table whose first column names the row; on a narrow screen each row becomes a block. */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Piece[])[]): Html {
  const mark = (column: Column | undefined) => column?.kind && html` class="${column.kind}"`;
  const cell = (value: Piece, i: number) =>
    i === 0
      ? html`<th scope="row"${mark(columns[i])} data-label="${columns[i]?.label}">${value}</th>`
      : html`<td${mark(columns[i])} data-label="${columns[i]?.label}">${value}</td>`;
  return html`<div class="table" tabindex="0" role="group" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col"${mark(column)}>${column.label}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>\n`)}</tbody>
</table></div>`;
}

/** Names and values; what has no value is left out. */
export function pairs(list: readonly (readonly [name: string, value: Piece])[]): Html {
  const told = list.filter(([, value]) => value !== undefined && value !== false && value !== '');
  return html`<dl class="pairs">${told.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>`;
}

/** What is folded away until somebody wants it; on paper it lies open. */
export function fold(summary: Piece, body: Piece, isOpen: boolean): Html {
  return html`<details${isOpen && html` open`}><summary>${summary}</summary>
${body}
</details>
`;
}

/** How something stands, in a word; colour and sign only repeat it. */
export function badge(word: string, kind: 'good' | 'bad' | 'wait' | 'neutral', sign?: string): Html {
  return html`<span class="state ${kind}">${sign && html`<span aria-hidden="true">${sign}</span> `}${word}</span>`;
}

/** `credit.sh.example/log 第 7 条` */
export function place(log: string, index: number | undefined, { t }: View): Html {
  const at = index === undefined ? '' : t(` 第 ${index} 条`, `, entry ${index}`);
  return html`<span class="code">${log}</span>${at}`;
}
