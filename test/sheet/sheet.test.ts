import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { formatCsv, openSheet, type SheetFile, type SheetRow } from '../../node/sheet/sheet.ts';
import { buildXlsx } from '../../node/sheet/workbook.ts';
import { compoundFile, sourceOf, xlsxParts, xmlRow, zipFile } from '../support/sheets.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);

async function open(bytes: Uint8Array, name = 'a.xlsx', chunkBytes?: number): Promise<SheetFile> {
  return openSheet(sourceOf(bytes, chunkBytes), name);
}

async function rowsOf(file: SheetFile, sheet = 0): Promise<SheetRow[]> {
  const rows: SheetRow[] = [];
  for await (const row of file.sheets[sheet]?.rows() ?? []) rows.push(row);
  return rows;
}

/** `kind:text` of each cell of the first sheet. */
async function cellsOf(bytes: Uint8Array, name?: string, chunkBytes?: number): Promise<string[][]> {
  const rows = await rowsOf(await open(bytes, name, chunkBytes));
  return rows.map((row) => row.cells.map((cell) => `${cell.kind}:${cell.text}`));
}

async function refusal(reading: Promise<unknown>): Promise<string> {
  return reading.then(
    () => 'read',
    (error) => error.code,
  );
}

describe('a .csv file', () => {
  it('is read as UTF-8 with and without byte order mark', async () => {
    for (const mark of ['', '\ufeff']) {
      const file = await open(utf8(`${mark}名称,金额\r\n甲公司,1\r\n`), 'a.csv');
      expect(file).toMatchObject({ format: 'csv', encoding: 'utf-8' });
      expect(await rowsOf(file)).toEqual([
        {
          row: 1,
          cells: [
            { kind: 'text', text: '名称' },
            { kind: 'text', text: '金额' },
          ],
        },
        {
          row: 2,
          cells: [
            { kind: 'text', text: '甲公司' },
            { kind: 'text', text: '1' },
          ],
        },
      ]);
    }
  });

  it('is read as GB18030 wherever the chunks are cut', async () => {
    const text = [
      ['行政相对人名称', '〔2026〕'],
      ['甲公司', '€'],
    ];
    const bytes = formatCsv(text, 'gb18030');
    expect(Buffer.from(bytes.subarray(0, 4)).toString('hex')).toBe('d0d0d5fe'); // 行政
    for (const chunkBytes of [1, 3, 1000]) {
      const file = await open(bytes, 'a.csv', chunkBytes);
      expect(file.encoding).toBe('gb18030');
      expect((await rowsOf(file)).map((row) => row.cells.map((cell) => cell.text))).toEqual(text);
    }
  });

  it('is judged by all its bytes: GB18030 behind a megabyte of ASCII', async () => {
    const bytes = Buffer.concat([Buffer.from('a,b\n'.repeat(300_000)), formatCsv([['行政']], 'gb18030')]);
    expect((await open(bytes, 'a.csv', 65_536)).encoding).toBe('gb18030');
  });

  it('is refused in other encodings, and told when it ends inside a character', async () => {
    expect(await refusal(open(Uint8Array.of(0x61, 0xff, 0xff, 0x61), 'a.csv'))).toBe('sheet/encoding');
    expect(await refusal(open(utf8('名称,金额').subarray(0, -1), 'a.csv'))).toBe('sheet/truncated');
    expect(await refusal(open(formatCsv([['行政']], 'gb18030').subarray(0, 3), 'a.csv'))).toBe('sheet/truncated');
  });

  it('has quoted cells with separators, quotes and line ends, cut anywhere, each record one row', async () => {
    const bytes = utf8('a,"一,""二""\r\n三"\r\n\r\n,,\r\nb,"x" \r\n"c","d"');
    for (const chunkBytes of [1, 2, 5, 1000]) {
      const rows = await rowsOf(await open(bytes, 'a.csv', chunkBytes));
      expect(rows.map((row) => [row.row, ...row.cells.map((cell) => cell.text)])).toEqual([
        [1, 'a', '一,"二"\n三'],
        [4, 'b', 'x'],
        [5, 'c', 'd'],
      ]);
    }
  });

  it('may be separated by tabs or semicolons and have the line ends of an old Macintosh', async () => {
    expect(await cellsOf(utf8('a\tb\tc\rd\te\tf'), 'a.csv', 1)).toEqual([
      ['text:a', 'text:b', 'text:c'],
      ['text:d', 'text:e', 'text:f'],
    ]);
    expect(await cellsOf(utf8('a;b;c\n'), 'a.csv')).toEqual([['text:a', 'text:b', 'text:c']]);
  });

  it('is refused when a quote is never closed, without reading on for ever', async () => {
    const file = await open(utf8('a,b\n"c,d\ne,f\n'), 'a.csv');
    expect(await refusal(rowsOf(file))).toBe('sheet/truncated');
    const long = await open(utf8(`a,b\n"${'c,d\n'.repeat(2_000_000)}`), 'a.csv', 65_536);
    await expect(rowsOf(long)).rejects.toMatchObject({ code: 'sheet/truncated', facts: { row: 2 } });
  });

  it('is written so that it reads the same', async () => {
    const rows = [
      ['0012', '=1+1', '一,"二"\n三', null],
      [0.2, new Date('2026-01-02T00:00:00Z'), '', '尾'],
    ];
    expect(await cellsOf(formatCsv(rows), 'a.csv')).toEqual([
      ['text:0012', 'text:=1+1', 'text:一,"二"\n三', 'empty:'],
      ['text:0.2', 'text:2026-01-02', 'empty:', 'text:尾'],
    ]);
    expect(() => formatCsv([['𠮷']], 'gb18030')).toThrow(RangeError);
  });
});

