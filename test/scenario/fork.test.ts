/** A log that contradicts itself is pulled no more, what convicts it is kept, and nobody else is touched. */

import { afterEach, describe, expect, it } from 'vitest';
import { formatBase64, parseBase64, utf8 } from '../../node/base/bytes.ts';
import { entriesPerPage } from '../../node/federation/admit.ts';
import { verifyCheckpoint } from '../../node/log/checkpoint.ts';
import { leafHash } from '../../node/log/merkle.ts';
import { parseVkey, type Vkey } from '../../node/log/note.ts';
import { consistencyProof, isConsistent, isIncluded } from '../../node/log/proof.ts';
import { rootAt } from '../../node/log/tile.ts';
import { sampleBody, sampleUscc } from '../support/bulletins.ts';
import { hash, verifySignature } from '../support/crypto.ts';
import { HostileLog, openHostile, type Saying } from '../support/hostile.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { entriesHeld, logHeld } from '../support/receipts.ts';

const shanghai = '310000';
const jiangsu = '320000';
const zhejiang = '330000';
const anhui = '340000';
let network: Network;

afterEach(() => network.close());

async function begin(running = [jiangsu, zhejiang]): Promise<HostileLog> {
  network = await openNetwork({ running });
  const log = await openHostile(network, shanghai);
  await log.say({ type: 'penalty' });
  await log.say({ type: 'penalty', uscc: sampleUscc(2) });
  return log;
}

function pull(by = jiangsu, from = shanghai): Promise<void> {
  return network.node(by).node.federation.pull(from);
}

/** A round of which no other member hears: its announcements reach nobody. */
async function pullUnheard(by: string, from = shanghai): Promise<void> {
  const others = [...network.nodes.values()].filter(({ id }) => id !== by && id !== from);
  await rest();
  for (const { id } of others) network.answerAs(id, undefined);
  await pull(by, from);
  await network.node(by).node.federation.settled();
  for (const { id, node } of others) network.answerAs(id, node.app);
}

/** Until nobody tells or asks anybody: whoever was told first is asked last. */
async function rest(): Promise<void> {
  for (const one of [...network.nodes.values(), ...network.nodes.values()]) await one.node.federation.settled();
}

async function findings({ node }: RunningNode = network.node(jiangsu)) {
  return node.store.peers.listFindings();
}

/** The evidence of the one finding, its hashes and notes as text; of several, of the nth. */
async function evidence(by = jiangsu, nth = 0, of = 1): Promise<Evidence> {
  const found = await findings(network.node(by));
  if (found.length !== of) throw new RangeError(`${found.length} findings`);
  return found[nth]?.evidence as unknown as Evidence;
}

interface Evidence {
  index?: number;
  leaf?: string;
  notes: string[];
  size: number;
  root: string;
  proof: string[];
  inclusion: string[];
  consistency: string[];
}

function stopped(by = jiangsu): Promise<string | undefined> {
  return network
    .node(by)
    .node.store.peers.findPeer(shanghai)
    .then((peer) => peer.stopped);
}

/** Reads a note of the evidence as a stranger would: with the log key of the agreement and nothing else. */
async function readNote(note: unknown, member = shanghai) {
  const vkey = network.agreement.members.find(({ id }) => id === member)?.keys.log ?? '';
  const log = parseVkey(hash, vkey) as Vkey;
  return (await verifyCheckpoint({ note: String(note), log, witnesses: [], verifySignature })).checkpoint;
}

function toHash(text: string): Uint8Array {
  return parseBase64(text) ?? new Uint8Array();
}

/** Whether two signed notes and a proof convict the key, without a word of the issuer. */
async function isConvicted(by = jiangsu, nth = 0, of = 1): Promise<boolean> {
  const { notes, root, proof } = await evidence(by, nth, of);
  const [one, other] = await Promise.all(notes.map((note) => readNote(note)));
  if (!one || !other) return false;
  if (one.size === other.size) return formatBase64(one.root) !== formatBase64(other.root);
  const fromRoot = toHash(root);
  const claim = { from: other.size, to: one.size, fromRoot, toRoot: one.root, proof: proof.map(toHash) };
  return isConsistent(hash, claim) && root !== formatBase64(other.root);
}

