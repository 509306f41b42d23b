import { describe, expect, it } from 'vitest';
import { withCheckCharacters } from '../../node/base/uscc.ts';
import { forms } from '../../node/form/forms.ts';
import { readForm } from '../../node/form/read.ts';
import type { GoodRow, Refusal } from '../../node/form/row.ts';
import { type CellContent, formatCsv, openSheet } from '../../node/sheet/sheet.ts';
import { buildXlsx } from '../../node/sheet/workbook.ts';
import { hash } from '../support/crypto.ts';
import {
  codes,
  company,
  formRows,
  importFile,
  otherCompany,
  shanghai,
  today,
  xlsxParts,
  xmlRow,
  zipFile,
} from '../support/sheets.ts';

const specimen = '11010519491231002X'; // printed in GB 11643-1999 itself
const uscc = '行政相对人代码_1(统一社会信用代码)';
const number = '行政处罚决定书文号';

/** Imports rows of the form, each a right row with some cells changed. */
async function importRows(type: string, ...changes: Record<string, CellContent>[]) {
  return importFile(type, formatCsv(formRows(type, changes)));
}

async function goodRow(type: string, change: Record<string, CellContent> = {}): Promise<GoodRow> {
  const { all } = await importRows(type, change);
  expect(all[0]).toHaveProperty('body');
  return all[0] as GoodRow;
}

async function refusals(type: string, change: Record<string, CellContent>): Promise<Refusal[]> {
  const { all } = await importRows(type, change);
  return all.flatMap((row) => ('refusals' in row ? row.refusals : []));
}

async function refusal(type: string, rows: CellContent[][]): Promise<{ code: string; facts: Record<string, unknown> }> {
  return importFile(type, formatCsv(rows)).then(
    () => ({ code: 'read', facts: {} }),
    (error) => ({ code: error.code, facts: error.facts }),
  );
}

