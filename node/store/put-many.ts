/**
 * Bulk writes: a hundred rows a statement, compiled once and prepared once. Building the same statement anew for every
 * hundred rows takes as long as the engine takes to carry it out.
 */

import type { CompiledQuery, Insertable } from 'kysely';
import type { Database, Tables } from './tables.ts';

const rowsPerStatement = 100;

/** Inserts rows whose members all stand in the same order, as those of one mapping do. */
export type PutMany = <Name extends keyof Tables>(
  db: Database,
  table: Name,
  rows: readonly Insertable<Tables[Name]>[],
) => Promise<void>;

/** For one database: its statements are kept. */
export function createPutMany(): PutMany {
  const statements = new Map<string, CompiledQuery>();

  return async (db, table, rows) => {
    const insert = async (some: typeof rows): Promise<void> => {
      const shape = `${table} ${some.length}`;
      const compiled = statements.get(shape) ?? db.insertInto(table).values(some).compile();
      statements.set(shape, compiled);
      await db.executeQuery({ ...compiled, parameters: some.flatMap((row) => Object.values(row)) });
    };
    let at = 0;
    for (; at + rowsPerStatement <= rows.length; at += rowsPerStatement) {
      await insert(rows.slice(at, at + rowsPerStatement));
    }
    for (; at < rows.length; at++) await insert(rows.slice(at, at + 1)); // so that there are two shapes only
  };
}
