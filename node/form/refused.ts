/**
 * Refused rows on their way back to the clerk: what is kept of their cells, and the workbook in which they are handed
 * back, with the reason in front. Mended, the same workbook is imported again. What may be about a person is not kept,
 * nor are the cells of columns that the form does not know.
 */

import { checkUscc } from '../base/uscc.ts';
import type { Cell, CellContent, SheetRow } from '../sheet/sheet.ts';
import type { SheetContent } from '../sheet/workbook.ts';
import { type CellValue, type CodeLists, mayHoldIdentityNumber } from './cell.ts';
import { type Column, type Form, reasonColumn } from './columns.ts';
import { type Header, knowNames } from './header.ts';
import { buildNotes } from './template.ts';

/** A text, or a cell of another kind with what it shows; empty where there is nothing, or nothing that is kept. */
export type KeptCell = string | readonly [kind: Cell['kind'], text: string];

/** The names of a sheet's columns, or a row below them. */
export interface KeptRow {
  row: number;
  cells: readonly KeptCell[];
}

/** What is said of one row that comes back. */
export interface Reason {
  row: number;
  /** The header's text; empty when the row as a whole is meant. */
  column: string;
  zh: string;
  en: string;
}

/** The header as it is kept. */
export function keepHeader(header: Header): KeptRow {
  return { row: header.row, cells: header.cells.map(({ label }) => label) };
}

/** What is kept of a row. */
export function keepRow({ row, cells }: SheetRow, header: Header): KeptRow {
  const kept = header.cells.map((name, i): KeptCell => {
    const cell = cells[i];
    if (name.is !== 'column' || !cell || cell.kind === 'empty') return '';
    const isCode = name.column.kind === 'uscc' && checkUscc(cell.text) !== 'invalid';
    if (!isCode && mayHoldIdentityNumber(cell.text)) return '';
    return cell.kind === 'text' ? cell.text : [cell.kind, cell.text];
  });
  return { row, cells: kept };
}

/** A row as it could have stood in the sheet, for one that was read well and is refused later. */
export function rebuildRow(
  { row, uscc, body }: { row: number; uscc: string; body: Record<string, unknown> },
  names: readonly KeptCell[],
  form: Form,
  codes: CodeLists,
): KeptRow {
  const know = knowNames(form);
  const cells = names.map((name) => {
    const is = know(textOf(name));
    if (is?.is !== 'column') return '';
    const value = is.column.path === 'subject.uscc' ? uscc : valueAt(body, is.column.path);
    return value === undefined ? '' : write(value as CellValue, is.column, codes); // bodies are made of such values
  });
  return { row, cells };
}

/**
 * The workbook: the clerk's columns in the clerk's order below a header, the reasons in front, Chinese first, the cells
 * that are meant marked, and the form's notes.
 *
 * @param names the header as it was kept
 * @param left how many refused rows are not among them
 */
export function buildRefused(
  {
    names,
    rows,
    reasons,
    left,
  }: { names: KeptRow; rows: readonly KeptRow[]; reasons: readonly Reason[]; left: number },
  form: Form,
  codes: CodeLists,
): SheetContent[] {
  const { sheet: notes, lookOf } = buildNotes(form, codes);
  const know = knowNames(form);
  const labels = names.cells.map(textOf);
  const columns = labels.map((label) => {
    const is = know(label);
    return (is?.is === 'column' && lookOf(is.column.path)) || { width: 16, format: 'text' as const };
  });
  const marks = rows.flatMap(({ row }, i) =>
    reasons
      .filter((reason) => reason.row === row && labels.includes(reason.column))
      .map((reason) => [i + 1, labels.indexOf(reason.column) + 1] as const),
  );
  const content: CellContent[][] = rows.map(({ row, cells }) => [reasonOf(row, reasons), ...cells.map(toContent)]);
  if (left > 0) content.push([`另有 ${left} 行未列出。\n${left} more rows are not listed.`]);
  return [
    {
      name: form.title.zh,
      rows: [[reasonColumn, ...labels], ...content],
      columns: [{ width: 60, wraps: true }, ...columns],
      headerRows: 1,
      marks,
    },
    notes,
  ];
}

function reasonOf(row: number, reasons: readonly Reason[]): string {
  const said = reasons.filter((reason) => reason.row === row);
  const chinese = [`原第 ${row} 行`, ...said.map(({ zh }) => zh)];
  return [...chinese, `Row ${row} of the file`, ...said.map(({ en }) => en)].join('\n');
}

function textOf(cell: KeptCell): string {
  return typeof cell === 'string' ? cell : cell[1];
}

/** As it stood in the file: a number in a column of codes is refused again until it is text. */
function toContent(cell: KeptCell): CellContent {
  if (typeof cell === 'string') return cell === '' ? null : cell;
  const [kind, text] = cell;
  if (kind === 'number') return Number(text);
  if (kind === 'boolean') return text === 'TRUE';
  if (kind === 'error') return { error: text };
  const date =
    kind === 'date' ? new Date(`${text.replace(' ', 'T')}${text.includes(' ') ? 'Z' : 'T00:00:00Z'}`) : undefined;
  return date && !Number.isNaN(date.getTime()) ? date : text;
}

function valueAt(body: Record<string, unknown>, path: string): unknown {
  return path.split('.').reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], body); // only objects stand between
}

function write(value: CellValue, { list }: Column, codes: CodeLists): string {
  const labels = codes[list ?? '']?.codes ?? {};
  return [value]
    .flat()
    .map((one) => labels[one]?.zh ?? one.replace(/^local:/, '地方：'))
    .join('、');
}
