/** Many pages, many receipts, flows that not everyone gets: everyone's books agree, and pulling again changes nothing. */

import { afterEach, describe, expect, it } from 'vitest';
import { askShared, askSubject } from '../support/asking.ts';
import { sampleBody, sampleUscc } from '../support/bulletins.ts';
import { engines } from '../support/engines.ts';
import { openHostile } from '../support/hostile.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { importPenalties } from '../support/penalties.ts';
import { entriesHeld, isJoined, logHeld, receiptsGiven, receiptsKept } from '../support/receipts.ts';

const shanghai = '310000';
const jiangsu = '320000';
const zhejiang = '330000';
const anhui = '340000';
let network: Network;

afterEach(() => network.close());

/** Everything that a node holds of a log but when it learned it. */
async function shown(by: RunningNode, origin: string) {
  const { size, root } = await logHeld(by, origin);
  return { size, root, entries: (await entriesHeld(by, origin)).map(({ at: _, ...entry }) => entry) };
}

describe.each(engines)('1,200 penalties on $name', (engine) => {
  it('reach everyone in several pages, and every book agrees', async () => {
    network = await openNetwork({ running: [shanghai, jiangsu], engine });
    const [issuer, receiver] = [network.node(shanghai), network.node(jiangsu)];
    expect(await importPenalties(issuer, 0, 1200)).toMatchObject({ state: 'done', summary: { opened: 1200 } });
    await network.exchange(3);
    const { origin } = issuer.node.self;
    const receipts = await receiptsGiven(receiver, origin);
    expect(receipts.length).toBeGreaterThan(1);
    expect(isJoined(receipts)).toBe(true);
    expect(receipts.at(-1)?.to).toBe(1201);
    const kept = await receiptsKept(issuer, jiangsu);
    expect(kept.map(({ body }) => body)).toEqual(receipts);
    const own = await logHeld(issuer, origin);
    expect(await logHeld(receiver, origin)).toMatchObject({ size: own.size, root: own.root });
    const [ours] = (await issuer.node.reportPeers()).filter(({ member }) => member === jiangsu);
    expect(ours?.ours).toMatchObject({ issued: 1200, joined: true, refused: 0, withheld: 0, receipted: 1201 });
    expect(ours?.ours.cosigned?.size).toBe(own.size);
    const [theirs] = (await receiver.node.reportPeers()).filter(({ member }) => member === shanghai);
    expect(theirs?.theirs).toMatchObject({
      held: own.size,
      seen: own.size,
      taken: 1200,
      noted: 0,
      refused: 0,
      withheld: 0,
    });
  });

  it('change nothing when they are imported and pulled again', async () => {
    network = await openNetwork({ running: [shanghai, jiangsu], engine });
    const [issuer, receiver] = [network.node(shanghai), network.node(jiangsu)];
    await importPenalties(issuer, 0, 30);
    await network.exchange(3);
    const books = () =>
      Promise.all(
        [shanghai, jiangsu].flatMap((by) =>
          [issuer, receiver].map((of) => shown(network.node(by), of.node.self.origin)),
        ),
      );
    const before = await books();
    expect(await importPenalties(issuer, 0, 30)).toMatchObject({ summary: { opened: 0, corrected: 0, unchanged: 30 } });
    await network.exchange(3);
    await receiver.restart();
    await network.exchange(2);
    expect(await books()).toEqual(before);
  });
});

