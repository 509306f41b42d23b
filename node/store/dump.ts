/**
 * Every table as rows that either engine can have written and either can take: read in pages, each table in the order of
 * its key, and put back table by table. What rows mean is nobody's business here.
 */

import { sql } from 'kysely';
import { formatBase64, parseBase64 } from '../base/bytes.ts';
import { createPutMany } from './put-many.ts';
import type { Database, Tables } from './tables.ts';

/** A value as JSON has it; bytes are `{"base64":"…"}`. */
export type DumpedValue = string | number | null | { base64: string };

export interface DumpedPage {
  table: string;
  columns: string[];
  rows: DumpedValue[][];
}

/**
 * The key of each table, which a row follows that refers to it. A table added to `tables.ts` does not compile until it
 * stands here. Null for what no copy keeps: over a restore nobody stays signed in, and
 * no order to unlock stands.
 */
const keys: Record<keyof Tables, readonly string[] | null> = {
  agreement: ['digest'],
  agreement_refusal: ['digest', 'member'],
  log: ['id'],
  entry: ['log', 'idx'],
  tile: ['log', 'level', 'idx'],
  checkpoint: ['log', 'size'],
  head_proof: ['log'],
  outside_witness: ['vkey', 'log'],
  tally: ['log', 'member', 'what'],
  receipt: ['member', 'jti'],
  refusal: ['member', 'log', 'idx'],
  history: ['member', 'digest'],
  peer: ['member'],
  pull: ['member', 'at'],
  finding: ['id'],
  step: ['log', 'idx'],
  import: ['id'],
  import_chunk: ['import', 'n'],
  import_item: ['import', 'row'],
  import_outcome: ['import', 'row'],
  import_refusal: ['import', 'n'],
  import_kept: ['import', 'row'],
  proposal: ['id'],
  token: ['id'],
  session: null,
  unlock_order: null,
  question: ['n'],
  question_head: ['size'],
  journal: ['size'],
  request: ['jti'],
  alarm: ['id'],
  delivery: ['id'],
  clock: ['member'],
  log_size: ['log', 'day'],
};

/** In the order in which rows may be put back. */
const dumpedTables = Object.entries(keys).flatMap(([table, key]) => (key ? [table] : []));

const rowsAtOnce = 200;
const largeRowsAtOnce = 16; // chunks of uploaded files

/** How many rows there are, by table. */
export async function countRows(db: Database): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const table of dumpedTables) {
    const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(db);
    counts.set(table, rows[0]?.n ?? 0);
  }
  return counts;
}

/** All rows of all tables, some at a time. */
export async function* dumpTables(db: Database): AsyncGenerator<DumpedPage> {
  for (const table of dumpedTables) yield* dumpTable(db, table, keys[table as keyof Tables] ?? []);
}

async function* dumpTable(db: Database, table: string, key: readonly string[]): AsyncGenerator<DumpedPage> {
  const limit = table === 'import_chunk' ? largeRowsAtOnce : rowsAtOnce;
  const order = sql.join(key.map((column) => sql.ref(column)));
  let last: unknown[] | undefined;
  for (;;) {
    const after = last ? sql`where (${order}) > (${sql.join(last)})` : sql``;
    const query = sql<
      Record<string, unknown>
    >`select * from ${sql.table(table)} ${after} order by ${order} limit ${sql.lit(limit)}`;
    const { rows } = await query.execute(db);
    const [first] = rows;
    if (!first) return;
    const columns = Object.keys(first);
    yield { table, columns, rows: rows.map((row) => columns.map((column) => toDumped(row[column]))) };
    if (rows.length < limit) return;
    last = key.map((column) => rows.at(-1)?.[column]);
  }
}

/** Whether no table holds anything that a node or its operator put there. */
export async function isEmpty(db: Database): Promise<boolean> {
  const counts = await countRows(db);
  counts.delete('question_head'); // the migration's own row
  return [...counts.values()].every((n) => n === 0);
}

/** Puts rows back, page by page in the order in which they were read. Inside one transaction. */
export function createLoader(db: Database) {
  const putMany = createPutMany();
  return async ({ table, columns, rows }: DumpedPage): Promise<void> => {
    const name = dumpedTables.find((one) => one === table) as keyof Tables | undefined;
    if (!name) throw new RangeError(`no such table: ${table}`);
    if (name === 'question_head') await db.deleteFrom(name).execute();
    const named = rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, fromDumped(row[i])])));
    await putMany(db, name, named as never); // columns of the release that wrote them
  };
}

function toDumped(value: unknown): DumpedValue {
  if (value instanceof Uint8Array) return { base64: formatBase64(value) };
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  throw new RangeError(`a table holds a ${typeof value}`);
}

function fromDumped(value: DumpedValue | undefined): unknown {
  if (typeof value !== 'object' || value === null) return value ?? null;
  const bytes = parseBase64(value.base64);
  if (!bytes) throw new RangeError('bytes that are no base64');
  return Buffer.from(bytes);
}
