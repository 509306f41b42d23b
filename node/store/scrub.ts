/** What was erased, taken out of the files of a database too. */

import { sql } from 'kysely';
import { Problem } from '../base/problem.ts';
import { statementTimeout } from './postgres.ts';
import type { Database } from './tables.ts';
import { sqlitePathOf } from './url.ts';

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
  if (sqlitePathOf(url) !== undefined) {
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