describe('a log with two roots for one size', () => {
  it('is stopped, and both notes convict it', async () => {
    const log = await begin();
    await pull();
    const other = log.fork(2);
    await other.say({ type: 'penalty', uscc: sampleUscc(3) });
    network.answerAs(shanghai, other.handler);
    await pull();
    expect(await isConvicted()).toBe(true);
    expect(await stopped()).toBe('log/fork');
  });

  it('is asked for nothing any more, and found only once', async () => {
    const log = await begin();
    await pull();
    const other = log.fork(2);
    await other.say({ type: 'penalty', uscc: sampleUscc(3) });
    network.answerAs(shanghai, other.handler);
    await pull();
    other.calls.length = 0;
    await pull();
    await network.node(jiangsu).node.federation.pullDue();
    await network.node(jiangsu).node.federation.settled();
    expect(other.calls.filter((call) => call !== 'announcements')).toEqual([]);
    expect(await findings()).toHaveLength(1);
  });

  it('is convicted by an older size too, with a proof from there to what is held', async () => {
    const log = await begin();
    await pull();
    const other = log.fork(1);
    await other.say({ type: 'penalty', uscc: sampleUscc(3) });
    log.lie = async (call) => (call === 'checkpoint' ? other.note(2) : undefined);
    await pull();
    expect(await isConvicted()).toBe(true);
  });

  it('takes nothing from others: their logs are pulled on, its records stay as they were', async () => {
    const log = await begin();
    await pull();
    const before = await entriesHeld(network.node(jiangsu), log.member.origin);
    const other = log.fork(1);
    for (const n of [3, 4, 5]) await other.say({ type: 'penalty', uscc: sampleUscc(n) });
    network.answerAs(shanghai, other.handler);
    await pull();
    await network.exchange(2);
    expect(await stopped()).toBe('log/fork');
    expect(await entriesHeld(network.node(jiangsu), log.member.origin)).toEqual(before);
    const { store, self } = network.node(jiangsu).node;
    expect((await store.peers.findPeer(zhejiang)).lastOkAt).toBeDefined();
    expect(await logHeld(network.node(zhejiang), self.origin)).toMatchObject({
      size: (await logHeld(network.node(jiangsu), self.origin)).size,
    });
  });
});

describe('a log that grew from another beginning', () => {
  it('is stopped before one of its entries is asked for', async () => {
    const log = await begin();
    await pull();
    const other = log.fork(1);
    for (const n of [3, 4, 5]) await other.say({ type: 'penalty', uscc: sampleUscc(n) });
    network.answerAs(shanghai, other.handler);
    await pull();
    expect(await findings()).toMatchObject([{ code: 'log/fork', evidence: { held: 3, shown: 4 } }]);
    const { notes } = await evidence();
    const [held, shown] = await Promise.all(notes.map((note) => readNote(note)));
    expect([held?.size, shown?.size]).toEqual([3, 4]);
    expect(other.calls.some((call) => call.startsWith('entries'))).toBe(false);
  });
});

