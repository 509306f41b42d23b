/**
 * Spreadsheet files ⇄ rows of cells: `.xlsx` and `.csv`. What a file is, its bytes say and never its name alone; what is
 * not read here is refused with a code whose sentence tells the cure. What the cells mean is for others. Workbooks are
 * written in `workbook.ts`. The door of `papaparse`.
 */

import papa from 'papaparse';
import { utf8 } from '../base/bytes.ts';
import { Problem } from '../base/problem.ts';
import { chooseEncoding, decodeText, encodeGb18030, type TextEncoding } from './encoding.ts';
import { recogniseFormat, refuseCompound, startBytes } from './format.ts';
import { readXlsx } from './xlsx.ts';

/** A file that can be opened more than once: the encoding of a `.csv` is known only at its end. */
export type Source = () => AsyncIterable<Uint8Array>;

/**
 * A cell. `text` is the shown text; for `number` its shortest decimal (`0.2`, `1e+21`), for `date` `2026-01-02` or
 * `2026-01-02 15:04:05`, for `boolean` `TRUE` or `FALSE`, for `error` `#N/A` and the like, for `empty` nothing. The
 * result of a formula is a cell like any other. In a `.csv` there are `text` and `empty` only.
 */
export interface Cell {
  kind: 'empty' | 'text' | 'number' | 'date' | 'boolean' | 'error';
  text: string;
}

export interface SheetRow {
  /** As the person sees it beside the sheet, from 1. */
  row: number;
  /** From the first column on; may be shorter than the sheet is wide. */
  cells: readonly Cell[];
}

export interface Sheet {
  name: string;
  /** Whether day numbers count from 1904. */
  date1904: boolean;
  /** The rows that hold something, in order; may be read again. */
  rows(): AsyncIterable<SheetRow>;
}

/** An opened file. Hidden sheets are left out. */
export interface SheetFile {
  format: 'xlsx' | 'csv';
  /** Of a `.csv`. */
  encoding?: TextEncoding;
  sheets: readonly Sheet[];
}

/** What can be written into a cell. Text stays text, whatever it looks like; an error is one of Excel's: `#N/A`. */
export type CellContent = string | number | boolean | Date | { error: string } | null;

const longestRecord = 1 << 20;
const empty: Cell = { kind: 'empty', text: '' };

/**
 * Opens a file. A `.csv` is read through once; of an `.xlsx` the packed bytes are kept in memory.
 *
 * @param name the file's, for what the bytes leave open
 * @param mostUnpackedBytes bound on the parts of an `.xlsx` together
 * @throws {Problem} `sheet/legacy-xls`, `sheet/wps-et`, `sheet/encrypted`, `sheet/truncated`, `sheet/too-large`,
 * `sheet/encoding`, `sheet/unknown-format`; damage inside a file shows only when its rows are read
 */
export async function openSheet(
  source: Source,
  name: string,
  mostUnpackedBytes: number = 256 * 1024 * 1024,
): Promise<SheetFile> {
  const format = recogniseFormat((await collect(source, startBytes)).subarray(0, startBytes), name);
  if (format === 'csv') {
    const encoding = await chooseEncoding(source);
    const sheet: Sheet = { name, date1904: false, rows: () => readCsv(source, encoding) };
    return { format, encoding, sheets: [sheet] };
  }
  const bytes = await collect(source, mostUnpackedBytes);
  if (bytes.length >= mostUnpackedBytes) throw new Problem('sheet/too-large', { mostBytes: mostUnpackedBytes });
  if (format === 'compound') throw refuseCompound(bytes, name);
  return { format, sheets: await readXlsx(bytes, mostUnpackedBytes) };
}

/**
 * Rows as a `.csv` file with CRLF: UTF-8 with byte order mark, by which Excel knows it, or GB18030.
 *
 * @throws {RangeError} for a character outside GBK when it is to be GB18030
 */
export function formatCsv(rows: readonly (readonly CellContent[])[], encoding: TextEncoding = 'utf-8'): Uint8Array {
  const shown = rows.map((row) => row.map(showCell));
  const text = `${papa.unparse(shown, { newline: '\r\n' })}\r\n`;
  return encoding === 'gb18030' ? encodeGb18030(text) : utf8(`\ufeff${text}`);
}

function showCell(cell: CellContent): string | number | boolean | null {
  if (cell instanceof Date) return cell.toISOString().slice(0, 10);
  return typeof cell === 'object' && cell !== null ? cell.error : cell;
}

/** RFC 4180, with the separator that the file uses most. */
async function* readCsv(source: Source, encoding: TextEncoding): AsyncIterable<SheetRow> {
  let parser: papa.Parser | undefined;
  let text = '';
  let row = 0;
  const take = (isEnd: boolean): SheetRow[] => {
    text = unifyLineEnds(text, isEnd);
    if (text === '' || (!parser && !isEnd && text.length < startBytes)) return [];
    parser ??= new papa.Parser({ delimiter: separatorOf(text), newline: '\n' });
    const parsed = parser.parse(text, 0, !isEnd) as papa.ParseResult<string[]>; // untyped: `ignoreLastRow` is for streams
    if (isEnd && parsed.errors.some((error) => error.code === 'MissingQuotes')) throw new Problem('sheet/truncated');
    text = text.slice(parsed.meta.cursor);
    if (text.length > longestRecord) throw new Problem('sheet/truncated', { row: row + parsed.data.length + 1 });
    return parsed.data.map((record) => ({ row: ++row, cells: record.map(toCell) })).filter(holdsSomething);
  };
  for await (const piece of decodeText(source(), encoding)) {
    text += piece;
    for (const one of take(false)) yield one; // `yield*` would wait once more for each
  }
  for (const one of take(true)) yield one;
}

function holdsSomething(row: SheetRow): boolean {
  return row.cells.some((cell) => cell !== empty);
}

function toCell(text: string): Cell {
  return text === '' ? empty : { kind: 'text', text };
}

/** `\r\n` and `\r` become `\n`; a `\r` at the very end waits for what follows. */
function unifyLineEnds(text: string, isLast: boolean): string {
  if (!text.includes('\r')) return text;
  return text.replace(isLast ? /\r\n?/g : /\r\n|\r(?!$)/g, '\n');
}

function separatorOf(text: string): string {
  const counts = [',', '\t', ';'].map((separator) => ({ separator, count: text.split(separator).length }));
  return counts.reduce((most, one) => (one.count > most.count ? one : most)).separator;
}

/** The bytes of the file, or of its beginning: no chunk is asked for once there are `enough`. */
async function collect(source: Source, enough: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of source()) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes >= enough) break;
  }
  const bytes = new Uint8Array(sizeBytes);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
