/** Several node processes over one PostgreSQL database: one log, one record for each natural key, receipts that join. */

import { afterEach, expect, it } from 'vitest';
import { compose } from '../../node/compose.ts';
import { createNewId } from '../../node/crypto.ts';
import { engines } from '../support/engines.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { importPenalties } from '../support/penalties.ts';
import { entriesHeld, isJoined, logHeld, receiptsGiven } from '../support/receipts.ts';

const shanghai = '310000';
const jiangsu = '320000';
const [postgres] = engines.filter(({ name }) => name === 'postgres');
const logger = { debug() {}, info() {}, warn() {}, error() {} };
let network: Network;
let second: RunningNode['node'] | undefined;

afterEach(async () => {
  await second?.close();
  await network.close();
});

/** A second process of a node that runs: the same configuration and keys, a memory of its own. */
async function again({ config }: RunningNode): Promise<RunningNode['node']> {
  const now = () => new Date();
  const node = await compose(config, { now, newId: createNewId(now), logger, onBroken: () => {} });
  node.gate.open();
  await node.federation.start();
  return node;
}

it('two import the same file at once: every row becomes one record, and the other province takes each once', async () => {
  network = await openNetwork({ running: [shanghai, jiangsu], ...(postgres && { engine: postgres }) });
  const first = network.node(shanghai);
  second = await again(first);
  const rows = 1_200;
  const done = await Promise.all([
    importPenalties(first, 0, rows),
    importPenalties({ ...first, node: second }, 0, rows),
  ]);
  expect(done.map(({ state }) => state)).toEqual(['done', 'done']);
  const [one, other] = done.map(({ summary }) => summary);
  expect((one?.opened ?? 0) + (other?.opened ?? 0)).toBe(rows);
  expect((one?.unchanged ?? 0) + (other?.unchanged ?? 0)).toBe(rows);
  const log = await logHeld(first, first.node.self.origin);
  const entries = await entriesHeld(first, log.origin);
  expect(entries.map(({ index }) => index)).toEqual(entries.map((_, i) => i));
  expect(log.size).toBe(rows + 1);

  await network.exchange();
  const taken = await entriesHeld(network.node(jiangsu), log.origin);
  expect(taken.filter(({ word }) => word === 'taken')).toHaveLength(rows + 1);
});

it('two pull the same log at once: each page is stored by one of them, and the receipts join', async () => {
  network = await openNetwork({ running: [shanghai, jiangsu], ...(postgres && { engine: postgres }) });
  const receiver = network.node(jiangsu);
  second = await again(receiver);
  await importPenalties(network.node(shanghai), 0, 2_000);
  await Promise.all([receiver.node.federation.pull(shanghai), second.federation.pull(shanghai)]);
  await network.exchange();
  const { origin } = network.node(shanghai).node.self;
  expect((await logHeld(receiver, origin)).size).toBe((await logHeld(network.node(shanghai), origin)).size);
  expect((await entriesHeld(receiver, origin)).filter(({ word }) => word !== 'taken')).toEqual([]);
  const receipts = await receiptsGiven(receiver, origin);
  expect(isJoined(receipts)).toBe(true);
  expect(receipts.at(-1)?.to).toBe(2_001);
});
