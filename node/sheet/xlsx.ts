/**
 * Workbooks in Office Open XML (ECMA-376 part 1, SpreadsheetML), read row by row: values as a person sees them in the
 * cells, nothing of their looks. Written here because the reader of the package waits for ever on a file cut short, has
 * no bound on what it unpacks, and keeps sheets in temporary files (node/README.md, Decisions).
 */

import { Problem } from '../base/problem.ts';
import type { Cell, Sheet, SheetRow } from './sheet.ts';
import { createTextPool, type TextPool } from './text-pool.ts';
import { attribute, readXml, type XmlAttributes, type XmlHandler } from './xml.ts';
import { readZip, type ZipEntry } from './zip.ts';

/** Cells further to the right are not read: no form is that wide. */
const mostColumns = 1024;
const mostRows = 1 << 20; // ECMA-376 leaves it open, Excel does not
const dayZero = Date.UTC(1899, 11, 30); // so that serial 61 is 1 March 1900 as Excel has it
const days1904 = 1462;
const empty: Cell = { kind: 'empty', text: '' };

/** What the sheets share. */
interface Book {
  date1904: boolean;
  strings: TextPool;
  /** By cell style: whether its number format shows a date. */
  isDate: boolean[];
}

/**
 * The visible sheets in the workbook's order.
 *
 * @param mostBytes bound on the unpacked parts together
 * @throws {Problem} as `readZip`; `sheet/unknown-format` when the ZIP file is no such workbook
 */
export async function readXlsx(bytes: Uint8Array, mostBytes: number): Promise<Sheet[]> {
  const parts = await readZip(bytes, mostBytes);
  const root = await readRelations(parts, '');
  const path = [...root.values()].find((relation) => relation.type === 'officeDocument')?.path ?? 'xl/workbook.xml';
  const workbook = parts.get(path);
  if (!workbook || !path.endsWith('.xml')) throw new Problem('sheet/unknown-format');
  const relations = await readRelations(parts, path);
  const partOf = (type: string) => parts.get([...relations.values()].find((one) => one.type === type)?.path ?? '');
  const { date1904, listed } = await readWorkbook(workbook);
  if (listed.length === 0) throw new Problem('sheet/unknown-format');
  const isDate = await readDateStyles(partOf('styles'));
  const strings = createTextPool();
  const book: Book = { date1904, isDate, strings };
  let filled: Promise<void> | undefined;
  const fill = () => {
    filled ??= readSharedStrings(partOf('sharedStrings'), strings);
    return filled;
  };
  const sheets: Sheet[] = [];
  for (const { name, id, isVisible } of listed) {
    const relation = relations.get(id);
    const part = relation?.type === 'worksheet' ? parts.get(relation.path) : undefined;
    if (!isVisible || !part) continue;
    sheets.push({
      name,
      date1904,
      rows: () => readRows(part, book, fill),
    });
  }
  return sheets;
}

/**
 * The day, or the day and the time, that a serial number of Excel stands for: `2026-01-02`, `2026-01-02 15:04:05`.
 *
 * @returns undefined outside the years 1900–9999
 */
export function formatSerial(serial: number, date1904: boolean): string | undefined {
  const days = date1904 ? serial + days1904 : serial;
  if (!(days >= 1 && days < 2_958_466)) return undefined;
  const text = new Date(dayZero + Math.round(days * 86_400) * 1000).toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.slice(0, 19).replace('T', ' ');
}

interface Relation {
  /** The last word of the type's URI: strict and transitional differ before it. */
  type: string;
  /** From the root of the package. */
  path: string;
}

async function readRelations(parts: Map<string, ZipEntry>, of: string): Promise<Map<string, Relation>> {
  const folder = of.slice(0, of.lastIndexOf('/') + 1);
  const found = new Map<string, Relation>();
  await readPart(parts.get(`${folder}_rels/${of.slice(folder.length)}.rels`), {
    open(name, attributes) {
      if (name !== 'Relationship') return;
      const target = attribute(attributes, 'Target') ?? '';
      const type = (attribute(attributes, 'Type') ?? '').split('/').at(-1) ?? '';
      found.set(attribute(attributes, 'Id') ?? '', { type, path: resolve(folder, target) });
    },
  });
  return found;
}

function resolve(folder: string, target: string): string {
  return new URL(target, `part:///${folder}`).pathname.slice(1);
}

interface Listed {
  name: string;
  id: string;
  isVisible: boolean;
}

async function readWorkbook(part: ZipEntry): Promise<{ date1904: boolean; listed: Listed[] }> {
  const listed: Listed[] = [];
  let date1904 = false;
  await readPart(part, {
    open(name, attributes) {
      if (name === 'workbookPr') date1904 = isTrue(attribute(attributes, 'date1904'));
      if (name !== 'sheet') return;
      const isVisible = (attribute(attributes, 'state') ?? 'visible') === 'visible';
      listed.push({ name: attribute(attributes, 'name') ?? '', id: attribute(attributes, 'id') ?? '', isVisible });
    },
  });
  return { date1904, listed };
}

