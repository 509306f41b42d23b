/** Content goes everywhere, leaves stay, proofs still verify, and nothing comes back. */

import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { utf8 } from '../../node/base/bytes.ts';
import { openErasureLedger } from '../../node/erasure-ledger.ts';
import type { ErasureRequest } from '../../node/federation/publish-erasure.ts';
import { createEraser } from '../../node/federation/publish-erasure.ts';
import { treeOf } from '../../node/log/ledger.ts';
import { leafHash } from '../../node/log/merkle.ts';
import type { Entry } from '../../node/log/ports.ts';
import { inclusionProof, isIncluded } from '../../node/log/proof.ts';
import { rootAt } from '../../node/log/tile.ts';
import { parseRecordId, type RecordId } from '../../node/registry/record.ts';
import { openStore } from '../../node/store/store.ts';
import { createApi } from '../support/api.ts';
import { askRecord, askSubject } from '../support/asking.ts';
import { sampleBody, sampleUscc } from '../support/bulletins.ts';
import { hash } from '../support/crypto.ts';
import { engines } from '../support/engines.ts';
import { type HostileLog, openHostile } from '../support/hostile.ts';
import { type Network, type NetworkOptions, openNetwork, type RunningNode } from '../support/network.ts';
import { importPenalties } from '../support/penalties.ts';
import { findInFiles, settleFiles } from '../support/raw-files.ts';
import { claimsOf, entriesHeld, isJoined, logHeld, receiptsGiven, receiptsKept } from '../support/receipts.ts';
import { recordsOf } from '../support/uploads.ts';

const [shanghai, jiangsu, zhejiang, anhui] = ['310000', '320000', '330000', '340000'] as const;
const silent = { debug() {}, info() {}, warn() {}, error() {} };
let network: Network;
let today: string;

beforeEach(() => {
  today = '2026-11-22';
});
afterEach(() => network.close());

async function begin(options: NetworkOptions = {}): Promise<RunningNode> {
  network = await openNetwork({ now: () => new Date(`${today}T02:00:00.000Z`), ...options });
  return network.node(shanghai);
}

/** A penalty of that number on a subject of its own. */
async function open(node: RunningNode, n = 1): Promise<RecordId> {
  const [text] = await recordsOf(node, await importPenalties(node, n, n + 1));
  return parseRecordId(text ?? '') as RecordId; // it was just opened
}

function clerkOf({ node }: RunningNode, authority = node.self.authority) {
  return { role: 'clerk', authority, person: '0001' } as const;
}

function erase(node: RunningNode, id: RecordId, ground: ErasureRequest['ground'] = 'ordered') {
  return node.node.eraser.eraseRecord(id, { ground }, clerkOf(node));
}

async function revoke(node: RunningNode, id: RecordId) {
  const body = { revokedOn: today, ground: 'annulled', reason: '样例理由' };
  return node.node.steps.take(id, { type: 'revocation', body }, clerkOf(node));
}

/** What a node holds of those entries of Shanghai's log. */
async function held(by: RunningNode, indexes: readonly number[]) {
  const entries = await entriesHeld(by, network.node(shanghai).node.self.origin);
  return indexes.map((index) => entries[index]);
}

async function indexesOf(node: RunningNode, id: RecordId): Promise<number[]> {
  return (await node.node.store.registry.listRecordSteps(id)).map(({ index }) => index);
}

/** The texts by which content and salts would be found in a file. */
async function traces(node: RunningNode, indexes: readonly number[]): Promise<string[]> {
  const contents = (await held(node, indexes)).flatMap((entry) => entry?.content ?? []);
  return contents.flatMap(({ salt, jws }) => [salt, jws.split('.')[1] ?? '']);
}

