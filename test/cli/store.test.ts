/** `huxin store` on a database that no node has open, of this release, an older and a newer one. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { execute } from '../support/sql.ts';

let folder: string;
let config: string;
const url = () => `sqlite:${join(folder, 'huxin.db')}`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-store-'));
  config = join(folder, 'huxin.yaml');
  await writeFile(join(folder, 'agreement.json'), '{}');
  const settings = { member: '310000', listen: { port: 0 }, database: 'sqlite:huxin.db', keys: '.' };
  await writeFile(config, JSON.stringify({ ...settings, agreement: 'agreement.json' }));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

it('has no status, and nothing to try, where there is no database', async () => {
  for (const argv of [['status'], ['migrate', '--dry-run']]) {
    const said = await runCli(['store', ...argv, '--config', config]);
    expect(said.code).toBe(1);
    expect(said.err).toContain('cannot be opened');
  }
});

it('makes the tables, and says of which release they are', async () => {
  const made = await runCli(['store', 'migrate', '--config', config]);
  expect(made).toMatchObject({ code: 0, err: '' });
  expect(made.out).toMatch(/^done: 0001-start/);
  expect((await runCli(['store', 'migrate', '--config', config, '--dry-run'])).out).toBe(
    'the tables are of this release already\n',
  );
  const { out, code } = await runCli(['store', 'status', '--config', config, '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ database: url(), pending: [], unknown: [], ready: true });
});

it('refuses to touch, or to serve, what a newer release made', async () => {
  await execute(url(), "insert into kysely_migration (name, timestamp) values ('9999-later', '2030-01-01')");
  const status = await runCli(['store', 'status', '--config', config]);
  expect(status.code).toBe(1);
  expect(status.out).toMatch(/9999-later {2}made by a newer release/);
  for (const argv of [['store', 'migrate'], ['scrub'], ['fsck']]) {
    const said = await runCli([...argv, '--config', config]);
    expect(said).toMatchObject({ code: 1, out: '' });
    expect(said.err).toContain('newer release (9999-later)');
  }
});
