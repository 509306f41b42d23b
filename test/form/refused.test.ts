import { describe, expect, it } from 'vitest';
import { forms } from '../../node/form/forms.ts';
import { buildRefused, type KeptRow, type Reason, rebuildRow } from '../../node/form/refused.ts';
import type { GoodRow } from '../../node/form/row.ts';
import { type CellContent, formatCsv, openSheet, type SheetRow } from '../../node/sheet/sheet.ts';
import { buildXlsx } from '../../node/sheet/workbook.ts';
import { codes, formRows, importFile, sourceOf, xlsxParts, xmlRow, zipFile } from '../support/sheets.ts';

const specimen = '11010519491231002X'; // printed in GB 11643-1999 itself
const number = '行政处罚决定书文号';
const penalty = forms.get('penalty');
if (!penalty) throw new RangeError('penalty');
const form = penalty;

/** The workbook in which the refused rows of a file come back. */
async function handBack(bytes: Uint8Array, name?: string, left = 0): Promise<Uint8Array> {
  const { all, names } = await importFile('penalty', bytes, name);
  const rows: KeptRow[] = all.flatMap((row) => ('refusals' in row ? row.kept : []));
  const reasons: Reason[] = all.flatMap((row) =>
    'refusals' in row ? row.refusals.map(({ row, column, code }) => ({ row, column, zh: `因${code}`, en: code })) : [],
  );
  return buildXlsx(buildRefused({ names, rows, reasons, left }, form, codes));
}

async function rowsOf(bytes: Uint8Array): Promise<SheetRow[]> {
  const rows: SheetRow[] = [];
  const { sheets } = await openSheet(sourceOf(bytes), 'a.xlsx');
  for await (const row of sheets[0]?.rows() ?? []) rows.push(row);
  return rows;
}

const textsOf = (row: SheetRow | undefined) => (row?.cells ?? []).map(({ text }) => text);
const csv = (...changes: Record<string, CellContent>[]) => formatCsv(formRows('penalty', changes));

describe('refused rows', () => {
  it('come back in the clerk’s own columns and order, the reasons in front, and are refused again as they are', async () => {
    const [names = [], first = [], second = []] = formRows('penalty', [{}, { 处罚类别: '训诫', 违法事实: '' }]);
    const order = names.map((_, i) => (i * 7) % names.length);
    const file = formatCsv([names, first, second].map((row) => order.map((i) => row[i] ?? '')));
    const back = await handBack(file);
    const [header, row] = await rowsOf(back);
    expect(textsOf(header)).toEqual(['退回原因 Reason', ...order.map((i) => String(names[i]))]);
    const reasons = ['import/value-missing', 'import/value-not-listed'];
    const zh = ['原第 3 行', ...reasons.map((code) => `因${code}`)];
    expect(textsOf(row)[0]?.split('\n').sort()).toEqual([...zh, 'Row 3 of the file', ...reasons].sort());
    expect(textsOf(row)[0]?.startsWith('原第 3 行\n因')).toBe(true);
    const given = order.map((i) => String(second[i] ?? ''));
    expect(textsOf(row).slice(1)).toEqual(given.slice(0, textsOf(row).length - 1));
    const { all, warnings, totals } = await importFile('penalty', back, 'a.xlsx');
    expect(warnings).toEqual([]);
    expect(totals).toMatchObject({ rows: 1, refused: 1, personalCellsDropped: 0 });
    expect(all.flatMap((one) => ('refusals' in one ? one.refusals.map(({ code }) => code) : [])).sort()).toEqual(
      reasons,
    );
  });

  it('are imported once they are mended', async () => {
    const back = await rowsOf(await handBack(csv({}, { [number]: '沪知罚〔2026〕2号', 处罚类别: '训诫' })));
    const mended = back.map((row) => textsOf(row).map((text) => (text === '训诫' ? '警告' : text)));
    const { all } = await importFile('penalty', formatCsv(mended));
    expect(all).toMatchObject([
      { row: 2, body: { document: { number: '沪知罚〔2026〕2号' }, categories: ['warning'] } },
    ]);
  });

  it('leave out what is about a person, and columns that the form does not know', async () => {
    const back = await handBack(
      csv(
        { 备注: `联系${specimen}转`, 法定代表人: '某甲', 法定代表人身份证号: specimen, 家庭住址: '某处' },
        { 行政相对人类别: '自然人', 行政相对人名称: '某乙' },
      ),
    );
    const text = JSON.stringify(await rowsOf(back));
    for (const secret of [specimen, '某甲', '某乙', '某处']) expect(text).not.toContain(secret);
    expect(text).toContain('家庭住址');
    const [, , person] = await rowsOf(back);
    expect(textsOf(person).slice(1).join('')).toBe('');
    const { totals, all } = await importFile('penalty', back, 'a.xlsx');
    expect(totals).toMatchObject({ rows: 1, good: 1 }); // what was left out was the mistake; the row about a person is none
    expect(all).toMatchObject([{ row: 2 }]);
  });

  it('keep numbers, days and errors what they were, so that a code that lost digits is not taken for text', async () => {
    const [names = [], values = []] = formRows('penalty');
    const cells: Record<string, string> = {
      '行政相对人代码_2(工商注册号)': '<c><v>310115000123456</v></c>',
      [number]: '<c s="1"><v>46024</v></c>',
      备注: '<c t="e"><v>#N/A</v></c>',
      处罚决定日期: '<c s="1"><v>46024</v></c>',
    };
    const data =
      xmlRow(1, names.map(String)) +
      xmlRow(
        2,
        names.map((name, i) => cells[String(name)] ?? String(values[i])),
      );
    const back = await handBack(zipFile(xlsxParts([{ name: '表', data }])), 'a.xlsx');
    const kinds = (await rowsOf(back))[1]?.cells.slice(1).map(({ kind, text }) => `${kind}:${text}`) ?? [];
    expect(kinds).toEqual(
      expect.arrayContaining(['number:310115000123456', 'date:2026-01-02', 'error:#N/A', `text:样例市知识产权局`]),
    );
    const { all } = await importFile('penalty', back, 'a.xlsx');
    expect(all.flatMap((row) => ('refusals' in row ? row.refusals.map(({ code }) => code) : [])).sort()).toEqual([
      'import/cell-error',
      'import/code-not-text',
      'import/code-not-text',
    ]);
  });

  it('that are too many are counted at the end', async () => {
    const rows = await rowsOf(await handBack(csv({ 违法事实: '' }), undefined, 7));
    expect(textsOf(rows.at(-1))).toEqual(['另有 7 行未列出。\n7 more rows are not listed.']);
  });

  it('that were read well are written anew from what was read', async () => {
    const change = { 处罚类别: '罚款、警告', 公示截止期: '2027/1/2' };
    const { all, names } = await importFile('penalty', csv(change));
    const [{ row, subject: uscc, body }] = all as [GoodRow];
    const kept = rebuildRow({ row, uscc, body }, names.cells, form, codes);
    const again = await importFile('penalty', formatCsv([names.cells, kept.cells].map((cells) => cells.map(String))));
    expect(again.all).toEqual(all);
    const local = await importFile(
      'grade',
      formatCsv(formRows('grade', [{ 评价办法: '地方：某办法', 信用等级: '三星' }])),
    );
    const [graded] = local.all as [GoodRow];
    const grade = forms.get('grade');
    if (!grade) throw new RangeError('grade');
    const rebuilt = rebuildRow({ ...graded, uscc: graded.subject }, local.names.cells, grade, codes);
    expect(rebuilt.cells).toEqual(expect.arrayContaining(['地方：某办法', '三星']));
  });
});
