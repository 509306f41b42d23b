/** Backups written while a node works, from either engine into either, and what is refused. */

import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeBackup } from '../node/backup.ts';
import { isProblem } from '../node/base/problem.ts';
import { checkConfiguredStore, readBackupFiles, restoreBackup } from '../node/restore.ts';
import { countRows } from '../node/store/dump.ts';
import { openDatabase } from '../node/store/open.ts';
import { openStore } from '../node/store/store.ts';
import { type Database, type Engine, engines } from './support/engines.ts';
import { type Network, openNetwork } from './support/network.ts';
import { importPenalties } from './support/penalties.ts';
import { execute } from './support/sql.ts';

const [shanghai, jiangsu] = ['310000', '320000'];
const passphrase = 'correct horse battery staple';
const now = () => new Date();
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const targets = engines.map(({ name }) => name);

async function codeOf(doing: Promise<unknown>): Promise<string> {
  const error = await doing.then(
    () => undefined,
    (given: unknown) => given,
  );
  if (!isProblem(error)) throw new Error(`no refusal: ${String(error)}`);
  return [error.code, error.facts.reason].filter(Boolean).join(' ');
}

async function rowsOf(url: string): Promise<Map<string, number>> {
  const db = await openDatabase(url);
  try {
    return await countRows(db);
  } finally {
    await db.destroy();
  }
}

describe.each(engines)('a backup from $name', (engine) => {
  let network: Network;
  let folder: string;
  let file: string;
  let written: Awaited<ReturnType<typeof writeBackup>>;
  const config = () => network.node(shanghai).config;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'huxin-backup-test-'));
    network = await openNetwork({ running: [shanghai, jiangsu], engine });
    await importPenalties(network.node(shanghai), 0, 300);
    await importPenalties(network.node(jiangsu), 1_000, 1_020);
    await network.exchange();
    file = join(folder, 'backup.huxin');
    const busy = importPenalties(network.node(shanghai), 300, 600); // the node goes on meanwhile
    written = await writeBackup({ config: config(), file, passphrase, now });
    await busy;
  });
  afterAll(async () => {
    await network.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** An empty database, and a configuration that names it. */
  async function emptyOn(name: Engine['name']): Promise<{ database: Database; config: ReturnType<typeof config> }> {
    const database = await (engines.find((one) => one.name === name) as Engine).open();
    return { database, config: { ...config(), database: database.url } };
  }

  it('is of one moment, checked entry by entry, and says what it holds', () => {
    const own = written.head.heads.find(({ origin }) => origin === 'credit.sh.example/log');
    expect(own?.size).toBeGreaterThanOrEqual(301);
    expect(written.head).toMatchObject({ member: shanghai, migrations: expect.arrayContaining(['0001-start']) });
    expect(written.checked).toMatchObject({ faults: 0, heads: written.head.heads });
    expect(written.checked.records).toBeGreaterThanOrEqual(320);
    expect(existsSync(`${file}.part`)).toBe(false);
  });

  it('tells nothing without the passphrase, and holds no private key', async () => {
    const bytes = await readFile(file);
    expect(bytes.includes('entry')).toBe(false);
    expect(await codeOf(readBackupFiles(file, 'another passphrase'))).toBe('backup/unreadable wrong-passphrase');
    const files = await readBackupFiles(file, passphrase);
    expect(files.map((one) => one.file)).toEqual(['agreement.json', 'configuration.json']);
    expect(files[0]?.text).toBe(await readFile(config().agreement, 'utf8'));
    expect(files.map(({ text }) => text).join()).not.toMatch(/"d":|postgres:\/\/[^/]*:[^/]*@/);
  });

  it.each(targets)('is put back into an empty database on %s, every row of it', async (name) => {
    const { database, config } = await emptyOn(name);
    try {
      const { head, erased, checked } = await restoreBackup({ config, file, passphrase, logger: silent, now });
      expect(head).toEqual(written.head);
      expect(erased).toBe(0);
      expect(checked).toMatchObject({ faults: 0, heads: written.head.heads });
      const rows = await rowsOf(database.url);
      expect([...rows.values()].reduce((sum, n) => sum + n, 0)).toBe(head.rows);
      expect(await codeOf(restoreBackup({ config, file, passphrase, logger: silent, now }))).toBe('store/not-empty');
      expect(await rowsOf(database.url)).toEqual(rows);
    } finally {
      await database.close();
    }
  });

  it('does not bring back what was erased since', async () => {
    const { node } = network.node(shanghai);
    const log = await node.store.log.findLog('credit.sh.example/log');
    const [mark] = await node.store.registry.listStepMarks(log?.id ?? 0, 5, 6);
    const clerk = { role: 'clerk', authority: node.self.authority, person: '0001' } as const;
    await node.eraser.eraseRecord({ member: shanghai, txn: mark?.txn ?? '' }, { ground: 'ordered' }, clerk);
    const { database, config } = await emptyOn('sqlite');
    try {
      const { erased, checked } = await restoreBackup({ config, file, passphrase, logger: silent, now });
      expect({ erased, faults: checked.faults }).toEqual({ erased: 1, faults: 0 });
      const store = await openStore(database.url);
      const [entry] = await store.log.listEntries(log?.id ?? 0, 5, 6);
      await store.close();
      expect(entry?.content).toBeUndefined();
      expect(entry?.erased).toMatchObject({ ground: 'ordered' });
    } finally {
      await database.close();
    }
  });

  it('is refused when it was cut off or is of another member, and nothing of it stays', async () => {
    const { database, config } = await emptyOn(engine.name);
    const cut = join(folder, 'cut.huxin');
    await copyFile(file, cut);
    await truncate(cut, written.bytes - 10);
    try {
      const restore = (changes: object) =>
        codeOf(restoreBackup({ config, file, passphrase, logger: silent, now, ...changes }));
      expect(await restore({ file: cut })).toBe('backup/unreadable cut-off');
      expect(await restore({ config: { ...config, member: jiangsu } })).toBe('backup/other-member');
      expect(await restore({ file: join(folder, 'none') })).toBe('backup/unreadable missing');
      expect((await rowsOf(database.url)).get('entry')).toBe(0);
      expect((await restoreBackup({ config, file, passphrase, logger: silent, now })).checked.faults).toBe(0);
    } finally {
      await database.close();
    }
  });

  it('never overwrites a file', async () => {
    expect(await codeOf(writeBackup({ config: config(), file, passphrase, now }))).toBe('backup/exists');
  });

  it('of a spoilt store is kept, with what is wrong with it', async () => {
    const spoil = "update entry set jws = jws || 'A' where idx = 9 and log = (select id from log where own = 1)";
    await execute(config().database, spoil);
    const { checked } = await writeBackup({ config: config(), file: join(folder, 'spoilt.huxin'), passphrase, now });
    expect(checked.found).toEqual([expect.objectContaining({ code: 'content-altered', index: 9 })]);
    expect((await checkConfiguredStore(config(), now)).faults).toBe(1);
  });
});