describe.each(engines)('an erased record on $name', (engine) => {
  it('is gone at every member, and its leaves, the roots over them, the proofs and the receipts stay', async () => {
    const issuer = await begin({ engine });
    const id = await open(issuer);
    await revoke(issuer, id);
    const other = await open(issuer, 2);
    await network.exchange(2);
    const indexes = await indexesOf(issuer, id);
    expect(indexes.length).toBe(2);
    const gone = await traces(issuer, indexes);
    const before = await logHeld(issuer, issuer.node.self.origin);
    const leaves = (await held(issuer, indexes)).map((entry) => entry?.leaf);
    for (const { config } of network.nodes.values()) {
      await settleFiles(config.database);
      expect(await findInFiles(config.database, gone)).toEqual(gone);
    }

    const done = await erase(issuer, id);
    expect(done).toMatchObject({ index: before.size, erased: 2 });
    await network.exchange(2);
    for (const one of network.nodes.values()) {
      const entries = await held(one, indexes);
      expect(entries.map((entry) => entry?.content)).toEqual([undefined, undefined]);
      expect(entries.map((entry) => entry?.leaf)).toEqual(leaves);
      expect(entries).toMatchObject(indexes.map(() => ({ erased: { by: done.index, ground: 'ordered' } })));
      const log = await logHeld(one, issuer.node.self.origin);
      const tree = treeOf(one.node.store.log, log, hash);
      expect(await rootAt(tree, before.size)).toEqual(before.root);
      for (const [i, index] of indexes.entries()) {
        const proof = await inclusionProof(tree, index, log.size);
        const claim = { index, size: log.size, leafHash: leafHash(hash, utf8(leaves[i] ?? '')), proof, root: log.root };
        expect(isIncluded(hash, claim)).toBe(true);
      }
      await one.node.store.scrub();
      expect(await findInFiles(one.config.database, gone)).toEqual([]);
      const record = await askRecord(one, id);
      expect(record).toMatchObject({ state: 'revoked', erased: { by: done.index, ground: 'ordered' } });
      expect(record).not.toHaveProperty('body');
      expect((await askRecord(one, other)).body).toMatchObject({ facts: '样例事实' });
      const { provinces } = await askSubject(one, sampleUscc(1));
      expect(provinces.flatMap(({ records }) => records)).toMatchObject([{ erased: { by: done.index } }]);
    }
    for (const member of [jiangsu, zhejiang, anhui]) {
      expect(isJoined(await receiptsKept(issuer, member))).toBe(true);
    }
    expect(await issuer.node.store.registry.findOwn(id)).toBeUndefined();
  });

  it('lets what comes after go on: the next bulletin names the erasure as what governs, and every member takes it', async () => {
    const issuer = await begin({ engine, running: [shanghai, jiangsu] });
    const id = await open(issuer);
    await network.exchange(2);
    const done = await erase(issuer, id);
    const next = await open(issuer, 2);
    await network.exchange(2);
    const [index = 0] = await indexesOf(issuer, next);
    for (const one of network.nodes.values()) {
      const [entry] = await held(one, [index]);
      expect(entry && claimsOf(entry).agreement.after).toBe(done.index);
      expect(entry?.word).toBe(one === issuer ? 'issued' : 'taken');
    }
  });

  it('comes to a member that was away as leaves alone, which it waits for no more', async () => {
    const issuer = await begin({ engine });
    const away = network.node(anhui);
    await network.exchange(2);
    await away.stop();
    const id = await open(issuer);
    for (const member of [jiangsu, zhejiang]) await network.node(member).node.federation.pull(shanghai);
    const indexes = await indexesOf(issuer, id);
    const done = await erase(issuer, id);
    await away.restart();
    await network.exchange(2);
    const [entry] = await held(away, indexes);
    expect(entry).toMatchObject({ word: 'withheld', erased: { by: done.index, ground: 'ordered' } });
    const { id: log } = await logHeld(away, issuer.node.self.origin);
    expect(await away.node.store.log.listByWord(log, 'withheld', 10)).toEqual([]);
    const given = await receiptsGiven(away, issuer.node.self.origin);
    expect(given.flatMap(({ withheld }) => withheld)).toEqual(indexes);
    expect(isJoined(given)).toBe(true);
    const [theirs] = (await away.node.reportPeers()).filter(({ member }) => member === shanghai);
    const [ours] = (await issuer.node.reportPeers()).filter(({ member }) => member === anhui);
    expect([theirs?.theirs.withheld, ours?.ours.withheld]).toEqual([0, 0]);
  });

  it('takes with it what other members said of it, the day after', async () => {
    const issuer = await begin({ engine, running: [shanghai, jiangsu, zhejiang] });
    const id = await open(issuer);
    const other = await open(issuer, 2);
    await network.exchange(2);
    const bureau = network.node(jiangsu);
    const body = { raisedOn: today, reason: '样例异议理由' };
    const object = (of: RecordId) => bureau.node.steps.take(of, { type: 'objection', body }, clerkOf(bureau));
    await object(id);
    await object(other);
    await network.exchange(2);
    const ofJiangsu = async (by: RunningNode) =>
      (await entriesHeld(by, bureau.node.self.origin)).map(({ content, erased }) =>
        content ? 'there' : erased?.ground,
      );
    const before = await ofJiangsu(issuer);
    expect(await bureau.node.eraser.eraseDue()).toBe(0);
    await erase(issuer, id, 'unlawful');
    await network.exchange(2);
    expect(await ofJiangsu(issuer)).toEqual(before);
    expect(await bureau.node.eraser.eraseDue()).toBe(1);
    expect(await bureau.node.eraser.eraseDue()).toBe(0);
    await network.exchange(2);
    for (const one of network.nodes.values()) {
      expect((await ofJiangsu(one)).filter((word) => word === 'unlawful')).toEqual(['unlawful']);
    }
    const { marks } = await stepsOf(issuer, other);
    expect(marks).toMatchObject([{ body: { reason: '样例异议理由' } }]);
  });

  it('was erased because its time had come, not a day too early', async () => {
    const issuer = await begin({ engine, running: [shanghai] });
    const id = await open(issuer);
    await revoke(issuer, id);
    const indexes = await indexesOf(issuer, id);
    const { body } = await askRecord(issuer, id);
    const until = String(body?.retainUntil ?? '2031-10-09'); // five years after the decision, by the agreement
    today = until;
    expect(await issuer.node.eraser.eraseDue()).toBe(0);
    today = new Date(Date.parse(until) + 24 * 3_600_000).toISOString().slice(0, 10);
    expect(await issuer.node.eraser.eraseDue()).toBe(2);
    expect(await issuer.node.eraser.eraseDue()).toBe(0);
    const entries = await held(issuer, indexes);
    expect(entries).toMatchObject(indexes.map(() => ({ erased: { ground: 'retention-ended' } })));
  });

  it('is erased again when the store has its content back', async () => {
    const issuer = await begin({ engine, running: [shanghai, jiangsu] });
    const receiver = network.node(jiangsu);
    const id = await open(issuer);
    await network.exchange(2);
    const indexes = await indexesOf(issuer, id);
    const [old] = await held(receiver, indexes);
    await erase(issuer, id);
    await network.exchange(2);
    const [gone] = await held(receiver, indexes);
    await receiver.stop();
    const store = await openStore(receiver.config.database);
    const log = await store.log.findLog(issuer.node.self.origin);
    await store.log.putWord(log?.id ?? 0, old as Entry); // as a restored copy would have it
    await store.close();
    await receiver.restart();
    expect((await held(receiver, indexes))[0]).toEqual(gone);
  });

  it('is erased at the next start, and said then, when the process died between the ledger and the commit', async () => {
    const issuer = await begin({ engine, running: [shanghai, jiangsu] });
    const id = await open(issuer);
    await network.exchange(2);
    const indexes = await indexesOf(issuer, id);
    const ledger = await openErasureLedger(issuer.config.erasures, silent);
    const { node } = issuer;
    const dying = createEraser({
      ...{ store: node.store, publisher: node.federation.publisher, hash: node.hash, now: node.now, logger: silent },
      member: shanghai,
      ownAuthority: node.self.authority,
      erasureLedger: {
        ...ledger,
        async add(lines) {
          await ledger.add(lines);
          throw new Error('the power went');
        },
      },
    });
    await expect(dying.eraseRecord(id, { ground: 'ordered' }, clerkOf(issuer))).rejects.toThrow('the power went');
    expect((await held(issuer, indexes))[0]).toHaveProperty('content');
    await issuer.restart();
    const [entry] = await held(issuer, indexes);
    expect(entry).not.toHaveProperty('content');
    expect(entry?.erased).toMatchObject({ ground: 'ordered' });
    expect(entry?.erased).not.toHaveProperty('by');
    expect(await issuer.node.eraser.eraseDue()).toBe(1);
    expect(await issuer.node.eraser.eraseDue()).toBe(0);
    await network.exchange(2);
    for (const one of network.nodes.values()) {
      const [gone] = await held(one, indexes);
      expect(gone).not.toHaveProperty('content');
      expect(gone?.erased).toMatchObject({ by: expect.any(Number), ground: 'ordered' });
    }
  });
});

