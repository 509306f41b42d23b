/** The bytes of a database as they lie on the disk, past its engine. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';

/** Which of the texts stand in the files of the database: the file and its write-ahead log, or PostgreSQL's `base` folder. */
export async function findInFiles(url: string, texts: readonly string[]): Promise<string[]> {
  const files = await readFiles(url);
  return texts.filter((text) => files.some((bytes) => bytes.includes(text)));
}

async function readFiles(url: string): Promise<Buffer[]> {
  if (url.startsWith('sqlite:')) {
    const path = url.slice('sqlite:'.length);
    return Promise.all([path, `${path}-wal`, `${path}-shm`].map(readIfThere));
  }
  const folder = await findFolder(url);
  return Promise.all((await readdir(folder)).map((name) => readIfThere(join(folder, name))));
}

/** Makes PostgreSQL write what it holds in memory, and sample its columns, as it does by itself sooner or later. */
export async function settleFiles(url: string): Promise<void> {
  if (!url.startsWith('sqlite:')) await ask(url, 'analyze', 'checkpoint');
}

async function findFolder(url: string): Promise<string> {
  const [row] = await ask(
    url,
    "select current_setting('data_directory') as data, oid from pg_database where datname = current_database()",
  );
  return join(String(row?.data), 'base', String(row?.oid));
}

async function ask(url: string, ...statements: string[]): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

/** PostgreSQL takes away files of its own while they are being read. */
async function readIfThere(path: string): Promise<Buffer> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
}
