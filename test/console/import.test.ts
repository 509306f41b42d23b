/** A file on its way through the page: tried, mended, published, taken back. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { formatCsv } from '../../node/sheet/sheet.ts';
import { sampleUscc } from '../support/bulletins.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { formRows } from '../support/sheets.ts';
import { csvOf } from '../support/uploads.ts';
import { createVisitor, type Visit, type Visitor } from '../support/visitor.ts';

let network: Network;
let node: RunningNode;
let visitor: Visitor;
let number = 0;

beforeAll(async () => {
  network = await openNetwork({ running: ['310000'] });
  node = network.node('310000');
});
beforeEach(async () => {
  visitor = createVisitor(node.url);
  await visitor.signIn(await node.createToken('clerk'));
});
afterAll(() => network.close());

const fresh = () => ({ 行政处罚决定书文号: `沪知罚〔2026〕${++number}号` });

async function bring(bytes: Uint8Array, fields: Record<string, string> = {}, name = '处罚.csv'): Promise<Visit> {
  const form = new FormData();
  for (const [field, value] of Object.entries({ type: 'penalty', ...fields })) form.set(field, value);
  form.set('file', new File([new Uint8Array(bytes)], name));
  const shown = await visitor.upload('/imports', form);
  await node.node.work.settled();
  return shown.status === 200 ? visitor.get(shown.path) : shown;
}

/** The counts as they are shown: 行数 3, 将新建 1 … */
function countsOf({ text }: Visit): Record<string, number> {
  const found = [...text.matchAll(/<li class="[^"]*"><strong>(\d+)<\/strong>([^<]+)<\/li>/g)];
  return Object.fromEntries(found.map(([, count, name]) => [name, Number(count)]));
}

describe('a file', () => {
  it('is tried first: nothing is published, every mistake is told', async () => {
    const tried = await bring(
      csvOf('penalty', [fresh(), { ...fresh(), 处罚类别: '杖责' }, { ...fresh(), 处罚决定日期: '2026-13-45' }]),
    );
    expect(tried.path).toMatch(/^\/imports\/[0-9a-f-]{36}$/);
    expect(countsOf(tried)).toEqual({ 行数: 3, 将新建: 1, 将更正: 0, 未变: 0, 重复: 0, 不合格: 2 });
    expect(tried.text).toContain('<td data-label="值">杖责</td>');
    expect(tried.text).toMatch(/“处罚决定日期”的值“2026-13-45”无法读取/);
    expect(tried.text).toContain('发布 1 行');
    expect(tried.text).not.toContain('data-under-way');
  });

  it('is published when the clerk says so, and then revoked', async () => {
    const { path } = await bring(csvOf('penalty', [fresh()]));
    await visitor.post(`${path}/publish`);
    await node.node.work.settled();
    const done = await visitor.get(path);
    expect(countsOf(done)).toMatchObject({ 行数: 1, 新建: 1 });
    const again = await visitor.post(`${path}/publish`);
    expect(again.status).toBe(409);
    expect(again.text).toContain('没有办成');
    const without = await visitor.post(`${path}/revocation`, { reason: ' ' });
    expect(without.text).toContain('没有办成');
    await visitor.post(`${path}/revocation`, { reason: '文件有误' });
    await node.node.work.settled();
    const revoked = await visitor.get(path);
    expect(revoked.text).toMatch(/<dt>已撤销的记录<\/dt><dd>1<\/dd>/);
  });

  it('is thrown away when the clerk says so', async () => {
    const { path } = await bring(csvOf('penalty', [fresh()]));
    const { text } = await visitor.post(`${path}/discard`);
    expect(text).toContain('已放弃');
  });

  it('shows what a correction changes before it is published', async () => {
    const row = { ...fresh(), '罚款金额(万元)': '1.5' };
    const { path } = await bring(csvOf('penalty', [row]));
    await visitor.post(`${path}/publish`);
    await node.node.work.settled();
    const tried = await bring(csvOf('penalty', [{ ...row, '罚款金额(万元)': '2.5' }]));
    expect(countsOf(tried)).toMatchObject({ 将新建: 0, 将更正: 1 });
    expect(tried.text).toMatch(/罚款金额（万元）<\/td><td[^>]*>1.5<\/td><td[^>]*>2.5<\/td>/);
  });

  it('gives the refused rows back as the clerk’s own workbook', async () => {
    const { path } = await bring(csvOf('penalty', [{ ...fresh(), 处罚类别: '杖责' }]));
    const file = await visitor.get(`${path}/refusals.xlsx`);
    expect(file.headers.get('content-type')).toContain('spreadsheetml');
    expect(decodeURIComponent(file.headers.get('content-disposition') ?? '')).toContain('处罚-不合格.xlsx');
    expect([...file.bytes.subarray(0, 2)]).toEqual([0x50, 0x4b]);
  });

  it('is not published at all when a row is refused and that was wanted', async () => {
    const rows = [fresh(), { ...fresh(), 处罚类别: '杖责' }];
    const refused = await bring(csvOf('penalty', rows), { allOrNothing: 'true' });
    expect(refused.text).toContain('因此没有发布任何内容');
    expect(refused.text).not.toContain('/publish');
  });

  it('that is none is refused as a whole, with the reason', async () => {
    const refused = await bring(new TextEncoder().encode('甲,乙\n1,2\n'));
    expect(refused.text).toContain('找不到表头行');
  });

  it('of an unknown type, or left out, is refused where it was brought, with what was chosen', async () => {
    const strange = await bring(csvOf('penalty'), { type: 'tax', allOrNothing: 'true' });
    expect(strange.status).toBe(422);
    expect(strange.text).toContain('没有办成');
    expect(strange.text).toMatch(/name="allOrNothing" value="true" checked/);
    const form = new FormData();
    form.set('type', 'penalty');
    const none = await visitor.upload('/imports', form);
    expect(none.status).toBe(422);
    expect(none.text).toContain('<option value="penalty" selected>');
    expect((await visitor.post('/imports', { type: 'penalty' })).status).toBe(415);
  });

  it('names its subject as it is written, and runs nothing of it', async () => {
    const name = '<script>alert(1)</script>"\'';
    const tried = await bring(csvOf('penalty', [{ ...fresh(), 处罚类别: name }]), {}, `${name}.csv`);
    expect(tried.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(tried.text).not.toContain('<script>alert');
  });
});

describe('a file that is too large', () => {
  it('is refused where it was brought', async () => {
    const imports = { greatestFileBytes: 2_000, greatestUnpackedBytes: 10_000 };
    const small = await openNetwork({ running: ['310000'], config: { imports } });
    const one = createVisitor(small.node('310000').url);
    await one.signIn(await small.node('310000').createToken('clerk'));
    const form = new FormData();
    form.set('type', 'penalty');
    form.set('file', new File([new Uint8Array(200_000)], 'a.csv'));
    const { status, text } = await one.upload('/imports', form);
    await small.close();
    expect(status).toBe(413);
    expect(text).toContain('最多 2000 字节');
    expect(text).toContain('<option value="penalty" selected>');
  });
});

describe('the forms', () => {
  it('are there for every type, empty', async () => {
    const list = await visitor.get('/imports');
    const links = [...list.text.matchAll(/href="(\/templates\/[\w-]+\.xlsx)"/g)].map(([, link = '']) => link);
    expect(links.length).toBe(7);
    for (const link of links) {
      const { status, bytes } = await visitor.get(link);
      expect([link, status, bytes[0]]).toEqual([link, 200, 0x50]);
    }
    expect((await visitor.get('/templates/tax.xlsx')).status).toBe(422);
  });
});

describe('past imports', () => {
  it('are seen by their own bureau and by the province’s own', async () => {
    const { path } = await bring(formatCsv(formRows('penalty', [fresh()])));
    expect((await visitor.get('/imports')).text).toContain(`href="${path}"`);
    const stranger = createVisitor(node.url);
    await stranger.signIn(await node.createToken('clerk', sampleUscc(7, '11310000')));
    expect((await stranger.get('/imports')).text).not.toContain(path);
    expect((await stranger.get(path)).status).toBe(404);
    expect((await stranger.post(`${path}/publish`)).status).toBe(404);
  });

  it('are seen by operators without what stands in them', async () => {
    const { path } = await bring(csvOf('penalty', [{ ...fresh(), 处罚类别: '杖责' }]));
    const operator = createVisitor(node.url);
    await operator.signIn(await node.createToken('operator'));
    const { text } = await operator.get(path);
    expect(text).toContain('待发布');
    expect(text).not.toContain('杖责');
    expect((await operator.get(`${path}/refusals.xlsx`)).status).toBe(403);
    expect((await operator.post(`${path}/publish`)).status).toBe(403);
  });
});
