/** The databases that every store test runs on: `describe.each(engines)('… on $name', ({ open }) => …)`. */

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { inject } from 'vitest';

/** A database with nothing in it. */
export interface Database {
  /** As the configuration names it: `sqlite:<path>` or `postgres://…`. */
  url: string;
  /** Takes the database away; close every connection to it first. */
  close(): Promise<void>;
}

export interface Engine {
  name: 'sqlite' | 'postgres';
  open(): Promise<Database>;
}

export const engines: readonly Engine[] = [
  { name: 'sqlite', open: openSqlite },
  { name: 'postgres', open: openPostgres },
];

async function openSqlite(): Promise<Database> {
  const folder = await mkdtemp(join(tmpdir(), 'huxin-test-'));
  return { url: `sqlite:${join(folder, 'huxin.db')}`, close: () => rm(folder, { recursive: true, force: true }) };
}

async function openPostgres(): Promise<Database> {
  const server = inject('postgres');
  const name = `huxin_${randomUUID().replaceAll('-', '')}`;
  await execute(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = name;
  return { url: url.href, close: () => execute(server, `drop database ${name}`) };
}

async function execute(server: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
