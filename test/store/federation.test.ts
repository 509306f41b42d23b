import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Peer } from '../../node/federation/peer.ts';
import { sampleUscc } from '../support/bulletins.ts';
import { engines } from '../support/engines.ts';
import { addLog, type OpenStore, storesOn } from '../support/stores.ts';

const at = '2026-11-20T02:00:00.000Z';
const byMember = (a: { member: string }, b: { member: string }) => (a.member < b.member ? -1 : 1);

describe.each(engines)('the peers in $name', (engine) => {
  const stores = storesOn(engine);
  let store: OpenStore & { url: string };

  beforeEach(async () => {
    store = await stores.open();
  });
  afterEach(() => stores.close());

  it('begin without failures and are given back as they were put', async () => {
    expect(await store.peers.findPeer('320000')).toEqual({ member: '320000', failures: 0 });
    const full: Peer = {
      ...{ member: '320000', failures: 3, nextTryAt: at, lastOkAt: at, lastError: 'peer/unreachable', lastErrorAt: at },
      stopped: 'log/fork',
    };
    await store.peers.putPeer(full);
    expect(await store.peers.findPeer('320000')).toEqual(full);
    await store.peers.putPeer({ member: '320000', failures: 0 });
    expect(await store.peers.findPeer('320000')).toEqual({ member: '320000', failures: 0 });
  });

  it('leave behind when their logs were pulled whole, and the newest bulletin of each, as of any instant', async () => {
    const [own, peer] = [await addLog(store, '310000'), await addLog(store, '320000')];
    const instant = (minute: number) => `2026-11-20T02:0${minute}:00.000Z`;
    for (const minute of [1, 3, 3]) {
      await store.peers.putPeer({ member: '320000', failures: 0, lastOkAt: instant(minute) });
    }
    await store.peers.putPeer({ member: '320000', failures: 1, lastOkAt: instant(3), lastError: 'peer/unreachable' });
    const step = { member: '320000', type: 'penalty', uscc: sampleUscc(1), decidedOn: '2026-11-01', txn: 'txn' };
    await store.registry.putSteps(peer.id, [
      { ...step, index: 4, jti: 'a', at: instant(2) },
      { ...step, index: 5, jti: 'b', at: instant(4) },
      { ...step, index: 3, jti: 'late', at: instant(5) },
    ]);
    await store.registry.putSteps(own.id, [{ ...step, index: 0, jti: 'own', at: instant(1) }]);
    const at = async (minute: number) => (await store.registry.listFreshness(instant(minute))).sort(byMember);
    expect(await at(0)).toEqual([{ member: '310000' }, { member: '320000' }]);
    expect(await at(2)).toEqual([
      { member: '310000', newestAt: instant(1) },
      { member: '320000', pulledAt: instant(1), newestAt: instant(2) },
    ]);
    expect((await at(4))[1]).toEqual({ member: '320000', pulledAt: instant(3), newestAt: instant(4) });
    expect((await at(9))[1]).toEqual({ member: '320000', pulledAt: instant(3), newestAt: instant(5) });
  });

  it('are counted, up and down, and by many at once', async () => {
    const [one, other] = [await addLog(store, '310000'), await addLog(store, '320000')];
    const taken = { log: one.id, member: '320000', what: 'taken', n: 3 } as const;
    await store.peers.addTallies([taken, { ...taken, what: 'withheld' }, { ...taken, log: other.id }]);
    await store.peers.addTallies([{ ...taken, what: 'withheld', n: -2 }, taken]);
    await Promise.all(Array.from({ length: 10 }, () => store.peers.addTallies([{ ...taken, n: 1 }])));
    expect(await store.peers.listTallies()).toEqual([
      { ...taken, n: 16 },
      { ...taken, what: 'withheld', n: 1 },
      { ...taken, log: other.id },
    ]);
  });

  it('have their receipts in the order of their ranges, each once', async () => {
    const receipt = (from: number, to: number, jti: string) => ({
      member: '320000',
      log: 1,
      from,
      to,
      jti,
      isPlain: jti !== 'b',
      body: { 码: [from] },
      at,
    });
    const all = [receipt(0, 500, 'a'), receipt(500, 500, 'b'), receipt(500, 2 ** 40, 'c')];
    for (const one of [all[2], all[0], all[1], all[0]]) if (one) await store.peers.putReceipt(one);
    await store.peers.putReceipt({ ...receipt(0, 7, 'a'), member: '330000' });
    await store.peers.putReceipt({ ...receipt(0, 9, 'd'), log: 2 });
    expect(await store.peers.listReceipts('320000', 1)).toEqual(all);
    expect(await store.peers.findLastReceipt('320000', 1)).toEqual(all[2]);
    expect(await store.peers.findLastReceipt('320000', 2)).toMatchObject({ to: 9, jti: 'd' });
    expect(await store.peers.findLastReceipt('340000', 1)).toBeUndefined();
    expect(await store.peers.listReceipts('320000', 1, 499)).toEqual(all.slice(0, 2));
    expect(await store.peers.listReceipts('320000', 1, 500)).toEqual(all.slice(1));
    expect(await store.peers.listNamingReceipts('320000', 1)).toEqual([all[1]]);
    await store.peers.dropReceipts('320000', []);
    await store.peers.dropReceipts('320000', ['c', 'a', 'x']);
    expect(await store.peers.listReceipts('320000', 1)).toEqual([all[1]]);
    expect(await store.peers.listReceipts('330000', 1)).toHaveLength(1);
  });

  it.each([
    ['none', [], { receipts: 0, receipted: 0, joined: true }],
    [
      'what joins',
      [
        [0, 5],
        [5, 5],
        [5, 9],
      ],
      { receipts: 3, receipted: 9, joined: true },
    ],
    ['what begins late', [[1, 5]], { receipts: 1, receipted: 5, joined: false }],
    [
      'a gap',
      [
        [0, 5],
        [6, 9],
      ],
      { receipts: 2, receipted: 9, joined: false },
    ],
    [
      'an overlap',
      [
        [0, 5],
        [4, 9],
      ],
      { receipts: 2, receipted: 9, joined: false },
    ],
    [
      'what came late',
      [
        [5, 2 ** 40],
        [0, 5],
      ],
      { receipts: 2, receipted: 2 ** 40, joined: true },
    ],
  ])('have their receipts summed up: %s', async (_what, ranges, sum) => {
    const rest = { member: '320000', log: 1, isPlain: true, body: {}, at };
    for (const [i, [from = 0, to = 0]] of ranges.entries())
      await store.peers.putReceipt({ ...rest, from, to, jti: `${i}` });
    await store.peers.putReceipt({ ...rest, member: '330000', from: 3, to: 7, jti: 'x' });
    await store.peers.putReceipt({ ...rest, log: 2, from: 3, to: 7, jti: 'y' });
    expect(await store.peers.sumReceipts('320000', 1)).toEqual(sum);
  });

  it('have findings kept as evidence, in the order of their finding', async () => {
    const { id: log } = await addLog(store);
    const finding = (id: string, hour: string) => {
      return { id, log, code: 'log/fork', evidence: { notes: ['一\n', null] }, at: `2026-11-20T0${hour}:00:00.000Z` };
    };
    const [first, second, third] = [finding('b', '1'), finding('a', '2'), finding('c', '2')];
    for (const one of [third, second, first]) await store.peers.putFinding(one);
    expect(await store.peers.listFindings()).toEqual([first, second, third]);
    await expect(store.peers.putFinding(first)).rejects.toThrow(/unique/i);
  });

  it('are heard once for each id of a request, whoever of two processes hears it, until it is forgotten', async () => {
    const other = await stores.open(store.url);
    const heard = await Promise.all(
      [store, other, store, other].map(({ peers }) => peers.addRequest('jti-1', 1_800_000_000)),
    );
    expect(heard.filter(Boolean)).toHaveLength(1);
    expect(await other.peers.addRequest('jti-2', 1_800_000_001)).toBe(true);
    await store.peers.forgetRequests(1_800_000_001);
    expect(await store.peers.addRequest('jti-2', 1_800_000_001)).toBe(false);
    expect(await store.peers.addRequest('jti-1', 1_800_000_000)).toBe(true);
  });
});
