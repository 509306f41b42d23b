/** What a peer answers is believed in its form only: nonsense costs a round and nothing else. */

import { afterEach, describe, expect, it } from 'vitest';
import { formatBase64 } from '../../node/base/bytes.ts';
import { entriesPerPage } from '../../node/federation/admit.ts';
import { sampleUscc } from '../support/bulletins.ts';
import { type HostileLog, type Lie, openHostile } from '../support/hostile.ts';
import { type Network, openNetwork } from '../support/network.ts';
import { entriesHeld, logHeld, receiptsGiven } from '../support/receipts.ts';

const shanghai = '310000';
const jiangsu = '320000';
let network: Network;

afterEach(() => network.close());

async function begin(): Promise<HostileLog> {
  network = await openNetwork({ running: [jiangsu] });
  const log = await openHostile(network, shanghai);
  await log.say({ type: 'penalty' });
  await log.say({ type: 'penalty', uscc: sampleUscc(2) });
  return log;
}

function pull(): Promise<void> {
  return network.node(jiangsu).node.federation.pull(shanghai);
}

function peer() {
  return network.node(jiangsu).node.store.peers.findPeer(shanghai);
}

const zeros = formatBase64(new Uint8Array(32));
const leaf = `huxin-leaf/v1\n${zeros}\n320000\n`;

/** Answers to one call, each wrong in its own way. */
const nonsense: [string, string, (log: HostileLog) => unknown][] = [
  ['entries', 'no JSON', () => '{'],
  ['entries', 'text that is no UTF-8 once sent', () => '\uD800'],
  ['entries', 'null', () => 'null'],
  ['entries', 'a number', () => '7'],
  ['entries', 'a list', () => []],
  ['entries', 'no entries', () => ({ entries: [], next: 0 })],
  ['entries', 'entries that are no list', () => ({ entries: {}, next: 1 })],
  ['entries', 'entries of wrong types', () => ({ entries: [{ leaf: 7 }], next: 1 })],
  ['entries', 'null among the entries', () => ({ entries: [null], next: 1 })],
  ['entries', 'a salt of the wrong type', () => ({ entries: [{ leaf, salt: {} }], next: 1 })],
  ['entries', 'a page without its end', ({ entries }) => ({ entries })],
  ['entries', 'an end that is not there', ({ entries }) => ({ entries, next: 5 })],
  ['entries', 'more than was asked for', ({ entries }) => ({ entries: [...entries, { leaf }], next: 4 })],
  ['entries', 'another leaf', ({ entries }) => ({ entries: [...entries.slice(0, 2), { leaf }], next: 3 })],
  ['entries', 'leaves in another order', ({ entries }) => ({ entries: [...entries].reverse(), next: 3 })],
  ['checkpoint', 'nothing', () => ' '],
  ['checkpoint', 'JSON', () => ({ size: 3 })],
  ['checkpoint', 'a note without signature', async (log) => `${(await log.note()).split('\n\n')[0]}\n\n`],
  ['checkpoint', 'a note of another size', async (log) => (await log.note()).replace('\n3\n', '\n4\n')],
  ['checkpoint', "another log's note", async (log) => (await log.note()).replaceAll('credit.sh', 'credit.js')],
  ['checkpoint', 'a size beyond 15 digits', async (log) => (await log.note()).replace('\n3\n', '\n1000000000000000\n')],
  ['checkpoints', 'no list', () => ({ checkpoints: 7 })],
  ['checkpoints', 'wrong types', () => ({ checkpoints: [{ origin: 7, note: '' }] })],
  [
    'checkpoints',
    'one log twice',
    async (log) => {
      const one = { origin: log.member.origin, note: await log.note() };
      return { checkpoints: [one, one] };
    },
  ],
];

