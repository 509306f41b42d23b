/**
 * A node that starts on an old copy of its store signs nothing until its peers have told how much of its log they hold, and
 * takes that back from them: nothing is forked, nothing that anyone acknowledged is lost (docs/protocol.md, When things go
 * wrong).
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { writeBackup } from '../../node/backup.ts';
import { checkConfiguredStore, restoreBackup } from '../../node/restore.ts';
import { type Engine, engines } from '../support/engines.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { importPenalties } from '../support/penalties.ts';
import { isJoined, logHeld } from '../support/receipts.ts';
import { execute } from '../support/sql.ts';
import { until } from '../support/until.ts';

const [shanghai, jiangsu, zhejiang, anhui] = ['310000', '320000', '330000', '340000'] as const;
const passphrase = 'correct horse battery staple';
const now = () => new Date();
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const [, postgres] = engines as readonly [Engine, Engine];
let network: Network;
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await network.close();
  for (const close of closing.splice(0).reverse()) await close();
});

async function unlockAll(): Promise<void> {
  for (const { node } of network.nodes.values()) await node.federation.unlock();
  for (const { node } of network.nodes.values()) await node.federation.settled();
}

/** Takes a backup now; what it returns puts that backup in the place of the store, as after a disk was lost. */
async function takeBackup(one: RunningNode, engine: Engine) {
  const folder = await mkdtemp(join(tmpdir(), 'huxin-recovery-'));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'backup.huxin');
  await writeBackup({ config: one.config, file, passphrase, now });
  return async () => {
    await one.stop();
    const database = await engine.open();
    closing.push(database.close);
    one.config = { ...one.config, database: database.url };
    await restoreBackup({ config: one.config, file, passphrase, logger: silent, now });
    await one.restart();
  };
}

async function entriesOf(one: RunningNode, origin: string) {
  const log = await logHeld(one, origin);
  return { log, entries: await one.node.store.log.listEntries(log.id, 0, log.size) };
}

const clerkOf = ({ node }: RunningNode) => ({ role: 'clerk', authority: node.self.authority, person: '0001' }) as const;

