import { afterAll, beforeAll, expect, it } from 'vitest';
import { formatPeers } from '../../node/cli/federation.ts';
import { widthOf } from '../../node/cli/table.ts';
import type { PeerReport } from '../../node/federation/report.ts';
import { type CliNodes, jsonOf, openCliNodes } from '../support/cli-node.ts';

let nodes: CliNodes;

beforeAll(async () => {
  const begun = new Date();
  nodes = await openCliNodes({ now: () => begun }); // however long it takes, no minute passes
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
  expect(out).toMatch(new RegExp(`320000 +江苏省 +${held} +0 +0 +0 +0 +0 +\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d\\n`));
  expect(out).toMatch(/330000 +浙江省 +0 +0 +0 +0 +0 +0\n/);
  expect(out.split('\n\n')).toHaveLength(3);

  const waiting = peers[1]?.ours;
  expect(waiting).toMatchObject({ receipted: 0, oldestUnreceipted: { index: 1 } });
  expect(waiting?.behind).toEqual({ entries: expect.any(Number), since: expect.any(String) });
  expect(waiting?.behind.entries).toBeGreaterThan(1);
  expect(out).toMatch(/\n330000：尚无回执的最早一条：第 1 条 [-0-9a-f]{36}，已 <1 分\n/);
  expect(out).not.toMatch(/320000：尚无回执/);
});

const at = '2026-01-02T03:00:00.000Z';
const theirs: PeerReport['theirs'] = {
  ...{ origin: 'o/log', held: 123_456, seen: 123_999, taken: 100_000, noted: 12, refused: 3, withheld: 1 },
  ...{ receipted: 5, behind: { entries: 543, since: '2026-01-01T02:59:00.000Z' } },
};
const ours: PeerReport['ours'] = {
  ...{ issued: 100_000, receipts: 2000, receipted: 123_456, joined: true, refused: 10, withheld: 1 },
  ...{ behind: { entries: 0 }, cosigned: { size: 123_457, at } },
};
const peer = (member: string, more: Partial<PeerReport>): PeerReport => {
  return { member, failures: 0, name: { zh: '浙江省', en: 'Zhejiang' }, endpoint: '', theirs, ours, ...more };
};

it('stands in a hundred columns', () => {
  for (const language of ['zh', 'en'] as const) {
    const text = formatPeers({ at, peers: [peer('320000', {})] }, (sentence) => sentence[language]);
    const widths = text.split('\n').map(widthOf);
    expect(Math.max(...widths)).toBeLessThanOrEqual(100);
  }
});

it('says below the tables what is wrong, when it is tried again, and what waits for its receipt', () => {
  const failing = {
    failures: 3,
    lastError: 'peer/unreachable',
    lastErrorAt: '2026-01-02T00:00:00.000Z',
    nextTryAt: '2026-01-02T00:05:00.000Z',
  };
  const oldestUnreceipted = { index: 41, jti: 'the-jti', at: '2026-01-02T00:48:00.000Z' };
  const peers = [
    peer('320000', failing),
    peer('330000', { stopped: 'log/fork' }),
    peer('340000', { lastError: 'peer/bad-answer', ours: { ...ours, joined: false, oldestUnreceipted } }),
  ];
  const text = formatPeers({ at, peers }, ({ en }) => en);
  expect(text).toMatch(/320000 +Zhejiang +123456 +543 +1 d +100000/);
  const [, , words = ''] = text.split('\n\n');
  expect(words.split('\n')).toEqual([
    'China time, as of 2026-01-02 11:00',
    expect.stringMatching(
      /^320000: failed 3 times in a row, last 2026-01-02 08:00, next try after 2026-01-02 08:05: The node/,
    ),
    expect.stringMatching(/^320000: → It is tried again by itself/),
    expect.stringMatching(/^330000: The log tells two histories/),
    expect.stringMatching(/^330000: → \S/),
    '340000: oldest bulletin without a receipt: index 41, the-jti, for 2 h 12 min',
    '340000: its receipts leave a gap or overlap',
    '',
  ]);
});

it('says how outside witnesses stand, where the agreement names some', () => {
  const witness = { name: 'audit.example/witness', url: 'https://audit.example', size: 120, behind: 3, failures: 0 };
  const failing = { ...witness, name: 'second.example/w', failures: 2, lastError: 'peer/unreachable' };
  const text = formatPeers(
    { at, peers: [peer('320000', {})], witnesses: [{ ...witness, cosignedAt: at }, failing] },
    ({ en }) => en,
  );
  expect(text).toMatch(/audit\.example\/witness +120 +3 +2026-01-02 11:00/);
  expect(text).toMatch(/\nsecond\.example\/w: failed 2 times in a row: The node/);
  expect(formatPeers({ at, peers: [peer('320000', {})] }, ({ en }) => en)).not.toContain('outside witness');
});
