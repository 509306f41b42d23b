import { afterAll, beforeAll, expect, it } from 'vitest';
import { formatPeers } from '../../node/cli/federation.ts';
import type { PeerReport } from '../../node/federation/report.ts';
import { type CliNodes, jsonOf, openCliNodes } from '../support/cli-node.ts';

let nodes: CliNodes;

beforeAll(async () => {
  nodes = await openCliNodes();
});

afterAll(() => nodes.close());

it('tells how the exchange with each member stands', async () => {
  await nodes.openRecord('401');
  await nodes.network.exchange();
  const { peers } = await jsonOf<{ peers: PeerReport[] }>(nodes.huxin('operator', ['peers', '--json']));
  expect(peers.map(({ member }) => member)).toEqual(['320000', '330000', '340000']);
  expect(peers[0]?.ours).toMatchObject({ issued: 1, joined: true, refused: 0 });

  const { code, out, err } = await nodes.huxin('operator', ['peers'], 'zh_CN');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const held = peers[0]?.theirs.held;
  expect(out).toMatch(
    new RegExp(`320000 +江苏省 +${held} +${held} +0 +0 +0 +0 +\\d+ +\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d\\n`),
  );
  expect(out).toMatch(/330000 +浙江省 +0 +0 +0 +0 +0 +0 +0\n/);
  expect(out.split('\n\n')).toHaveLength(2);
});

it('says below the tables what is wrong, and when it is tried again', () => {
  const theirs = { origin: 'o/log', held: 5, seen: 9, taken: 0, noted: 0, refused: 0, withheld: 0, receipted: 5 };
  const ours = { issued: 0, receipts: 2, receipted: 3, joined: true, refused: 0, withheld: 0 };
  const peer = (member: string, more: Partial<PeerReport>): PeerReport => {
    return { member, failures: 0, name: { zh: '', en: 'N' }, endpoint: '', theirs, ours, ...more };
  };
  const failing = {
    failures: 3,
    lastError: 'peer/unreachable',
    lastErrorAt: '2026-01-02T00:00:00.000Z',
    nextTryAt: '2026-01-02T00:05:00.000Z',
  };
  const report = [
    peer('320000', failing),
    peer('330000', { stopped: 'log/fork' }),
    peer('340000', { lastError: 'peer/bad-answer', ours: { ...ours, joined: false } }),
  ];
  const [, , troubles = ''] = formatPeers(report, ({ en }) => en).split('\n\n');
  expect(troubles.split('\n')).toEqual([
    expect.stringMatching(
      /^320000: failed 3 times in a row, last 2026-01-02 08:00, next try after 2026-01-02 08:05: The node/,
    ),
    expect.stringMatching(/^330000: The log tells two histories/),
    '340000: its receipts leave a gap or overlap',
    '',
  ]);
});
