/** What pages are put together from: tables, pairs, words on a state, fields and buttons. */

import { type Html, html, type Piece } from '../base/html.ts';

export interface Column {
  label: string;
  /** `fixed` is not broken into lines: days, instants, row numbers. */
  kind?: 'number' | 'fixed';
}

/** An address with a question in it; what is undefined is left out. */
export function linkTo(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

/** A table whose first column names the row; it scrolls by itself where it does not fit. */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Piece[])[]): Html {
  const mark = (column: Column | undefined) => column?.kind !== undefined && html` class="${column.kind}"`;
  const head = columns.map((column) => html`<th scope="col"${mark(column)}>${column.label}</th>`);
  const show = (cell: Piece, column: Column | undefined, i: number) =>
    i === 0
      ? html`<th scope="row"${mark(column)} data-label="${column?.label}">${cell}</th>`
      : html`<td${mark(column)} data-label="${column?.label}">${cell}</td>`;
  const body = rows.map(
    (cells) => html`
<tr>${cells.map((cell, i) => show(cell, columns[i], i))}</tr>`,
  );
  return html`<div class="table" tabindex="0" role="group" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>${body}</tbody>
</table></div>`;
}

/** Names and values; what has no value is left out. */
export function pairs(list: readonly (readonly [name: string, value: Piece])[]): Html {
  const told = list.filter(([, value]) => value !== undefined && value !== false && value !== '');
  return html`<dl class="pairs">${told.map(
    ([name, value]) => html`
<dt>${name}</dt><dd>${value}</dd>`,
  )}
</dl>`;
}

/** How something stands, in a word; the colour only repeats it. */
export function badge(word: string, kind?: 'good' | 'bad' | 'wait'): Html {
  return html`<span class="state${kind && html` ${kind}`}">${word}</span>`;
}

export interface FieldLook {
  /** The field's name and id. */
  name: string;
  label: string;
  hint?: string | undefined;
  /** A short word behind the label. */
  mark?: string;
  value?: string | undefined;
  isRequired?: boolean;
  /** It has a row of its own. */
  isLong?: boolean;
  isWrong?: boolean;
}

/** One line of text, or what else `type` says. */
export function input(look: FieldLook & { type?: 'text' | 'date'; longest?: number; latest?: string }): Html {
  const { name, value = '', type = 'text', longest, latest } = look;
  return field(
    look,
    html`<input type="${type}" id="${name}" name="${name}" value="${value}"${
      longest !== undefined && html` maxlength="${longest}"`
    }${latest !== undefined && html` max="${latest}"`} autocomplete="off"${stateOf(look)}>`,
  );
}

/** Several lines of text. */
export function textArea(look: FieldLook & { longest?: number }): Html {
  const { name, value = '', longest } = look;
  const bound = longest !== undefined && html` maxlength="${longest}"`;
  return field(
    { ...look, isLong: true },
    html`<textarea id="${name}" name="${name}"${bound}${stateOf(look)}>\n${value}</textarea>`,
  );
}

/** A list with longer labels has a row of its own. */
const longestShortLabel = 40;

export interface Choice {
  value: string;
  label: string;
}

/** One of a list. A list of one is chosen already. */
export function select(look: FieldLook & { choices: readonly Choice[]; none: string }): Html {
  const { name, value, choices, none, isRequired = false } = look;
  const isOnly = isRequired && choices.length === 1;
  const options = choices.map((choice) => {
    const isChosen = isOnly || choice.value === value;
    return html`<option value="${choice.value}"${isChosen && html` selected`}>${choice.label}</option>`;
  });
  const isLong = choices.some(({ label }) => label.length > longestShortLabel);
  return field(
    { ...look, isLong },
    html`<select id="${name}" name="${name}"${stateOf(look)}>${!isOnly && html`<option value="">${none}</option>`}${options}</select>`,
  );
}

/** Any number of a list. */
export function checkboxes({
  name,
  label,
  mark,
  values,
  choices,
}: FieldLook & { values: readonly string[]; choices: readonly Choice[] }): Html {
  const boxes = choices.map((choice) => {
    const id = `${name}.${choice.value}`;
    const isChosen = values.includes(choice.value);
    return html`
<p class="choice"><input type="checkbox" id="${id}" name="${name}" value="${choice.value}"${isChosen && html` checked`}> <label for="${id}">${choice.label}</label></p>`;
  });
  return html`<fieldset id="${name}">
<legend>${label}${markOf(mark)}</legend>
<div class="choices">${boxes}
</div>
</fieldset>
`;
}

/** A button that does something at an address. */
export function postButton(action: string, label: string, look: 'second' | 'grave' | '' = ''): Html {
  return html`<form method="post" action="${action}"><button class="button${look !== '' && html` ${look}`}">${label}</button></form>`;
}

function field({ name, label, hint, mark, isLong = false }: FieldLook, control: Html): Html {
  return html`<div class="field${isLong && html` long`}">
<label for="${name}">${label}${markOf(mark)}</label>
${hint !== undefined && html`<p class="hint" id="${name}-hint">${hint}</p>`}
${control}
</div>
`;
}

function stateOf({ name, hint, isRequired = false, isWrong = false }: FieldLook): Html {
  return html`${isRequired && html` required`}${hint !== undefined && html` aria-describedby="${name}-hint"`}${isWrong && html` aria-invalid="true"`}`;
}

function markOf(mark: string | undefined): Html | false {
  return mark !== undefined && html` <span class="mark">${mark}</span>`;
}
