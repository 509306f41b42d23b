/**
 * Finds the header of a form among the rows of a sheet, below whatever titles stand there, and says which column is
 * which. Columns are known by their names or field codes, in any order.
 */

import { Problem } from '../base/problem.ts';
import type { Cell, SheetRow } from '../sheet/sheet.ts';
import { tidy } from './cell.ts';
import { type Column, certificateName, type Form, idleColumns, personalName, reasonColumn } from './columns.ts';

/** What a column of the sheet is. */
export type HeaderCell =
  | { is: 'column'; column: Column; label: string }
  | { is: 'personal'; label: string }
  | { is: 'certificate'; label: string }
  | { is: 'idle'; label: string }
  | { is: 'reason'; label: string }
  | { is: 'unknown'; label: string };

export interface Header {
  /** The number of the last header row. */
  row: number;
  /** By column of the sheet. */
  cells: readonly HeaderCell[];
  /** Which column of the sheet goes to that place of the body. */
  at: ReadonlyMap<string, number>;
}

/** Decides what a name in a header means; undefined when the form does not know it. */
export type KnowName = (text: string) => HeaderCell | undefined;

/** So many rows of a sheet are looked through for a header. */
export const searchedRows = 50;

/** So many names of the form make a row a header. */
const leastNames = 3;
const longestName = 40; // a longer text is a note

/** The form's names, spelt alike. */
export function knowNames(form: Form): KnowName {
  const known = new Map<string, (label: string) => HeaderCell>();
  for (const name of idleColumns) known.set(spell(name), (label) => ({ is: 'idle', label }));
  known.set(spell(reasonColumn), (label) => ({ is: 'reason', label }));
  for (const column of form.columns) {
    for (const name of [column.zh, column.code ?? column.zh, ...(column.also ?? [])]) {
      known.set(spell(name), (label) => ({ is: 'column', column, label }));
    }
  }
  return (text) => {
    const name = spell(text);
    const found = known.get(name);
    if (found) return found(tidy(text));
    if (name.length > longestName || !personalName.test(name)) return undefined;
    return { is: certificateName.test(name) ? 'certificate' : 'personal', label: tidy(text) };
  };
}

/** Whether the row is one of names: a header, its second line, or the header again on a later page. */
export function isHeaderRow(cells: readonly Cell[], know: KnowName): boolean {
  const columns = new Set<Column>();
  for (const cell of cells) {
    const name = cell.kind === 'text' ? know(cell.text) : undefined;
    if (name?.is === 'column') columns.add(name.column);
  }
  return columns.size >= leastNames;
}

/**
 * The header that begins with this row.
 *
 * @param second the row below, which may name the columns again by their codes or divide a group
 * @throws {Problem} `import/natural-person-form`, `import/column-twice`, `import/column-missing` with every name missing
 */
export function readHeader(first: SheetRow, second: SheetRow | undefined, form: Form, know: KnowName): Header {
  const below = second && isOnlyNames(second.cells, know) ? second : undefined;
  const width = Math.max(first.cells.length, below?.cells.length ?? 0);
  const cells = Array.from({ length: width }, (_, i): HeaderCell => {
    const [text, lower] = [first.cells[i]?.text ?? '', below?.cells[i]?.text ?? ''];
    return know(text) ?? know(lower) ?? { is: 'unknown', label: tidy(text) || tidy(lower) };
  });
  refuseUnfit(cells, form);
  const at = new Map(cells.flatMap((cell, i) => (cell.is === 'column' ? [[cell.column.path, i] as const] : [])));
  return { row: below?.row ?? first.row, cells, at };
}

/** The second line of a table of natural persons may hold no more than 证件类型 and 证件号码. */
function isOnlyNames(cells: readonly Cell[], know: KnowName): boolean {
  const names = cells.filter((cell) => cell.kind !== 'empty').map((cell) => know(cell.text));
  if (names.includes(undefined)) return false;
  return isHeaderRow(cells, know) || names.some((name) => name?.is === 'certificate');
}

function refuseUnfit(cells: readonly HeaderCell[], form: Form): void {
  const found = new Map<Column, string[]>();
  for (const cell of cells) {
    if (cell.is === 'column') found.set(cell.column, [...(found.get(cell.column) ?? []), cell.label]);
  }
  const certificates = cells.filter((cell) => cell.is === 'certificate').map((cell) => cell.label);
  const hasUscc = [...found.keys()].some((column) => column.path === 'subject.uscc');
  if (certificates.length > 0 && !hasUscc) throw new Problem('import/natural-person-form', { column: certificates });
  const twice = [...found.values()].filter((labels) => labels.length > 1);
  if (twice.length > 0) throw new Problem('import/column-twice', { column: twice.flat() });
  const missing = form.columns.filter((column) => column.required && !found.has(column));
  if (missing.length > 0) throw new Problem('import/column-missing', { column: missing.map((column) => column.zh) });
}

/** Full-width characters, blanks, marks of required columns and the underscores of codes make no difference. */
function spell(name: string): string {
  return name
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s*★_:"'“”-]/g, '')
    .replace(/[【〔[]/g, '(')
    .replace(/[】〕\]]/g, ')')
    .replace(/\((必填|选填|必填项|选填项|可选|非必填)\)/g, '');
}