describe.each(engines)('on $name', (engine) => {
  it('our log comes back from the peers whole, with records, erasures and positions, and goes on from there', async () => {
    network = await openNetwork({ engine, locked: true });
    await unlockAll();
    const sh = network.node(shanghai);
    const { origin } = sh.node.self;
    await importPenalties(sh, 0, 40);
    await importPenalties(network.node(jiangsu), 1_000, 1_010);
    await network.exchange();
    const restore = await takeBackup(sh, engine);

    // What the backup does not know: more records, an erasure, receipts given and received.
    await importPenalties(sh, 40, 90);
    const log = await logHeld(sh, origin);
    const [mark] = await sh.node.store.registry.listStepMarks(log.id, 7, 8);
    await sh.node.eraser.eraseRecord({ member: shanghai, txn: mark?.txn ?? '' }, { ground: 'ordered' }, clerkOf(sh));
    await importPenalties(network.node(jiangsu), 1_010, 1_030);
    await network.exchange();
    const before = await entriesOf(sh, origin);
    const recordsBefore = await sh.node.store.registry.listRecordIds(undefined, 1_000);

    await restore();
    expect((await logHeld(sh, origin)).size).toBeLessThan(before.log.size);
    expect(sh.node.federation.lockState().open).toBe(false);
    await expect(importPenalties(sh, 90, 91)).resolves.toMatchObject({ state: 'publishing' }); // it waits
    await sh.node.federation.unlock();
    await sh.node.federation.settled();
    expect(sh.node.federation.lockState()).toMatchObject({ open: true, silent: [] });

    const after = await entriesOf(sh, origin);
    const told = ({ index, leaf, jti, content }: (typeof after.entries)[number]) => ({ index, leaf, jti, content });
    expect(after.entries.slice(0, before.log.size).map(told)).toEqual(before.entries.map(told));
    await sh.node.work.retry();
    await sh.node.work.settled();
    await network.exchange();

    for (const one of network.nodes.values()) {
      expect(await one.node.store.peers.listFindings()).toEqual([]);
      const held = await logHeld(one, origin);
      expect(held.size).toBe((await logHeld(sh, origin)).size);
      expect((await checkConfiguredStore(one.config, now)).found).toEqual([]);
      for (const other of network.nodes.values()) {
        if (other === one) continue;
        const own = await logHeld(one, one.node.self.origin);
        expect(isJoined(await one.node.store.peers.listReceipts(other.id, own.id))).toBe(true);
      }
    }
    const recordsAfter = await sh.node.store.registry.listRecordIds(undefined, 1_000);
    expect(recordsAfter).toEqual(expect.arrayContaining(recordsBefore));
    expect(recordsAfter).toHaveLength(recordsBefore.length + 1);
    expect(await importPenalties(sh, 40, 50)).toMatchObject({ summary: { unchanged: 10, opened: 0 } }); // the importer knows them
  });

  it('shows nobody its own log before it knows how much they have seen, so that nobody takes it for shrunk', async () => {
    network = await openNetwork({ engine, locked: true });
    await unlockAll();
    const sh = network.node(shanghai);
    const js = network.node(jiangsu);
    const { origin } = sh.node.self;
    await network.exchange();
    const restore = await takeBackup(sh, engine);
    await importPenalties(sh, 0, 5);
    await network.exchange();
    const { size } = await logHeld(js, origin);

    await restore();
    expect((await logHeld(sh, origin)).size).toBeLessThan(size);
    const asked = js.node.federation.members.client(shanghai);
    await js.node.federation.pull(shanghai);
    expect(await js.node.store.peers.findPeer(shanghai)).toMatchObject({ lastError: 'peer/bad-answer', failures: 1 });
    await expect(asked.checkpoint(origin)).rejects.toMatchObject({ facts: { status: 503, code: 'log/locked' } });
    expect((await asked.checkpoints()).map((shown) => shown.origin)).not.toContain(origin);

    await sh.node.federation.unlock();
    await importPenalties(sh, 5, 7);
    await network.exchange();
    for (const one of network.nodes.values()) {
      expect(await one.node.store.peers.listFindings()).toEqual([]);
      expect((await logHeld(one, origin)).size).toBe(size + 2);
    }
  });

  it('signs nothing while too few have answered, and says why over the API', async () => {
    let time = Date.parse('2026-11-29T02:00:00Z');
    network = await openNetwork({
      engine,
      locked: true,
      running: [shanghai, jiangsu, zhejiang],
      now: () => new Date(time),
    });
    const sh = network.node(shanghai);
    await sh.node.federation.unlock();
    expect(sh.node.federation.lockState()).toEqual({
      open: false,
      overridden: false,
      answers: { [jiangsu]: 0, [zhejiang]: 0 },
      silent: [anhui],
    });
    expect((await logHeld(sh, sh.node.self.origin)).size).toBe(0);
    const clerk = await sh.createToken('clerk');
    const answer = await fetch(`${sh.url}/api/v1/records/310000.01990000-0000-7000-8000-000000000000/erasure`, {
      method: 'POST',
      headers: { authorization: `Bearer ${clerk}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ground: 'ordered' }),
    });
    expect([404, 503]).toContain(answer.status);
    time += 59_000;
    await sh.node.federation.unlock();
    expect(sh.node.federation.lockState().open).toBe(false);
    time += 1_000; // a minute, and as many as the quorum
    await sh.node.federation.unlock();
    expect(sh.node.federation.lockState().open).toBe(true);
    expect((await logHeld(sh, sh.node.self.origin)).size).toBe(1);
  });

  it('is opened by the operator once, who answers for it', async () => {
    const said: string[] = [];
    const logger = { ...silent, warn: (_: object, message: string) => said.push(message) };
    network = await openNetwork({ engine, locked: true, running: [shanghai], logger });
    const sh = network.node(shanghai);
    await sh.node.federation.unlock();
    expect(sh.node.federation.lockState().open).toBe(false);
    await sh.node.store.locks.orderUnlock(shanghai, now().toISOString());
    await sh.node.federation.unlock();
    expect(sh.node.federation.lockState().open).toBe(true);
    expect(said.some((message) => message.includes('unlocked by the operator'))).toBe(true);
    await sh.restart();
    await sh.node.federation.unlock();
    expect(sh.node.federation.lockState().open).toBe(false);
  });

  it('says in an erasure what nobody has any more, and owes no receipt for what came while it was locked', async () => {
    network = await openNetwork({ engine, locked: true });
    await unlockAll();
    const sh = network.node(shanghai);
    const js = network.node(jiangsu);
    await network.exchange();
    const restore = await takeBackup(sh, engine);
    // While Shanghai says three things, only Anhui hears of it, and then its content is gone there too.
    const away = [js, network.node(zhejiang)];
    for (const one of away) await one.stop();
    await importPenalties(sh, 0, 3);
    await sh.node.federation.settled();
    await network.node(anhui).node.federation.pull(shanghai);
    const origin = sh.node.self.origin;
    const { size } = await logHeld(sh, origin);
    const copy = await logHeld(network.node(anhui), origin);
    expect(copy.size).toBe(size);
    const { store } = network.node(anhui).node;
    for (const entry of await store.log.listEntries(copy.id, size - 1, size)) {
      const { content: _, ...rest } = entry;
      await store.log.putWord(copy.id, rest);
    }
    await restore();
    for (const one of away) await one.restart();
    for (const one of away) {
      await one.node.federation.unlock();
      await one.node.federation.settled();
    }
    await importPenalties(js, 1_000, 1_005);
    await sh.node.federation.pull(jiangsu); // stored, and no receipt yet
    const theirs = await logHeld(sh, js.node.self.origin);
    expect(theirs.size).toBe((await logHeld(js, js.node.self.origin)).size);
    expect(theirs.receipted).toBeLessThan(theirs.size);
    await sh.node.federation.unlock();
    await sh.node.federation.settled();
    await network.exchange();
    for (let i = 0; i < 3; i++) await sh.node.federation.unlock();
    await network.exchange();
    const ours = await logHeld(sh, origin);
    expect(ours.size).toBeGreaterThan(size);
    const [lost] = await sh.node.store.log.listEntries(ours.id, size - 1, size);
    expect(lost).toMatchObject({ erased: { ground: 'lost' } });
    expect((await logHeld(sh, js.node.self.origin)).receipted).toBeGreaterThanOrEqual(6); // the adoption and five records
    for (const one of network.nodes.values()) expect(await one.node.store.peers.listFindings()).toEqual([]);
  });
});

it('is locked again when the connection to the database broke, and opened by the same answers', async () => {
  network = await openNetwork({ engine: postgres, locked: true });
  await unlockAll();
  const sh = network.node(shanghai);
  expect(sh.node.federation.lockState().open).toBe(true);
  await execute(
    sh.config.database,
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  await until('it is locked', () => !sh.node.federation.lockState().open);
  for (let i = 0; i < 20 && !sh.node.federation.lockState().open; i++)
    await sh.node.federation.unlock().catch(() => undefined); // a connection that broke too, and nobody had used since
  expect(sh.node.federation.lockState()).toMatchObject({ open: true, silent: [] });
});
