/** A database URL → an opened database with the tables of this release. */

import { connect, migrationsFor, orClose, type StoreWatch } from './connect.ts';
import { migrate, readSchema, refuseOther, type SchemaState, tryMigrations } from './schema.ts';
import type { Database } from './tables.ts';

/**
 * Opens `sqlite:<path>` or `postgres://…` and brings its tables up to date, or up to one migration.
 *
 * @throws {Problem} `store/unreachable`, or `store/newer-schema` when a newer release has written it
 */
export async function openDatabase(url: string, upTo?: string, watch?: StoreWatch): Promise<Database> {
  const db = connect(url, false, watch);
  return orClose(url, db, async () => {
    await migrate(db, migrationsFor(url), upTo);
    return db;
  });
}

/** A database as it stood at one moment; whoever writes goes on meanwhile. */
export interface Snapshot {
  db: Database;
  close(): Promise<void>;
}

/**
 * Opens a database of this release for reading, all of it as of one moment. Nothing is migrated or written.
 *
 * @throws {Problem} store/unreachable, store/newer-schema, store/older-schema
 */
export async function openSnapshot(url: string): Promise<Snapshot> {
  const db = connect(url, true);
  return orClose(url, db, async () => {
    refuseOther(await readSchema(db, migrationsFor(url)));
    const one = await db.startTransaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute();
    await one.selectFrom('log').select('id').limit(1).execute(); // a snapshot begins with the first read
    return {
      db: one,
      async close() {
        await one.rollback().execute();
        await db.destroy();
      },
    };
  });
}

/** Where a database stands; nothing is written. @throws {Problem} store/unreachable */
export async function readSchemaOf(url: string): Promise<SchemaState> {
  const db = connect(url, true);
  const state = await orClose(url, db, () => readSchema(db, migrationsFor(url)));
  await db.destroy();
  return state;
}

/**
 * Brings the tables up to date without starting anything, or, with `dryRun`, tries it and takes it back.
 *
 * @returns the migrations that were carried out
 * @throws {Problem} store/unreachable, also for a trial without a database; store/newer-schema
 */
export async function migrateStore(url: string, { dryRun }: { dryRun: boolean }): Promise<string[]> {
  if (dryRun) await readSchemaOf(url); // a file that is not there is not made
  const db = connect(url);
  const pending = await orClose(url, db, async () => {
    const state = await readSchema(db, migrationsFor(url));
    if (dryRun) await tryMigrations(db, migrationsFor(url));
    else await migrate(db, migrationsFor(url));
    return state.pending;
  });
  await db.destroy();
  return pending;
}
