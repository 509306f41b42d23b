/** Which migrations a database has had, which are to come, and how they are carried out or tried. */

import { type Migration, Migrator } from 'kysely';
import { Problem } from '../base/problem.ts';
import type { Database } from './tables.ts';

/** How a database stands to this release. */
export interface SchemaState {
  /** In the order in which they were carried out; instants as the engine wrote them. */
  applied: { name: string; at: string }[];
  /** What this release would still carry out, in order. */
  pending: string[];
  /** What only a newer release knows. */
  unknown: string[];
}

type Migrations = Readonly<Record<string, Migration>>;

/** Reads it; writes nothing, not even into an empty database. */
export async function readSchema(db: Database, known: Migrations): Promise<SchemaState> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  const isFresh = !tables.some(({ name }) => name === 'kysely_migration');
  const applied = isFresh ? [] : await listApplied(db);
  const names = applied.map(({ name }) => name);
  return {
    applied,
    pending: Object.keys(known).filter((name) => !names.includes(name)),
    unknown: names.filter((name) => !(name in known)),
  };
}

/** @throws {Problem} store/newer-schema */
function refuseNewer({ unknown }: SchemaState): void {
  const [migration] = unknown;
  if (migration !== undefined) throw new Problem('store/newer-schema', { migration });
}

/** @throws {Problem} store/newer-schema, store/older-schema: for whoever only reads */
export function refuseOther(state: SchemaState): void {
  refuseNewer(state);
  const [migration] = state.pending;
  if (migration !== undefined) throw new Problem('store/older-schema', { migration });
}

/**
 * Brings the tables up to date, or up to one migration.
 *
 * @throws {Problem} store/newer-schema
 */
export async function migrate(db: Database, known: Migrations, upTo?: string): Promise<void> {
  refuseNewer(await readSchema(db, known));
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...known }) } });
  const { error } = await (upTo === undefined ? migrator.migrateToLatest() : migrator.migrateTo(upTo));
  if (error) throw error;
}

/**
 * Carries out what is pending, on the data that is there, and takes it back: whatever would fail fails now. Writers wait
 * meanwhile.
 *
 * @throws {Problem} store/newer-schema
 */
export async function tryMigrations(db: Database, known: Migrations): Promise<void> {
  const state = await readSchema(db, known);
  refuseNewer(state);
  await db
    .transaction()
    .execute(async (within) => {
      for (const name of state.pending) await known[name]?.up(within);
      throw new Undo();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error;
    });
}

/** It went well: nothing of it is to stay. */
class Undo extends Error {}

async function listApplied(db: Database): Promise<SchemaState['applied']> {
  const rows = await db
    .selectFrom('kysely_migration' as never) // kysely's own table, not among ours
    .select(['name', 'timestamp'] as never)
    .orderBy('name' as never)
    .execute();
  return (rows as { name: string; timestamp: string }[]).map(({ name, timestamp }) => ({ name, at: timestamp }));
}