/** The steps and marks of a record, as a node holds them. */
async function stepsOf(by: RunningNode, id: RecordId) {
  const all = await by.node.store.registry.listRecordSteps(id);
  return { marks: all.filter(({ type }) => type === 'objection') };
}

it('is erased by the hundred when the time of many has come', async () => {
  const issuer = await begin({ running: [shanghai] });
  await importPenalties(issuer, 0, 250);
  today = '2040-01-01';
  expect(await issuer.node.eraser.eraseDue()).toBe(250);
  const entries = await entriesHeld(issuer, issuer.node.self.origin);
  expect(entries.filter(({ governance }) => governance).length).toBe(3); // the adoption and two erasures
  expect(entries.filter(({ governance, content }) => !governance && content)).toEqual([]);
});

describe('an old file of the database put back under a node', () => {
  it('brings nothing back: what the ledger lists is erased before anything is answered', async () => {
    const said: string[] = [];
    const logger = { ...silent, warn: (_: object, message: string) => said.push(message) };
    const issuer = await begin({ running: [shanghai, jiangsu], logger });
    const receiver = network.node(jiangsu);
    const file = receiver.config.database.slice('sqlite:'.length);
    const id = await open(issuer);
    await network.exchange(2);
    const indexes = await indexesOf(issuer, id);
    const gone = await traces(issuer, indexes);
    await receiver.stop();
    await copyFile(file, `${file}.old`);
    await receiver.restart();
    await erase(issuer, id);
    await network.exchange(2);
    expect((await held(receiver, indexes))[0]).toMatchObject({ erased: { ground: 'ordered' } });

    await receiver.stop();
    for (const suffix of ['-wal', '-shm']) await rm(`${file}${suffix}`, { force: true });
    await rename(`${file}.old`, file);
    expect(await findInFiles(receiver.config.database, gone)).toEqual(gone);
    await receiver.restart();
    expect(said).toContain('the store held erased content again: it was erased again');
    const [entry] = await held(receiver, indexes);
    expect(entry).not.toHaveProperty('content');
    expect(entry).toMatchObject({ erased: { ground: 'ordered' } });
    expect(await askRecord(receiver, id)).toMatchObject({ erased: { ground: 'ordered' } });
    expect(await askRecord(receiver, id)).not.toHaveProperty('body');
    await receiver.node.store.scrub();
    expect(await findInFiles(receiver.config.database, gone)).toEqual([]);
  });
});

