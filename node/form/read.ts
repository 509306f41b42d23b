/**
 * A clerk's spreadsheet → checked rows: which are good, and of each refused one every mistake, in the clerk's own row
 * numbers and column names. Reads only; whether a good row may be brought at all is for the judge that is handed in, and
 * whether it is new, corrected or repeated in the registry for `federation/decide-rows.ts`.
 */

import { formatBase64url, utf8 } from '../base/bytes.ts';
import type { Hash } from '../base/ports.ts';
import { isProblem, Problem } from '../base/problem.ts';
import type { Cell, Sheet, SheetFile, SheetRow } from '../sheet/sheet.ts';
import type { CodeLists, Reader } from './cell.ts';
import type { Form } from './columns.ts';
import { forms } from './forms.ts';
import { guessType } from './guess.ts';
import { type Header, isHeaderRow, type KnowName, knowNames, readHeader, searchedRows } from './header.ts';
import { type KeptRow, keepHeader, keepRow } from './refused.ts';
import { type GoodRow, type Refusal, type RefusedRow, readRow, refuse } from './row.ts';

export type ImportRow = GoodRow | RefusedRow;

/** A column whose name no form knows; its cells are not taken. */
export interface Warning {
  code: 'import/column-unknown';
  column: string;
}

export interface Totals {
  /** Rows below the header that hold something; each is good, refused or repeated. */
  rows: number;
  good: number;
  refused: number;
  /** Say in the same words what a row above says; they are not handed out. */
  repeated: number;
  /** Cells of personal columns that held something. */
  personalCellsDropped: number;
}

/** A file whose header is understood. */
export interface FormReading {
  type: string;
  sheet: string;
  headerRow: number;
  /** The names of its columns, as they are kept for rows that go back. */
  names: KeptRow;
  warnings: readonly Warning[];
  /** In the order of the sheet; to be gone through once. */
  rows: AsyncIterable<ImportRow>;
  /** So far; final when the rows are at their end. */
  totals: Readonly<Totals>;
}

export interface ImportNeeds {
  hash: Hash;
  /** `config/codes.yaml` */
  codes: CodeLists;
  /** The day in China: decisions of later days are refused. */
  today: string;
  /** Has the last word on each good row; every one passes when there is none. */
  judge?: Judge;
}

/** The row as it is to be taken, or what is wrong with it as a whole. */
export type Judge = (row: GoodRow) => GoodRow | Pick<Refusal, 'code' | 'facts'>[];

const codePattern = /^[0-9A-Z]{18}$/; // such a row is no header: most rows are told by it

/**
 * Finds the form in the first visible sheet that has its header, and reads it.
 *
 * @throws {Problem} `import/unknown-type`, `import/natural-person-form`, `import/column-twice`, `sheet/no-header` and
 * `import/column-missing`, both with the type whose form it `looksLike` instead; when the rows are at their end and there
 * was none, `import/no-rows`; and what `openSheet` names, which can come as late as the last row
 */
export async function readForm(type: string, file: SheetFile, needs: ImportNeeds): Promise<FormReading> {
  const form = forms.get(type);
  if (!form) throw new Problem('import/unknown-type', { type, known: [...forms.keys()] });
  const know = knowNames(form);
  for (const sheet of file.sheets) {
    const header = await findHeader(sheet, form, know).catch((error) => withGuess(error, file, type));
    if (!header) continue;
    const totals: Totals = { rows: 0, good: 0, refused: 0, repeated: 0, personalCellsDropped: 0 };
    const reader: Reader = { codes: needs.codes, date1904: sheet.date1904, today: needs.today };
    const rows = readRows(below(sheet, header, know), header, form, reader, needs, totals);
    const names = keepHeader(header);
    return { type, sheet: sheet.name, headerRow: header.row, names, warnings: warningsOf(header), rows, totals };
  }
  const facts = { sheets: file.sheets.map((sheet) => sheet.name), searchedRows };
  return withGuess(new Problem('sheet/no-header', facts), file, type);
}

