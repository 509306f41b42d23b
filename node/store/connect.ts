/** A database URL → a connected database of the engine that it names, whatever its tables are. */

import { Kysely } from 'kysely';
import { Problem } from '../base/problem.ts';
import { migrations } from './migrations/list.ts';
import { postgresDialect, postgresWords } from './postgres.ts';
import { readingDialect, sqliteDialect, sqliteWords } from './sqlite.ts';
import type { Database, Tables } from './tables.ts';
import { sqlitePathOf, withoutSecret } from './url.ts';

/** Who is told of what no single query can answer for. */
export interface StoreWatch {
  /** A connection broke: what answers next may be another server. */
  onLost?: () => void;
  /** A sync failed: what was signed since may be gone after a power cut, so the process must end. */
  onUnsynced?: (problem: unknown) => void;
}

/** For all work, or for reading beside whoever writes. Nothing is asked of the engine before the first query. */
export function connect(url: string, isReading = false, { onLost = () => {}, onUnsynced }: StoreWatch = {}): Database {
  const path = sqlitePathOf(url);
  if (path === undefined) return new Kysely<Tables>({ dialect: postgresDialect(url, onLost) });
  return new Kysely<Tables>({ dialect: isReading ? readingDialect(path) : sqliteDialect(path, onUnsynced) });
}

/** Every migration in the words of the engine. */
export function migrationsFor(url: string) {
  return migrations(sqlitePathOf(url) === undefined ? postgresWords : sqliteWords);
}

/**
 * What the work gives; when it fails, the connection is closed.
 *
 * @throws {Problem} that of the work, or store/unreachable for whatever else it threw
 */
export async function orClose<T>(url: string, db: Database, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await db.destroy();
    throw error instanceof Problem
      ? error
      : new Problem('store/unreachable', { url: withoutSecret(url) }, { cause: error });
  }
}