describe('a ledger that cannot be written', () => {
  /** A folder in its place. */
  async function block({ config }: RunningNode): Promise<() => Promise<void>> {
    await rename(config.erasures, `${config.erasures}.away`);
    await mkdir(config.erasures);
    return async () => {
      await rm(config.erasures, { recursive: true });
      await rename(`${config.erasures}.away`, config.erasures);
    };
  }

  it('makes an erasure fail, here and where it is received, until it can be written', async () => {
    const issuer = await begin({ running: [shanghai, jiangsu] });
    const receiver = network.node(jiangsu);
    const id = await open(issuer);
    await network.exchange(2);
    const indexes = await indexesOf(issuer, id);
    const { size } = await logHeld(issuer, issuer.node.self.origin);
    const mendIssuer = await block(issuer);
    await expect(erase(issuer, id)).rejects.toMatchObject({ code: 'erasure/unwritable-ledger' });
    expect((await held(issuer, indexes))[0]).toHaveProperty('content');
    expect((await logHeld(issuer, issuer.node.self.origin)).size).toBe(size);
    await mendIssuer();
    await erase(issuer, id);

    const mend = await block(receiver);
    await receiver.node.federation.pull(shanghai);
    expect(await receiver.node.store.peers.findPeer(shanghai)).toMatchObject({
      lastError: 'erasure/unwritable-ledger',
    });
    expect((await held(receiver, indexes))[0]).toHaveProperty('content');
    await mend();
    await receiver.node.federation.pull(shanghai);
    expect((await held(receiver, indexes))[0]).not.toHaveProperty('content');
  });

  it('keeps a node from starting', async () => {
    const issuer = await begin({ running: [shanghai] });
    await issuer.stop();
    await rm(issuer.config.erasures);
    await mkdir(issuer.config.erasures);
    await expect(issuer.restart()).rejects.toMatchObject({ code: 'erasure/unwritable-ledger' });
    await rm(issuer.config.erasures, { recursive: true });
    await writeFile(issuer.config.erasures, '');
    await issuer.restart();
  });
});

