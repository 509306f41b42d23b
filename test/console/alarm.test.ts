/** The page of alarms, where an operator begins. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { createVisitor, type Visitor } from '../support/visitor.ts';

let network: Network;
let node: RunningNode;
let operator: Visitor;

beforeAll(async () => {
  network = await openNetwork({ running: ['310000'] });
  node = network.node('310000');
  operator = createVisitor(node.url);
  await operator.signIn(await node.createToken('operator'));
});
afterAll(() => network.close());

it('says that there is none', async () => {
  const { path, text } = await operator.get('/');
  expect(path).toBe('/alarms');
  expect(text).toContain('没有告警。');
});

it('says what stands and what to do, and what is over', async () => {
  const { alarms } = node.node.store;
  const raised = { about: '330000', facts: { entries: 2 }, raisedAt: '2026-11-20T02:00:00.000Z' };
  await alarms.raise({ id: '1', code: 'alarm/withheld', ...raised });
  await alarms.raise({ id: '2', code: 'alarm/fork', ...raised, about: '"><b>' });
  await alarms.clear('2', '2026-11-20T03:00:00.000Z');
  const { text } = await operator.get('/alarms');
  const [standing = '', over = ''] = text.split('已消除的</h2>');
  expect(standing).toContain('浙江省有 2 条发给我方的通报内容未到');
  expect(standing).toContain('每轮自动再要');
  expect(standing).not.toContain('分叉');
  expect(over).toContain('分叉');
  expect(over).toContain('2026-11-20 11:00');
  expect(text).not.toContain('"><b>');
});