describe('a log that shrinks', () => {
  it('is stopped, and both notes are kept', async () => {
    const log = await begin();
    await pull();
    log.entries.pop();
    await pull();
    expect(await findings()).toMatchObject([{ code: 'log/shrunk', evidence: { seen: 3, shown: 2 } }]);
    const { notes } = await evidence();
    const sizes = await Promise.all(notes.map(async (note) => (await readNote(note)).size));
    expect(sizes).toEqual([3, 2]);
    expect(await stopped()).toBe('log/shrunk');
    expect(await logHeld(network.node(jiangsu), log.member.origin)).toMatchObject({ size: 3 });
  });

  it('in what it shows us, and not in what it has shown another member, is an alarm and pulled on', async () => {
    const alarms: string[] = [];
    const logger = {
      debug() {},
      info() {},
      warn() {},
      error: (_: object, message: string) => void alarms.push(message),
    };
    network = await openNetwork({ running: [jiangsu, zhejiang], logger });
    const log = await openHostile(network, shanghai);
    for (const n of [1, 2]) await log.say({ type: 'penalty', uscc: sampleUscc(n) });
    await pullUnheard(zhejiang);
    log.lie = async (call) => (call === 'checkpoint' ? log.note(2) : undefined);
    await pullUnheard(jiangsu);
    await pullUnheard(jiangsu, zhejiang);
    expect(alarms).toEqual([]);
    await pullUnheard(jiangsu);
    expect(alarms).toEqual(['a log shows us less than it has shown others']);
    expect(await stopped()).toBeUndefined();
    log.lie = undefined;
    await pullUnheard(jiangsu);
    expect(await logHeld(network.node(jiangsu), log.member.origin)).toMatchObject({ size: 3 });
    expect(alarms).toHaveLength(1);
  });
});