async function readDateStyles(part: ZipEntry | undefined): Promise<boolean[]> {
  const custom = new Map<number, string>();
  const isDate: boolean[] = [];
  let inCells = false;
  await readPart(part, {
    open(name, attributes) {
      const format = Number(attribute(attributes, 'numFmtId') ?? 0);
      if (name === 'numFmt') custom.set(format, attribute(attributes, 'formatCode') ?? '');
      if (name === 'cellXfs') inCells = true;
      if (name === 'xf' && inCells) isDate.push(isDateFormat(format, custom.get(format)));
    },
    close(name) {
      if (name === 'cellXfs') inCells = false;
    },
  });
  return isDate;
}

/** ECMA-376 part 1, 18.8.30: built-in formats, those of Chinese editions (27–36, 50–58) among them; others by y, m and d. */
function isDateFormat(id: number, code: string | undefined): boolean {
  if (code === undefined)
    return (id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58);
  const bare = code.replace(/"[^"]*"|\\.|\[[^\]]*\]/g, '').split(';')[0] ?? '';
  return /[yd]/i.test(bare) && !/general/i.test(bare);
}

async function readSharedStrings(part: ZipEntry | undefined, pool: TextPool): Promise<void> {
  let text = '';
  let isRead = false;
  let isPhonetic = false;
  await readPart(part, {
    open(name) {
      if (name === 'si') text = '';
      else if (name === 't') isRead = !isPhonetic;
      else if (name === 'rPh') isPhonetic = true; // how it is pronounced, not what it says
    },
    close(name) {
      if (name === 'si') pool.add(readEscapes(text));
      else if (name === 't') isRead = false;
      else if (name === 'rPh') isPhonetic = false;
    },
    text(more) {
      if (isRead) text += more;
    },
  });
}

async function* readRows(part: ZipEntry, book: Book, fill: () => Promise<void>): AsyncIterable<SheetRow> {
  await fill();
  let rows: SheetRow[] = [];
  let row = 0;
  let cells: Cell[] = [];
  let column = -1;
  let type: string | undefined;
  let style = 0;
  let value: string | undefined;
  let isRead = false;
  let isPhonetic = false;
  const handler = {
    open(name: string, attributes: XmlAttributes) {
      if (name === 'c') {
        const place = attribute(attributes, 'r');
        column = place === undefined ? column + 1 : columnOf(place);
        type = attribute(attributes, 't');
        style = Number(attribute(attributes, 's') ?? 0);
        value = undefined;
      } else if (name === 'v' || name === 't') {
        isRead = !isPhonetic;
        value ??= '';
      } else if (name === 'row') {
        row = nextRow(row, attribute(attributes, 'r'));
        cells = [];
        column = -1;
      } else if (name === 'rPh') isPhonetic = true;
    },
    close(name: string) {
      if (name === 'v' || name === 't') isRead = false;
      else if (name === 'rPh') isPhonetic = false;
      else if (name === 'c' && value !== undefined && column < mostColumns) {
        while (cells.length < column) cells.push(empty);
        cells[column] = toCell(value, type, style, book);
      } else if (name === 'row' && cells.some((cell) => cell.kind !== 'empty')) rows.push({ row, cells });
    },
    text(more: string) {
      if (isRead) value += more;
    },
  };
  for await (const _ of readXml(part.open(), handler)) {
    for (const one of rows) yield one; // `yield*` would wait once more for each
    rows = [];
  }
}

/** Rows come in order, each once; the number may be left out. */
function nextRow(before: number, place: string | undefined): number {
  const row = place === undefined ? before + 1 : Number(place);
  if (!Number.isInteger(row) || row <= before || row > mostRows) throw new Problem('sheet/unknown-format');
  return row;
}

function toCell(value: string, type: string | undefined, style: number, book: Book): Cell {
  switch (type) {
    case 's':
      return toText(book.strings.get(Number(value)));
    case 'str':
    case 'inlineStr':
      return toText(readEscapes(value));
    case 'b':
      return { kind: 'boolean', text: value === '1' ? 'TRUE' : 'FALSE' };
    case 'e':
      return { kind: 'error', text: value };
    case 'd':
      return { kind: 'date', text: value.replace(/T00:00:00(\.0+)?Z?$/, '').replace('T', ' ') };
  }
  if (value === '') return empty;
  const number = Number(Number(value).toPrecision(15)); // what Excel shows: 0.30000000000000004 is 0.3
  const date = book.isDate[style] ? formatSerial(number, book.date1904) : undefined;
  return date === undefined ? { kind: 'number', text: String(number) } : { kind: 'date', text: date };
}

function toText(text: string | undefined): Cell {
  if (text === undefined) throw new Problem('sheet/truncated'); // names a shared string that is not there
  return text === '' ? empty : { kind: 'text', text };
}

/** `AB12` → 27 */
function columnOf(place: string): number {
  let column = 0;
  for (let i = 0; i < place.length; i++) {
    const letter = place.charCodeAt(i) - 64;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
  }
  return column - 1;
}

/** ECMA-376 part 1, 22.9.2.19: control characters are written `_x000D_`, and an underscore that would begin one `_x005F_`. */
function readEscapes(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x(00[01][0-9A-Fa-f]|005[Ff])_/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function isTrue(text: string | undefined): boolean {
  return text === '1' || text === 'true';
}

async function readPart(part: ZipEntry | undefined, handler: XmlHandler): Promise<void> {
  if (!part) return;
  for await (const _ of readXml(part.open(), handler)) {
    // the handler keeps what it needs
  }
}
