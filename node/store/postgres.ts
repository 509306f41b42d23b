/** PostgreSQL as a node uses it. The door of pg. */

import {
  CompiledQuery,
  type DatabaseConnection,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
} from 'kysely';
import pg from 'pg';
import type { EngineWords } from './migrations/list.ts';
import { tellingUnwritable } from './unwritable.ts';

export const postgresWords: EngineWords = { bytes: 'bytea', clustered: '' };

/** SQL: how long one statement may run on any connection of ours. */
export const statementTimeout = "set statement_timeout = '60s'";

/** A pool whose every commit is on the disk before it is believed, and whose bigints are numbers. */
export function postgresDialect(url: string, onLost: () => void): PostgresDialect {
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

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint beyond 2^53: ${text}`);
  return value;
}