describe('an .xlsx file', () => {
  it.each([
    ['out of order', xmlRow(2, ['甲']) + xmlRow(1, ['乙'])],
    ['twice', xmlRow(2, ['甲']) + xmlRow(2, ['乙'])],
    ['without a number', '<row r="x"><c><v>1</v></c></row>'],
    ['with a number that no sheet has', xmlRow(1_048_577, ['甲'])],
  ])('is refused with a row %s', async (_what, data) => {
    const file = await open(zipFile(xlsxParts([{ name: 'a', data }])));
    expect(await refusal(rowsOf(file))).toBe('sheet/unknown-format');
  });

  it('is written so that it reads the same', async () => {
    const bytes = await buildXlsx([
      { name: '说明', rows: [['说明']] },
      {
        name: '表',
        rows: [
          ['0012', '=1+1', ' 甲 & <乙> ', null],
          [0.2, new Date('2026-01-02T00:00:00Z'), '', '尾\n行'],
        ],
      },
    ]);
    const file = await open(bytes);
    expect(file.sheets.map((sheet) => sheet.name)).toEqual(['说明', '表']);
    expect((await rowsOf(file, 1)).map((row) => row.cells.map((cell) => `${cell.kind}:${cell.text}`))).toEqual([
      ['text:0012', 'text:=1+1', 'text: 甲 & <乙> '],
      ['number:0.2', 'date:2026-01-02', 'empty:', 'text:尾\n行'],
    ]);
  });

  it('has shared strings, rich text without its phonetic marks, and escapes', async () => {
    const strings =
      '<si><t>甲</t></si><si><r><rPr><b/></rPr><t>乙</t></r><r><t xml:space="preserve"> 丙&amp;</t></r></si>' +
      '<si><t>行政</t><rPh sb="0" eb="2"><t>xingzheng</t></rPh></si><si><t>一_x000D_&#10;二_x005F_x000D_</t></si><si><t/></si>';
    const cells = [0, 1, 2, 3, 4].map((i) => `<c t="s"><v>${i}</v></c>`);
    const inline = '<c t="inlineStr"><is><r><t>丁</t></r><r><t>戊</t></r></is></c>';
    const bytes = zipFile(xlsxParts([{ name: 'a', data: xmlRow(1, [...cells, inline]) }], { strings }));
    for (const chunkBytes of [1, 1000]) {
      expect(await cellsOf(bytes, 'a.xlsx', chunkBytes)).toEqual([
        ['text:甲', 'text:乙 丙&', 'text:行政', 'text:一\r\n二_x000D_', 'empty:', 'text:丁戊'],
      ]);
    }
  });

  it('shows the results of formulas, errors and booleans among them', async () => {
    const row = xmlRow(7, [
      '<c><f>1+1</f><v>2</v></c>',
      '<c t="str"><f>A1&amp;"x"</f><v>2x</v></c>',
      '<c t="e"><f>VLOOKUP(1,B:B,1)</f><v>#N/A</v></c>',
      '<c t="b"><f>TRUE()</f><v>1</v></c>',
      '<c s="1"><f>TODAY()</f><v>46024</v></c>',
      '<c t="e"><v>#REF!</v></c>',
    ]);
    expect(await cellsOf(zipFile(xlsxParts([{ name: 'a', data: row }])))).toEqual([
      ['number:2', 'text:2x', 'error:#N/A', 'boolean:TRUE', 'date:2026-01-02', 'error:#REF!'],
    ]);
  });

  it('shows numbers as Excel does, with fifteen digits', async () => {
    const numbers = ['0.20000000000000001', '0.30000000000000004', '9.1310000100002422E+17', '-1.5', '1E-7', '1000'];
    const data = xmlRow(
      1,
      numbers.map((number) => `<c><v>${number}</v></c>`),
    );
    expect(await cellsOf(zipFile(xlsxParts([{ name: 'a', data }])))).toEqual([
      ['number:0.2', 'number:0.3', 'number:913100001000024000', 'number:-1.5', 'number:1e-7', 'number:1000'],
    ]);
  });

  it('knows dates by their format: built in, Chinese, custom, ISO; with the time of day; from 1900 or 1904', async () => {
    const formats = '<numFmt numFmtId="164" formatCode="[$-804]yyyy&quot;年&quot;m&quot;月&quot;;@"/>';
    const data = xmlRow(1, [
      '<c s="1"><v>46024</v></c>',
      '<c s="2"><v>46024.5</v></c>',
      '<c s="3"><v>46024</v></c>',
      '<c t="d"><v>2026-01-02T00:00:00</v></c>',
      '<c s="0"><v>46024</v></c>',
    ]);
    expect(await cellsOf(zipFile(xlsxParts([{ name: 'a', data }], { formats })))).toEqual([
      ['date:2026-01-02', 'date:2026-01-02 12:00:00', 'date:2026-01-02', 'date:2026-01-02', 'number:46024'],
    ]);
    const early = xmlRow(1, ['<c s="1"><v>44562</v></c>']);
    expect(await cellsOf(zipFile(xlsxParts([{ name: 'a', data: early }], { date1904: true })))).toEqual([
      ['date:2026-01-02'],
    ]);
  });

  it('has its visible sheets in order, by relative or absolute names, and no hidden one', async () => {
    for (const absolute of [false, true]) {
      const sheets = [
        { name: '隐藏', state: 'hidden' as const, data: xmlRow(1, ['x']) },
        { name: '深藏', state: 'veryHidden' as const, data: xmlRow(1, ['x']) },
        { name: '一', data: xmlRow(1, ['甲']) },
        { name: '二', data: xmlRow(3, ['', '', '乙']) },
      ];
      const file = await open(zipFile(xlsxParts(sheets, { absolute })));
      expect(file.sheets.map((sheet) => sheet.name)).toEqual(['一', '二']);
      expect(await rowsOf(file, 1)).toEqual([
        {
          row: 3,
          cells: [
            { kind: 'empty', text: '' },
            { kind: 'empty', text: '' },
            { kind: 'text', text: '乙' },
          ],
        },
      ]);
    }
  });

  it('may have prefixed tags, comments, CDATA and cells without places', async () => {
    const parts = xlsxParts([{ name: 'a', data: '' }]);
    parts['xl/worksheets/sheet1.xml'] =
      '<?xml version="1.0"?><!-- > --><x:worksheet xmlns:x="u"><x:sheetData><x:row><x:c a="&gt;>" t="str"><x:v><![CDATA[<甲>]]></x:v></x:c><x:c><x:v>2</x:v></x:c></x:row></x:sheetData></x:worksheet>';
    expect(await cellsOf(zipFile(parts))).toEqual([['text:<甲>', 'number:2']]);
  });

  it('keeps rows apart from what is read next, however far they are', async () => {
    const data = Array.from({ length: 5000 }, (_, i) => xmlRow(i + 1, [`名${i}`, `<c><v>${i}</v></c>`])).join('');
    const rows = await rowsOf(await open(zipFile(xlsxParts([{ name: 'a', data }]))));
    expect(rows.length).toBe(5000);
    expect(rows[4321]).toEqual({
      row: 4322,
      cells: [
        { kind: 'text', text: '名4321' },
        { kind: 'number', text: '4321' },
      ],
    });
  });

  it('is refused when it is cut short anywhere, at once', async () => {
    const bytes = zipFile(xlsxParts([{ name: 'a', data: xmlRow(1, ['甲'.repeat(5000)]) }]));
    for (const size of [4, 40, bytes.length >> 1, bytes.length - 30, bytes.length - 1]) {
      expect(await refusal(open(bytes.subarray(0, size)))).toBe('sheet/truncated');
    }
  });

  it('is refused when a byte inside is another', async () => {
    const data = Array.from({ length: 200 }, (_, i) => xmlRow(i + 1, [`名${i * 7919}`])).join('');
    const parts = xlsxParts([{ name: 'a', data }]);
    const bytes = zipFile(parts);
    const packed = deflateRawSync(parts['xl/worksheets/sheet1.xml'] ?? '');
    const at = Buffer.from(bytes).indexOf(packed) + (packed.length >> 1);
    bytes[at] = (bytes[at] as number) ^ 0x10;
    const outcome = await refusal(open(bytes).then((file) => rowsOf(file)));
    expect(['sheet/truncated', 'sheet/too-large', 'sheet/unknown-format']).toContain(outcome);
  });

  it('is refused when it unpacks to more than the bound, whatever it says of its size', async () => {
    const parts = {
      ...xlsxParts([{ name: 'a', data: xmlRow(1, ['甲']) }]),
      'xl/media/a.bin': new Uint8Array(2_000_000),
    };
    expect(await refusal(openSheet(sourceOf(zipFile(parts)), 'a.xlsx', 1_000_000))).toBe('sheet/too-large');
    const lying = zipFile(xlsxParts([{ name: 'a', data: xmlRow(1, ['甲'.repeat(100_000)]) }]), {
      path: 'xl/worksheets/sheet1.xml',
      sizeBytes: 2000,
    });
    expect(await refusal(open(lying).then((file) => rowsOf(file)))).toBe('sheet/too-large');
    const endless = xlsxParts([{ name: 'a', data: `<row><c t="str"><v>${'a'.repeat(3_000_000)}</v></c></row>` }]);
    expect(await refusal(open(zipFile(endless)).then((file) => rowsOf(file)))).toBe('sheet/too-large');
  });

  it('is refused when its entries are encrypted, or when it is another kind of ZIP file', async () => {
    expect(await refusal(open(zipFile(xlsxParts([{ name: 'a', data: '' }]), { flags: 1 })))).toBe('sheet/encrypted');
    expect(await refusal(open(zipFile({ 'word/document.xml': '<a/>' })))).toBe('sheet/unknown-format');
    expect(await refusal(open(zipFile({ 'xl/workbook.xml': '<!DOCTYPE a [<!ENTITY b "c">]><a/>' })))).toBe(
      'sheet/unknown-format',
    );
  });
});

