/**
 * A form as an empty workbook for the clerk: the columns in the official order, each with the look that keeps its values
 * what they are, and a sheet of notes that says how everything is written and holds the code lists. It has no sample row:
 * handed in as it is, it holds nothing to publish. Pure; how a workbook is written is for `sheet/workbook.ts`.
 */

import type { Sentence } from '../base/sentences.ts';
import type { CellContent } from '../sheet/sheet.ts';
import type { Choices, ColumnLook, SheetContent } from '../sheet/workbook.ts';
import type { CodeList, CodeLists } from './cell.ts';
import type { Column, ColumnKind, Form } from './columns.ts';

/** How the cells of a column look; undefined for a column that the form does not have. */
export type LookOf = (path: string) => ColumnLook | undefined;

const notesName = '填写说明';

/** The form without rows, and its notes. */
export function buildTemplate(form: Form, codes: CodeLists): SheetContent[] {
  const { sheet, lookOf } = buildNotes(form, codes);
  const rows = [form.columns.map(({ zh }) => zh)];
  const columns = form.columns.map(({ path }) => lookOf(path) ?? {});
  return [{ name: form.title.zh, rows, columns, headerRows: 1 }, sheet];
}

/** The sheet of notes on a form, and how the form's columns look beside it. */
export function buildNotes(form: Form, codes: CodeLists): { sheet: SheetContent; lookOf: LookOf } {
  const rows: CellContent[][] = [
    [`${form.title.zh}：填写说明 · ${form.title.en}: how to fill in the form`],
    ...advice(form.type).flatMap(({ zh, en }) => [[zh], [en]]),
    [],
    ['列名 Column', '字段代码 Code', '必填 Required', '写法 How it is written'],
    ...form.columns.map((column) => lineOf(column, codes)),
  ];
  const ranges = new Map<string, string>();
  for (const name of new Set(form.columns.flatMap(({ list }) => list ?? []))) {
    const list = listNamed(name, codes);
    const entries = Object.entries(list.codes);
    rows.push([], [`${titleOf(name, list)}：名称、代码、英文 · name, code, English`]);
    const first = rows.length + 1;
    rows.push(...entries.map(([code, { zh, en = '' }]) => [zh, code, en]));
    ranges.set(name, `'${notesName}'!$A$${first}:$A$${first + entries.length - 1}`);
  }
  const looks = new Map(form.columns.map((column) => [column.path, lookOf(column, codes, ranges)]));
  const columns: ColumnLook[] = [{ width: 44 }, { width: 22 }, { width: 14 }, { width: 60 }];
  return { sheet: { name: notesName, rows, columns, headerRows: 1 }, lookOf: (path) => looks.get(path) };
}

const widths: Partial<Record<ColumnKind, number>> = {
  uscc: 22,
  day: 13,
  'end-day': 13,
  amount: 14,
  score: 10,
  'agency-code': 12,
  grade: 10,
};

function lookOf(column: Column, codes: CodeLists, ranges: ReadonlyMap<string, string>): ColumnLook {
  const { kind, list, longest = 0, required } = column;
  const format =
    kind === 'day' || kind === 'end-day' ? 'day' : kind === 'amount' || kind === 'score' ? undefined : 'text';
  const choices = list === undefined ? undefined : choicesOf(column, listNamed(list, codes), ranges.get(list) ?? '');
  const width = widths[kind] ?? (longest > 256 ? 40 : 24);
  return { width, ...(format && { format }), ...(choices && { choices }), ...(required && { isStrong: true }) };
}

