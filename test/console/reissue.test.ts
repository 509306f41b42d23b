/** What a peer refused, mended and issued anew at the page. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApi } from '../support/api.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { logHeld } from '../support/receipts.ts';
import { importForm, recordsOf } from '../support/uploads.ts';
import { createVisitor, type Visitor } from '../support/visitor.ts';

let network: Network;
let node: RunningNode;
let visitor: Visitor;

beforeAll(async () => {
  network = await openNetwork({ running: ['310000'], now: () => new Date('2026-11-22T02:00:00.000Z') });
  node = network.node('310000');
  visitor = createVisitor(node.url);
  await visitor.signIn(await node.createToken('clerk'));
});
afterAll(() => network.close());

it('leads from the work list to what was wrong, and sends what is mended', async () => {
  const api = createApi(node.url, await node.createToken('clerk'));
  const [record = ''] = await recordsOf(
    node,
    await importForm(api, node, [{ 认定日期: '2026-03-01' }], {}, 'dishonesty'),
  );
  const asker = { role: 'clerk', authority: node.node.self.authority, person: '9' } as const;
  const read = () => node.node.registry.getRecord(asker, { record, purpose: 'supervision' });
  const [opener] = (await read()).history;
  const log = (await logHeld(node, node.node.self.origin)).id;
  const refused = { log, index: opener?.index ?? 0, code: 'subject/natural-person', at: '2026-11-22T02:00:00.000Z' };
  await node.node.store.refusals.putRefusals([{ member: '320000', ...refused }]);

  const { text } = await visitor.get('/');
  const [, link = ''] = /href="(\/bulletins\/[^"]+\/reissue[^"]*)"/.exec(text) ?? [];
  const form = await visitor.get(link.replaceAll('&amp;', '&'));
  expect(form.text).toMatch(/江苏省：内容中有居民身份证号码/);
  expect(form.text).toContain('name="mending.reason"');

  const { body } = await read();
  const fields = { purpose: 'supervision', conduct: String(body?.conduct), measures: body?.measures as string[] };
  const document = body?.document as { number: string; date: string; authority: { name: string; uscc: string } };
  const whole = {
    ...{ ...fields, form: String(body?.form), facts: '改正的事实', 'subject.name': '样例科技有限公司' },
    ...{ 'document.number': document.number, 'document.date': document.date },
    ...{ 'document.authority.name': document.authority.name, 'document.authority.uscc': document.authority.uscc },
    'mending.reason': '删去个人信息',
  };
  const path = link.split('?')[0] ?? '';
  const wrong = await visitor.post(path, { ...whole, 'subject.name': '' });
  expect(wrong.status).toBeGreaterThanOrEqual(400);
  expect(wrong.text).toContain('改正的事实');
  const done = await visitor.post(path, whole);
  expect(done.path).toContain('done=said');
  expect((await read()).body?.facts).toBe('改正的事实');
  expect((await visitor.get('/')).text).toContain('没有待办事项');
  expect((await visitor.post(path, whole)).text).toContain('没有成员拒收这条通报');
});
