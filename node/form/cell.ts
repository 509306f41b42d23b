/**
 * One cell → one value of a body, or what is wrong with it. Pure: knows the column and the code lists, nothing of the
 * row or the file.
 */

import { holdsIdentityNumber } from '../base/identity-number.ts';
import type { ProblemCode } from '../base/problem.ts';
import { isDay } from '../base/time.ts';
import { findUsccMistake, isOrganisationCode } from '../base/uscc.ts';
import type { Cell } from '../sheet/sheet.ts';
import { formatSerial } from '../sheet/xlsx.ts';
import type { Column, ColumnKind } from './columns.ts';

/** `config/codes.yaml`: the code lists with their labels. */
export type CodeLists = Readonly<Record<string, CodeList>>;

export interface CodeList {
  title?: { zh: string; en: string };
  codes: Readonly<Record<string, CodeLabel>>;
}

export interface CodeLabel {
  zh: string;
  en?: string;
  /** Labels of older forms that mean the same. */
  legacy?: readonly string[];
  /** Of a grading scheme: the grades that it knows. */
  grades?: readonly string[];
}

export type CellValue = string | readonly string[];

/** A value; nothing, because the cell is empty or says "none"; or a refusal. */
export type Reading =
  | { value: CellValue }
  | { none: true }
  | { code: ProblemCode; facts?: Readonly<Record<string, unknown>> };

export interface Reader {
  codes: CodeLists;
  /** Of the workbook that the cells are from. */
  date1904: boolean;
  /** The day in China: decisions of later days are refused. */
  today: string;
}

type ReadKind = (text: string, cell: Cell, column: Column, reader: Reader) => Reading;

const none: Reading = { none: true };
/** `rule`: how a value of that kind is written, for the sentence. */
const unreadable = (rule: ColumnKind): Reading => ({ code: 'import/value-unreadable', facts: { rule } });
const nothingMarks = new Set(['无', '/', '\\', '-', '--', '—', '——', 'N/A', 'NULL']);
const endlessMarks = new Set(['长期', '长期有效', '永久', '永久有效', '无期限']);
const endlessFrom = 2099; // 2099/12/31 stands for "no end" in the official form
const numericKinds = new Set<ColumnKind>([
  'day',
  'end-day',
  'amount',
  'score',
  'text',
  'listed',
  'many-listed',
  'scheme',
  'grade',
]);
const separators = /[、；;,，\n]/;
const mostSeparatorsInLabel = 7;

/** What the cell says in that column. */
export function readCell(cell: Cell, column: Column, reader: Reader): Reading {
  if (cell.kind === 'error') return { code: 'import/cell-error' };
  if (!numericKinds.has(column.kind) && cell.kind !== 'empty' && cell.kind !== 'text')
    return { code: 'import/code-not-text' };
  const text = tidy(cell.text);
  if (text === '' || (column.kind !== 'text' && text.length <= 4 && nothingMarks.has(text))) return none;
  return kinds[column.kind](text, cell, column, reader);
}

/** Text as a person means it: half-width digits, plain blanks, `\n` for line ends, no other control character, no blank at its ends. */
export function tidy(text: string): string {
  if (!/[^\x20-\x7e\u2010-\u2027\u2070-\u2fff\u3001-\ufeef\uff0c\uff1b]/.test(text)) return text.trim();
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[\uff10-\uff19]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
    .replace(/[\u200b\u2060\ufeff]/g, '')
    .replace(/[^\S\n]|[^\P{Cc}\n]/gu, ' ')
    .trim();
}

/** Called an identity number, whatever its digits: one that was mistyped, or of fifteen digits, is somebody's all the same. */
const calledIdentityNumber = /(身份证|身份号码)[^\d]{0,12}\d[\d\s]{13,}/;

