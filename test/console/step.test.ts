/** Steps by hand at the page: forms from the schemas, refusals where they happened, a second person, what peers refused. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApi } from '../support/api.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { shanghai as bureau } from '../support/sheets.ts';
import { importForm, recordsOf } from '../support/uploads.ts';
import { createVisitor, type Visitor } from '../support/visitor.ts';

const today = '2026-11-22';
let network: Network;
let node: RunningNode;
let visitor: Visitor;
let record: string;

async function begin(fourEyes: string[] = []) {
  const now = () => new Date(`${today}T02:00:00.000Z`);
  network = await openNetwork({ running: ['310000', '320000'], now, config: { fourEyes } });
  node = network.node('310000');
  visitor = await signIn(node);
  const api = createApi(node.url, await node.createToken('clerk'));
  const cells = [{ 认定日期: '2026-03-01', 失信事实: '事实' }];
  [record = ''] = await recordsOf(node, await importForm(api, node, cells, {}, 'dishonesty'));
  await network.exchange();
}

async function signIn({ url, node: { tokens, self } }: RunningNode, person = '0001', authority = self.authority) {
  const one = createVisitor(url);
  await one.signIn((await tokens.create({ role: 'clerk', authority, person })).secret);
  return one;
}

function step(type: string, fields: Record<string, string | string[]>, who = visitor) {
  return who.post(`/records/${record}/steps/${type}`, { purpose: 'supervision', ...fields });
}

async function stateOf({ node }: RunningNode) {
  const { state, objection, body } = await node.registry.getRecord(
    { role: 'clerk', authority: node.self.authority, person: '9' },
    { record, purpose: 'supervision' },
  );
  return { state, objection, facts: body?.facts };
}

const document = {
  'document.number': '沪知修〔2026〕1号',
  'document.date': today,
  'document.authority.name': '样例市知识产权局',
  'document.authority.uscc': bureau,
};
const repair = {
  ...document,
  repairedOn: today,
  conditions: ['corrected', 'duties-performed', 'harm-removed', 'commitment'],
};

afterEach(() => network.close());

describe('a step', () => {
  beforeEach(() => begin());

  it('begins with today and the record’s own authority', async () => {
    const { text } = await visitor.get(`/records/${record}/steps/repair?purpose=supervision`);
    expect(text).toMatch(/<input type="date" id="repairedOn" name="repairedOn" value="2026-11-22"[^>]* required/);
    expect(text).toMatch(/name="document.authority.uscc" value="11310000000024205B"/);
    expect(text).toContain('最早可修复日');
    expect(text).not.toMatch(/name="(rulePack|document\.sha256|record|replaces)"/);
  });

  it('is said, and reaches the other province', async () => {
    const done = await step('repair', repair);
    expect(done.path).toBe(`/records/${record}?purpose=supervision&done=said`);
    expect(done.text).toContain('已修复');
    await network.exchange();
    expect(await stateOf(network.node('320000'))).toMatchObject({ state: 'repaired' });
  });

  it('that is held back says why at its fields, and keeps what was filled in', async () => {
    const held = await step('repair', {
      ...document,
      'document.date': '',
      repairedOn: today,
      conditions: ['corrected'],
    });
    expect(held.status).toBe(400);
    expect(held.text).toContain('<a href="#document.date">决定日期：须填写</a>');
    expect(held.text).toMatch(/尚未写明修复条件：已履行相关义务/);
    expect(held.text).toMatch(/id="document.date"[^>]* aria-invalid="true"/);
    expect(held.text).toContain('value="沪知修〔2026〕1号"');
    expect(held.text).toMatch(/value="corrected" checked/);
    expect(held.text).not.toMatch(/value="commitment" checked/);
    const late = await step('repair', { ...repair, repairedOn: '2026-11-23' });
    expect(late.text).toMatch(/<a href="#repairedOn">修复日期/);
    expect(await stateOf(node)).toMatchObject({ state: 'publicised' });
  });

  it('corrects single members and leaves the others as they are', async () => {
    const { text } = await visitor.get(`/records/${record}/steps/correction?purpose=supervision`);
    const given: Record<string, string[]> = {};
    for (const [, name = '', value = ''] of text.matchAll(
      /<input type="(?:text|date)"[^>]* name="([^"]+)" value="([^"]*)"/g,
    )) {
      given[name] = [value];
    }
    for (const [, name = '', value = ''] of text.matchAll(/name="([^"]+)" value="([^"]*)" checked/g)) {
      given[name] = [...(given[name] ?? []), value];
    }
    for (const [, name = '', options = ''] of text.matchAll(/<select [^>]*name="([^"]+)"[^>]*>(.*?)<\/select>/g)) {
      given[name] = [/value="([^"]*)" selected/.exec(options)?.[1] ?? ''];
    }
    expect(text).toMatch(/<textarea id="dishonesty.facts"[^>]*>\n事实<\/textarea>/);
    const unchanged = await step('correction', { ...given, 'dishonesty.facts': '事实', reason: '笔误' });
    expect(unchanged.text).toContain('没有办成');
    const done = await step('correction', { ...given, 'dishonesty.facts': '改正的事实', reason: '笔误' });
    expect(done.text).toContain('失信事实：事实 → 改正的事实');
    expect(await stateOf(node)).toMatchObject({ state: 'publicised', facts: '改正的事实' });
  });

  it('is none that there is not, and none on what is not ours', async () => {
    expect((await visitor.get(`/records/${record}/steps/erasure?purpose=supervision`)).status).toBe(404);
    const other = await signIn(network.node('320000'));
    const held = await step('repair', repair, other);
    expect(held.status).toBeGreaterThanOrEqual(400);
    expect(held.text).toContain('没有办成');
    expect(await stateOf(node)).toMatchObject({ state: 'publicised' });
  });
});

describe('an objection', () => {
  beforeEach(() => begin());

  it('is heard in one province, on the other’s work list, decided there, and answered', async () => {
    const other = await signIn(network.node('320000'));
    const heard = await step(
      'objection',
      { raisedOn: today, reason: '与本公司无关', 'receivedBy.name': '江苏省知识产权局' },
      other,
    );
    expect(heard.path).toContain('done=said');
    await network.exchange();
    const { text } = await visitor.get('/');
    const [, link = ''] = /href="(\/records\/[^"]+\/steps\/objection-decision[^"]*)"/.exec(text) ?? [];
    const form = await visitor.get(link.replaceAll('&amp;', '&'));
    const [, objection = ''] =
      /<select id="objection"[^>]*><option value="([^"]+)" selected>[^<]*江苏省知识产权局/.exec(form.text) ?? [];
    expect(objection).not.toBe('');
    const decided = await step('objection-decision', {
      objection,
      outcome: 'rejected',
      decidedOn: today,
      reason: '经核实无误',
    });
    expect(decided.text).toContain('不成立');
    await network.exchange();
    expect(await stateOf(network.node('320000'))).toMatchObject({ objection: 'rejected' });
    expect((await visitor.get('/')).text).toContain('没有待办事项');
  });
});

describe('a second person', () => {
  beforeEach(() => begin(['repair']));

  it('approves what another proposed, and the first cannot', async () => {
    const proposed = await step('repair', repair);
    expect(proposed.path).toMatch(/^\/proposals\/[0-9a-f-]{36}\?done=proposed$/);
    expect(proposed.text).toContain('须由另一人复核');
    expect(proposed.text).not.toContain('/approval');
    const [path = ''] = proposed.path.split('?');
    const alone = await visitor.post(`${path}/approval`);
    expect(alone.status).toBe(403);
    expect(alone.text).toContain('没有办成');
    expect((await visitor.get(`/records/${record}?purpose=supervision`)).text).toContain(`href="${path}"`);
    const second = await signIn(node, '0002');
    expect((await second.get('/')).text).toContain(`href="${path}"`);
    expect((await second.get('/proposals')).text).toContain(`href="${path}"`);
    const approved = await second.post(`${path}/approval`);
    expect(approved.text).toContain('操作已生效');
    expect(await stateOf(node)).toMatchObject({ state: 'repaired' });
  });

  it('rejects with a reason, and the one who proposed can take it back', async () => {
    const second = await signIn(node, '0002');
    const [path = ''] = (await step('repair', repair)).path.split('?');
    expect((await second.post(`${path}/rejection`, { reason: '' })).text).toContain('没有办成');
    const rejected = await second.post(`${path}/rejection`, { reason: '材料不全' });
    expect(rejected.text).toContain('<dd>材料不全</dd>');
    const [again = ''] = (await step('repair', repair)).path.split('?');
    expect((await visitor.post(`${again}/withdrawal`)).text).toContain('已撤回');
    expect(await stateOf(node)).toMatchObject({ state: 'publicised' });
  });
});