describe('a penalty form', () => {
  it('becomes the body of a bulletin', async () => {
    expect(await goodRow('penalty')).toEqual({
      row: 2,
      subject: company,
      decidedOn: '2026-01-02',
      authority: shanghai,
      naturalKey: `penalty|沪知罚〔2026〕1号|${shanghai}`,
      body: {
        subject: { name: '样例知识产权代理有限公司', kind: 'legal-person' },
        document: {
          number: '沪知罚〔2026〕1号',
          date: '2026-01-02',
          authority: { name: '样例市知识产权局', uscc: shanghai },
        },
        violation: '擅自开展专利代理业务',
        facts: '未取得执业许可，代理专利申请三件。',
        basis: '《专利代理条例》第二十七条',
        categories: ['fine', 'confiscation-of-gains'],
        content: '没收违法所得，并处罚款。',
        fine: '1.5',
        publicity: { until: '2027-01-02' },
        source: { name: '样例市知识产权局', uscc: shanghai },
      },
    });
  });

  it('is known by its field codes, in any order, below titles and in any spelling', async () => {
    const [names = [], values = []] = formRows('penalty');
    const coded: Record<string, string> = {
      [number]: 'CF_WSH',
      违法事实: 'ＣＦ＿ＳＹ',
      [uscc]: '行政相对人代码＿１（统一社会信用代码）＊',
      备注: ' bz ',
    };
    const order = names.map((_, i) => (i * 7) % names.length);
    const rows = [
      ['行政处罚信息表（法人）'],
      [],
      ['填报单位：', '样例市知识产权局'],
      order.map((i) => coded[String(names[i])] ?? `${String(names[i]).slice(0, 2)} ${String(names[i]).slice(2)}`),
      order.map((i) => values[i] ?? ''),
    ];
    const { all, headerRow } = await importFile('penalty', formatCsv(rows));
    expect(headerRow).toBe(4);
    expect(all).toEqual([{ ...(await goodRow('penalty')), row: 5 }]);
  });

  it('may have a header in two lines, and the header again on a later page', async () => {
    const [names = [], first = [], second = []] = formRows('penalty', [{}, { [number]: '沪知罚〔2026〕2号' }]);
    const group = names.map((name) => (String(name).includes('代码_') ? '' : name));
    group[2] = '行政相对人代码';
    const below = names.map((name) => (String(name).includes('代码_') ? String(name).replace('行政相对人', '') : ''));
    const { all, headerRow, warnings } = await importFile('penalty', formatCsv([group, below, first, names, second]));
    expect(headerRow).toBe(2);
    expect(warnings).toEqual([]);
    expect(all.map((row) => [row.row, 'body' in row])).toEqual([
      [3, true],
      [5, true],
    ]);
  });

  it('is found on the first visible sheet that has it', async () => {
    const xml = formRows('penalty').map((row, i) => xmlRow(i + 3, row.map(String)));
    const bytes = zipFile(
      xlsxParts([
        { name: '旧表', state: 'hidden', data: xml.join('') },
        { name: '填写说明', data: xmlRow(1, ['请填写下表']) },
        { name: '处罚', data: xmlRow(1, ['行政处罚信息表']) + xml.join('') },
      ]),
    );
    const { sheet, headerRow, all } = await importFile('penalty', bytes);
    expect([sheet, headerRow]).toEqual(['处罚', 3]);
    expect(all).toEqual([{ ...(await goodRow('penalty')), row: 4 }]);
  });

  it('is read alike from .csv in UTF-8, .csv in GB18030 and .xlsx', async () => {
    const rows = formRows('penalty', [{}, { [number]: '沪知罚〔2026〕2号', 处罚类别: '警告' }]);
    const expected = (await importFile('penalty', formatCsv(rows))).all;
    expect((await importFile('penalty', formatCsv(rows, 'gb18030'))).all).toEqual(expected);
    expect((await importFile('penalty', await buildXlsx([{ name: '表', rows }]), 'a.xlsx')).all).toEqual(expected);
  });

  it('says which columns it does not know, and takes the rest', async () => {
    const { warnings, all } = await importRows('penalty', { 序号: '1', 采集日期: '2026-01-01', CF_SYFW: '1' });
    expect(warnings).toEqual([
      { code: 'import/column-unknown', column: '采集日期' },
      { code: 'import/column-unknown', column: 'CF_SYFW' },
    ]);
    expect(all[0]).toHaveProperty('body');
  });

  it('is refused with every missing column, with a column that stands twice, and without header', async () => {
    const [names = [], values = []] = formRows('penalty');
    const left = names.map((_, i) => i).filter((i) => names[i] !== number && names[i] !== '处罚类别');
    expect(await refusal('penalty', [left.map((i) => names[i] ?? ''), left.map((i) => values[i] ?? '')])).toEqual({
      code: 'import/column-missing',
      facts: { column: [number, '处罚类别'] },
    });
    expect(await refusal('penalty', [[...names, 'CF_WSH'], values])).toEqual({
      code: 'import/column-twice',
      facts: { column: [number, 'CF_WSH'] },
    });
    expect((await refusal('penalty', [values, values])).code).toBe('sheet/no-header');
    expect((await refusal('penalty', [])).code).toBe('sheet/no-header');
    expect((await refusal('weather', [names])).code).toBe('import/unknown-type');
  });
});

