/**
 * The form of a backup: lines of JSON, compressed, encrypted (vault.ts). The same for both engines, so that what was
 * written from one can be put back into the other. What is in it and what becomes of it: backup.ts, restore.ts.
 *
 *     {"huxinBackup":1,"member":"310000","at":"…","program":"0.1.0","migrations":["0001-start"],"heads":[…],"rows":12}
 *     {"file":"agreement.json","text":"…"}
 *     {"table":"log","columns":["id","origin",…]}
 *     [1,"credit.sh.example/log",…]
 *     {"end":{"rows":12,"sha256":"…"}}
 */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { Problem } from './base/problem.ts';
import type { DumpedPage, DumpedValue } from './store/dump.ts';
import { seal, unseal, VaultError } from './vault.ts';

/** What a backup says of itself. */
export interface BackupHead {
  huxinBackup: 1;
  member: string;
  /** Instant of the snapshot. */
  at: string;
  /** Version of the program that wrote it. */
  program: string;
  /** What its tables had had. */
  migrations: string[];
  /** Every log as it was held; roots in base64. */
  heads: { origin: string; size: number; root: string }[];
  rows: number;
}

/** A file that lies beside the tables. */
export interface BackupFile {
  file: string;
  text: string;
}

export type BackupPart = { head: BackupHead } | BackupFile | DumpedPage;

type Parts = AsyncIterable<BackupPart>;

const linesPerPiece = 100;
const rowsPerPage = 100;

/** Writes the parts, head first, to where `to` puts the bytes. */
export async function writeBackupTo(
  to: (bytes: AsyncIterable<Uint8Array>) => Promise<void>,
  parts: Parts,
  passphrase: string,
): Promise<void> {
  await pipeline(
    formatLines(parts),
    createGzip({ level: 3 }),
    (bytes: AsyncIterable<Uint8Array>) => seal(bytes, passphrase),
    to,
  );
}

/**
 * Reads a backup from end to end. The parts are to be believed once this has returned, not before.
 *
 * @throws {Problem} backup/unreadable with `reason`: `no-vault`, `wrong-passphrase`, `altered`, `cut-off`, `malformed`
 */
export async function readBackup<T>(
  file: string,
  passphrase: string,
  consume: (parts: Parts) => Promise<T>,
): Promise<T> {
  let result: { value: T } | undefined;
  try {
    await pipeline(
      createReadStream(file),
      (bytes: AsyncIterable<Uint8Array>) => unseal(bytes, passphrase),
      createGunzip(),
      async (bytes: AsyncIterable<Uint8Array>) => {
        result = { value: await consume(parseLines(bytes)) };
      },
    );
  } catch (error) {
    const reason = reasonOf(error);
    if (reason) throw new Problem('backup/unreadable', { file, reason }, { cause: error });
    throw error;
  }
  if (!result) throw new RangeError('read and not consumed');
  return result.value;
}

class Malformed extends Error {}

function reasonOf(error: unknown): string | undefined {
  if (error instanceof VaultError) return error.flaw;
  if (error instanceof Malformed) return 'malformed';
  const { code = '' } = error as { code?: string }; // of a stream, or of the file system
  if (code === 'ENOENT') return 'missing';
  return code.startsWith('Z_') ? 'malformed' : undefined;
}

async function* formatLines(parts: Parts): AsyncGenerator<Buffer> {
  const digest = createHash('sha256');
  let rows = 0;
  let table = '';
  let waiting: string[] = [];
  const flush = (): Buffer => {
    const bytes = Buffer.from(waiting.map((line) => `${line}\n`).join(''));
    waiting = [];
    digest.update(bytes);
    return bytes;
  };
  for await (const part of parts) {
    if ('head' in part) waiting.push(JSON.stringify(part.head));
    else if ('file' in part) waiting.push(JSON.stringify(part));
    else {
      if (part.table !== table) waiting.push(JSON.stringify({ table: part.table, columns: part.columns }));
      table = part.table;
      waiting.push(...part.rows.map((row) => JSON.stringify(row)));
      rows += part.rows.length;
    }
    if (waiting.length >= linesPerPiece) yield flush();
  }
  yield flush();
  yield Buffer.from(`${JSON.stringify({ end: { rows, sha256: digest.digest('hex') } })}\n`);
}

/** The parts again; rows come in pages of their table. */
async function* parseLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<BackupPart> {
  const digest = createHash('sha256');
  let rows = 0;
  let page: DumpedPage | undefined;
  let hasHead = false;
  let hasEnded = false;
  for await (const line of splitLines(bytes)) {
    if (hasEnded) throw new Malformed();
    const value = parseLine(line);
    if (!Array.isArray(value) && 'end' in value) {
      const { rows: expected, sha256 } = value.end as { rows: number; sha256: string };
      if (expected !== rows || sha256 !== digest.digest('hex')) throw new Malformed();
      hasEnded = true;
      continue;
    }
    digest.update(line).update('\n');
    if (Array.isArray(value)) {
      if (!page) throw new Malformed();
      page.rows.push(value as DumpedValue[]); // of a file that was authenticated
      rows++;
      if (page.rows.length < rowsPerPage) continue;
      yield page;
      page = { ...page, rows: [] };
      continue;
    }
    if (page && page.rows.length > 0) yield page;
    page = undefined;
    if ('huxinBackup' in value) {
      if (value.huxinBackup !== 1) throw new Malformed();
      hasHead = true;
      yield { head: value as unknown as BackupHead }; // sealed by our own backup: the vault has seen to it
    } else if (!hasHead) throw new Malformed();
    else if ('file' in value)
      yield value as unknown as BackupFile; // likewise
    else page = { table: String(value.table), columns: value.columns as string[], rows: [] };
  }
  if (!hasEnded) throw new Malformed();
  if (page && page.rows.length > 0) yield page;
}

function parseLine(line: Buffer): unknown[] | Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line.toString());
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // said below
  }
  throw new Malformed();
}

async function* splitLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  for await (const piece of bytes) {
    let from = 0;
    const buffer = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    for (let end = buffer.indexOf(10); end >= 0; end = buffer.indexOf(10, from)) {
      yield Buffer.concat([...rest, buffer.subarray(from, end)]);
      rest = [];
      from = end + 1;
    }
    if (from < buffer.length) rest.push(buffer.subarray(from));
  }
  if (rest.length > 0) throw new Malformed();
}