/** Stricter than the wire, where blanks are taken out first: here a number that only a blank divides from others counts too. */
export function mayHoldIdentityNumber(text: string): boolean {
  if (text.length < 9) return false;
  if (calledIdentityNumber.test(text)) return true;
  return holdsIdentityNumber(text) || (/\s/.test(text) && text.split(/\s+/).some(holdsIdentityNumber));
}

/** Text by which two spellings of one code are the same: NFKC, upper case, without blanks. */
export function squeeze(text: string): string {
  if (/^[!-`{-~\u3008-\u3011\u3014\u3015\u4e00-\u9fff]*$/.test(text)) return text; // is so already
  return text.normalize('NFKC').replace(/\s/g, '').toUpperCase();
}

const readText: ReadKind = (text, _cell, column) => {
  if (column.longest && text.length > column.longest && [...text].length > column.longest) {
    return { code: 'import/value-too-long', facts: { most: column.longest } };
  }
  return { value: text };
};

/** The digits that Excel had to give up show even in a `.csv`: `3.10115E+14`. */
const readCode: ReadKind = (text, cell, column, reader) =>
  /^\d(\.\d+)?E\+?\d+$/i.test(text)
    ? { code: 'import/code-not-text' }
    : readText(text.replace(/\s/g, ''), cell, column, reader);

const readUscc: ReadKind = (text, cell, column, reader) => {
  const code = readCode(squeeze(text), cell, column, reader);
  if (!('value' in code)) return code;
  const facts = findUsccMistake(code.value as string); // readCode gives text
  return facts ? { code: 'subject/invalid-uscc', facts: { ...facts } } : code;
};

const readDay: ReadKind = (text, cell, { kind }, reader) => {
  const day = toDay(text, cell, reader);
  return day === undefined || day > '2199-12-31' ? unreadable(kind) : { value: day };
};

const readEndDay: ReadKind = (text, cell, { kind }, reader) => {
  if (endlessMarks.has(text)) return none;
  const day = toDay(text, cell, reader);
  if (day === undefined) return unreadable(kind);
  return Number(day.slice(0, 4)) >= endlessFrom ? none : { value: day };
};

const readListed: ReadKind = (text, _cell, column, reader) => {
  const code = findCode(text, listOf(column, reader));
  return code === undefined ? notListed(text, column, reader) : { value: code };
};

/** Notes in brackets are passed over: 其他（需注明）. Some labels hold a separator themselves, so the longest match wins. */
const readManyListed: ReadKind = (text, _cell, column, reader) => {
  const list = listOf(column, reader);
  const parts = text
    .replace(/[（(][^（()）]*[)）]/g, '')
    .split(separators)
    .filter((part) => part.trim() !== '');
  const found = new Set<string>();
  for (let from = 0; from < parts.length; ) {
    let to = Math.min(parts.length, from + mostSeparatorsInLabel + 1);
    while (to > from && findCode(parts.slice(from, to).join(''), list) === undefined) to--;
    if (to === from) return notListed(parts[from] ?? '', column, reader);
    found.add(findCode(parts.slice(from, to).join(''), list) as string); // just found
    from = to;
  }
  return found.size === 0 ? none : { value: [...found] };
};

const readScheme: ReadKind = (text, cell, column, reader) => {
  const local = /^(?:local|地方)\s*[:：]\s*(.+)$/i.exec(text);
  return local ? readText(`local:${local[1]}`, cell, column, reader) : readListed(text, cell, column, reader);
};

/** The national grades in one spelling, `Ａ＋级` too; others as they stand. */
const readGrade: ReadKind = (text, cell, column, reader) =>
  readText(/^([A-D]\+?)级?$/.exec(squeeze(text))?.[1] ?? text, cell, column, reader);

const kinds: Record<ColumnKind, ReadKind> = {
  text: readText,
  code: readCode,
  'document-number': readCode,
  uscc: readUscc,
  'organisation-code': (text, cell, column, reader) => {
    const code = readCode(squeeze(text).replace('-', ''), cell, column, reader);
    return 'value' in code && !isOrganisationCode(code.value as string) ? unreadable(column.kind) : code; // readCode gives text
  },
  'agency-code': (text, _cell, { kind }) => (/^\d{5}$/.test(text) ? { value: text } : unreadable(kind)),
  day: readDay,
  'end-day': readEndDay,
  amount: (text, _cell, { kind }) => readDecimal(text.replace(/万元$/, ''), 13, 6) ?? unreadable(kind),
  score: (text, _cell, { kind }) => readDecimal(text.replace(/分$/, ''), 5, 4) ?? unreadable(kind),
  listed: readListed,
  'many-listed': readManyListed,
  scheme: readScheme,
  grade: readGrade,
};

/** `1,000.00` → `1000`; the shortest text of the same number. Undefined when it is none, or too long. */
function readDecimal(text: string, mostDigits: number, mostDecimals: number): Reading | undefined {
  const bare = squeeze(text);
  if (!/^(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$/.test(bare)) return undefined;
  const [whole = '', fraction = ''] = bare.replaceAll(',', '').split('.');
  const digits = whole.replace(/^0+(?=\d)/, '');
  const decimals = fraction.replace(/0+$/, '');
  if (digits.length > mostDigits || decimals.length > mostDecimals) return undefined;
  return { value: decimals === '' ? digits : `${digits}.${decimals}` };
}

/** `2026-01-02`, `2026/1/2`, `2026.1.2`, `2026年1月2日`, `20260102`, each with or without a time of day; a day number of Excel. */
function toDay(text: string, cell: Cell, reader: Reader): string | undefined {
  if (isDay(text)) return text >= '1900' ? text : undefined;
  const bare = squeeze(text.replace(/(?<=\d)[\sT]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$/i, ''));
  const parts = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/.exec(bare);
  const written = parts ?? /^(\d{4})(年)(\d{1,2})月(\d{1,2})日?$/.exec(bare) ?? /^(\d{4})()(\d{2})(\d{2})$/.exec(bare);
  if (written) {
    const day = `${written[1]}-${written[3]?.padStart(2, '0')}-${written[4]?.padStart(2, '0')}`;
    return isDay(day) && day >= '1900' ? day : undefined;
  }
  const serial = Number(text);
  const isPlausible = cell.kind === 'number' && serial >= 20_000 && serial < 75_000; // 1954–2105
  return isPlausible ? formatSerial(serial, reader.date1904)?.slice(0, 10) : undefined;
}

function listOf(column: Column, reader: Reader): CodeList {
  const list = reader.codes[column.list ?? ''];
  if (!list) throw new RangeError(`no code list ${column.list}`);
  return list;
}

function notListed(text: string, column: Column, reader: Reader): Reading {
  const listed = Object.values(listOf(column, reader).codes).map((label) => label.zh);
  return { code: 'import/value-not-listed', facts: { part: text.slice(0, 100), listed } };
}

const labelIndex = new WeakMap<CodeList, Map<string, string>>();

/**
 * A label, an older label, the code itself, or the code before its label (`M1 对财政性资金项目申请从严审批`). 其他 with
 * a note behind it is `other`, where the list has that.
 */
function findCode(text: string, list: CodeList): string | undefined {
  let index = labelIndex.get(list);
  if (!index) {
    index = new Map();
    for (const [code, label] of Object.entries(list.codes)) {
      for (const name of [code, label.zh, `${code}${label.zh}`, ...(label.legacy ?? [])]) {
        index.set(name, code).set(bareLabel(name), code);
      }
    }
    labelIndex.set(list, index);
  }
  const found = index.get(text);
  if (found !== undefined) return found;
  const bare = bareLabel(text);
  return index.get(bare) ?? (bare.startsWith('其他') && list.codes.other ? 'other' : undefined);
}

/** Labels are compared by their letters alone, whichever punctuation the clerk typed; the plus of `A+` counts. */
function bareLabel(text: string): string {
  return squeeze(text).replace(/[^\p{L}\p{N}+]/gu, '');
}