describe('a row', () => {
  it('is refused with all its mistakes, in the words of the sheet', async () => {
    expect(
      await refusals('penalty', {
        [uscc]: '91310000MA1FL00110',
        违法事实: '',
        处罚类别: '罚款；没收',
        '罚款金额(万元)': '1.2345678',
        处罚决定日期: '2026-02-30',
        处罚机关: '局'.repeat(257),
      }),
    ).toEqual([
      { row: 2, column: uscc, value: '91310000MA1FL00110', code: 'subject/invalid-uscc', facts: { mistake: 'check' } },
      { row: 2, column: '违法事实', value: '', code: 'import/value-missing' },
      {
        row: 2,
        column: '处罚类别',
        value: '罚款；没收',
        code: 'import/value-not-listed',
        facts: { part: '没收', listed: expect.arrayContaining(['警告', '没收违法所得']) },
      },
      {
        row: 2,
        column: '罚款金额(万元)',
        value: '1.2345678',
        code: 'import/value-unreadable',
        facts: { rule: 'amount' },
      },
      {
        row: 2,
        column: '处罚决定日期',
        value: '2026-02-30',
        code: 'import/value-unreadable',
        facts: { rule: 'day' },
      },
      { row: 2, column: '处罚机关', value: '局'.repeat(200), code: 'import/value-too-long', facts: { most: 256 } },
    ]);
  });

  it('is refused for a numeric cell in a column of codes, and for an error', async () => {
    const [names = [], values = []] = formRows('penalty', [{ '行政相对人代码_2(工商注册号)': '310115000123456' }]);
    const numeric = (i: number, xml: string) => names.map((_, j) => (j === i ? xml : String(values[j])));
    const at = (name: string) => names.indexOf(name);
    const data = [
      xmlRow(1, names.map(String)),
      xmlRow(2, numeric(at(uscc), '<c><v>9.1310000100002422E+17</v></c>')),
      xmlRow(3, numeric(at('行政相对人代码_2(工商注册号)'), '<c><v>310115000123456</v></c>')),
      xmlRow(4, numeric(at(number), '<c s="1"><v>46024</v></c>')),
      xmlRow(5, numeric(at('违法事实'), '<c t="e"><v>#N/A</v></c>')),
    ];
    const { all } = await importFile('penalty', zipFile(xlsxParts([{ name: '表', data: data.join('') }])), 'a.xlsx');
    expect(
      all
        .flatMap((row) => ('refusals' in row ? row.refusals : []))
        .map(({ row, column, value, code }) => [row, column, value, code]),
    ).toEqual([
      [2, uscc, '913100001000024000', 'import/code-not-text'],
      [3, '行政相对人代码_2(工商注册号)', '310115000123456', 'import/code-not-text'],
      [4, number, '2026-01-02', 'import/code-not-text'],
      [5, '违法事实', '#N/A', 'import/cell-error'],
    ]);
    expect(await refusals('penalty', { '行政相对人代码_2(工商注册号)': '3.10115E+14' })).toMatchObject([
      { code: 'import/code-not-text' },
    ]);
  });

  it('may hold numbers, dates and results of formulas where they belong, from 1900 or from 1904', async () => {
    const [names = [], values = []] = formRows('penalty');
    const cells: Record<string, string> = {
      '罚款金额(万元)': '<c><f>0.1+0.2</f><v>0.30000000000000004</v></c>',
      处罚决定日期: '<c s="1"><f>TODAY()</f><v>46024</v></c>',
      公示截止期: '<c><v>46024</v></c>',
      备注: '<c><v>7</v></c>',
    };
    const row = names.map((name, i) => cells[String(name)] ?? String(values[i]));
    for (const date1904 of [false, true]) {
      const data =
        xmlRow(1, names.map(String)) + xmlRow(2, date1904 ? row.map((cell) => cell.replace('46024', '44562')) : row);
      const { all } = await importFile('penalty', zipFile(xlsxParts([{ name: '表', data }], { date1904 })), 'a.xlsx');
      expect(all).toMatchObject([
        { decidedOn: '2026-01-02', body: { fine: '0.3', publicity: { until: '2026-01-02' }, remarks: '7' } },
      ]);
    }
  });

  it('takes a lawful code of the pilots and tells an individual business by its class', async () => {
    expect((await goodRow('penalty', { [uscc]: '91350211M0000XUF46' })).subject).toBe('91350211M0000XUF46');
    const shop = withCheckCharacters('92310000', 'MA1FL003');
    expect((await goodRow('penalty', { [uscc]: shop })).body).toMatchObject({
      subject: { kind: 'individual-business' },
    });
  });

  it('that stands twice is counted when it says the same, and refused when it does not', async () => {
    const { all, totals } = await importRows(
      'penalty',
      {},
      {},
      { [number]: '沪知罚(2026)1号 ' },
      { [number]: '沪知罚〔2026〕2号' },
    );
    expect(all.map((row) => ('refusals' in row ? row.refusals : row.row))).toEqual([
      2,
      [{ row: 4, column: number, value: '沪知罚(2026)1号 ', code: 'import/row-twice', facts: { row: 2 } }],
      5,
    ]);
    expect(totals).toEqual({ rows: 4, good: 2, refused: 1, repeated: 1, personalCellsDropped: 0 });
  });

  it('whose words look like names of columns is a row all the same', async () => {
    const words = {
      行政相对人名称: '样例专利代理师电话咨询有限公司',
      违法行为类型: '出借执业证',
      违法事实: '备注',
      处罚内容: '吊销许可证件',
    };
    expect((await goodRow('penalty', words)).body).toMatchObject({ facts: '备注' });
  });

  it('of blanks alone is none', async () => {
    const [names = [], values = []] = formRows('penalty');
    const { all, totals } = await importFile('penalty', formatCsv([names, names.map(() => ' '), [], values]));
    expect(all.map((row) => row.row)).toEqual([4]);
    expect(totals.rows).toBe(1);
  });
});

