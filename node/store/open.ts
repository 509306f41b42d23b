/**
 * A database URL → an opened database with today's tables. The only place where the engines differ: pragmas, pools,
 * number parsing, the kind of `begin`. The door of better-sqlite3 and pg.
 */

import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
  SqliteAdapter,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  sql,
} from 'kysely';
import pg from 'pg';
import { Problem } from '../base/problem.ts';
import { type EngineWords, migrations } from './migrations/list.ts';
import { migrate, readSchema, refuseOther, type SchemaState, tryMigrations } from './schema.ts';
import type { Tables } from './tables.ts';
import { tellingUnwritable } from './unwritable.ts';

export type Database = Kysely<Tables>;

const sqliteWords: EngineWords = { bytes: 'blob', clustered: 'without rowid' };
const postgresWords: EngineWords = { bytes: 'bytea', clustered: '' };
const statementTimeout = "set statement_timeout = '60s'";

/** Who is told of what no single query can answer for. */
export interface StoreWatch {
  /** A connection broke: what answers next may be another server. */
  onLost?: () => void;
  /** A sync failed: what was signed since may be gone after a power cut, so the process must end. */
  onUnsynced?: (problem: unknown) => void;
}

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

/** What can be seen of a database without opening it for writing. */
export interface Inspected {
  /** Without a password. */
  url: string;
  pending: string[];
  /** Migrations that only a newer release knows. */
  newer: string[];
  /** A file that is not there. */
  isNew: boolean;
  /** SQLite's. */
  journalMode?: string;
  /** PostgreSQL's setting; empty when no standby must have a commit. */
  standbys?: string;
}

/**
 * Looks at a database. Nothing is written, no file is made: a SQLite file that nobody has open is looked at in memory,
 * because opening it would leave files beside it that may be another user's.
 *
 * @param isOurs whether this process has it open: reading a file past SQLite would then take SQLite's locks away
 * @throws {Problem} store/unreachable
 */
export async function inspectDatabase(url: string, isOurs: boolean): Promise<Inspected> {
  const path = url.startsWith('sqlite:') ? url.slice('sqlite:'.length) : undefined;
  const known = migrationsFor(url);
  const shown = withoutSecret(url);
  if (path !== undefined && !existsSync(path))
    return { url: shown, pending: Object.keys(known), newer: [], isNew: true };
  const isCopied = path !== undefined && !isOurs && !(existsSync(`${path}-shm`) && existsSync(`${path}-wal`));
  const db = isCopied ? new Kysely<Tables>({ dialect: copiedDialect(path) }) : connect(url, true);
  const found = await orClose(url, db, async () => {
    const { pending, unknown: newer } = await readSchema(db, known);
    const setting = path === undefined ? { standbys: await readStandbys(db) } : {};
    const mode = path === undefined ? {} : { journalMode: isCopied ? journalModeOf(path) : await readJournalMode(db) };
    return { url: shown, pending, newer, isNew: false, ...setting, ...mode };
  });
  await db.destroy();
  return found;
}

async function readJournalMode(db: Database): Promise<string> {
  const { rows } = await sql<{ journal_mode: string }>`pragma journal_mode`.execute(db);
  return rows[0]?.journal_mode ?? '';
}

async function readStandbys(db: Database): Promise<string> {
  const { rows } = await sql<{
    setting: string;
  }>`select setting from pg_settings where name = 'synchronous_standby_names'`.execute(db);
  return rows[0]?.setting ?? '';
}

/** As the file's header says (SQLite file format §1.3.3): 2 is the write-ahead log. */
function journalModeOf(path: string): string {
  return readHead(path, 100)[18] === 2 ? 'wal' : 'delete';
}

/** The first pages hold the list of migrations, which was written first. */
const greatestLook = 64 * 1024 * 1024;

function readHead(path: string, most: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(Math.min(fstatSync(file).size, most));
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}

/** The beginning of a file as a database in memory, which has no write-ahead log and as many pages as were read. */
function copiedDialect(path: string): SqliteDialect {
  return new SqliteDialect({
    database: async () => {
      const bytes = readHead(path, greatestLook);
      const pageSize = bytes.length < 100 ? 0 : bytes.readUInt16BE(16) === 1 ? 65_536 : bytes.readUInt16BE(16);
      if (pageSize > 0) {
        bytes[18] = 1;
        bytes[19] = 1;
        bytes.writeUInt32BE(Math.floor(bytes.length / pageSize), 28);
      }
      return new Sqlite(bytes, { readonly: true });
    },
  });
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

function connect(url: string, isReading = false, { onLost = () => {}, onUnsynced }: StoreWatch = {}): Database {
  if (!url.startsWith('sqlite:')) return new Kysely<Tables>({ dialect: postgresDialect(url, onLost) });
  const path = url.slice('sqlite:'.length);
  return new Kysely<Tables>({ dialect: isReading ? readingDialect(path) : sqliteDialect(path, onUnsynced) });
}

function migrationsFor(url: string) {
  return migrations(url.startsWith('sqlite:') ? sqliteWords : postgresWords);
}

/** What the opening gives; when it fails, the connection is closed. */
async function orClose<T>(url: string, db: Database, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    await db.destroy();
    throw error instanceof Problem
      ? error
      : new Problem('store/unreachable', { url: withoutSecret(url) }, { cause: error });
  }
}

/** Tables that held content, or texts taken from it. */
const scrubbed = [
  'entry',
  'step',
  'import',
  'import_chunk',
  'import_item',
  'import_refusal',
  'import_kept',
  'proposal',
] as const;