describe('a split view', () => {
  /** Shanghai shows Jiangsu one log and Zhejiang another of that size. */
  async function split(size: number): Promise<{ one: HostileLog; other: HostileLog }> {
    const one = await begin([jiangsu, zhejiang, anhui]);
    const other = one.fork(1);
    while (one.entries.length < size) await one.say({ type: 'penalty', uscc: sampleUscc(one.entries.length) });
    for (const n of [3, 4]) await other.say({ type: 'penalty', uscc: sampleUscc(n) });
    await pullUnheard(jiangsu);
    network.answerAs(shanghai, other.handler);
    await pullUnheard(zhejiang);
    return { one, other };
  }

  it('of one size is found by comparing with a third member, and convicts the issuer', async () => {
    await split(3);
    await pullUnheard(jiangsu, zhejiang);
    expect(await isConvicted()).toBe(true);
    expect(await stopped()).toBe('log/fork');
  });

  it('of different sizes is found by whoever holds more, with the proof', async () => {
    await split(7);
    await pullUnheard(jiangsu, zhejiang);
    expect(await isConvicted()).toBe(true);
    expect(await stopped()).toBe('log/fork');
  });

  it('is found by whoever holds less as soon as the leaves come, and none of them is stored', async () => {
    const { one } = await split(7);
    await pullUnheard(zhejiang, jiangsu);
    expect(await stopped(zhejiang)).toBeUndefined();
    network.answerAs(shanghai, one.handler);
    await pullUnheard(zhejiang);
    expect(await stopped(zhejiang)).toBe('log/fork');
    expect(await logHeld(network.node(zhejiang), one.member.origin)).toMatchObject({ size: 3 });
  });

  it('that one of two found stops it at the other too, which has the proof from the first and needs no leaf', async () => {
    const { one, other } = await split(7);
    await pullUnheard(jiangsu, zhejiang);
    expect(await stopped(jiangsu)).toBe('log/fork');
    network.answerAs(shanghai, undefined);
    await pullUnheard(zhejiang, jiangsu);
    expect(await stopped(zhejiang)).toBe('log/fork');
    expect(await isConvicted(zhejiang)).toBe(true);
    const [text = ''] = (await other.note()).split('\n\n');
    expect((await evidence(zhejiang)).notes.some((note) => note.startsWith(text))).toBe(true);
    expect(await logHeld(network.node(zhejiang), one.member.origin)).toMatchObject({ size: 3 });
    for (let n = 0; n < 2; n++)
      for (const [by, from] of [
        [zhejiang, jiangsu],
        [jiangsu, zhejiang],
      ] as const)
        await pullUnheard(by, from);
    expect([(await findings()).length, (await findings(network.node(zhejiang))).length]).toEqual([1, 1]); // once is enough
  });

  it('that shows only as a growth without proof is proved by whoever holds the other leaves, for both', async () => {
    const one = await begin([jiangsu, zhejiang]);
    const other = one.fork(1);
    for (const n of [3, 4, 5]) await other.say({ type: 'penalty', uscc: sampleUscc(n) });
    await pullUnheard(jiangsu);
    network.answerAs(shanghai, other.handler);
    await pullUnheard(zhejiang);
    await pullUnheard(jiangsu); // from 3 of one to 4 of the other
    expect(await stopped()).toBe('log/fork');
    expect((await evidence()).notes).toEqual([expect.stringContaining('\n3\n'), expect.stringContaining('\n4\n')]);
    await pullUnheard(zhejiang, jiangsu);
    expect(await isConvicted(zhejiang)).toBe(true);
    await pullUnheard(jiangsu, zhejiang);
    expect(await isConvicted(jiangsu, 1, 2)).toBe(true);
  });

  it('of what a member is still reading is convicted by the checkpoint that it reads towards', async () => {
    const { other } = await readHalf();
    await showNote(other);
    expect((await evidence()).notes).toEqual([
      expect.stringContaining(`\n${entriesPerPage + 50}\n`),
      await other.note(),
    ]);
    expect(await isConvicted()).toBe(true);
  });

  it('of what a member is reading, with no word on how it goes on, is kept until another convicts it', async () => {
    const { other, log } = await readHalf([jiangsu, anhui]);
    const { id } = await logHeld(network.node(jiangsu), log.member.origin);
    await network.node(jiangsu).node.store.log.putHeadProof(id, undefined); // as an earlier release left it
    await showNote(other);
    expect((await evidence()).notes).toEqual([await other.note()]);
    log.lie = undefined;
    await pullUnheard(anhui);
    await pullUnheard(anhui, jiangsu);
    expect(await isConvicted(anhui)).toBe(true);
    await pullUnheard(jiangsu, anhui);
    expect(await isConvicted(jiangsu, 1, 2)).toBe(true);
  });

  /** Jiangsu holds a page of a log that signed more; another history of it is shorter. */
  async function readHalf(running = [jiangsu]): Promise<{ log: HostileLog; other: HostileLog }> {
    const log = await begin(running);
    const other = log.fork(2);
    while (log.entries.length < entriesPerPage + 50) log.putText('x', [zhejiang]);
    while (other.entries.length < 500) other.putText('y', [zhejiang]);
    log.lie = (call, from = 0) => (call === 'entries' && from >= entriesPerPage ? 'no entries' : undefined);
    await pullUnheard(jiangsu);
    expect((await logHeld(network.node(jiangsu), log.member.origin)).size).toBe(entriesPerPage);
    expect(await findings()).toEqual([]);
    return { log, other };
  }

  /** Zhejiang tells Jiangsu that it saw the head of that log. */
  async function showNote(log: HostileLog, forks: object[] = []): Promise<void> {
    const witness = await openHostile(network, zhejiang);
    const checkpoints = [{ origin: log.member.origin, note: await log.note() }];
    witness.lie = (call) => (call === 'checkpoints' ? { checkpoints, forks } : undefined);
    await pullUnheard(jiangsu, zhejiang);
  }

  it('is not believed of a peer that shows less than would convict', async () => {
    const log = await begin([jiangsu]);
    await pull();
    const { origin } = log.member;
    const other = log.fork(2); // not shown to Jiangsu, which would convict it by itself
    for (const n of [3, 4, 5]) await other.say({ type: 'penalty', uscc: sampleUscc(n) });
    const tree = await log.tree();
    const proof = (await consistencyProof(tree, 2, 3)).map(formatBase64);
    const [two, three] = [await log.note(2), await log.note(3)];
    const root = formatBase64(await rootAt(tree, 2));
    const forged = (await (await openHostile(network, anhui)).note()).replaceAll(/credit\.ah\.\S+\/log/g, origin);
    await showNote(log, [
      { log: origin, notes: [three, three] },
      { log: origin, notes: [three, two], root, proof },
      { log: origin, notes: [three, two] },
      { log: origin, notes: [three, two], root: formatBase64(new Uint8Array(32)), proof },
      { log: origin, notes: [forged, three] },
      { log: origin, notes: [await other.note()] }, // ahead of us, and perhaps right
      { log: origin, notes: ['', ''] },
      { log: 'elsewhere.example/log', notes: [two, three] },
      { log: origin, notes: [1, 2] },
      { notes: [] },
    ]);
    expect(await stopped()).toBeUndefined();
    expect(await findings()).toEqual([]);
  });

  it('that a member without the log was shown by two others stops it when its leaves come', async () => {
    const { one, other } = await split(7);
    network.answerAs(shanghai, undefined);
    await pullUnheard(anhui, zhejiang);
    await pullUnheard(anhui, jiangsu);
    network.answerAs(shanghai, one.handler);
    await pullUnheard(anhui);
    expect(await isConvicted(anhui)).toBe(true);
    expect(await logHeld(network.node(anhui), other.member.origin)).toMatchObject({ size: 0 });
  });

  it('that is found while a round with its issuer goes on well is not forgotten at the end of that round', async () => {
    const log = await begin([jiangsu]);
    await pull();
    const other = log.fork(1);
    for (const n of [3, 4]) await other.say({ type: 'penalty', uscc: sampleUscc(n) });
    const witness = await openHostile(network, zhejiang);
    const checkpoints = [{ origin: log.member.origin, note: await other.note() }];
    witness.lie = (call) => (call === 'checkpoints' ? { checkpoints } : undefined);
    log.lie = async (call) => {
      if (call === 'checkpoints') await pull(jiangsu, zhejiang);
      return undefined;
    };
    await pull();
    expect(await stopped()).toBe('log/fork');
    expect(await findings()).toHaveLength(1);
  });

  it('of our own log is kept as evidence, once', async () => {
    const log = await begin([jiangsu, zhejiang]);
    const liar = await openHostile(network, zhejiang);
    const twin = new HostileLog(network, jiangsu);
    await twin.say({ type: 'adoption', audience: ['*'], body: { agreement: network.node(jiangsu).node.version.jws } });
    const checkpoints = [{ origin: twin.member.origin, note: await twin.note() }];
    liar.lie = (call) => (call === 'checkpoints' ? { checkpoints } : undefined);
    for (let n = 0; n < 3; n++) await pull(jiangsu, zhejiang);
    const [found, ...more] = await findings();
    expect(more).toEqual([]);
    const own = await logHeld(network.node(jiangsu), twin.member.origin);
    expect(found).toMatchObject({ log: own.id, code: 'log/fork', evidence: { size: 1 } });
    expect(log.member.id).toBe(shanghai);
  });

  it('is not what a member says who merely shows a note that the log never signed', async () => {
    const log = await begin([jiangsu, zhejiang]);
    await pull();
    const liar = await openHostile(network, anhui);
    const forged = (await liar.note()).replaceAll(liar.member.origin, log.member.origin);
    const checkpoints = [{ origin: log.member.origin, note: forged }];
    liar.lie = (call) => (call === 'checkpoints' ? { checkpoints } : undefined);
    await pull(jiangsu, anhui);
    expect(liar.calls).toContain('checkpoints');
    expect(await findings()).toEqual([]);
    expect(await stopped()).toBeUndefined();
    expect(await network.node(jiangsu).node.store.peers.findPeer(anhui)).toMatchObject({ failures: 0 });
  });
});