describe('natural persons', () => {
  it('in personal columns are dropped unread and counted', async () => {
    const { all, totals, warnings } = await importRows('penalty', {
      法定代表人: '某某',
      法定代表人身份证号: specimen,
      '经营者 姓名': '某某',
      CF_FRDB: '某某',
      CF_FR_SFZH: specimen,
      CF_FR_ZJLX: '',
      CF_FR_ZJHM: specimen,
      证件类型: '#N/A',
      证件号码: specimen,
    });
    expect(all).toEqual([await goodRow('penalty')]);
    expect(totals.personalCellsDropped).toBe(8);
    expect(warnings).toEqual([]);
    expect(JSON.stringify(all)).not.toContain('某某');
  });

  it('refuse the row when an identity number stands in any other cell, which no report repeats', async () => {
    const sentence = `联系${specimen}转`;
    for (const [column, value] of Object.entries({
      备注: sentence,
      违法事实: sentence,
      采集说明: sentence,
      '行政相对人代码_4(税务登记号)': specimen,
      [uscc]: specimen,
    })) {
      const found = await refusals('penalty', { [column]: value });
      expect(found).toEqual([{ row: 2, column, code: 'subject/natural-person' }]);
      expect(JSON.stringify(found)).not.toContain(specimen);
    }
  });

  it('refuse the row when only a blank divides the number from another', async () => {
    expect(await refusals('penalty', { 备注: '440524188001010014 13800000000' })).toMatchObject([
      { code: 'subject/natural-person' },
    ]);
  });

  it('refuse the row in the number of a document too', async () => {
    for (const value of [specimen, `沪${specimen}号`]) {
      const found = await refusals('penalty', { [number]: value });
      expect(found).toEqual([{ row: 2, column: number, code: 'subject/natural-person' }]);
    }
  });

  it.each(['身份证号310101199001011237', '身份证号码：310101900101123', '负责人（身份证 3101 0119 9001 0112 37）'])(
    'are found by what a number is called, though its digits be wrong: %s',
    async (facts) => {
      expect(await refusals('penalty', { 违法事实: facts })).toEqual([
        { row: 2, column: '违法事实', code: 'subject/natural-person' },
      ]);
    },
  );

  it('as subjects refuse the row, and nothing else of it is told', async () => {
    for (const kind of ['自然人', '01', '自然人 ']) {
      expect(await refusals('penalty', { 行政相对人类别: kind, 行政相对人名称: '某某', [uscc]: '' })).toEqual([
        { row: 2, column: '行政相对人类别', code: 'import/natural-person-row' },
      ]);
    }
  });

  describe.each([
    ['penalty', 'CF', 20],
    ['permit', 'XK', 18],
  ])('have a table of their own for %ss', (type, prefix, width) => {
    // 发改办财金〔2018〕424号: name and certificate of the person, then as for legal persons from the document on.
    const columns = forms.get(type)?.columns ?? [];
    const rest = columns.slice(
      columns.findIndex(({ path }) => path === (type === 'permit' ? 'documentName' : 'document.number')),
    );
    const names = ['行政相对人名称', '证件类型', '证件号码', ...rest.map((column) => column.zh)];
    const fieldCodes = ['MC', 'ZJLX', 'ZJHM'].map((name) => `${prefix}_XDR_${name}`);
    const coded = [...fieldCodes, ...rest.map((column) => column.code ?? '')];
    const person = names.map((_, i) => ['某某', '身份证', specimen][i] ?? '1');

    it.each([
      ['by its labels', names, ['证件类型', '证件号码']],
      ['by its labels, backwards', names.toReversed(), ['证件号码', '证件类型']],
      ['by its field codes', coded, fieldCodes.slice(1)],
      ['by its field codes, backwards', coded.toReversed(), fieldCodes.slice(1).toReversed()],
      [
        'by field codes without their prefix',
        coded.map((code) => code.replace(/^(CF|XK)_XDR_ZJ/, 'ZJ')),
        ['ZJLX', 'ZJHM'],
      ],
    ])('which is known %s and refused whole', async (_, header, certificates) => {
      expect(header.length).toBe(width);
      const found = await refusal(type, [['公示信息表'], header, person]);
      expect(found).toEqual({ code: 'import/natural-person-form', facts: { column: certificates } });
      expect(JSON.stringify(found)).not.toContain(specimen);
    });

    it('also below a line of groups, and with labels and field codes one above the other', async () => {
      const group = names.map((name, i) => (i === 1 ? '行政相对人代码' : i === 2 ? '' : name));
      const below = names.map((name, i) => (i === 1 || i === 2 ? name : ''));
      const lines = [
        [group, below, person],
        [names, coded, person],
      ];
      for (const rows of lines) expect((await refusal(type, rows)).code).toBe('import/natural-person-form');
    });
  });

  it('are not what a table lacks that has a representative and no codes of subjects', async () => {
    const [names = [], values = []] = formRows('permit', [
      { XK_FRDB: '某某', XK_FR_SFZH: specimen, 法定代表人身份证号: '' },
    ]);
    const left = names.map((_, i) => i).filter((i) => names[i] !== uscc);
    expect(await refusal('permit', [left.map((i) => names[i] ?? ''), left.map((i) => values[i] ?? '')])).toEqual({
      code: 'import/column-missing',
      facts: { column: [uscc] },
    });
  });
});

