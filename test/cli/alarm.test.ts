import { afterAll, beforeAll, expect, it } from 'vitest';
import { formatAlarms } from '../../node/cli/alarm.ts';
import type { ShownAlarm } from '../../node/federation/alarms.ts';
import { type CliNodes, jsonOf, openCliNodes } from '../support/cli-node.ts';

let nodes: CliNodes;

beforeAll(async () => {
  nodes = await openCliNodes();
});
afterAll(() => nodes.close());

it('lists what stands, and with --all what is over', async () => {
  expect(await nodes.huxin('clerk', ['alarms'])).toMatchObject({ code: 0, out: 'There is no alarm.\n' });
  const { node } = nodes.network.node('310000');
  const raised = { id: node.newId(), about: '330000', facts: { entries: 2 }, raisedAt: '2026-11-20T02:00:00.000Z' };
  await node.store.alarms.raise({ ...raised, code: 'alarm/withheld' });
  const { alarms } = await jsonOf<{ alarms: ShownAlarm[] }>(nodes.huxin('auditor', ['alarms', '--json']));
  expect(alarms).toMatchObject([{ ...raised, code: 'alarm/withheld', severity: 'warning' }]);
  const { out } = await nodes.huxin('operator', ['alarms'], 'zh_CN');
  expect(out).toMatch(/2026-11-20 10:00 +注意 +alarm\/withheld +浙江省有 2 条发给我方的通报内容未到 +每轮自动再要/);
  await node.store.alarms.clear(raised.id, '2026-11-20T03:00:00.000Z');
  expect((await nodes.huxin('operator', ['alarms', 'list'])).out).toBe('There is no alarm.\n');
  expect((await nodes.huxin('operator', ['alarms', '--all'])).out).toMatch(
    /2026-11-20 10:00 +2026-11-20 11:00 +warning/,
  );
});

it('says that there is no webhook to try', async () => {
  const said = await nodes.huxin('operator', ['alarms', 'test']);
  expect(said).toMatchObject({ code: 1, err: expect.stringContaining('webhook.url') });
  expect(await nodes.huxin('clerk', ['alarms', 'test'])).toMatchObject({ code: 1 });
});

it('keeps what others wrote on its line', () => {
  const alarm: ShownAlarm = {
    ...{
      id: 'i',
      code: 'alarm/withheld',
      about: '330000',
      facts: {},
      severity: 'warning',
      raisedAt: '2026-11-20T02:00:00.000Z',
    },
    ...{ zh: 'x', en: 'a\nb\u202e', cure: { zh: 'x', en: 'c' } },
  };
  expect(formatAlarms([alarm], ({ en }) => en)).toContain('  a b\ufffd  c\n');
});
