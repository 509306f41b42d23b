/** A database looked at from outside: nothing is written, whoever has it open. */

import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { Kysely, sql } from 'kysely';
import { connect, migrationsFor, orClose } from './connect.ts';
import { readSchema } from './schema.ts';
import { imageDialect } from './sqlite.ts';
import type { Database, Tables } from './tables.ts';
import { sqlitePathOf, withoutSecret } from './url.ts';

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
  const path = sqlitePathOf(url);
  const known = migrationsFor(url);
  const shown = withoutSecret(url);
  if (path !== undefined && !existsSync(path))
    return { url: shown, pending: Object.keys(known), newer: [], isNew: true };
  const isCopied = path !== undefined && !isOurs && !(existsSync(`${path}-shm`) && existsSync(`${path}-wal`));
  const db = isCopied ? new Kysely<Tables>({ dialect: imageDialect(() => readCopy(path)) }) : connect(url, true);
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

/** The beginning of a file as a database of its own, which has no write-ahead log and as many pages as were read. */
function readCopy(path: string): Buffer {
  const bytes = readHead(path, greatestLook);
  const pageSize = bytes.length < 100 ? 0 : bytes.readUInt16BE(16) === 1 ? 65_536 : bytes.readUInt16BE(16);
  if (pageSize > 0) {
    bytes[18] = 1;
    bytes[19] = 1;
    bytes.writeUInt32BE(Math.floor(bytes.length / pageSize), 28);
  }
  return bytes;
}