describe('a peer that answers nonsense', () => {
  it.each(nonsense)('to %s: %s, has failed this round, and the next one is good', async (call, _, answer) => {
    const log = await begin();
    log.lie = (asked) => (asked === call ? answer(log) : undefined);
    await pull();
    const failed = await peer();
    expect(failed).toMatchObject({ failures: 1, lastError: expect.stringMatching(/^(peer\/bad-answer|log\/)/) });
    expect(failed).not.toHaveProperty('stopped');
    if (call !== 'checkpoints') expect((await entriesHeld(network.node(jiangsu), log.member.origin)).length).toBe(0);
    log.lie = undefined;
    await pull();
    const entries = await entriesHeld(network.node(jiangsu), log.member.origin);
    expect(entries.map(({ word }) => word)).toEqual(['taken', 'taken', 'taken']);
    expect(await peer()).toMatchObject({ failures: 0 });
  });

  it('as a proof has failed this round: a wrong proof is no leaf of a fork', async () => {
    const log = await begin();
    while (log.entries.length <= entriesPerPage) log.putText('x', ['330000']);
    const lies: Lie[] = [
      () => ({ proof: 'x' }),
      () => ({ proof: ['x'] }),
      () => ({ proof: [7] }),
      () => ({ proof: Array(129).fill(zeros) }),
      () => ({ proof: [zeros] }),
      () => ({ proof: [] }),
    ];
    for (const [i, lie] of lies.entries()) {
      log.lie = (call) => (call === 'consistency' ? lie(call) : undefined);
      await pull();
      expect(await peer()).toMatchObject({ failures: i + 1, lastError: 'peer/bad-answer' });
      expect(await logHeld(network.node(jiangsu), log.member.origin)).toMatchObject({ size: 0 });
    }
  });

  it('without end is cut off', async () => {
    const log = await begin();
    const hold: { bytes: number } = { bytes: 0 };
    network.answerAs(shanghai, (request, response) => {
      if (!request.url?.includes('/entries/')) return log.handler(request, response);
      response.writeHead(200);
      const part = Buffer.alloc(1024 * 1024, ' ');
      const more = () => {
        while (!response.destroyed && response.write(part)) hold.bytes += part.length;
      };
      response.on('drain', more);
      more();
    });
    await pull();
    expect(await peer()).toMatchObject({ failures: 1, lastError: 'peer/unreachable' });
    expect(hold.bytes).toBeLessThan(64 * 1024 * 1024);
  });

  it('one entry at a time is heard to the end', async () => {
    const log = await begin();
    log.lie = (call, from = 0) => (call === 'entries' ? { entries: [log.entries[from]], next: from + 1 } : undefined);
    await pull();
    expect(await logHeld(network.node(jiangsu), log.member.origin)).toMatchObject({ size: 3 });
    expect(log.calls.filter((call) => call.startsWith('entries'))).toEqual([
      'entries 0 3',
      'entries 1 3',
      'entries 2 3',
    ]);
  });

  it('on its second page keeps what came before it', async () => {
    const log = await begin();
    while (log.entries.length < 1200) log.putText('x', ['330000']);
    log.lie = (call, from = 0) => (call === 'entries' && from >= entriesPerPage ? '{' : undefined);
    await pull();
    expect(await peer()).toMatchObject({ failures: 1 });
    expect(await logHeld(network.node(jiangsu), log.member.origin)).toMatchObject({ size: entriesPerPage });
    const [receipt, ...more] = await receiptsGiven(network.node(jiangsu), log.member.origin);
    expect(more).toEqual([]);
    expect(receipt).toMatchObject({ from: 0, to: entriesPerPage });
    log.lie = undefined;
    await pull();
    expect(await logHeld(network.node(jiangsu), log.member.origin)).toMatchObject({ size: 1200 });
  });

  it('of receipts for a tree that is not ours keeps none of them', async () => {
    const log = await begin();
    const { store, self } = network.node(jiangsu).node;
    const own = await logHeld(network.node(jiangsu), self.origin);
    const lists = { refused: [], withheld: [], noted: [], settled: [] };
    const body = { log: own.origin, size: own.size, root: formatBase64(own.root), from: 0, to: own.size, ...lists };
    const receipt = (changes: object) =>
      log.say({ type: 'receipt', audience: [jiangsu], body: { ...body, ...changes } });
    await receipt({ log: log.member.origin });
    await receipt({ root: zeros });
    await receipt({ size: own.size + 1 });
    await receipt({ to: own.size + 1 });
    await pull();
    expect(await store.peers.listReceipts(shanghai, own.id)).toEqual([]);
    const { jti } = await receipt({});
    await pull();
    expect(await store.peers.listReceipts(shanghai, own.id)).toMatchObject([{ jti }]);
  });
});
