import { existsSync } from 'node:fs';
import { Client } from 'pg';
import { expect, it } from 'vitest';
import { engines } from './engines.ts';

it('offers both engines', () => {
  expect(engines.map(({ name }) => name)).toEqual(['sqlite', 'postgres']);
});

it.each(engines)('opens an empty database of its own each time on $name', async ({ open }) => {
  const [one, other] = [await open(), await open()];
  expect(one.url).not.toBe(other.url);
  await one.close();
  await other.close();
});

it('offers a PostgreSQL that sorts by bytes', async () => {
  const database = await postgres();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query("select a from (values ('b'), ('B'), ('a')) t(a) order by a");
  expect(rows).toEqual([{ a: 'B' }, { a: 'a' }, { a: 'b' }]);
  await client.end();
  await database.close();
  await expect(new Client({ connectionString: database.url }).connect()).rejects.toThrow('does not exist');
});

it('takes the SQLite folder away', async () => {
  const sqlite = engines.find(({ name }) => name === 'sqlite');
  if (!sqlite) throw new Error('no SQLite');
  const { url, close } = await sqlite.open();
  const folder = url.replace('sqlite:', '').replace(/\/huxin\.db$/, '');
  expect(existsSync(folder)).toBe(true);
  await close();
  expect(existsSync(folder)).toBe(false);
});

function postgres() {
  const engine = engines.find(({ name }) => name === 'postgres');
  if (!engine) throw new Error('no PostgreSQL');
  return engine.open();
}
