/** One bad bulletin never stops a log: each is refused or noted with its code, said in the receipt, and the rest is taken. */

import { afterEach, describe, expect, it, vi } from 'vitest';
import { thumbprint } from '../../node/base/jws.ts';
import { formatRecordId } from '../../node/registry/record.ts';
import { askRecord } from '../support/asking.ts';
import { sampleBody, sampleId, sampleSigner, sampleUscc } from '../support/bulletins.ts';
import { type HostileLog, openHostile, type Saying } from '../support/hostile.ts';
import { type Network, openNetwork } from '../support/network.ts';
import { entriesHeld, isJoined, logHeld, receiptsGiven } from '../support/receipts.ts';

const shanghai = '310000';
const jiangsu = '320000';
let network: Network;

afterEach(() => network.close());

async function begin(): Promise<HostileLog> {
  network = await openNetwork({ running: [jiangsu, '330000'] });
  return openHostile(network, shanghai);
}

async function pull(): Promise<void> {
  await network.node(jiangsu).node.federation.pull(shanghai);
}

const body = sampleBody('penalty');
const flip = (jws: string) => `${jws.slice(0, -4)}${jws.at(-4) === 'A' ? 'B' : 'A'}${jws.slice(-3)}`;
const kid = 'A'.repeat(43);

/** Name, code, and what Shanghai says. */
const bad: [string, string, Saying][] = [
  ['no JWS at all', 'bulletin/malformed', { type: 'penalty', bend: () => 'no jws' }],
  ['an empty text', 'bulletin/malformed', { type: 'penalty', bend: () => '' }],
  ['a claim too many', 'bulletin/malformed', { type: 'penalty', claims: { nonce: 'x' } }],
  ['more than 256 KiB', 'bulletin/too-large', { type: 'penalty', bend: (jws) => jws.padEnd(256 * 1024 + 1, 'A') }],
  ['an unknown key', 'bulletin/unknown-key', { type: 'penalty', signWith: { signer: sampleSigner(), kid } }],
  ['a flipped bit', 'bulletin/bad-signature', { type: 'penalty', bend: flip }],
  ["another member's words", 'bulletin/foreign', { type: 'penalty', claims: { iss: 'https://credit.js.example' } }],
  ['an unknown type', 'bulletin/unknown-type', { type: 'penalty', claims: { events: { 'urn:x:y:z:1': body } } }],
  ['a body against its schema', 'bulletin/schema', { type: 'penalty', body: { ...body, fine: '0,2' } }],
  ['no subject', 'bulletin/schema', { type: 'penalty', claims: { sub_id: undefined } }],
  ['an audience unlike the leaf', 'bulletin/audience-mismatch', { type: 'penalty', leafAudience: [jiangsu] }],
  [
    'another version of the agreement',
    'bulletin/wrong-agreement',
    { type: 'penalty', claims: { agreement: { digest: `sha-256:${kid}`, after: 0 } } },
  ],
  ['a day before the period', 'agreement/not-in-force', { type: 'penalty', claims: { iat: 1_600_000_000 } }],
  [
    'a flow that nobody agreed to',
    'agreement/flow-not-allowed',
    { type: 'commendation', audience: [jiangsu, '330000', '340000'] },
  ],
  ['a wrong check character', 'subject/invalid-uscc', { type: 'penalty', uscc: '91310000XX0001003A' }],
  [
    'an identity number',
    'subject/natural-person',
    { type: 'penalty', body: { ...body, facts: `证件 ${['11010119', '900307', '7774'].join('')}` } },
  ],
  ['a penalty to everyone', 'bulletin/audience-mismatch', { type: 'penalty', audience: ['*'] }],
  ['a later version of the agreement', 'agreement/not-in-force', { type: 'adoption', audience: ['*'] }],
  ['an erasure to some', 'bulletin/audience-mismatch', { type: 'erasure' }],
  [
    'an erasure of the adoption',
    'bulletin/schema',
    { type: 'erasure', audience: ['*'], body: { indexes: [0], ground: 'other' } },
  ],
];