function choicesOf({ zh, kind }: Column, { codes }: CodeList, range: string): Choices {
  const labels = Object.values(codes).map((label) => label.zh);
  const warnings: Partial<Record<ColumnKind, string>> = {
    'many-listed': `“${zh}”可填多个值，用“、”分隔，各值须在代码表中。继续？ Several values may be given, divided by 、, each of the code list. Go on?`,
    scheme: `表中没有的办法写作“地方：办法名称”。继续？ A scheme that is not listed is written 地方：and its name. Go on?`,
  };
  const warning = warnings[kind] ?? `“${zh}”请从列表中选择，列表见“${notesName}”。 Choose from the list.`;
  return { labels, range, isOpen: kind in warnings, warning };
}

/** What every form has to say, Chinese first. */
function advice(type: string): Sentence[] {
  return [
    {
      zh: '每行一条。第一行的列名请保留，列的先后不限；深色列名为必填列。',
      en: 'One row each. Keep the column names of the first row, in any order; the darker ones are required.',
    },
    {
      zh: '代码和文书号各列已设为文本格式，请勿改成数字：Excel 只保留 15 位。',
      en: 'Columns of codes and document numbers are text. Do not make them numbers: Excel keeps fifteen digits.',
    },
    {
      zh: '绝不填写自然人信息：法定代表人、负责人、联系人、姓名、电话、证件类型、证件号码等列请勿添加，添加了也不读取；任何单元格中有居民身份证号码，该行即被拒绝。',
      en: 'Never enter anything about natural persons. Columns of representatives, contacts, names, telephones and certificates are not read, and an identity number in any cell refuses the row.',
    },
    {
      zh: `填好后先试导入，不会发布：huxin import 文件 --type ${type} --dry-run`,
      en: `Then try it, which publishes nothing: huxin import FILE --type ${type} --dry-run`,
    },
  ];
}

function lineOf(column: Column, codes: CodeLists): CellContent[] {
  const way = ways[column.kind];
  const { zh: listZh, en: listEn } = (column.list && listNamed(column.list, codes).title) || {};
  const zh = `${way.zh}${listZh ? `（${listZh}）` : ''}${column.longest ? `，最多 ${column.longest} 字` : ''}`;
  const en = `${way.en}${listEn ? ` (${listEn})` : ''}${column.longest ? `, at most ${column.longest} characters` : ''}`;
  return [column.zh, column.code ?? '', column.required ? '是 yes' : '', `${zh} · ${en}`];
}

/** How a value of each kind is written; `cell.ts` reads it. */
const ways: Record<ColumnKind, Sentence> = {
  text: { zh: '文字', en: 'text' },
  code: { zh: '号码，文本格式', en: 'a number, as text' },
  'document-number': { zh: '文书号，文本格式', en: 'the number of the document, as text' },
  uscc: { zh: '18 位统一社会信用代码，文本格式', en: '18 characters, as text' },
  'organisation-code': { zh: '9 位组织机构代码，文本格式', en: '9 characters, as text' },
  'agency-code': { zh: '5 位数字，文本格式', en: '5 digits, as text' },
  day: { zh: '日期，如 2026-01-02', en: 'a day, such as 2026-01-02' },
  'end-day': { zh: '日期；长期填 2099/12/31', en: 'a day; 2099/12/31 for no end' },
  amount: { zh: '金额，单位万元：2000 元填 0.2', en: 'an amount in 万元 (10,000 CNY): 0.2 for 2,000 CNY' },
  score: { zh: '分数，最多四位小数', en: 'a number with at most four decimals' },
  listed: { zh: '从列表中选一个', en: 'one of the list' },
  'many-listed': { zh: '列表中的一个或多个，用“、”分隔', en: 'one or more of the list, divided by 、' },
  scheme: { zh: '从列表中选，或“地方：办法名称”', en: 'one of the list, or 地方：and a name' },
  grade: { zh: '等级，如 A+', en: 'a grade, such as A+' },
};

function titleOf(name: string, { title }: CodeList): string {
  return title ? `${title.zh} ${title.en}` : name;
}

function listNamed(name: string, codes: CodeLists): CodeList {
  const list = codes[name];
  if (!list) throw new RangeError(`no code list ${name}`);
  return list;
}
