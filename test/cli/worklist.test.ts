import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Worklist } from '../../node/federation/worklist.ts';
import { type CliNodes, jsonOf, numbered, openCliNodes } from '../support/cli-node.ts';
import { logHeld } from '../support/receipts.ts';

let nodes: CliNodes;

beforeAll(async () => {
  nodes = await openCliNodes({ hears: false });
});
afterAll(() => nodes.close());

/** Makes Jiangsu, which has not pulled it yet, refuse the newest bulletin of Shanghai's, and Shanghai learn of it; returns its id. */
async function refuseNewest(): Promise<string> {
  const [shanghai, jiangsu] = ['310000', '320000'].map((id) => nodes.network.node(id));
  if (!shanghai || !jiangsu) throw new RangeError('both run');
  const { origin } = shanghai.node.self;
  const own = await logHeld(shanghai, origin);
  const theirs = await logHeld(jiangsu, origin);
  const [newest] = await shanghai.node.store.log.listEntries(own.id, own.size - 1, own.size);
  const [first] = await jiangsu.node.store.log.listEntries(theirs.id, 0, 1);
  if (!newest?.jti || !first) throw new RangeError('the logs have begun');
  await jiangsu.node.store.log.putWord(theirs.id, { ...first, jti: newest.jti }); // it takes that one for seen
  await nodes.network.exchange(2);
  return newest.jti;
}

it('says that nothing is due, and what is, in both languages', async () => {
  expect((await nodes.huxin('clerk', ['worklist'], 'zh_CN')).out).toBe('没有待办事项\n');
  const file = await nodes.writeForm('held.csv', [numbered('31')]);
  const { id } = await jsonOf<{ id: string }>(
    nodes.huxin('clerk', ['import', file, '--type', 'penalty', '--hold', '--json']),
  );
  const { out: zh } = await nodes.huxin('clerk', ['worklist', '--kind', 'publish'], 'zh_CN');
  expect(zh).toMatch(/^到期日 +剩余 +种类 +主体 +事项 +依据 +命令\n/);
  expect(zh).toMatch(/2026-01-\d\d +逾期 \d+ 天 +待发布/);
  expect(zh).toContain(`huxin publish ${id}\n`);
  const { out: en } = await nodes.huxin('auditor', ['worklist']);
  expect(en).toContain('days overdue');
  await nodes.huxin('clerk', ['discard', id]);
});

it('saves the list as a workbook, and says when there is more', async () => {
  const files = await Promise.all(['32', '33'].map((n) => nodes.writeForm(`${n}.csv`, [numbered(n)])));
  for (const file of files) await nodes.huxin('clerk', ['import', file, '--type', 'penalty', '--hold']);
  const said = await nodes.huxin('clerk', ['worklist', '--limit', '1']);
  expect(said).toMatchObject({ code: 0, err: 'There is more: raise --limit\n' });
  const out = join(nodes.folder, 'list.xlsx');
  expect(await nodes.huxin('clerk', ['worklist', '--out', out])).toMatchObject({ code: 0, out: `written to ${out}\n` });
  expect((await readFile(out)).subarray(0, 2).toString()).toBe('PK');
  const { items } = await jsonOf<Worklist>(nodes.huxin('clerk', ['worklist', '--json']));
  for (const { import: id = '' } of items) await nodes.huxin('clerk', ['discard', id]);
});

it('mends what was refused and issues it anew', async () => {
  await nodes.network.exchange(1);
  const record = await nodes.openRecord('34');
  const jti = await refuseNewest();
  const { items } = await jsonOf<Worklist>(nodes.huxin('clerk', ['worklist', '--kind', 'refused', '--json']));
  expect(items).toMatchObject([{ record, bulletin: jti, cure: `huxin reissue ${jti}` }]);
  const unreadable = await nodes.huxin('clerk', ['reissue', jti, '--set', 'content']);
  expect(unreadable).toMatchObject({ code: 2, err: '--set is written path=value: content\n' });
  const argv = ['reissue', jti, '--set', 'document.number=沪知罚〔2026〕340号', '--set', 'categories=warning,fine'];
  const { code, out } = await nodes.huxin('clerk', [...argv, '--set', 'facts=', '--reason', '文号有误']);
  expect(code).toBe(0);
  expect(out).toMatch(
    /^type +addressed to +entry +jti\n-.*\nAdministrative penalty +320000 .*\nCorrection +330000 340000 /,
  );
  await nodes.network.exchange(2);
  const shown = nodes.huxinInJiangsu('clerk', ['record', record, '--purpose', 'supervision', '--json']);
  const { body } = await jsonOf<{ body: Record<string, unknown> }>(shown);
  expect(body).toMatchObject({ document: { number: '沪知罚〔2026〕340号' }, categories: ['warning', 'fine'] });
  expect(body).not.toHaveProperty('facts');
  const again = await nodes.huxin('clerk', ['reissue', jti]);
  expect(again).toMatchObject({ code: 1, err: expect.stringContaining('No member refuses this bulletin') });
});

it('mends the corrected body of a correction', async () => {
  const record = await nodes.openRecord('35');
  await nodes.huxin('clerk', ['step', record, 'correction', '--set', 'content=其一']);
  const jti = await refuseNewest();
  expect((await nodes.huxin('clerk', ['reissue', jti, '--set', 'categories=fine', '--set', 'content=其二'])).code).toBe(
    0,
  );
  await nodes.network.exchange(2);
  const shown = nodes.huxinInJiangsu('clerk', ['record', record, '--purpose', 'supervision', '--json']);
  expect((await jsonOf<{ body: object }>(shown)).body).toMatchObject({ categories: ['fine'], content: '其二' });
});
