/** A peer that is away, a hint that makes the pull prompt, an effect that fails: nothing stops, nothing is retried for ever. */

import Sqlite from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import { entriesPerPage } from '../../node/federation/admit.ts';
import { askSubject } from '../support/asking.ts';
import { sampleUscc } from '../support/bulletins.ts';
import { type HostileLog, openHostile } from '../support/hostile.ts';
import { type Network, openNetwork } from '../support/network.ts';
import { entriesHeld, logHeld, receiptsGiven } from '../support/receipts.ts';
import { until } from '../support/until.ts';

const shanghai = '310000';
const jiangsu = '320000';
const zhejiang = '330000';
let network: Network;

afterEach(() => network.close());

function peerOf(by: string, member: string) {
  return network.node(by).node.store.peers.findPeer(member);
}

describe('a peer that is away', () => {
  it('is tried again after 2, 4, 8 s and never later than 5 minutes, a restart in between or not', async () => {
    const clock = { ms: Date.parse('2026-11-20T02:00:00Z') };
    network = await openNetwork({ running: [jiangsu], now: () => new Date(clock.ms) });
    const one = network.node(jiangsu);
    const waits: number[] = [];
    for (let n = 1; n <= 12; n++) {
      if (n === 4) await one.restart();
      await (n === 1 ? one.node.federation.pullDue() : one.node.federation.retryDue());
      const { nextTryAt = '', failures, lastError } = await peerOf(jiangsu, shanghai);
      expect({ failures, lastError }).toEqual({ failures: n, lastError: 'peer/unreachable' });
      waits.push(Date.parse(nextTryAt) - clock.ms);
      await one.node.federation.pullDue();
      await one.node.federation.retryDue();
      expect((await peerOf(jiangsu, shanghai)).failures).toBe(n);
      clock.ms = Date.parse(nextTryAt);
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300].map((seconds) => seconds * 1000));
  });

  it('waits no longer for having failed late: a round that brought something begins the counting anew', async () => {
    network = await openNetwork({ running: [jiangsu] });
    const log = await openHostile(network, shanghai);
    const { federation } = network.node(jiangsu).node;
    while (log.entries.length < 1200) log.putText('x', [zhejiang]);
    network.answerAs(shanghai, undefined);
    for (let n = 0; n < 4; n++) await federation.pull(shanghai);
    expect(await peerOf(jiangsu, shanghai)).toMatchObject({ failures: 4 });
    network.answerAs(shanghai, log.handler);
    log.lie = (call, from = 0) => (call === 'entries' && from >= entriesPerPage ? '{' : undefined);
    await federation.pull(shanghai);
    expect(await peerOf(jiangsu, shanghai)).toMatchObject({ failures: 1, lastError: 'peer/bad-answer' });
    await federation.pull(shanghai);
    expect(await peerOf(jiangsu, shanghai)).toMatchObject({ failures: 2 });
  });

  it('is asked at once by a process that starts, whatever held the last one back', async () => {
    network = await openNetwork({ running: [jiangsu] });
    const one = network.node(jiangsu);
    for (let n = 0; n < 9; n++) await one.node.federation.pull(shanghai);
    await openHostile(network, shanghai);
    await one.restart();
    await one.node.federation.pullAll();
    expect(await peerOf(jiangsu, shanghai)).toMatchObject({ failures: 0 });
  });

  it('is asked again at once when it announces that its log grew, and then counts as well', async () => {
    network = await openNetwork({ running: [jiangsu, zhejiang] });
    const [one, other] = [network.node(jiangsu), network.node(zhejiang)];
    await network.exchange(1);
    network.answerAs(zhejiang, undefined);
    await one.node.federation.pull(zhejiang);
    expect(await peerOf(jiangsu, zhejiang)).toMatchObject({ failures: 1, lastError: 'peer/unreachable' });
    network.answerAs(zhejiang, other.node.app);
    const log = await openHostile(network, shanghai);
    await log.say({ type: 'penalty' });
    await other.node.federation.pull(shanghai); // its receipt makes Zhejiang's log grow
    const { origin } = other.node.self;
    const { size } = await logHeld(other, origin);
    await until('Jiangsu holds the receipt', async () => (await logHeld(one, origin)).size === size);
    await one.node.federation.settled();
    const peer = await peerOf(jiangsu, zhejiang);
    expect(peer).toMatchObject({ failures: 0, lastError: 'peer/unreachable' });
    expect(peer).not.toHaveProperty('nextTryAt');
  });

  it('is told again what it did not hear', async () => {
    network = await openNetwork({ running: [jiangsu, zhejiang] });
    const [one, other] = [network.node(jiangsu), network.node(zhejiang)];
    await network.exchange(1);
    await until('Zhejiang pulled Jiangsu', async () => (await peerOf(zhejiang, jiangsu)).lastOkAt !== undefined);
    network.answerAs(zhejiang, undefined);
    const log = await openHostile(network, shanghai);
    await log.say({ type: 'penalty', audience: [jiangsu] });
    await one.node.federation.pull(shanghai); // its receipt makes Jiangsu's log grow
    await one.node.federation.settled();
    const { origin } = one.node.self;
    const { size } = await logHeld(one, origin);
    expect(await logHeld(other, origin)).toMatchObject({ size: size - 1 });
    network.answerAs(zhejiang, other.node.app);
    await one.node.federation.announce();
    await until('Zhejiang holds the receipt', async () => (await logHeld(other, origin)).size === size);
  });

  it('holds up no announcement to another', async () => {
    network = await openNetwork({ running: [jiangsu, zhejiang] });
    network.answerAs(shanghai, () => {}); // takes the call and never answers
    const [one, other] = [network.node(jiangsu), network.node(zhejiang)];
    await one.node.federation.announce();
    await until('Zhejiang pulled Jiangsu', async () => (await peerOf(zhejiang, jiangsu)).lastOkAt !== undefined);
    const log = await openHostile(network, '340000');
    network.answerAs(shanghai, () => {});
    await log.say({ type: 'penalty', audience: [jiangsu] });
    await one.node.federation.pull('340000'); // its receipt makes the log grow
    const { size } = await logHeld(one, one.node.self.origin);
    await until(
      'Zhejiang heard of the receipt',
      async () => (await logHeld(other, one.node.self.origin)).size === size,
    );
    network.answerAs(shanghai, undefined);
    network.cut(shanghai);
  });

  it('and hangs holds up no other, and is not asked a second time meanwhile', async () => {
    network = await openNetwork({ running: [jiangsu] });
    const { federation } = network.node(jiangsu).node;
    let calls = 0;
    network.answerAs(shanghai, ({ method }) => void (method === 'GET' && calls++)); // takes the call and never answers
    const first = federation.pullDue();
    await until('Shanghai was called', () => calls === 1);
    await until('Zhejiang failed', async () => (await peerOf(jiangsu, zhejiang)).failures === 1);
    await federation.pullDue(); // waits for nobody
    await federation.retryDue();
    network.answerAs(shanghai, undefined);
    network.cut(shanghai);
    await first;
    expect(calls).toBe(1);
    expect(await peerOf(jiangsu, shanghai)).toMatchObject({ failures: 1 });
  });

  it('of whom several pulls are wanted at once is asked by one round after the other', async () => {
    network = await openNetwork({ running: [jiangsu] });
    const log = await openHostile(network, shanghai);
    let open = 0;
    let most = 0;
    log.lie = async (call) => {
      if (call !== 'checkpoint') return undefined;
      most = Math.max(most, ++open);
      await new Promise((resolve) => setImmediate(resolve));
      open--;
      return undefined;
    };
    const { federation } = network.node(jiangsu).node;
    await Promise.all([1, 2, 3, 4].map(() => federation.pull(shanghai)));
    expect(most).toBe(1);
    expect(log.calls.filter((call) => call === 'checkpoint').length).toBe(2);
  });
});

