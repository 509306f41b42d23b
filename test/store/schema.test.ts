/** Which release's tables a database has: read without writing, tried without staying, refused when newer. */

import type { Kysely } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { isProblem } from '../../node/base/problem.ts';
import { type EngineWords, migrations } from '../../node/store/migrations/list.ts';
import { migrateStore, openDatabase, openSnapshot, readSchemaOf } from '../../node/store/open.ts';
import { migrate, readSchema, tryMigrations } from '../../node/store/schema.ts';
import { openStore } from '../../node/store/store.ts';
import { engines } from '../support/engines.ts';
import { execute } from '../support/sql.ts';
import { addLog, sampleEntry, storesOn } from '../support/stores.ts';

const words: Record<string, EngineWords> = {
  sqlite: { bytes: 'blob', clustered: 'without rowid' },
  postgres: { bytes: 'bytea', clustered: '' },
};

function addColumn(table: string) {
  return (db: Kysely<unknown>) => db.schema.alterTable(table).addColumn('later', 'text').execute();
}

async function codeOf(doing: Promise<unknown>): Promise<string> {
  const error = await doing.then(
    () => undefined,
    (given: unknown) => given,
  );
  if (!isProblem(error)) throw new Error(`no refusal: ${String(error)}`);
  return error.code;
}

describe.each(engines)('the schema of a store on $name', (engine) => {
  const stores = storesOn(engine);
  const known = migrations(words[engine.name] as EngineWords);
  afterEach(() => stores.close());

  it('is read as it is: what was carried out and what no release of ours knows', async () => {
    const url = await stores.newDatabase();
    await (await openStore(url)).close();
    await execute(url, "insert into kysely_migration (name, timestamp) values ('9999-later', '2030-01-01')");
    const { applied, pending, unknown } = await readSchemaOf(url);
    expect(applied[0]).toMatchObject({ name: '0001-start' });
    expect(pending).toEqual([]);
    expect(unknown).toEqual(['9999-later']);
    expect(await codeOf(openSnapshot(url))).toBe('store/newer-schema');
    expect(await codeOf(migrateStore(url, { dryRun: false }))).toBe('store/newer-schema');
    expect(await codeOf(migrateStore(url, { dryRun: true }))).toBe('store/newer-schema');
  });

  it('is brought up to date once, and then there is nothing to do', async () => {
    const url = await stores.newDatabase();
    const done = await migrateStore(url, { dryRun: false });
    expect(done[0]).toBe('0001-start');
    expect(await migrateStore(url, { dryRun: false })).toEqual([]);
    expect((await readSchemaOf(url)).pending).toEqual([]);
  });

  it('is tried on what is there, and nothing of the trial stays', async () => {
    const store = await stores.open();
    await addLog(store);
    const db = await openDatabase(store.url);
    const later = { ...known, '9998-later': { up: addColumn('log') } };
    await tryMigrations(db, later);
    expect((await readSchema(db, later)).pending).toEqual(['9998-later']);
    expect((await db.selectFrom('log').selectAll().execute())[0]).not.toHaveProperty('later');
    await migrate(db, later);
    expect((await db.selectFrom('log').selectAll().execute())[0]).toHaveProperty('later', null);
    await db.destroy();
    expect(await codeOf(openStore(store.url))).toBe('store/newer-schema');
  });

  it('fails in the trial where it would fail in earnest', async () => {
    const { url } = await stores.open();
    const db = await openDatabase(url);
    await expect(tryMigrations(db, { ...known, '9998-bad': { up: addColumn('no_such_table') } })).rejects.toThrow(
      /no_such_table/,
    );
    await db.destroy();
    await stores.open(url);
  });

  it('keeps a reader out when it is older, and the database as it was', async () => {
    const url = await stores.newDatabase();
    await (await openStore(url)).close();
    await execute(url, 'delete from kysely_migration');
    expect(await codeOf(openSnapshot(url))).toBe('store/older-schema');
    expect((await readSchemaOf(url)).applied).toEqual([]);
  });

  it('lets a reader see one moment while others write', async () => {
    const store = await stores.open();
    const log = await addLog(store);
    const snapshot = await openSnapshot(store.url);
    try {
      await store.log.putEntries(log.id, [sampleEntry(0)]);
      const rows = () => snapshot.db.selectFrom('entry').selectAll().execute();
      expect(await rows()).toEqual([]);
      await expect(snapshot.db.deleteFrom('log').execute()).rejects.toThrow(/read-?only|unwritable/i);
    } finally {
      await snapshot.close();
    }
  });
});
