/** A clerk's day at the page in a real browser, by clicks and by keys. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseRecordId } from '../../node/registry/record.ts';
import { formatCsv } from '../../node/sheet/sheet.ts';
import { createApi } from '../support/api.ts';
import { openBrowser, type Seat, takeSeat } from '../support/browser.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { company, formRows } from '../support/sheets.ts';
import { importForm, recordsOf } from '../support/uploads.ts';

const today = '2026-11-22';
let browser: Browser;
let network: Network;
let node: RunningNode;
let record: string;
const seats: Seat[] = [];

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

beforeEach(async () => {
  const now = () => new Date(`${today}T02:00:00.000Z`);
  network = await openNetwork({ running: ['310000', '320000'], now, config: { fourEyes: ['repair'] } });
  node = network.node('310000');
  const api = createApi(node.url, await node.createToken('clerk'));
  const cells = [{ 认定日期: '2026-03-01', 主体名称: '<b>样例</b>公司' }];
  [record = ''] = await recordsOf(node, await importForm(api, node, cells, {}, 'dishonesty'));
  await network.exchange();
});
afterEach(async () => {
  const complaints = seats.flatMap((seat) => seat.complaints);
  for (const { context } of seats.splice(0)) await context.close();
  await network.close();
  expect(complaints).toEqual([]);
});

async function sit(options: Parameters<typeof takeSeat>[1] = {}): Promise<Page> {
  const seat = await takeSeat(browser, options);
  seats.push(seat);
  return seat.page;
}

async function signIn(page: Page, person = '0001'): Promise<void> {
  const { secret } = await node.node.tokens.create({ role: 'clerk', authority: node.node.self.authority, person });
  if (!page.url().startsWith(node.url)) await page.goto(node.url);
  await page.getByLabel('令牌').fill(secret);
  await page.getByRole('button', { name: '登录' }).click();
  await page.getByRole('heading', { name: '待办', level: 1 }).waitFor();
}

/** A file as a clerk would choose it. */
const csv = (rows: Parameters<typeof formRows>[1]) => ({
  name: '十一月处罚.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from(formatCsv(formRows('penalty', rows))),
});

async function bring(page: Page, rows: Parameters<typeof formRows>[1]): Promise<void> {
  await page.getByRole('link', { name: '导入', exact: true }).click();
  await page.getByLabel('信息种类').selectOption({ label: '行政处罚' });
  await page.getByLabel('文件', { exact: true }).setInputFiles(csv(rows));
  await page.getByRole('button', { name: '上传并试读' }).click();
}

async function ask(page: Page): Promise<void> {
  await page.getByRole('link', { name: '查询', exact: true }).click();
  await page.getByLabel('统一社会信用代码').fill(company);
  await page.getByLabel('使用目的').selectOption({ label: '日常监管' });
  await page.getByRole('button', { name: '查询' }).click();
}