describe('an effect that fails', () => {
  /** The store of Jiangsu refuses to hold a step about that subject. */
  async function begin(uscc: string): Promise<HostileLog> {
    network = await openNetwork({ running: [jiangsu] });
    const db = new Sqlite(network.node(jiangsu).config.database.slice('sqlite:'.length));
    db.exec(`create trigger spoil before insert on step when new.uscc = '${uscc}'
      begin select raise(abort, 'this one never'); end`);
    db.close();
    return openHostile(network, shanghai);
  }

  const pull = () => network.node(jiangsu).node.federation.pull(shanghai);
  const words = async (log: HostileLog) =>
    (await entriesHeld(network.node(jiangsu), log.member.origin)).map(({ word, code }) => code ?? word);

  it('is noted, once, and everything else on its page is stored', async () => {
    const bad = sampleUscc(13);
    const log = await begin(bad);
    await log.say({ type: 'penalty', uscc: sampleUscc(1) });
    const opened = await log.say({ type: 'penalty', uscc: bad });
    const moved = await log.say({ type: 'repair', uscc: bad, txn: opened.txn });
    await log.say({ type: 'penalty', uscc: sampleUscc(2) });
    await pull();
    await pull();
    const failed = 'registry/effect-failed';
    expect(await words(log)).toEqual(['taken', 'taken', failed, failed, 'taken']);
    const [receipt, ...more] = await receiptsGiven(network.node(jiangsu), log.member.origin);
    expect(more).toEqual([]);
    expect(receipt).toMatchObject({ from: 0, to: 5, refused: [], withheld: [] });
    expect(receipt?.noted).toEqual([opened, moved].map(({ index }) => ({ index, code: failed })));
    expect(await network.node(jiangsu).node.store.peers.findPeer(shanghai)).toMatchObject({ failures: 0 });
    const { provinces } = await askSubject(network.node(jiangsu), sampleUscc(2));
    expect(provinces.flatMap((one) => one.records)).toHaveLength(1);
  });

  it('of late content is noted in the receipt that settles it', async () => {
    const bad = sampleUscc(13);
    const log = await begin(bad);
    const { index } = await log.say({ type: 'penalty', uscc: bad });
    log.withheld.add(index);
    await pull();
    log.withheld.clear();
    await pull();
    await pull();
    expect(await words(log)).toEqual(['taken', 'registry/effect-failed']);
    const [, second, ...more] = await receiptsGiven(network.node(jiangsu), log.member.origin);
    expect(more).toEqual([]);
    expect(second?.settled).toEqual([{ index, code: 'registry/effect-failed' }]);
  });
});