describe('the other forms', () => {
  it('become bodies of dishonesty', async () => {
    expect(await goodRow('dishonesty')).toEqual({
      row: 2,
      subject: company,
      decidedOn: '2026-03-01',
      authority: shanghai,
      naturalKey: `dishonesty|国知认〔2026〕7号|${shanghai}`,
      body: {
        subject: { name: '样例科技有限公司' },
        document: {
          number: '国知认〔2026〕7号',
          date: '2026-03-01',
          authority: { name: '样例市知识产权局', uscc: shanghai },
        },
        conduct: 'IP-01',
        form: '1',
        measures: ['M1', 'M5'],
      },
    });
  });

  it('become bodies of the serious list', async () => {
    expect(await goodRow('serious-list')).toMatchObject({
      subject: company,
      decidedOn: '2026-03-10',
      naturalKey: `serious-list|沪知列〔2026〕2号|${shanghai}`,
      body: { ground: 'agency', measures: ['M1', 'M3'], publicity: { until: '2029-03-10' } },
    });
    expect((await goodRow('serious-list', { 列入事由: '不依法执行行为' })).body).toMatchObject({
      ground: 'non-performance',
    });
  });

  it('become bodies of permits, by names or by field codes, without the representative', async () => {
    const { all, totals } = await importRows('permit', { XK_FRDB: '某某', XK_FR_SFZH: specimen });
    expect(totals.personalCellsDropped).toBe(2);
    expect(all).toEqual([
      {
        row: 2,
        subject: otherCompany,
        decidedOn: '2026-01-05',
        authority: shanghai,
        naturalKey: `permit|国知许〔2026〕5号|${shanghai}`,
        body: {
          subject: { name: '样例专利代理事务所（普通合伙）', kind: 'unincorporated' },
          document: {
            number: '国知许〔2026〕5号',
            date: '2026-01-05',
            authority: { name: '样例市知识产权局', uscc: shanghai },
          },
          documentName: '准予行政许可决定书',
          category: 'ordinary',
          certificate: '专利代理机构执业许可证',
          licenceNumber: '31001',
          content: '准予从事专利代理业务。',
          validFrom: '2026-01-05',
          status: 'valid',
          source: { name: '样例市知识产权局', uscc: shanghai },
        },
      },
    ]);
    const [names = [], values = []] = formRows('permit');
    const columns = forms.get('permit')?.columns ?? [];
    const coded = names.map((name) => columns.find(({ zh }) => zh === name)?.code ?? '');
    expect((await importFile('permit', formatCsv([coded, values]))).all).toEqual(all);
  });

  it('take the labels of older forms, but none that means two things', async () => {
    expect((await goodRow('permit', { 当前状态: '撤销', 许可类别: '06' })).body).toMatchObject({
      status: 'invalid',
      category: 'other',
    });
    expect((await goodRow('penalty', { 处罚类别: '没收违法所得、没收非法财物；吊销执照' })).body).toMatchObject({
      categories: ['confiscation-of-gains', 'confiscation-of-goods', 'licence-revocation'],
    });
    expect(await refusals('permit', { 当前状态: '1' })).toMatchObject([{ code: 'import/value-not-listed' }]);
    expect(await refusals('penalty', { 处罚类别: '暂扣或者吊销许可证、暂扣或者吊销执照' })).toMatchObject([
      { code: 'import/value-not-listed' },
    ]);
  });

  it('become bodies of warnings, named by subject, day, authority and matter', async () => {
    expect(await goodRow('warning')).toEqual({
      row: 2,
      subject: company,
      decidedOn: '2026-04-08',
      authority: shanghai,
      naturalKey: `warning|${company}|2026-04-08|${shanghai}|产品包装标注的专利权已终止`,
      body: {
        subject: { name: '样例科技有限公司' },
        authority: { name: '样例市知识产权局', uscc: shanghai },
        warnedOn: '2026-04-08',
        matter: '产品包装标注的专利权已终止',
        level: 'medium',
        advice: '停止使用原包装。',
        dueOn: '2026-05-08',
      },
    });
  });

  it('become bodies of grades, named by scheme, subject, day and authority', async () => {
    expect(await goodRow('grade')).toEqual({
      row: 2,
      subject: otherCompany,
      decidedOn: '2026-04-01',
      authority: shanghai,
      naturalKey: `grade|CNIPA-PATENT-AGENCY-2023|${otherCompany}|2026-04-01|${shanghai}`,
      body: {
        subject: { name: '样例专利代理事务所（普通合伙）' },
        agencyCode: '31001',
        scheme: 'CNIPA-PATENT-AGENCY-2023',
        grade: 'A+',
        score: '101.5',
        gradedOn: '2026-04-01',
        authority: { name: '样例市知识产权局', uscc: shanghai },
      },
    });
  });

  it('become bodies of commendations', async () => {
    expect((await goodRow('commendation')).body).toMatchObject({ honour: '知识产权示范企业', level: 'provincial' });
  });

  it('are refused where one cell contradicts another', async () => {
    expect(await refusals('grade', { 信用等级: 'E' })).toMatchObject([
      { column: '信用等级', code: 'import/value-not-listed' },
    ]);
    expect((await goodRow('grade', { 信用等级: '三星', 评价办法: '地方：样例市评价办法' })).body).toMatchObject({
      scheme: 'local:样例市评价办法',
      grade: '三星',
    });
    expect(await refusals('dishonesty', { 失信行为: 'IP-02' })).toMatchObject([
      { column: '非正常专利申请情形', code: 'import/value-unreadable' },
    ]);
    expect(await refusals('dishonesty', { 数据来源单位: '样例局' })).toMatchObject([
      { column: '数据来源单位统一社会信用代码', code: 'import/value-missing' },
    ]);
    expect(await refusals('dishonesty', { 数据来源单位: '样例局', 数据来源单位统一社会信用代码: '1' })).toMatchObject([
      { code: 'subject/invalid-uscc' },
    ]);
  });
});

it('reads a file in bounded memory: rows come while the file is still being read', async () => {
  const rows = formRows(
    'penalty',
    Array.from({ length: 3000 }, (_, i) => ({ [number]: `沪知罚〔2026〕${i}号` })),
  );
  let chunksTaken = 0;
  const bytes = formatCsv(rows);
  const source = async function* () {
    for (let at = 0; at < bytes.length; at += 10_000) {
      chunksTaken++;
      yield bytes.subarray(at, at + 10_000);
    }
  };
  const reading = await readForm('penalty', await openSheet(source, 'a.csv'), { hash, codes, today });
  const before = chunksTaken;
  for await (const row of reading.rows) {
    expect(row.row).toBe(2);
    break;
  }
  expect(chunksTaken - before).toBeLessThan(3);
});