describe('a log with bulletins that are refused', () => {
  it('is taken to its end, every code said, every good bulletin taken', async () => {
    const log = await begin();
    const expected: { index: number; code: string }[] = [];
    const good: number[] = [];
    for (const [, code, saying] of bad) {
      const { index } = await log.say(saying);
      expected.push({ index, code });
      // a refused governance entry changes nothing, but what stands above it names it
      good.push((await log.say({ type: 'penalty', uscc: sampleUscc(50 + index) })).index);
    }
    await pull();
    const [receipt, ...more] = await receiptsGiven(network.node(jiangsu), log.member.origin);
    expect(more).toEqual([]);
    expect(receipt?.refused).toEqual(expected);
    expect(receipt).toMatchObject({ from: 0, to: log.entries.length, withheld: [], noted: [], settled: [] });
    const held = await entriesHeld(network.node(jiangsu), log.member.origin);
    expect(held.flatMap(({ word, index }) => (word === 'taken' ? [index] : []))).toEqual([0, ...good]);
    expect(await network.node(jiangsu).node.store.peers.findPeer(shanghai)).not.toHaveProperty('lastError');
  });

  it('keeps what it refuses as proof, but not what names a natural person', async () => {
    const log = await begin();
    const [, , person] = bad.find(([, code]) => code === 'subject/natural-person') as (typeof bad)[number];
    const forged = await log.say({ type: 'penalty', bend: flip });
    const personal = await log.say(person);
    await pull();
    const held = await entriesHeld(network.node(jiangsu), log.member.origin);
    expect(held[forged.index]?.content).toEqual({ salt: log.entries[1]?.salt, jws: log.entries[1]?.jws });
    expect(held[personal.index]).not.toHaveProperty('content');
    expect(held[personal.index]).toMatchObject({ word: 'refused', jti: personal.jti });
  });

  it('is the same to every receiver', async () => {
    const log = await begin();
    for (const [, , saying] of bad) await log.say(saying);
    await pull();
    await network.node('330000').node.federation.pull(shanghai);
    const [one, other] = await Promise.all(
      [jiangsu, '330000'].map((id) => entriesHeld(network.node(id), log.member.origin)),
    );
    const words = (entries = one) => entries?.map(({ index, word, code, jti }) => ({ index, word, code, jti }));
    const differing = log.entries.flatMap(({ leaf }, i) => (leaf.includes('330000') || leaf.includes('*') ? [] : [i]));
    const common = (entries = one) => words(entries)?.filter(({ index }) => !differing.includes(index));
    expect(common(other)).toEqual(common(one));
    expect(differing.length).toBe(1);
  });

  it('refuses the second of one id, in the same page and in a later one, and takes the first', async () => {
    const log = await begin();
    const first = await log.say({ type: 'penalty' });
    const again = await log.say({ type: 'penalty', claims: { jti: first.jti } });
    await pull();
    const later = await log.say({ type: 'penalty', claims: { jti: first.jti } });
    await pull();
    const receipts = await receiptsGiven(network.node(jiangsu), log.member.origin);
    expect(receipts.map(({ refused }) => refused)).toEqual([
      [{ index: again.index, code: 'bulletin/duplicate' }],
      [{ index: later.index, code: 'bulletin/duplicate' }],
    ]);
    expect(isJoined(receipts)).toBe(true);
  });
});

describe('a bulletin that only the registry minds', () => {
  it('is taken and noted: an unknown record, an illegal step, another subject', async () => {
    const log = await begin();
    const unknown = await log.say({ type: 'repair' });
    const opened = await log.say({ type: 'grade' });
    const illegal = await log.say({ type: 'repair', txn: opened.txn });
    const stranger = await log.say({ type: 'revocation', txn: opened.txn, uscc: sampleUscc(2) });
    const other = await log.say({ type: 'commendation', txn: opened.txn });
    await pull();
    const [receipt] = await receiptsGiven(network.node(jiangsu), log.member.origin);
    expect(receipt).toMatchObject({
      refused: [],
      noted: [
        { index: unknown.index, code: 'registry/unknown-record' },
        { index: illegal.index, code: 'registry/illegal-step' },
        { index: stranger.index, code: 'registry/illegal-step' },
        { index: other.index, code: 'registry/illegal-step' },
      ],
    });
    const record = await askRecord(network.node(jiangsu), { member: shanghai, txn: opened.txn });
    expect(record).toMatchObject({ state: 'current', uscc: sampleUscc(1) });
    expect(record.history.map(({ jti, code }) => [jti, code])).toEqual([
      [opened.jti, undefined],
      [illegal.jti, 'registry/illegal-step'],
      [other.jti, 'registry/illegal-step'],
    ]); // what speaks of another subject is not told with this one
    const missing = askRecord(network.node(jiangsu), { member: shanghai, txn: unknown.txn });
    await expect(missing).rejects.toThrow('registry/not-found');
  });

  it("cannot move another member's record", async () => {
    const log = await begin();
    network.answerAs('330000', network.node('330000').node.app);
    const zhejiang = network.node('330000').node;
    const { txn } = await log.say({ type: 'penalty' });
    await pull();
    const other = await openHostile(network, '340000');
    const revoked = await other.say({ type: 'revocation', txn, audience: [jiangsu] });
    await network.node(jiangsu).node.federation.pull('340000');
    const [receipt] = await receiptsGiven(network.node(jiangsu), other.member.origin);
    expect(receipt?.noted).toEqual([{ index: revoked.index, code: 'registry/unknown-record' }]);
    const record = await askRecord(network.node(jiangsu), { member: shanghai, txn });
    expect(record).toMatchObject({ record: formatRecordId({ member: shanghai, txn }), state: 'publicised' });
    expect(zhejiang.self.id).toBe('330000');
  });
});

