/** Content that does not come, or does not open its commitment, is asked for again until it does, and settled then. */

import { afterEach, describe, expect, it } from 'vitest';
import { formatBase64 } from '../../node/base/bytes.ts';
import { askRecord, askShared } from '../support/asking.ts';
import { sampleBody, sampleUscc } from '../support/bulletins.ts';
import { engines } from '../support/engines.ts';
import { type HostileLog, openHostile } from '../support/hostile.ts';
import { type Network, openNetwork } from '../support/network.ts';
import { entriesHeld, isJoined, logHeld, receiptsGiven } from '../support/receipts.ts';

const shanghai = '310000';
const jiangsu = '320000';
let network: Network;

afterEach(() => network.close());

async function begin(): Promise<HostileLog> {
  network = await openNetwork({ running: [jiangsu] });
  return openHostile(network, shanghai);
}

function pull(): Promise<void> {
  return network.node(jiangsu).node.federation.pull(shanghai);
}

async function receipts(log: HostileLog) {
  return receiptsGiven(network.node(jiangsu), log.member.origin);
}

async function words(log: HostileLog) {
  const entries = await entriesHeld(network.node(jiangsu), log.member.origin);
  return entries.map(({ word, code }) => (code === undefined ? word : `${word} ${code}`));
}

async function tallies(log: HostileLog) {
  const { id } = await logHeld(network.node(jiangsu), log.member.origin);
  const all = (await network.node(jiangsu).node.store.peers.listTallies()).filter((one) => one.log === id);
  return Object.fromEntries(all.flatMap(({ what, n }) => (n === 0 ? [] : [[what, n]])));
}

const correction = (replaces: string, content: string) => ({
  replaces,
  penalty: { ...sampleBody('penalty'), content },
});

describe.each(engines)('on $name, content that does not open its commitment', (engine) => {
  it.each<[string, object]>([
    ['has another salt', { salt: formatBase64(new Uint8Array(32)) }],
    ['has a salt of 31 bytes', { salt: formatBase64(new Uint8Array(31)) }],
    ['has a salt that is no base64', { salt: '?' }],
    ['is another text', { jws: 'e30.e30.e30' }],
    ['lacks its salt', { salt: undefined }],
    ['lacks its text', { jws: undefined }],
  ])('is withheld when it %s, and taken when the right one comes', async (_, shown) => {
    network = await openNetwork({ running: [jiangsu], engine });
    const log = await openHostile(network, shanghai);
    const { index } = await log.say({ type: 'penalty' });
    log.shown.set(index, shown);
    await pull();
    expect(await words(log)).toEqual(['taken', 'withheld']);
    log.shown.clear();
    await pull();
    expect(await words(log)).toEqual(['taken', 'taken']);
    const [first, second, ...more] = await receipts(log);
    expect(more).toEqual([]);
    expect(first).toMatchObject({ from: 0, to: 2, withheld: [index], settled: [] });
    expect(second).toMatchObject({ from: 2, to: 2, withheld: [], settled: [{ index }] });
    expect(await tallies(log)).toEqual({ taken: 1 });
  });

  it.each([
    ['U+0000', 'a\0b'],
    ['half a surrogate pair', 'a\uD800b'],
    ['letters that are no ASCII', '示例'],
  ])('is withheld when it is committed to %s, and the log goes on', async (_, text) => {
    network = await openNetwork({ running: [jiangsu], engine });
    const log = await openHostile(network, shanghai);
    log.putText(text, [jiangsu]);
    await log.say({ type: 'penalty' });
    await pull();
    expect(await words(log)).toEqual(['taken', 'withheld', 'taken']);
    expect(await network.node(jiangsu).node.store.peers.findPeer(shanghai)).toMatchObject({ failures: 0 });
  });
});

describe('a record whose opener came late', () => {
  it('stands as if it had come in time: its later steps act, and are said anew', async () => {
    const log = await begin();
    const opened = await log.say({ type: 'penalty' });
    const corrected = await log.say({ type: 'correction', txn: opened.txn, body: correction(opened.jti, '更正后') });
    const repaired = await log.say({ type: 'repair', txn: opened.txn });
    log.withheld.add(opened.index);
    await pull();
    const unknown = 'registry/unknown-record';
    expect(await words(log)).toEqual(['taken', 'withheld', `noted ${unknown}`, `noted ${unknown}`]);
    expect(await tallies(log)).toEqual({ withheld: 1, noted: 2 });
    log.withheld.clear();
    await pull();
    expect(await words(log)).toEqual(['taken', 'taken', 'taken', 'taken']);
    expect(await tallies(log)).toEqual({ taken: 3 });
    const record = await askRecord(network.node(jiangsu), { member: shanghai, txn: opened.txn });
    expect(record).toMatchObject({ state: 'repaired', body: { content: '更正后' } });
    expect(record.history.map(({ index, code }) => [index, code])).toEqual(
      [opened, corrected, repaired].map(({ index }) => [index, undefined]),
    );
    const [, settled] = await receipts(log);
    expect(settled?.settled).toEqual([opened, corrected, repaired].map(({ index }) => ({ index })));
  });

  it('holds the same as where everything came in time', async () => {
    network = await openNetwork({ running: [jiangsu, '330000'] });
    const log = await openHostile(network, shanghai);
    const opened = await log.say({ type: 'penalty' });
    await log.say({ type: 'penalty', txn: opened.txn });
    const late = await log.say({ type: 'correction', txn: opened.txn, body: correction(opened.jti, '其一') });
    await log.say({ type: 'correction', txn: opened.txn, body: correction(opened.jti, '其二') });
    await log.say({ type: 'revocation', txn: opened.txn });
    log.withheld.add(late.index);
    await pull();
    log.withheld.clear();
    await pull();
    await network.node('330000').node.federation.pull(shanghai);
    const shown = await Promise.all(
      [jiangsu, '330000'].map((id) => askShared(network.node(id), { member: shanghai, txn: opened.txn })),
    );
    expect(shown[0]).toEqual(shown[1]);
    expect(shown[0]).toMatchObject({ state: 'revoked', body: { content: '其二' } });
  });
});

