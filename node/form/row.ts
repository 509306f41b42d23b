/**
 * One row of a form → what becomes a bulletin, or every mistake in it. Pure.
 *
 * Natural persons (个人信息保护法 arts 6, 28; docs/protocol.md): cells of personal columns are passed over unread, an
 * identity number anywhere else refuses the row, and no report repeats such a number.
 */

import type { Facts, ProblemCode } from '../base/problem.ts';
import { isIndividualBusiness } from '../base/uscc.ts';
import type { Cell, SheetRow } from '../sheet/sheet.ts';
import { type CellValue, mayHoldIdentityNumber, type Reader, readCell, squeeze } from './cell.ts';
import type { Column, Form } from './columns.ts';
import { type Conflict, findConflicts, findOddities } from './conflicts.ts';
import type { Header } from './header.ts';
import { type KeptRow, keepRow } from './refused.ts';

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
  /** What looks odd and refuses nothing; absent when nothing does. */
  oddities?: Refusal[];
}

export interface RefusedRow {
  row: number;
  refusals: Refusal[];
  /** What may be kept of its cells; nothing of a row about a person. */
  kept: KeptRow;
}

const longestValue = 200;
const nothing: Cell = { kind: 'empty', text: '' };

/** Reads a row below the header. */
export function readRow(row: SheetRow, header: Header, form: Form, reader: Reader): GoodRow | RefusedRow {
  const person = findNaturalPerson(row, header);
  if (person) return { row: row.row, refusals: [person], kept: { row: row.row, cells: [] } };
  const refusals: Refusal[] = [];
  const values = new Map<string, CellValue>();
  const width = Math.max(header.cells.length, row.cells.length);
  for (let i = 0; i < width; i++) {
    const known = header.cells[i];
    const cell = row.cells[i] ?? nothing;
    if (known?.is === 'personal' || known?.is === 'certificate' || known?.is === 'reason') continue;
    const column = known?.is === 'column' ? known.column : undefined;
    if (holdsPerson(cell, column)) {
      refusals.push(refuse(row, header, i, 'subject/natural-person'));
    } else if (column) {
      const reading = readCell(cell, column, reader);
      if ('value' in reading) values.set(column.path, reading.value);
      else if ('code' in reading) refusals.push(refuse(row, header, i, reading.code, reading.facts));
      else if (column.required) refusals.push(refuse(row, header, i, 'import/value-missing'));
    }
  }
  const tell = ({ path, code, facts }: Conflict): Refusal => {
    const i = header.at.get(path) ?? -1;
    const refusal = refuse(row, header, i, code, facts);
    return i < 0 ? { ...refusal, column: form.columns.find((column) => column.path === path)?.zh ?? path } : refusal;
  };
  for (const refusal of findConflicts(values, form, reader).map(tell)) {
    if (!refusals.some((one) => one.column === refusal.column)) refusals.push(refusal);
  }
  if (refusals.length > 0) return { row: row.row, refusals, kept: keepRow(row, header) };
  const oddities = findOddities(values).map(tell);
  const good = toGoodRow(row.row, values, form);
  return oddities.length > 0 ? { ...good, oddities } : good;
}

/** A refusal of the cell in that column of the sheet. */
export function refuse(row: SheetRow, header: Header, i: number, code: ProblemCode, facts?: Facts): Refusal {
  const text = row.cells[i]?.text ?? '';
  const isHidden =
    code === 'subject/natural-person' || code === 'import/natural-person-row' || mayHoldIdentityNumber(text);
  return {
    row: row.row,
    column: header.cells[i]?.label || letters(i),
    ...(isHidden ? {} : { value: text.slice(0, longestValue) }),
    code: isHidden && code === 'subject/invalid-uscc' ? 'subject/natural-person' : code,
    ...(facts && !isHidden ? { facts } : {}),
  };
}

/** 行政相对人类别 says that the row is about a person: nothing else of it is read. */
function findNaturalPerson(row: SheetRow, header: Header): Refusal | undefined {
  const i = header.at.get('subject.kind') ?? -1;
  const kind = squeeze(row.cells[i]?.text ?? '');
  return kind.includes('自然人') || kind === '01' ? refuse(row, header, i, 'import/natural-person-row') : undefined;
}

/** A right USCC may look like an identity number by chance; a document number that does is refused here, before it can be signed. */
function holdsPerson(cell: Cell, column: Column | undefined): boolean {
  if (column?.kind === 'uscc') return false;
  return mayHoldIdentityNumber(cell.text);
}

function toGoodRow(row: number, values: ReadonlyMap<string, CellValue>, form: Form): GoodRow {
  const subject = values.get('subject.uscc') as string; // required in every form
  const body: Record<string, unknown> = {};
  for (const [path, value] of values) if (path !== 'subject.uscc') put(body, path, value);
  if (isIndividualBusiness(subject)) put(body, 'subject.kind', 'individual-business');
  return {
    row,
    subject,
    decidedOn: values.get(form.decidedOn) as string, // required, and so are the authority and the parts of the key
    authority: values.get(form.authority) as string,
    naturalKey: [form.type, ...form.key.map((path) => keyPart(values.get(path) as string))].join('|'),
    body,
  };
}

/** In a key, brackets of all kinds are 〔〕 and a `|` is `%7C`: 沪知罚(2026)1号 is 沪知罚〔2026〕1号. */
export function keyPart(text: string): string {
  return squeeze(text)
    .replace(/[([【〖]/g, '〔')
    .replace(/[)\]】〗]/g, '〕')
    .replaceAll('|', '%7C');
}

function put(place: Record<string, unknown>, path: string, value: CellValue): void {
  const dot = path.indexOf('.');
  if (dot < 0) {
    place[path] = value;
    return;
  }
  const name = path.slice(0, dot);
  place[name] ??= {};
  put(place[name] as Record<string, unknown>, path.slice(dot + 1), value); // only objects are put between
}

/** 0 → `A`, 27 → `AB` */
function letters(index: number): string {
  const rest = Math.floor(index / 26);
  return (rest > 0 ? letters(rest - 1) : '') + String.fromCharCode(65 + (index % 26));
}
