/** Asking at the page: what is shown, to whom, and that every question is kept. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApi } from '../support/api.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { company } from '../support/sheets.ts';
import { importForm, recordsOf } from '../support/uploads.ts';
import { createVisitor, type Visitor } from '../support/visitor.ts';

const evil = '<script>alert(1)</script>公司';
let network: Network;
let node: RunningNode;
let record: string;
let theirs: string;

beforeAll(async () => {
  const now = () => new Date('2026-11-22T02:00:00.000Z');
  network = await openNetwork({ running: ['310000', '320000'], now });
  node = network.node('310000');
  const other = network.node('320000');
  const [ours, away] = [
    createApi(node.url, await node.createToken('clerk')),
    createApi(other.url, await other.createToken('clerk')),
  ];
  const cells = [{ 主体名称: evil, 认定日期: '2026-03-01' }];
  [record = ''] = await recordsOf(node, await importForm(ours, node, cells, {}, 'dishonesty'));
  [theirs = ''] = await recordsOf(other, await importForm(away, other, [{}], {}, 'penalty'));
  await network.exchange();
});
afterAll(() => network.close());

async function visit(role: 'clerk' | 'auditor' | 'reader' | 'operator', language?: string): Promise<Visitor> {
  const visitor = createVisitor(node.url, language);
  await visitor.signIn(await node.createToken(role));
  return visitor;
}

async function lastQuestions(count: number) {
  const { size } = await node.node.store.questions.findHead();
  return node.node.store.questions.listQuestions({}, size - count, count);
}

const ask = (purpose = 'supervision', uscc = company) => `/ask?uscc=${uscc}&purpose=${purpose}&asOf=`;

describe('an answer', () => {
  it('shows every province by its types, how records stand, whose rules gave their dates, and how fresh it is', async () => {
    const { status, text } = await (await visit('clerk')).get(ask());
    expect(status).toBe(200);
    const headings = [...text.matchAll(/<h[23][^>]*>([^<&]+)</g)].map(([, heading = '']) => heading.trim());
    expect(headings).toEqual(['上海市', '知识产权失信行为', '江苏省', '行政处罚', '没有记录的省（市）']);
    expect(text).toContain('CNIPA-2022 规定第九至十二条');
    expect(text).toContain('本查询不自动触发任何措施');
    expect(text).toContain('4 个成员省（市）共有 2 条记录');
    expect(text).toMatch(/安徽省 <span class="quiet">[^<]*可能不全/);
  });

  it('escapes what a subject is called', async () => {
    for (const path of [ask(), `/records/${record}?purpose=supervision`]) {
      const { text } = await (await visit('clerk')).get(path);
      expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;公司');
      expect(text).not.toContain('<script>alert');
    }
  });

  it('is in English too', async () => {
    const { text } = await (await visit('clerk', 'en')).get(ask());
    expect(text).toContain('The 4 provinces have 2 records: Shanghai 1, Jiangsu 1.');
    expect(text).toContain('Intellectual-property dishonesty');
  });

  it('is handed over as a report to print and as a workbook', async () => {
    const visitor = await visit('clerk');
    const { text } = await visitor.get(ask());
    const [report, workbook] = [...text.matchAll(/href="(\/ask\/[^"]+)"/g)].map(([, link = '']) => link);
    const printed = await fetch(`${node.url}${report?.replaceAll('&amp;', '&')}`, {
      headers: { cookie: [...visitor.cookies].map((pair) => pair.join('=')).join('; ') },
    });
    expect(await printed.text()).toContain('公共信用信息报告');
    expect(printed.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    const file = await visitor.get(workbook?.replaceAll('&amp;', '&') ?? '');
    expect(file.bytes[0]).toBe(0x50);
    const kept = await lastQuestions(3);
    expect(kept.map(({ form, outcome }) => [form, outcome])).toEqual([
      ['html', 'answered'],
      ['html', 'answered'],
      ['xlsx', 'answered'],
    ]);
  });

  it('can be that of a day past', async () => {
    const visitor = await visit('clerk');
    const then = await visitor.get(`${ask()}2026-11-21`);
    expect(then.text).toContain('均无可用于本目的的记录');
    const tomorrow = await visitor.get(`${ask()}2026-11-23`);
    expect(tomorrow.text).toContain('没有办成');
  });

  it.each(['-', '2026-1-5', '2026-02-30'])('is refused of %s, which is no day, as by the API', async (asOf) => {
    const { status, text } = await (await visit('clerk')).get(`${ask()}${asOf}`);
    expect(status).toBe(400);
    expect(text).toContain('须为日期或 UTC 时刻');
    const [kept] = await lastQuestions(1);
    expect(kept).toMatchObject({ asOf, outcome: 'input/invalid', form: 'html' });
    const api = createApi(node.url, await node.createToken('clerk'));
    const refused = await api('GET', `/api/v1/subjects/${company}`, { query: { purpose: 'supervision', asOf } });
    expect(refused).toMatchObject({ status: 400, body: { code: 'input/invalid' } });
  });
});

describe('a question', () => {
  it('that is wrong is refused where it was asked, with what was filled in, and kept', async () => {
    const wrong = `${company.slice(0, 17)}A`;
    const { status, text } = await (await visit('clerk')).get(ask('supervision', wrong));
    expect(status).toBe(422);
    expect(text).toContain('没有办成');
    expect(text).toContain(`value="${wrong}"`);
    expect(text).toContain('<option value="supervision" selected>');
    const [kept] = await lastQuestions(1);
    expect(kept).toMatchObject({ uscc: wrong, purpose: 'supervision', outcome: 'subject/invalid-uscc', form: 'html' });
  });

  it('names one of the purposes that the role has', async () => {
    const auditor = await visit('auditor');
    const offered = [...(await auditor.get('/ask')).text.matchAll(/<option value="([\w-]+)"/g)].map(([, id]) => id);
    expect(offered).toEqual(['supervision', 'objection', 'audit']);
    const { text } = await auditor.get(ask('funding'));
    expect(text).toContain('没有办成');
  });

  it('of a role that may not ask is refused and kept', async () => {
    const { status } = await (await visit('operator')).get(ask());
    expect(status).toBe(403);
    const [kept] = await lastQuestions(1);
    expect(kept).toMatchObject({ role: 'operator', uscc: company, outcome: 'auth/role-not-allowed' });
  });
});

describe('a record', () => {
  it('is asked for with a purpose', async () => {
    const visitor = await visit('clerk');
    const { text } = await visitor.get(`/records/${record}`);
    expect(text).toContain('name="purpose"');
    expect(text).not.toContain('现状');
    expect((await visitor.get(`/records/${record}?purpose=none`)).text).toContain('没有办成');
    expect((await visitor.get('/records/nothing?purpose=supervision')).status).toBe(404);
  });

  it('offers a clerk the steps that its table allows, and no other role any', async () => {
    const stepsIn = (text: string) => [...text.matchAll(/\/steps\/([\w-]+)/g)].map(([, step]) => step);
    const clerk = await visit('clerk');
    const own = await clerk.get(`/records/${record}?purpose=supervision`);
    expect(stepsIn(own.text)).toEqual([
      'correction',
      'extension',
      'repair',
      'revocation',
      'objection',
      'measure-feedback',
    ]);
    const other = await clerk.get(`/records/${theirs}?purpose=supervision`);
    expect(stepsIn(other.text)).toEqual(['objection', 'measure-feedback']);
    for (const role of ['auditor', 'reader'] as const) {
      const { text, status } = await (await visit(role)).get(`/records/${record}?purpose=supervision`);
      expect([status, stepsIn(text)]).toEqual([200, []]);
    }
  });
});