describe("a log by other people's hands", () => {
  async function beginHostile(): Promise<HostileLog> {
    network = await openNetwork({ running: [jiangsu] });
    return openHostile(network, shanghai);
  }
  const pull = () => network.node(jiangsu).node.federation.pull(shanghai);
  const entries = (log: HostileLog) => entriesHeld(network.node(jiangsu), log.member.origin);
  const say = (log: HostileLog, indexes: number[], more: object = {}) =>
    log.say({ type: 'erasure', audience: ['*'], body: { indexes, ground: 'other' }, ...more });

  it('that shows content and erases it in one page leaves none here, and its receipt says taken', async () => {
    const log = await beginHostile();
    const { index, txn } = await log.say({ type: 'penalty' });
    await say(log, [index]);
    await pull();
    const [, entry] = await entries(log);
    expect(entry).toMatchObject({ word: 'taken', jti: expect.any(String), erased: { by: 2, ground: 'other' } });
    expect(entry).not.toHaveProperty('content');
    expect(await receiptsGiven(network.node(jiangsu), log.member.origin)).toMatchObject([{ withheld: [], to: 3 }]);
    expect(await askRecord(network.node(jiangsu), { member: shanghai, txn })).not.toHaveProperty('body');
  });

  it('erases no governance, no receipt, and nothing at or above the erasure', async () => {
    const log = await beginHostile();
    const { node } = network.node(jiangsu);
    const own = await logHeld(network.node(jiangsu), node.self.origin);
    const lists = { refused: [], withheld: [], noted: [], settled: [] };
    const root = Buffer.from(own.root).toString('base64');
    const body = { log: own.origin, size: own.size, root, from: 0, to: own.size, ...lists };
    const receipt = await log.say({ type: 'receipt', audience: [jiangsu], body });
    const first = await say(log, [1, 2, 3]);
    const penalty = await log.say({ type: 'penalty' });
    await say(log, [receipt.index, first.index]);
    await pull();
    expect([receipt.index, first.index, penalty.index]).toEqual([1, 2, 3]);
    const held = await entries(log);
    expect(held.map(({ content }) => content !== undefined)).toEqual([true, true, true, true, true]);
    expect(held.some(({ erased }) => erased)).toBe(false);
  });

  it('erases nothing by an erasure that is refused, unless for repeating an id alone', async () => {
    const log = await beginHostile();
    const first = await log.say({ type: 'penalty' });
    const second = await log.say({ type: 'penalty', uscc: sampleUscc(2) });
    const third = await log.say({ type: 'penalty', uscc: sampleUscc(3) });
    const good = await say(log, [first.index]);
    await say(log, [second.index], { claims: { jti: good.jti } });
    await say(log, [third.index], { bend: (jws: string) => `${jws.slice(0, -8)}AAAAAAAA` });
    await pull();
    const held = await entries(log);
    expect(held.slice(4).map(({ code }) => code)).toEqual([undefined, 'bulletin/duplicate', 'bulletin/bad-signature']);
    expect(held[third.index]).toHaveProperty('content');
    for (const { index } of [first, second]) expect(held[index]).not.toHaveProperty('content');
  });

  it('is not asked again for what it withheld and then erased', async () => {
    const log = await beginHostile();
    const { index } = await log.say({ type: 'penalty' });
    log.withheld.add(index);
    await pull();
    await say(log, [index]);
    await pull();
    log.calls.length = 0;
    log.withheld.clear();
    await pull();
    await pull();
    expect(log.calls.filter((call) => call.startsWith('entries'))).toEqual([]);
    const [, entry] = await entries(log);
    expect(entry).toMatchObject({ word: 'withheld', erased: { by: 2 } });
  });

  it('may take the code of an individual business with the rest', async () => {
    const log = await beginHostile();
    const uscc = sampleUscc(1, '92310000');
    const { index, txn } = await log.say({ type: 'penalty', uscc });
    await pull();
    await say(log, [index]);
    await pull();
    const answer = await askSubject(network.node(jiangsu), uscc);
    expect(answer.provinces.flatMap(({ records }) => records)).toEqual([]);
    const record = await askRecord(network.node(jiangsu), { member: shanghai, txn });
    expect(record).toMatchObject({ type: 'penalty', erased: { by: 2 } });
    expect(record).not.toHaveProperty('uscc');
  });

  it('may go on with a record that it erased half of, and late content finds its place', async () => {
    const log = await beginHostile();
    const opened = await log.say({ type: 'penalty' });
    const corrected = { replaces: opened.jti, penalty: sampleBody('penalty') };
    const correction = await log.say({ type: 'correction', txn: opened.txn, body: corrected });
    log.withheld.add(opened.index);
    await pull();
    await say(log, [correction.index]);
    await pull();
    log.withheld.clear();
    await pull();
    const held = await entries(log);
    expect(held.map(({ word }) => word)).toEqual(['taken', 'taken', 'taken', 'taken']);
  });
});

