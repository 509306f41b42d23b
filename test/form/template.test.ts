import { Workbook } from '@cj-tech-master/excelts';
import { describe, expect, it } from 'vitest';
import { forms } from '../../node/form/forms.ts';
import { readForm } from '../../node/form/read.ts';
import { buildTemplate } from '../../node/form/template.ts';
import { openSheet, type SheetRow } from '../../node/sheet/sheet.ts';
import { buildXlsx } from '../../node/sheet/workbook.ts';
import { hash } from '../support/crypto.ts';
import { codes, formRows, importFile, sourceOf, today } from '../support/sheets.ts';

/** As Excel would have it open. */
async function open(type: string) {
  const form = forms.get(type);
  if (!form) throw new RangeError(type);
  const bytes = await buildXlsx(buildTemplate(form, codes));
  const workbook = new Workbook();
  await workbook.xlsx.load(bytes as never); // its types ask for a Buffer
  const [sheet, notes] = workbook.worksheets;
  if (!sheet || !notes) throw new RangeError('a sheet is missing');
  const columnOf = (name: string) => form.columns.findIndex(({ zh }) => zh === name) + 1;
  return { form, bytes, workbook, sheet, notes, columnOf };
}

describe.each([...forms.keys()])('the template of %s', (type) => {
  it('is read as that form, without complaint, and holds no row', async () => {
    const { bytes } = await open(type);
    const { headerRow, warnings, rows } = await readForm(type, await openSheet(sourceOf(bytes), 'a.xlsx'), {
      hash,
      codes,
      today,
    });
    expect({ headerRow, warnings }).toEqual({ headerRow: 1, warnings: [] });
    await expect(rows[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'import/no-rows' });
  });

  it('is imported once it is filled in', async () => {
    const { workbook, sheet, columnOf } = await open(type);
    const [names = [], values = []] = formRows(type);
    values.forEach((value, i) => {
      if (value !== '') sheet.getCell(2, columnOf(String(names[i]))).value = value as string;
    });
    const filled = new Uint8Array(await workbook.xlsx.writeBuffer());
    const { all } = await importFile(type, filled, 'a.xlsx');
    expect(all).toEqual([(await importFile(type, await buildXlsx([{ name: '表', rows: formRows(type) }]))).all[0]]);
    expect(all).toMatchObject([{ row: 2, body: {} }]);
  });

  it('keeps the header in view, codes as text and days as days', async () => {
    const { form, sheet } = await open(type);
    expect(sheet.views).toMatchObject([{ state: 'frozen', ySplit: 1 }]);
    expect(sheet.getCell(1, 1).font?.bold).toBe(true);
    form.columns.forEach(({ kind }, i) => {
      const format = sheet.getColumn(i + 1).numFmt;
      if (['uscc', 'code', 'document-number', 'text', 'listed'].includes(kind)) expect(format).toBe('@');
      if (['day', 'end-day'].includes(kind)) expect(format).toBe('yyyy-mm-dd');
    });
  });

  it('says in its notes of every column how it is written, with every code', async () => {
    const { form, bytes } = await open(type);
    const { sheets } = await openSheet(sourceOf(bytes), 'a.xlsx');
    const rows: SheetRow[] = [];
    for await (const row of sheets[1]?.rows() ?? []) rows.push(row);
    const lines = rows.map(({ cells }) => cells.map(({ text }) => text));
    for (const { zh, code = '', required } of form.columns) {
      const line = lines.find(([name]) => name === zh);
      expect(line?.slice(1, 3)).toEqual([code, required ? '是 yes' : '']);
      expect(line?.[3]).toMatch(/.+ · .+/);
    }
    for (const list of new Set(form.columns.flatMap(({ list }) => list ?? []))) {
      for (const [code, { zh }] of Object.entries(codes[list]?.codes ?? {})) {
        expect(lines.some((line) => line[0] === zh && line[1] === code)).toBe(true);
      }
    }
    expect(lines.flat().join('\n')).toMatch(/绝不填写自然人信息[\s\S]*Never enter anything about natural persons/);
  });
});

describe('the lists of a template', () => {
  it('offer the labels, refuse others, and only warn where several may be given', async () => {
    const { sheet, columnOf } = await open('penalty');
    const rule = (name: string) => sheet.getCell(7, columnOf(name)).dataValidation;
    expect(rule('行政相对人类别')).toMatchObject({
      type: 'list',
      formulae: ['"法人,非法人组织,个体工商户"'],
      errorStyle: 'stop',
    });
    expect(rule('处罚类别')).toMatchObject({ type: 'list', errorStyle: 'warning', allowBlank: true });
    expect(rule('处罚机关')).toBeUndefined();
  });

  it('too long for a rule point at the notes, where all of them stand', async () => {
    const { sheet, notes, columnOf } = await open('dishonesty');
    const labels = Object.values(codes.conduct?.codes ?? {}).map(({ zh }) => zh);
    const long = { codes: { ...codes.conduct?.codes, 'IP-99': { zh: '很长的样例失信行为'.repeat(20) } } };
    const form = forms.get('dishonesty');
    if (!form) throw new RangeError('dishonesty');
    const workbook = new Workbook();
    await workbook.xlsx.load((await buildXlsx(buildTemplate(form, { ...codes, conduct: long }))) as never);
    const [longSheet, longNotes] = workbook.worksheets;
    const at = columnOf('失信行为');
    const formulaOf = (one: typeof sheet | undefined) => {
      const rule = one?.getCell(2, at).dataValidation;
      return rule && 'formulae' in rule ? rule.formulae[0] : undefined;
    };
    expect(formulaOf(sheet)).toBe(`"${labels.join(',')}"`);
    const formula = formulaOf(longSheet);
    const [, from, to] = /^'填写说明'!\$A\$(\d+):\$A\$(\d+)$/.exec(String(formula)) ?? [];
    const pointed = Array.from({ length: Number(to) - Number(from) + 1 }, (_, i) =>
      String(longNotes?.getCell(Number(from) + i, 1).value),
    );
    expect(pointed).toEqual([...labels, '很长的样例失信行为'.repeat(20)]);
    expect(notes.name).toBe('填写说明');
  });
});
