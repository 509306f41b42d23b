import { describe, expect, it } from 'vitest';
import { readLabels } from '../../node/cli/labels.ts';
import { buildAnswer } from '../../node/registry/answer.ts';
import { formatReport, type ReportContext } from '../../node/report/report.ts';
import { buildAnswerSheets } from '../../node/report/workbook.ts';
import { openSheet } from '../../node/sheet/sheet.ts';
import { buildXlsx } from '../../node/sheet/workbook.ts';
import { sampleBody, sampleId, sampleUscc } from '../support/bulletins.ts';
import { sourceOf } from '../support/sheets.ts';
import { basis, tellRecord } from '../support/told.ts';

const uscc = sampleUscc(1);
const context: ReportContext = {
  labels: await readLabels(),
  digest: 'the-digest-of-the-answer',
  purpose: { zh: '日常监管', en: 'Supervision' },
  authority: '江苏省',
};

/** Whatever is shown somewhere: a penalty corrected and revoked, and a dishonesty under objection. */
function answer(name = '样例有限公司') {
  const subject = { name };
  const record = `310000.${sampleId(2)}`;
  const penalty = sampleBody('penalty', { subject }, 'full');
  const steps = [
    ...tellRecord({ uscc, n: 1 }, [
      { type: 'penalty', body: penalty },
      {
        type: 'correction',
        body: { replaces: sampleId(1_000), reason: `录入有误（${name}）`, penalty: { ...penalty, fine: '0.5' } },
      },
      { type: 'revocation', body: sampleBody('revocation', { ground: 'annulled' }) },
      { type: 'repair', body: sampleBody('repair') },
    ]),
    ...tellRecord({ uscc, n: 2, from: 10 }, [
      { type: 'dishonesty', body: sampleBody('dishonesty', { subject, publicity: { until: '2027-03-02' } }) },
      { type: 'objection', author: '330000', body: sampleBody('objection', { record, reason: `${name}不服` }) },
    ]),
  ];
  const asker = { role: 'clerk', authority: '11320000HX32000010', person: '0417' } as const;
  const at = '2026-11-22T02:00:00.000Z';
  return buildAnswer(
    uscc,
    steps,
    [{ member: '310000', pulledAt: at, newestAt: at }],
    { asker, purpose: 'supervision', at },
    basis,
  );
}

const page = (of = answer()) => String(formatReport(of, context));
/** What a person reads of a page. */
const words = (text: string) => text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

describe('a report', () => {
  it('says who asked for what, when, and what it comes to', () => {
    const text = words(page());
    for (const part of [
      ...[
        '公共信用信息报告',
        '主体名称 Subject 样例有限公司',
        uscc,
        '江苏省 11320000HX32000010',
        '日常监管 Supervision',
      ],
      ...['2026-11-22 10:00', answer().summary.zh, answer().summary.en, answer().notice.zh],
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain('0417');
  });

  it('shows of each record how it stands, why it ended, whose rules gave its dates, and what happened', () => {
    const text = words(page());
    expect(text).toMatch(/2026-06-01 由撤销终结：决定文书被依法撤销（310000\.example\/log 第 3 条）/);
    expect(text).toMatch(/公示截止日 publicised until 2027-03-02 签发方载明；CNIPA-2022 规定/);
    expect(text).toContain('罚款金额（万元）：0.2 → 0.5');
    expect(text).toMatch(/异议标注：处理中 under objection/);
    expect(text).toMatch(/异议 Objections .* 样例有限公司不服 尚未决定/);
    expect(text).toMatch(/可考虑的措施.* M1 .* M2 .* M5 /);
    expect(text).toMatch(/信用修复 Credit repair .*没有效力|信用修复 Credit repair .*no effect/);
  });

  it('ends with what lets anyone check it', () => {
    const foot = words(page().split('<footer>')[1] ?? '');
    expect(foot).toContain('the-digest-of-the-answer');
    expect(foot).toContain('310000.example/log: 1, 2, 3, 4, 10');
    expect(foot).toContain('330000.example/log: 11');
  });

  it('lets nothing that somebody wrote become markup', () => {
    const evil = `<img src=x onerror="alert(1)"></style><script>'&amp;`;
    const text = page(answer(evil));
    expect(text).not.toContain('<img');
    expect(text.match(/<\/style>|<script/g)).toEqual(['</style>']);
    expect(text).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&lt;/style&gt;&lt;script&gt;&#39;&amp;amp;');
  });

  it('prints on A4 with what belongs together on one page, and repeats the heads of tables', () => {
    const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(page()) ?? [];
    expect(style).toMatch(/@page \{ size: A4;/);
    expect(style).toMatch(/\ntr \{ break-inside: avoid; \}/);
    expect(style).toMatch(/thead \{ display: table-header-group; \}/);
    expect(page()).toContain('<table class="dates"><thead>');
  });

  it('of nothing says so', () => {
    const asker = { role: 'reader', authority: '11320000HX32000010', person: '1' } as const;
    const none = buildAnswer(uscc, [], [], { asker, purpose: 'supervision', at: '2026-11-22T02:00:00.000Z' }, basis);
    expect(words(page(none))).toContain('均无可用于本目的的记录');
    expect(page(none)).not.toContain('<article>');
  });
});

it('a workbook has the same on its sheets, with codes and days as text', async () => {
  const bytes = await buildXlsx(buildAnswerSheets(answer('=1+1'), context));
  const { sheets } = await openSheet(sourceOf(bytes), 'x.xlsx');
  const read = async (name: string) => {
    const rows: string[][] = [];
    for await (const { cells } of sheets.find((sheet) => sheet.name === name)?.rows() ?? []) {
      for (const { kind } of cells) expect(['text', 'empty', 'number']).toContain(kind);
      rows.push(cells.map(({ text }) => text));
    }
    return rows;
  };
  expect(sheets.map(({ name }) => name)).toEqual([
    ...['概要', '记录', '行政处罚', '知识产权失信行为', '经过', '日期与依据', '异议与反馈'],
  ]);
  expect((await read('概要')).map(([, value]) => value)).toEqual(
    expect.arrayContaining([uscc, 'the-digest-of-the-answer', answer('=1+1').summary.zh]),
  );
  expect((await read('记录')).slice(1).map((row) => row.slice(1, 6))).toEqual([
    ['行政处罚 · Administrative penalty', '示知罚字〔2026〕第2号', '2026-03-02', '已撤销 · revoked', '2027-03-02'],
    [
      '知识产权失信行为 · Intellectual-property dishonesty',
      '示知认字〔2026〕第7号',
      '2026-03-02',
      '公示中 · publicised',
      '2027-03-02',
    ],
  ]);
  expect((await read('行政处罚'))[1]).toEqual(expect.arrayContaining(['=1+1', '0.5']));
  expect((await read('经过')).map(([, , , change]) => change).join()).toContain('罚款金额（万元）：0.2 → 0.5');
  expect((await read('异议与反馈'))[1]?.[1]).toContain('尚未决定');
});
