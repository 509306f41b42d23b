/**
 * A clerk's spreadsheet → checked rows: which are good, and of each refused one every mistake, in the clerk's own row
 * numbers and column names. Reads only; whether a row is new, corrected or repeated in the registry is for
 * `registry.ts`, and whether the token may speak for the row's authority for the edge.
 *
 * Natural persons (个人信息保护法 arts 6, 28; docs/protocol.md): cells of personal columns are counted and dropped
 * unread, a row that holds an identity number anywhere else is refused, and no report repeats such a number.
 */

import { formatBase64url, utf8 } from '../base/bytes.ts';
import { canonicalText } from '../base/canonical.ts';
import { holdsIdentityNumber } from '../base/identity-number.ts';
import type { Hash } from '../base/ports.ts';
import { type Facts, Problem, type ProblemCode } from '../base/problem.ts';
import type { Cell, Sheet, SheetFile, SheetRow } from '../base/sheet.ts';
import { isIndividualBusiness } from '../base/uscc.ts';
import { type CellValue, type CodeLists, type Reader, readCell, squeeze, tidy } from './cell-values.ts';
import type { Column, Form } from './form-columns.ts';
import { type Header, type HeaderCell, isHeaderRow, type KnowName, knowNames, readHeader } from './form-header.ts';
import { forms } from './forms.ts';

/** One mistake, for the clerk. */
export interface Refusal {
  /** As beside the sheet. */
  row: number;
  /** The header's text; the letter of the column when it has none. */
  column: string;
  /** What stands there, at most 200 characters; absent when it may be about a person. */
  value?: string;
  code: ProblemCode;
  facts?: Facts;
}

/** A row that can become a bulletin. */
export interface GoodRow {
  row: number;
  /** USCC. */
  subject: string;
  /** Day. */
  decidedOn: string;
  /** USCC of the authority that decided. */
  authority: string;
  /** Type and what names the record among all: `penalty|沪知罚〔2026〕1号|11310000…`. */
  naturalKey: string;
  /** Of the type's bulletin, ready for its schema. */
  body: Record<string, unknown>;
}

export type ImportRow = GoodRow | { row: number; refusals: Refusal[] };

/** What the file as a whole should be told of. */
export interface Warning {
  code: 'import/column-unknown';
  column: string;
}

export interface Totals {
  /** Rows below the header that hold something. */
  rows: number;
  good: number;
  refused: number;
  /** Rows that say again, in the same words, what a row above says; they are not handed out. */
  repeated: number;
  /** Cells of personal columns that held something. */
  personalCellsDropped: number;
}

/** A file whose header is understood. */
export interface FormReading {
  type: string;
  sheet: string;
  headerRow: number;
  warnings: readonly Warning[];
  /** In the order of the sheet; to be gone through once. */
  rows: AsyncIterable<ImportRow>;
  /** So far; final when the rows are at their end. */
  totals: Readonly<Totals>;
}

export interface ImportNeeds {
  hash: Hash;
  codes: CodeLists;
}

const searchedRows = 50;
const longestValue = 200;

/**
 * Finds the form in the first visible sheet that has its header, and reads it.
 *
 * @throws {Problem} `import/unknown-type`, `sheet/no-header`, `import/natural-person-form`, `import/column-twice`,
 * `import/column-missing`; what `openSheet` names can still come while rows are read
 */
export async function readForm(type: string, file: SheetFile, needs: ImportNeeds): Promise<FormReading> {
  const form = forms.get(type);
  if (!form) throw new Problem('import/unknown-type', { type, known: [...forms.keys()] });
  const know = knowNames(form);
  for (const sheet of file.sheets) {
    const header = await findHeader(sheet, form, know);
    if (header) return readSheet(sheet, header, form, know, needs);
  }
  throw new Problem('sheet/no-header', { sheets: file.sheets.map((sheet) => sheet.name), searchedRows });
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

function readSheet(sheet: Sheet, header: Header, form: Form, know: KnowName, needs: ImportNeeds): FormReading {
  const totals: Totals = { rows: 0, good: 0, refused: 0, repeated: 0, personalCellsDropped: 0 };
  const reader: Reader = { codes: needs.codes, date1904: sheet.date1904 };
  const seen = rememberRows(needs.hash);
  async function* rows(): AsyncIterable<ImportRow> {
    for await (const row of sheet.rows()) {
      if (row.row <= header.row || isBlank(row.cells) || isHeaderRow(row.cells, know)) continue;
      totals.rows++;
      totals.personalCellsDropped += countPersonal(row.cells, header);
      const read = readRow(row, header, form, reader);
      const earlier = 'body' in read ? seen(read) : undefined;
      if (earlier === 'same') {
        totals.repeated++;
        continue;
      }
      const outcome = earlier === undefined ? read : { row: row.row, refusals: [twice(row, header, form, earlier)] };
      if ('body' in outcome) totals.good++;
      else totals.refused++;
      yield outcome;
    }
  }
  const unknown = header.cells.filter((cell) => cell.is === 'unknown' && cell.label !== '');
  const warnings = unknown.map((cell): Warning => ({ code: 'import/column-unknown', column: cell.label }));
  return { type: form.type, sheet: sheet.name, headerRow: header.row, warnings, rows: rows(), totals };
}

function readRow(row: SheetRow, header: Header, form: Form, reader: Reader): ImportRow {
  const kindColumn = header.cells.findIndex((cell) => cell.is === 'column' && cell.column.path === 'subject.kind');
  if (isNaturalPerson(row.cells[kindColumn]?.text ?? '')) {
    return { row: row.row, refusals: [{ row: row.row, column: labelOf(header, kindColumn), code: 'subject/natural-person' }] };
  }
  const refusals: Refusal[] = [];
  const values = new Map<string, CellValue>();
  const width = Math.max(header.cells.length, row.cells.length);
  for (let i = 0; i < width; i++) {
    const known = header.cells[i];
    const cell = row.cells[i] ?? blank;
    if (known?.is === 'personal' || known?.is === 'certificate') continue;
    const column = known?.is === 'column' ? known.column : undefined;
    const refuse = (code: ProblemCode, facts?: Facts) => refusals.push(toRefusal(row.row, labelOf(header, i), cell, code, facts));
    if (mayHoldPerson(cell, column)) {
      refuse('subject/natural-person');
    } else if (column) {
      const reading = readCell(cell, column, reader);
      if ('value' in reading) values.set(column.path, reading.value);
      else if ('code' in reading) refuse(reading.code, reading.facts);
      else if (column.required) refuse('import/value-missing');
    }
  }
  refusals.push(...refuseTogether(row, values, header, reader));
  return refusals.length > 0 ? { row: row.row, refusals } : toGoodRow(row.row, values, form);
}

/** What is wrong only beside another cell: half of an organisation, a grade that its scheme does not have. */
function refuseTogether(row: SheetRow, values: Map<string, CellValue>, header: Header, reader: Reader): Refusal[] {
  const refusals: Refusal[] = [];
  const refuse = (path: string, code: ProblemCode, facts?: Facts) => {
    const i = header.cells.findIndex((cell) => cell.is === 'column' && cell.column.path === path);
    refusals.push(toRefusal(row.row, i < 0 ? path : labelOf(header, i), row.cells[i] ?? blank, code, facts));
  };
  return refusals;
}

const blank: Cell = { kind: 'empty', text: '' };