/** Throws it again, with the type whose form the file has, if there is one: then `--type` was wrong and nothing else. */
async function withGuess(error: unknown, file: SheetFile, type: string): Promise<never> {
  if (!isProblem(error) || !['sheet/no-header', 'import/column-missing'].includes(error.code)) throw error;
  const looksLike = await guessType(file, type);
  throw new Problem(error.code, { ...error.facts, ...(looksLike !== undefined && { looksLike }) });
}

async function findHeader(sheet: Sheet, form: Form, know: KnowName): Promise<Header | undefined> {
  let first: SheetRow | undefined;
  let searched = 0;
  for await (const row of sheet.rows()) {
    if (first) return readHeader(first, row, form, know);
    if (isHeaderRow(row.cells, know)) first = row;
    if (++searched === searchedRows) break;
  }
  return first && readHeader(first, undefined, form, know);
}

/** The rows of the form, without those that repeat the header on a later page or hold nothing but blanks. */
async function* below(sheet: Sheet, header: Header, know: KnowName): AsyncIterable<SheetRow> {
  const named = header.at.get('subject.uscc') ?? 0;
  const isSaid = (cell: Cell, i: number) => cell.text.trim() !== '' && header.cells[i]?.is !== 'reason';
  for await (const row of sheet.rows()) {
    if (row.row <= header.row || !row.cells.some(isSaid)) continue;
    if (!codePattern.test(row.cells[named]?.text ?? '') && isHeaderRow(row.cells, know)) continue;
    yield row;
  }
}

async function* readRows(
  rows: AsyncIterable<SheetRow>,
  header: Header,
  form: Form,
  reader: Reader,
  { hash, judge = (row) => row }: ImportNeeds,
  totals: Totals,
): AsyncIterable<ImportRow> {
  const compare = rememberRows(hash);
  const named = header.at.get(form.key[0] ?? '') ?? 0;
  const refuseWhole = (row: SheetRow, refusals: Refusal[]) => ({ row: row.row, refusals, kept: keepRow(row, header) });
  for await (const row of rows) {
    totals.rows++;
    totals.personalCellsDropped += countPersonal(row, header);
    let read: ImportRow = readRow(row, header, form, reader);
    const earlier = 'body' in read ? compare(read) : undefined;
    if (earlier?.isSame) {
      totals.repeated++;
      continue;
    }
    if (earlier) read = refuseWhole(row, [refuse(row, header, named, 'import/row-twice', { row: earlier.row })]);
    if ('body' in read) {
      const word = judge(read);
      read =
        'body' in word
          ? word
          : refuseWhole(
              row,
              word.map((one) => ({ row: row.row, column: '', ...one })),
            );
    }
    totals['body' in read ? 'good' : 'refused']++;
    yield read;
  }
  if (totals.rows === 0) throw new Problem('import/no-rows');
}

/** Tells whether a row above had the same natural key, and whether it said the same. Keeps some 100 bytes a row. */
function rememberRows(hash: Hash): (row: GoodRow) => { row: number; isSame: boolean } | undefined {
  const seen = new Map<string, string>();
  const shorten = (bytes: Uint8Array) => formatBase64url(hash(bytes).subarray(0, 15));
  return (row) => {
    const key = shorten(utf8(row.naturalKey));
    const content = shorten(utf8(JSON.stringify([row.subject, row.body]))); // one header, so one order of members
    const earlier = seen.get(key);
    if (earlier === undefined) {
      seen.set(key, `${content}${row.row}`);
      return undefined;
    }
    return { row: Number(earlier.slice(content.length)), isSame: earlier.startsWith(content) };
  };
}

function countPersonal(row: SheetRow, header: Header): number {
  let count = 0;
  row.cells.forEach((cell, i) => {
    const is = header.cells[i]?.is;
    if ((is === 'personal' || is === 'certificate') && cell.kind !== 'empty') count++;
  });
  return count;
}

function warningsOf(header: Header): Warning[] {
  const unknown = header.cells.filter((cell) => cell.is === 'unknown' && cell.label !== '');
  return unknown.map((cell) => ({ code: 'import/column-unknown', column: cell.label }));
}
