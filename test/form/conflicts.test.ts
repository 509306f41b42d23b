import { describe, expect, it } from 'vitest';
import { type CellContent, formatCsv } from '../../node/sheet/sheet.ts';
import { formRows, importFile, today } from '../support/sheets.ts';

/** What is refused, or looks odd, in one row of the form. */
async function told(type: string, change: Record<string, CellContent>) {
  const { all } = await importFile(type, formatCsv(formRows(type, [change])));
  return all.flatMap((row) => ('refusals' in row ? row.refusals : (row.oddities ?? [])));
}

describe('days', () => {
  it('of a decision may be today, and not tomorrow', async () => {
    expect(await told('penalty', { 处罚决定日期: today, 公示截止期: '' })).toEqual([]);
    expect(await told('penalty', { 处罚决定日期: '2026-11-23', 公示截止期: '' })).toEqual([
      { row: 2, column: '处罚决定日期', value: '2026-11-23', code: 'import/day-in-future', facts: { today } },
    ]);
    expect(await told('grade', { 评价日期: '2027-01-01' })).toMatchObject([{ code: 'import/day-in-future' }]);
  });

  it('on which something ends may be that of the decision, and none before it', async () => {
    expect(await told('penalty', { 公示截止期: '2026-01-02', 处罚有效期: '2026-01-02' })).toEqual([]);
    const facts = { earlier: '处罚决定日期', day: '2026-01-02' };
    expect(await told('penalty', { 公示截止期: '2026/1/1', 处罚有效期: '2025-12-31' })).toEqual([
      { row: 2, column: '处罚有效期', value: '2025-12-31', code: 'import/day-order', facts },
      { row: 2, column: '公示截止期', value: '2026/1/1', code: 'import/day-order', facts },
    ]);
    expect(await told('commendation', { 有效期至: '2026-05-05' })).toMatchObject([{ code: 'import/day-order' }]);
  });

  it('of a permit and of a warning are in order among themselves', async () => {
    const permit = { 许可决定日期: '2026-01-01', 有效期自: '2026-03-01', 有效期至: '2026-02-28' };
    expect(await told('permit', permit)).toMatchObject([
      { column: '有效期至', facts: { earlier: '有效期自', day: '2026-03-01' } },
    ]);
    expect(await told('warning', { 预警日期: '2026-03-01', 整改截止日: '2026-02-28' })).toMatchObject([
      { column: '整改截止日', facts: { earlier: '预警日期' } },
    ]);
  });

  it('that cannot be read are not compared', async () => {
    expect(await told('penalty', { 处罚决定日期: '明年', 公示截止期: '2020-01-01' })).toMatchObject([
      { column: '处罚决定日期', code: 'import/value-unreadable' },
    ]);
  });
});

describe('an amount beside the text that states it', () => {
  const column = '罚款金额(万元)';
  const confiscated = '没收违法所得、没收非法财物的金额(万元)';

  it.each([
    ['罚款2000元', '0.2'],
    ['处2,000元的罚款', '0.2'],
    ['处以罚款人民币1.5万元', '1.5'],
    ['罚款1000元；罚款2000元', '0.3'],
    ['罚款1000元；罚款2000元', '0.2'],
    ['没收违法所得500元，并处罚款2000元', '0.2'],
    ['没收违法所得，并处罚款', '7'],
    ['责令改正', '2000'],
    ['罚款二千元', '2000'],
    ['罚款1亿元', '10000'],
  ])('is let be: %s, %s', async (处罚内容, value) => {
    expect(await told('penalty', { 处罚内容, [column]: value })).toEqual([]);
  });

  it('is doubted, and not refused, when it is another', async () => {
    expect(await told('penalty', { 处罚内容: '处以罚款2000元', [column]: '2000' })).toEqual([
      { row: 2, column, value: '2000', code: 'import/amount-doubtful', facts: { stated: 2000 } },
    ]);
    const both = { 处罚内容: '没收违法所得500元，并处罚款2000元', [column]: '0.05', [confiscated]: '500' };
    expect(await told('penalty', both)).toMatchObject([
      { column, facts: { stated: 2000 } },
      { column: confiscated, facts: { stated: 500 } },
    ]);
  });
});