describe('the way of a clerk', () => {
  it('is one call, which shows where and why ever after', async () => {
    const issuer = await begin({ running: [shanghai] });
    const id = await open(issuer);
    const api = createApi(issuer.url, await issuer.createToken('clerk'));
    const path = `/api/v1/records/${shanghai}.${id.txn}/erasure`;
    const { status, body, headers } = await api('POST', path, { body: { ground: 'unlawful', reason: '样例理由' } });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/api/v1/bulletins/${body.jti}`);
    const [step] = await issuer.node.store.registry.listRecordSteps(id);
    const shown = await api('GET', `/api/v1/bulletins/${step?.jti}`);
    expect(shown.body).toMatchObject({ erased: { by: body.index, ground: 'unlawful' }, word: 'issued' });
    expect(shown.body).not.toHaveProperty('jws');
    const list = await api('GET', '/api/v1/bulletins');
    expect(list.body.bulletins).toMatchObject([{}, { erased: { by: body.index } }, { type: 'erasure' }]);
    const again = await api('POST', path, { body: { ground: 'unlawful' } });
    expect(again).toMatchObject({ status: 410, body: { code: 'registry/erased' } });
  });

  it('is not undone by the file that still has its row', async () => {
    const issuer = await begin({ running: [shanghai] });
    const id = await open(issuer);
    await erase(issuer, id);
    const { id: file, summary } = await importPenalties(issuer, 1, 3);
    expect(summary).toMatchObject({ opened: 1, corrected: 0, refusedRows: 1 });
    const [refusal] = await issuer.node.imports.listRefusals(file, 0, 10);
    expect(refusal).toMatchObject({ row: 2, code: 'registry/erased', facts: { record: `${shanghai}.${id.txn}` } });
    expect(await issuer.node.store.imports.listKept(file, 9)).toHaveLength(1); // the header
  });

  it("is closed to other bureaus, to other members' records and to records that are not there", async () => {
    const issuer = await begin({ running: [shanghai, jiangsu] });
    const id = await open(issuer);
    await network.exchange(2);
    const { eraser } = issuer.node;
    const request = { ground: 'ordered' } as const;
    const stranger = clerkOf(issuer, sampleUscc(9));
    await expect(eraser.eraseRecord(id, request, stranger)).rejects.toThrow('auth/not-your-authority');
    const theirs = network.node(jiangsu).node.eraser.eraseRecord(id, request, clerkOf(network.node(jiangsu)));
    await expect(theirs).rejects.toThrow('registry/not-ours');
    const unknown = { member: shanghai, txn: '019d0000-0000-7000-8000-000000000009' };
    await expect(erase(issuer, unknown)).rejects.toThrow('registry/not-found');
  });
});

describe('what a flow omits', () => {
  it('never leaves the clerk’s desk: it is in no bulletin, and the record does without', async () => {
    const issuer = await begin({
      running: [shanghai, jiangsu],
      change: ({ catalogue }) => {
        const penalty = catalogue.find(({ type }) => type === 'penalty');
        if (penalty?.flows[0]) penalty.flows[0].omit = ['facts', 'content'];
      },
    });
    const id = await open(issuer);
    await network.exchange(2);
    for (const one of network.nodes.values()) {
      const { body } = await askRecord(one, id);
      expect(body).toMatchObject({ violation: expect.anything(), categories: expect.anything() });
      expect(body).not.toHaveProperty('facts');
      expect(body).not.toHaveProperty('content');
    }
    const receipts = await receiptsGiven(network.node(jiangsu), issuer.node.self.origin);
    expect(receipts.map(({ refused, noted }) => [refused, noted])).toEqual([[[], []]]);
  });
});