describe('a file that is neither', () => {
  it.each([
    ['an .xls', compoundFile(['Workbook']), 'a.xls', 'sheet/legacy-xls'],
    ['an .xls under another name', compoundFile(['Book']), 'a.xlsx', 'sheet/legacy-xls'],
    ['an .xls without container', Uint8Array.of(9, 8, 16, 0, 0, 6, 5, 0), 'a.xls', 'sheet/legacy-xls'],
    ['an .et', compoundFile(['Workbook']), 'a.et', 'sheet/wps-et'],
    ['an .et under another name', compoundFile(['Workbook'], 'KSOProductBuildVer'), 'a.xlsx', 'sheet/wps-et'],
    ['an encrypted workbook', compoundFile(['EncryptionInfo', 'EncryptedPackage']), 'a.xlsx', 'sheet/encrypted'],
    ['an old text document', compoundFile(['WordDocument']), 'a.doc', 'sheet/unknown-format'],
    ['a web page named .xls', utf8('\n<html><table></table></html>'), 'a.xls', 'sheet/unknown-format'],
    ['a PDF', utf8('%PDF-1.7 …'), 'a.csv', 'sheet/unknown-format'],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0), 'a.csv', 'sheet/unknown-format'],
  ])('is told by its bytes: %s', async (_, bytes, name, code) => {
    expect(await refusal(open(bytes, name))).toBe(code);
  });
});
