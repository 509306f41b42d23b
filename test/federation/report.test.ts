/** How far behind everyone is, on a real exchange. */

import { afterEach, describe, expect, it } from 'vitest';
import { formatBase64 } from '../../node/base/bytes.ts';
import { engines } from '../support/engines.ts';
import { openHostile } from '../support/hostile.ts';
import { type Network, openNetwork } from '../support/network.ts';
import { importPenalties } from '../support/penalties.ts';

const shanghai = '310000';
const jiangsu = '320000';
const anhui = '340000';
let network: Network;

afterEach(() => network.close());

async function reportOf(reporter: string, member: string) {
  const found = (await network.node(reporter).node.reportPeers()).find((peer) => peer.member === member);
  if (!found) throw new RangeError(`no report on ${member}`);
  return found;
}

describe.each(engines)('on $name', (engine) => {
  it('the oldest bulletin without a receipt is the first that calls for one', async () => {
    let time = new Date('2026-10-08T02:00:00Z').getTime();
    network = await openNetwork({ running: [shanghai, jiangsu], engine, hears: false, now: () => new Date(time) });
    await importPenalties(network.node(shanghai), 0, 2);
    await network.exchange();
    const before = await reportOf(shanghai, jiangsu);
    expect(before.ours).not.toHaveProperty('oldestUnreceipted');
    expect(before.ours.behind).toEqual({ entries: 0 });
    expect(before.theirs.behind).toEqual({ entries: 0 });

    time += 60_000;
    const size = before.ours.cosigned?.size;
    await importPenalties(network.node(shanghai), 2, 3);
    const waiting = await reportOf(shanghai, jiangsu);
    const since = new Date(time).toISOString();
    expect(waiting.ours.oldestUnreceipted).toEqual({ index: size, jti: expect.any(String), at: since });
    expect(waiting.ours.behind).toEqual({ entries: 1, since });
    expect(await reportOf(shanghai, jiangsu)).toEqual(waiting);

    await network.exchange();
    const after = await reportOf(shanghai, jiangsu);
    expect(after.ours.receipted).toBe((size ?? 0) + 1);
    expect(after.ours).not.toHaveProperty('oldestUnreceipted');
    expect(after.ours.behind).toEqual({ entries: 0 });
    expect((await reportOf(shanghai, anhui)).ours.oldestUnreceipted?.index).toBe(1);
  });

  it('we are behind since we first saw a checkpoint beyond what we hold', async () => {
    let time = new Date('2026-10-08T02:00:00Z').getTime();
    network = await openNetwork({ running: [shanghai, jiangsu], engine, hears: false, now: () => new Date(time) });
    await network.exchange();
    await importPenalties(network.node(shanghai), 0, 3);
    const { app } = network.node(shanghai).node;
    network.answerAs(shanghai, (request, response) =>
      request.url?.includes('/entries/') ? response.destroy() : app(request, response),
    );
    const since = new Date(time).toISOString();
    await network.node(jiangsu).node.federation.pull(shanghai);
    time += 3_600_000;
    await importPenalties(network.node(shanghai), 3, 4);
    await network.node(jiangsu).node.federation.pull(shanghai);
    const { theirs } = await reportOf(jiangsu, shanghai);
    expect(theirs.behind).toEqual({ entries: theirs.seen - theirs.held, since });
    expect(theirs.behind.entries).toBeGreaterThan(3);
  });
});

it('what a peer settled counts as its last word says, whatever the first was', async () => {
  network = await openNetwork({ running: [shanghai] });
  const { federation, self, store } = { ...network.node(shanghai).node, ...network.node(shanghai).node.federation };
  await importPenalties(network.node(shanghai), 0, 3);
  const log = await store.log.findLog(self.origin);
  const tree = { log: self.origin, size: 4, root: formatBase64(log?.root ?? new Uint8Array()) };
  const lists = { refused: [], withheld: [], noted: [], settled: [] };
  const peer = await openHostile(network, jiangsu);
  const say = (body: object) =>
    peer.say({ type: 'receipt', audience: [shanghai], body: { ...tree, ...lists, from: 4, to: 4, ...body } });
  await say({ from: 0, withheld: [1] });
  await say({ settled: [{ index: 1, code: 'registry/unknown-record' }] });
  await federation.pull(jiangsu);
  expect((await reportOf(shanghai, jiangsu)).ours).toMatchObject({ refused: 0, withheld: 0 });
  await say({ settled: [2, 3].map((index) => ({ index, code: 'bulletin/unknown-key' })) });
  await federation.pull(jiangsu);
  expect((await reportOf(shanghai, jiangsu)).ours).toMatchObject({ refused: 2, withheld: 0 });
});