describe('late content', () => {
  it('that is refused is settled with its code, and kept as proof', async () => {
    const log = await begin();
    const { index } = await log.say({ type: 'penalty', uscc: '91310000XX0001003A' });
    log.withheld.add(index);
    await pull();
    log.withheld.clear();
    await pull();
    const [, second] = await receipts(log);
    expect(second?.settled).toEqual([{ index, code: 'subject/invalid-uscc' }]);
    const [, entry] = await entriesHeld(network.node(jiangsu), log.member.origin);
    expect(entry).toMatchObject({ word: 'refused', content: { jws: log.entries[index]?.jws } });
    expect(await tallies(log)).toEqual({ refused: 1 });
  });

  it('that only the registry minds is settled with its note', async () => {
    const log = await begin();
    const { index } = await log.say({ type: 'repair' });
    log.withheld.add(index);
    await pull();
    log.withheld.clear();
    await pull();
    expect(await words(log)).toEqual(['taken', 'noted registry/unknown-record']);
    expect((await receipts(log))[1]?.settled).toEqual([{ index, code: 'registry/unknown-record' }]);
    expect(await tallies(log)).toEqual({ noted: 1 });
  });

  it('is no repetition of a higher entry that bears its id', async () => {
    const log = await begin();
    const first = await log.say({ type: 'penalty' });
    await log.say({ type: 'penalty', claims: { jti: first.jti } });
    log.withheld.add(first.index);
    await pull();
    log.withheld.clear();
    await pull();
    expect(await words(log)).toEqual(['taken', 'taken', 'taken']);
  });

  it('that is a receipt is kept with the others', async () => {
    const log = await begin();
    const { node } = network.node(jiangsu);
    const own = await logHeld(network.node(jiangsu), node.self.origin);
    const body = { log: own.origin, size: own.size, root: formatBase64(own.root), from: 0, to: own.size };
    const lists = { refused: [], withheld: [], noted: [], settled: [] };
    const { index, jti } = await log.say({ type: 'receipt', audience: [jiangsu], body: { ...body, ...lists } });
    log.withheld.add(index);
    await pull();
    expect(await node.store.peers.listReceipts(shanghai, own.id)).toEqual([]);
    log.withheld.clear();
    await pull();
    expect(await node.store.peers.listReceipts(shanghai, own.id)).toMatchObject([{ jti, from: 0, to: own.size }]);
    expect(await tallies(log)).toEqual({});
  });

  it('is asked for in turn: what never comes does not hold up the rest', async () => {
    const log = await begin();
    for (let n = 0; n < 60; n++) log.withheld.add(log.putText(`never ${n}`, [jiangsu]));
    const { index } = await log.say({ type: 'penalty', uscc: sampleUscc(7) });
    log.withheld.add(index);
    await pull();
    log.withheld.delete(index);
    await pull();
    await pull();
    expect((await words(log))[index]).toBe('taken');
    expect(isJoined(await receipts(log))).toBe(true);
  });

  it('is settled once, though it is shown again and again', async () => {
    const log = await begin();
    const { index } = await log.say({ type: 'penalty' });
    log.withheld.add(index);
    await pull();
    log.withheld.clear();
    for (let n = 0; n < 3; n++) await pull();
    expect((await receipts(log)).map(({ settled }) => settled.length)).toEqual([0, 1]);
    expect(isJoined(await receipts(log))).toBe(true);
  });

  it('is settled in several receipts when it changes the word on more than one holds', async () => {
    const log = await begin();
    const { index, txn } = await log.say({ type: 'penalty', audience: [jiangsu] });
    log.withheld.add(index);
    for (let i = 0; i < 1_005; i++) await log.say({ type: 'repair', txn, audience: [jiangsu] });
    await pull();
    expect(await tallies(log)).toEqual({ withheld: 1, noted: 1_005 });
    log.withheld.clear();
    await pull();
    expect(await tallies(log)).toEqual({ taken: 1_006 });
    const given = await receipts(log);
    expect(isJoined(given)).toBe(true);
    expect(given.map(({ settled }) => settled.length).filter((n) => n > 0)).toEqual([1_000, 6]);
  });

  it('shown under another leaf is not taken', async () => {
    const log = await begin();
    const { index } = await log.say({ type: 'penalty' });
    const other = await log.say({ type: 'penalty' });
    log.withheld.add(index);
    await pull();
    log.withheld.clear();
    log.shown.set(index, { ...log.entries[other.index] });
    await pull();
    expect((await words(log))[index]).toBe('withheld');
  });
});

describe('governance content that does not come', () => {
  it('stops the pull until it does', async () => {
    const log = await begin();
    await log.say({ type: 'penalty' });
    log.withheld.add(0);
    await pull();
    const { store } = network.node(jiangsu).node;
    expect(await store.peers.findPeer(shanghai)).toMatchObject({ failures: 1, lastError: 'peer/bad-answer' });
    expect(await logHeld(network.node(jiangsu), log.member.origin)).toMatchObject({ size: 0 });
    log.withheld.clear();
    await pull();
    expect(await words(log)).toEqual(['taken', 'taken']);
  });
});