describe('a leaf that may not stand in a log', () => {
  const leaves = {
    'is no leaf': (leaf: string) => leaf.replace('/v1', '/v2'),
    'addresses the issuer itself': (leaf: string) => leaf.replace('320000', '310000'),
    'names receivers out of order': (leaf: string) => leaf.replace('320000,330000', '330000,320000'),
    'names receivers twice': (leaf: string) => leaf.replace('320000,330000', '320000,320000'),
    'is not the one spelling of its commitment': (leaf: string) => leaf.replace(/\n(.*)\n/, '\n $1\n'),
  };

  /** Leaf, proofs and note hold together. */
  async function expectConvictingLeaf(index: number, expected: string | undefined): Promise<void> {
    const { leaf = '', notes, size, root, inclusion, consistency } = await evidence();
    expect(leaf).toBe(expected);
    const leafClaim = { index, size, leafHash: leafHash(hash, utf8(leaf)), root: toHash(root) };
    expect(isIncluded(hash, { ...leafClaim, proof: inclusion.map(toHash) })).toBe(true);
    const to = await readNote(notes[0]);
    const claim = { from: size, to: to.size, fromRoot: toHash(root), toRoot: to.root };
    expect(isConsistent(hash, { ...claim, proof: consistency.map(toHash) })).toBe(true);
  }

  it.each(Object.entries(leaves))('that %s is a fork; leaf and proofs convict it', async (_, bend) => {
    const log = await begin();
    const { index } = await log.say({ type: 'penalty' });
    const entry = log.entries[index];
    if (entry) entry.leaf = bend(entry.leaf);
    await log.say({ type: 'penalty' });
    await pull();
    expect(await stopped()).toBe('log/fork');
    await expectConvictingLeaf(index, entry?.leaf);
    expect(await logHeld(network.node(jiangsu), log.member.origin)).toMatchObject({ size: 0 });
  });

  it('far into the log leaves the pages before it in place', async () => {
    const log = await begin();
    while (log.entries.length < entriesPerPage + 100) log.putText('x', [zhejiang]);
    const index = log.putText('x', [zhejiang]);
    const entry = log.entries[index];
    if (entry) entry.leaf = entry.leaf.replace('/v1', '/v2');
    for (let i = 0; i < entriesPerPage; i++) log.putText('x', [zhejiang]);
    await pull();
    expect(await stopped()).toBe('log/fork');
    expect(await logHeld(network.node(jiangsu), log.member.origin)).toMatchObject({ size: entriesPerPage });
    await expectConvictingLeaf(index, entry?.leaf);
  });
});