describe('a clerk', () => {
  it('brings a file, sees what it would do, mends it, and publishes it', async () => {
    const page = await sit();
    await page.goto(node.url);
    await page.getByLabel('令牌').fill('hx_wrong');
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByRole('alert').getByText('令牌无效').waitFor();
    await signIn(page);
    expect(await page.evaluate('document.cookie')).toBe('');

    await bring(page, [{}, { 处罚类别: '杖责', 行政处罚决定书文号: '沪知罚〔2026〕2号' }]);
    await page.getByRole('heading', { name: '试读结果' }).waitFor();
    await page.getByRole('cell', { name: '杖责', exact: true }).waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: '下载不合格的行' }).click(),
    ]);
    expect(file.suggestedFilename()).toBe('十一月处罚-不合格.xlsx');
    await page.getByRole('button', { name: '放弃' }).click();
    await page.getByText('已放弃').first().waitFor();

    await bring(page, [{}, { 行政处罚决定书文号: '沪知罚〔2026〕2号' }]);
    await page.getByRole('button', { name: '发布 2 行' }).click();
    await page.locator('dd').getByText('完成', { exact: true }).waitFor();
    await network.exchange();
    await ask(page);
    await page.getByText('共有 3 条记录').waitFor();
  });

  it('asks, reads a record, prints the report, and keeps what a stranger wrote as text', async () => {
    const page = await sit();
    await signIn(page);
    await ask(page);
    await page.getByRole('heading', { name: '<b>样例</b>公司' }).waitFor();
    const [report] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('link', { name: '打印版报告' }).click(),
    ]);
    await report.getByRole('heading', { name: '公共信用信息报告' }).waitFor();
    const pdf = await report.pdf();
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    const [workbook] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: '下载 .xlsx' }).click(),
    ]);
    expect(workbook.suggestedFilename()).toBe(`${company}.xlsx`);
    await page.getByText('经过').first().click();
    await page.getByRole('cell', { name: 'credit.sh.example/log 第 1 条' }).waitFor();
    await page.getByRole('link', { name: '国知认〔2026〕7号' }).click();
    await page.getByRole('heading', { name: '现状' }).waitFor();
  });

  it('repairs a record with a second person, after being told what is missing', async () => {
    const page = await sit();
    await signIn(page);
    await page.goto(`${node.url}/records/${record}?purpose=supervision`);
    await page.getByRole('link', { name: '信用修复' }).click();
    await page.getByLabel('文书号').fill('沪知修〔2026〕1号');
    await page.getByRole('button', { name: '提交信用修复' }).click();
    await page.locator('#problem:focus').waitFor();
    await page.getByRole('alert').getByRole('link', { name: '决定日期：须填写' }).click();
    expect(page.url()).toMatch(/#document\.date$/);
    expect(await page.getByLabel('文书号').inputValue()).toBe('沪知修〔2026〕1号');
    await page.locator('[id="document.date"]').fill(today);
    for (const name of ['已纠正失信行为', '已履行相关义务', '已消除不良影响', '已公开作出信用承诺'])
      await page.getByLabel(name).check();
    await page.getByRole('button', { name: '提交信用修复' }).click();
    await page.getByText('须由另一人复核').waitFor();

    const other = await sit();
    await signIn(other, '0002');
    await other.getByRole('link', { name: '复核：' }).click();
    await other.getByRole('button', { name: '同意，立即生效' }).click();
    await other.getByText('操作已生效').waitFor();
    await page.goto(`${node.url}/records/${record}?purpose=supervision`);
    await page.getByText('已修复').first().waitFor();
  });

  it('decides an objection that came from another province, from the work list', async () => {
    const other = network.node('320000').node;
    const id = parseRecordId(record);
    if (!id) throw new RangeError('the record was just opened');
    const body = { raisedOn: today, reason: '与本公司无关' };
    await other.steps.take(
      id,
      { type: 'objection', body },
      { role: 'clerk', authority: other.self.authority, person: '7' },
    );
    await network.exchange();
    const page = await sit();
    await signIn(page);
    await page.getByRole('link', { name: '作出决定' }).click();
    await page.getByLabel('处理结果').selectOption({ label: '异议不成立' });
    await page.getByLabel('理由').fill('经核实无误');
    await page.getByRole('button', { name: '提交异议处理决定' }).click();
    await page.getByText('曾有异议：不成立').first().waitFor();
    await network.exchange();
    await page.getByRole('link', { name: '待办' }).click();
    await page.getByText('没有待办事项').waitFor();
  });
});

describe('the page', () => {
  it('does without script', async () => {
    const page = await sit({ script: false });
    await signIn(page);
    await bring(page, [{}]);
    await page.getByRole('heading', { name: '十一月处罚.csv' }).waitFor();
    await node.node.work.settled();
    await page.reload();
    await page.getByRole('button', { name: '发布 1 行' }).click();
    await node.node.work.settled();
    await page.reload();
    await page.locator('dd').getByText('完成', { exact: true }).waitFor();
  });

  it('is worked by keys alone, from the first on', async () => {
    const page = await sit();
    await signIn(page);
    await page.goto(`${node.url}/imports`);
    await page.keyboard.press('Tab');
    const focused = () => page.evaluate('document.activeElement.textContent.trim()');
    expect(await focused()).toBe('跳到正文');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.locator('#type:focus').waitFor();
    await page.goto(node.url);
    const seen: unknown[] = [];
    for (let i = 0; i < 8; i++) {
      await page.keyboard.press('Tab');
      seen.push(await focused());
    }
    expect(seen).toEqual(['跳到正文', '互信', 'English', '退出', '待办', '导入', '查询', '复核']);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/ask');
    await page.locator('#uscc').focus();
    const outline = await page.evaluate("getComputedStyle(document.querySelector('#uscc')).outlineStyle");
    expect(outline).toBe('solid');
  });

  it.each([400, 1280])('fits a screen of %d pixels in both languages', async (width) => {
    const page = await sit({ width });
    await signIn(page);
    const paths = [
      '/imports',
      `/ask?uscc=${company}&purpose=supervision`,
      `/records/${record}?purpose=supervision`,
      `/records/${record}/steps/correction?purpose=supervision`,
      '/proposals',
      '/',
    ];
    for (const language of ['English', '中文']) {
      for (const path of paths) {
        await page.goto(`${node.url}${path}`);
        const wide = await page.evaluate('document.documentElement.scrollWidth');
        expect([language, path, wide]).toEqual([language, path, width]);
      }
      await page.getByRole('link', { name: language, exact: true }).click();
    }
  });
});