/**
 * Takes what was erased out of the files too. SQLite overwrites it in its pages; what is left stands in the write-ahead
 * log, which is emptied. PostgreSQL leaves old rows, and samples of columns, where they were: those tables are written
 * anew, each locked meanwhile. Copies on the disk below, and PostgreSQL's own write-ahead log, are the operator's.
 *
 * @throws {Problem} store/busy when another connection was in the way
 */
export async function scrubDatabase(db: Database, url: string): Promise<void> {
  if (url.startsWith('sqlite:')) {
    const { rows } = await sql<{ busy: number }>`pragma wal_checkpoint(truncate)`.execute(db);
    if (rows[0]?.busy !== 0) throw new Problem('store/busy');
    return;
  }
  await db.connection().execute(async (one) => {
    await sql`set statement_timeout = 0`.execute(one);
    try {
      for (const table of scrubbed) await sql`vacuum (full, analyze) ${sql.table(table)}`.execute(one);
      await sql`vacuum (full) pg_catalog.pg_statistic`.execute(one);
      await sql`checkpoint`.execute(one).catch(passIfForbidden); // until then old files may be there still
    } finally {
      await sql.raw(statementTimeout).execute(one);
    }
  });
}

/** 42501 is insufficient_privilege: not every user may ask for a checkpoint; one comes within minutes. */
function passIfForbidden(error: unknown): void {
  if ((error as { code?: unknown }).code !== '42501') throw error; // whatever was thrown has members
}

/** Host and database alone: passwords stand before the host, and in parameters after it. */
export function withoutSecret(url: string): string {
  if (url.startsWith('sqlite:')) return url;
  if (!URL.canParse(url)) return 'postgres://…';
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/**
 * SQLite as we run it: write-ahead log, every commit on the disk before it is believed, transactions that take the
 * write lock at once, and each statement prepared a single time.
 */
function sqliteDialect(path: string, onUnsynced: StoreWatch['onUnsynced']): SqliteDialect {
  const config: SqliteDialectConfig = {
    database: async () => {
      const db = new Sqlite(path);
      db.pragma('page_size = 16384'); // before the first table; bulletins are some 1.5 KB
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = FULL'); // SQLite reopens at its default: set on every connection
      db.pragma('foreign_keys = ON');
      db.pragma('secure_delete = ON'); // what is erased leaves the file too
      db.pragma('wal_autocheckpoint = 4000');
      db.pragma('busy_timeout = 10000');
      const statements = new Map<string, Sqlite.Statement>();
      return {
        close: () => db.close(),
        prepare: (text) => {
          const known = statements.get(text);
          if (known) return known as never; // better-sqlite3's statement has more parameters than kysely asks for
          const statement = db.prepare(text);
          if (statements.size >= 500) statements.delete(statements.keys().next().value as string);
          statements.set(text, statement);
          return statement as never;
        },
      };
    },
  };
  return new ImmediateSqlite(config, onUnsynced);
}

/** For reading beside whoever writes: its transactions take no lock. */
function readingDialect(path: string): SqliteDialect {
  return new SqliteDialect({
    database: async () => {
      const db = new Sqlite(path, { readonly: true, fileMustExist: true });
      db.pragma('busy_timeout = 10000');
      return db;
    },
  });
}

class ImmediateSqlite extends SqliteDialect {
  readonly #config: SqliteDialectConfig;
  readonly #onUnsynced: StoreWatch['onUnsynced'];

  constructor(config: SqliteDialectConfig, onUnsynced: StoreWatch['onUnsynced']) {
    super(config);
    this.#config = config;
    this.#onUnsynced = onUnsynced;
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#config, this.#onUnsynced);
  }
}

/** A migration that is killed half way leaves nothing: SQLite makes tables in transactions too. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class ImmediateDriver extends SqliteDriver {
  readonly #onUnsynced: StoreWatch['onUnsynced'];

  constructor(config: SqliteDialectConfig, onUnsynced: StoreWatch['onUnsynced']) {
    super(config);
    this.#onUnsynced = onUnsynced;
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    return tellingUnwritable(await super.acquireConnection(), this.#onUnsynced);
  }

  /** A full disk has SQLite itself roll back, and then there is nothing left to do. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await super.rollbackTransaction(connection).catch((error: unknown) => {
      if (!String(error).includes('no transaction is active')) throw error;
    });
  }
}

class TellingPostgres extends PostgresDialect {
  readonly #config: PostgresDialectConfig;

  constructor(config: PostgresDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): PostgresDriver {
    return new TellingDriver(this.#config);
  }
}

class TellingDriver extends PostgresDriver {
  override async acquireConnection(): Promise<DatabaseConnection> {
    return tellingUnwritable(await super.acquireConnection());
  }
}

function postgresDialect(url: string, onLost: () => void): PostgresDialect {
  const types = {
    getTypeParser: (oid: number, format?: 'text' | 'binary') =>
      oid === 20 ? safeInteger : pg.types.getTypeParser(oid, format as 'text'),
  };
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    types: types as pg.CustomTypesConfig,
    connectionTimeoutMillis: 10_000,
  });
  // A connection that breaks is replaced; whatever ran on it reports its own failure.
  pool.on('error', onLost);
  pool.on('connect', (client) => client.on('error', onLost));
  return new TellingPostgres({
    pool,
    onCreateConnection: async (connection) => {
      await connection.executeQuery(CompiledQuery.raw('set synchronous_commit = on'));
      await connection.executeQuery(CompiledQuery.raw(statementTimeout));
    },
  });
}

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint beyond 2^53: ${text}`);
  return value;
}