describe('entry 0', () => {
  const early = 1_600_000_000;

  it.each<[string, Saying]>([
    ['is a bulletin', { type: 'penalty' }],
    ['is an adoption to some', { type: 'adoption', audience: [jiangsu, zhejiang] }],
    ['is an adoption of nothing', { type: 'adoption', body: sampleBody('adoption') }],
    ['is no JWS', { type: 'adoption', bend: () => 'no jws' }],
    ['names an entry below', { type: 'adoption', claims: { agreement: { digest: '', after: 0 } } }],
    ['was signed before the agreement took effect', { type: 'adoption', claims: { iat: early } }],
  ])('that %s is a fork', async (_, saying) => {
    network = await openNetwork({ running: [jiangsu] });
    const { digest, jws } = network.node(jiangsu).node.version;
    const { agreement, ...claims } = saying.claims ?? {};
    const body = saying.type === 'adoption' ? { agreement: jws } : undefined;
    const log = new HostileLog(network, shanghai);
    const said = { ...(agreement ? { agreement: { ...agreement, digest } } : {}), ...claims };
    await log.say({ ...(body && { audience: ['*'], body }), ...saying, claims: said });
    await log.say({ type: 'penalty' });
    network.answerAs(shanghai, log.handler);
    await pull();
    expect(await stopped()).toBe('log/fork');
    expect(await findings()).toMatchObject([{ code: 'log/fork', evidence: { index: 0 } }]);
    expect(await logHeld(network.node(jiangsu), log.member.origin)).toMatchObject({ size: 0 });
  });
});
