/** SQLite as a node uses it. The door of better-sqlite3. */

import Sqlite from 'better-sqlite3';
import {
  CompiledQuery,
  type DatabaseConnection,
  SqliteAdapter,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
} from 'kysely';
import type { EngineWords } from './migrations/list.ts';
import { tellingUnwritable } from './unwritable.ts';

/** Told when a sync failed. */
type OnUnsynced = (problem: unknown) => void;

export const sqliteWords: EngineWords = { bytes: 'blob', clustered: 'without rowid' };

/**
 * A file for all work: write-ahead log, every commit on the disk before it is believed, transactions that take the
 * write lock at once, and each statement prepared a single time.
 */
export function sqliteDialect(path: string, onUnsynced: OnUnsynced | undefined): SqliteDialect {
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
export function readingDialect(path: string): SqliteDialect {
  return new SqliteDialect({
    database: async () => {
      const db = new Sqlite(path, { readonly: true, fileMustExist: true });
      db.pragma('busy_timeout = 10000');
      return db;
    },
  });
}

/** The bytes of a file as a database in memory, for reading. */
export function imageDialect(read: () => Buffer): SqliteDialect {
  return new SqliteDialect({ database: async () => new Sqlite(read(), { readonly: true }) });
}

class ImmediateSqlite extends SqliteDialect {
  readonly #config: SqliteDialectConfig;
  readonly #onUnsynced: OnUnsynced | undefined;

  constructor(config: SqliteDialectConfig, onUnsynced: OnUnsynced | undefined) {
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
  readonly #onUnsynced: OnUnsynced | undefined;

  constructor(config: SqliteDialectConfig, onUnsynced: OnUnsynced | undefined) {
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