describe('a flow that not everyone gets', () => {
  it('is a leaf alone to the others, who hold the same tree', async () => {
    network = await openNetwork({ running: [jiangsu, zhejiang, anhui] });
    const log = await openHostile(network, shanghai);
    const toTwo = await log.say({ type: 'commendation' });
    const toAll = await log.say({ type: 'penalty', audience: [jiangsu, zhejiang, anhui], uscc: sampleUscc(2) });
    for (const id of [jiangsu, zhejiang, anhui]) await network.node(id).node.federation.pull(shanghai);
    const held = await Promise.all([jiangsu, zhejiang, anhui].map((id) => shown(network.node(id), log.member.origin)));
    expect(held[1]).toEqual(held[0]);
    expect(held[2]?.root).toEqual(held[0]?.root);
    expect(held[2]?.entries[toTwo.index]).toEqual({
      index: toTwo.index,
      leaf: log.entries[toTwo.index]?.leaf,
      governance: false,
    });
    expect(held[2]?.entries[toAll.index]).toMatchObject({ word: 'taken', jti: toAll.jti });
    const [receipt] = await receiptsGiven(network.node(anhui), log.member.origin);
    expect(receipt).toMatchObject({ from: 0, to: 3, refused: [], withheld: [], noted: [] });
    const answer = await askSubject(network.node(anhui), sampleUscc(1));
    expect(answer.provinces.flatMap(({ records }) => records)).toEqual([]);
  });

  it('needs no receipt where nothing is addressed to the reader, and the next one begins at 0', async () => {
    network = await openNetwork({ running: [anhui] });
    const log = await openHostile(network, shanghai);
    while (log.entries.length < 700) log.putText('x', [jiangsu]);
    const pull = () => network.node(anhui).node.federation.pull(shanghai);
    await pull();
    expect(await receiptsGiven(network.node(anhui), log.member.origin)).toEqual([]);
    await log.say({ type: 'penalty', audience: [anhui] });
    await pull();
    expect(await receiptsGiven(network.node(anhui), log.member.origin)).toMatchObject([{ from: 0, to: 701 }]);
  });
});

describe('entries that are long', () => {
  it('come in shorter pages, each proved and receipted, so that no answer decides how much a reader holds', async () => {
    network = await openNetwork({ running: [jiangsu] });
    const log = await openHostile(network, shanghai);
    while (log.entries.length < 100) log.putText('x'.repeat(250_000), [jiangsu]);
    const all = [...log.entries];
    log.lie = (call, from = 0, to = 0) => {
      if (call !== 'entries') return undefined;
      const next = Math.min(from + 10, to);
      return { entries: all.slice(from, next), next };
    };
    await network.node(jiangsu).node.federation.pull(shanghai);
    const { origin } = log.member;
    expect(await logHeld(network.node(jiangsu), origin)).toMatchObject({ size: 100 });
    const receipts = await receiptsGiven(network.node(jiangsu), origin);
    expect(receipts.map(({ from, to }) => [from, to])).toEqual([
      [0, 40],
      [40, 80],
      [80, 100],
    ]);
  });
});

describe('two members who took the same bulletins', () => {
  it('hold the same states, whether they came in one page or one by one', async () => {
    network = await openNetwork({ running: [jiangsu, zhejiang] });
    const log = await openHostile(network, shanghai);
    const one = await log.say({ type: 'penalty' });
    const say = async (...sayings: Parameters<typeof log.say>[0][]) => {
      for (const saying of sayings) {
        await log.say({ txn: one.txn, ...saying });
        await network.node(zhejiang).node.federation.pull(shanghai);
      }
    };
    const body = { replaces: one.jti, penalty: { ...sampleBody('penalty'), content: '更正后' } };
    await say(
      { type: 'correction', body },
      { type: 'correction', body },
      { type: 'repair' },
      { type: 'repair' },
      { type: 'revocation', uscc: sampleUscc(9) },
      { type: 'dishonesty' },
      { type: 'revocation' },
      { type: 'correction', body },
    );
    await network.node(jiangsu).node.federation.pull(shanghai);
    const [a, b] = await Promise.all(
      [jiangsu, zhejiang].map((id) => askShared(network.node(id), { member: shanghai, txn: one.txn })),
    );
    expect(a).toEqual(b);
    expect(a).toMatchObject({ state: 'revoked', body: { content: '更正后' } });
    expect(a?.history.map(({ code }) => code?.split('/')[1])).toEqual([
      ...Array(5).fill(undefined), // a repeat is legal, and changes nothing
      ...Array(2).fill('illegal-step'),
      undefined,
      'illegal-step',
    ]);
    const receipts = await receiptsGiven(network.node(zhejiang), log.member.origin);
    expect(receipts).toHaveLength(8);
    expect(isJoined(receipts)).toBe(true);
    const noted = (all: typeof receipts) => all.flatMap((receipt) => receipt.noted);
    expect(noted(receipts)).toEqual(noted(await receiptsGiven(network.node(jiangsu), log.member.origin)));
  });
});