describe('the peer of a log with refused bulletins', () => {
  it('counts them apart', async () => {
    const log = await begin();
    await log.say({ type: 'penalty' });
    await log.say({ type: 'penalty', bend: flip });
    await log.say({ type: 'repair' });
    await pull();
    const { store } = network.node(jiangsu).node;
    const { id } = await logHeld(network.node(jiangsu), log.member.origin);
    const tallies = (await store.peers.listTallies()).filter((one) => one.log === id);
    expect(Object.fromEntries(tallies.map(({ what, n }) => [what, n]))).toEqual({ noted: 1, refused: 1, taken: 1 });
  });
});

it('calls for no receipt when what is refused is a receipt, and names it in the next that is due', async () => {
  const log = await begin();
  const wrong = { log: 'x', size: 0, root: 'x', from: 0, to: 0, refused: [], withheld: [], noted: [], settled: [] };
  const { index } = await log.say({ type: 'receipt', audience: [jiangsu], body: wrong });
  await pull();
  expect(await receiptsGiven(network.node(jiangsu), log.member.origin)).toEqual([]);
  await log.say({ type: 'penalty' });
  await pull();
  const receipts = await receiptsGiven(network.node(jiangsu), log.member.origin);
  expect(receipts).toMatchObject([{ from: 0, to: 3, refused: [{ index, code: 'bulletin/schema' }] }]);
});

describe('governance that repeats an id', () => {
  it('acts all the same, before and after a restart: not everybody can see that it repeats one', async () => {
    const log = await begin();
    const next = sampleSigner('the next key');
    const jti = sampleId(77);
    await log.say({ type: 'penalty', audience: [jiangsu], claims: { jti } });
    await log.say({ type: 'key', audience: ['*'], body: { keys: [next.publicKey] }, claims: { jti } });
    const signWith = { signer: next, kid: await thumbprint(next.publicKey) };
    await log.say({ type: 'penalty', signWith });
    await pull();
    await network.node(jiangsu).restart();
    await log.say({ type: 'penalty', uscc: sampleUscc(3), signWith });
    await pull();
    const words = (await entriesHeld(network.node(jiangsu), log.member.origin)).map(({ word, code }) => code ?? word);
    expect(words).toEqual(['taken', 'taken', 'bulletin/duplicate', 'taken', 'taken']);
  });

  it('is read a hundred at a time, however much of it there is', async () => {
    const log = await begin();
    for (let i = 0; i < 210; i++)
      await log.say({ type: 'erasure', audience: ['*'], body: { indexes: [i], ground: 'other' } });
    await pull();
    await network.node(jiangsu).restart();
    const { store } = network.node(jiangsu).node;
    const read = vi.spyOn(store.log, 'listGovernance');
    await log.say({ type: 'penalty' });
    await pull();
    expect((await entriesHeld(network.node(jiangsu), log.member.origin)).at(-1)).toMatchObject({
      index: 211,
      word: 'taken',
    });
    const { id } = await logHeld(network.node(jiangsu), log.member.origin);
    const asked = read.mock.calls.filter(([of]) => of === id).map(([, from, limit]) => [from, limit]);
    expect(asked).toEqual([0, 100, 200].map((from) => [from, 100]));
  });

  it('erases all the same', async () => {
    const log = await begin();
    const { index, jti } = await log.say({ type: 'penalty', audience: [jiangsu] });
    await log.say({ type: 'erasure', audience: ['*'], body: { indexes: [index], ground: 'ordered' }, claims: { jti } });
    await pull();
    const [, erased, erasure] = await entriesHeld(network.node(jiangsu), log.member.origin);
    expect(erasure).toMatchObject({ word: 'refused', code: 'bulletin/duplicate' });
    expect(erased).toMatchObject({ word: 'taken', erased: { by: 2, ground: 'ordered' } });
    expect(erased?.content).toBeUndefined();
  });
});

it('says what was refused while its log key was locked before it takes more, a thousand at a time', async () => {
  const log = await begin();
  const { gate, store } = network.node(jiangsu).node;
  gate.shut();
  for (let i = 0; i < 1_100; i++) log.putText('e30.e30.e30', [jiangsu]);
  await pull();
  expect(await receiptsGiven(network.node(jiangsu), log.member.origin)).toEqual([]);
  gate.open();
  log.putText('e30.e30.e30', [jiangsu]);
  await pull();
  expect(await store.peers.findPeer(shanghai)).toMatchObject({ failures: 0 });
  const receipts = await receiptsGiven(network.node(jiangsu), log.member.origin);
  expect(receipts.map(({ from, to, refused }) => [from, to, refused.length])).toEqual([
    [0, 800, 799],
    [800, 1_101, 301],
    [1_101, 1_102, 1],
  ]);
});
