/** `huxin fsck` beside a running node: what it says of a whole store, and of one that was spoilt. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { type CliNodes, openCliNodes } from '../support/cli-node.ts';
import { execute } from '../support/sql.ts';

let nodes: CliNodes;
let config: string;

beforeAll(async () => {
  nodes = await openCliNodes();
  await nodes.openRecord('801');
  await nodes.network.exchange();
  config = join(nodes.folder, 'node.yaml');
  const { member, listen, database, keys, agreement } = nodes.network.node('310000').config;
  await writeFile(config, JSON.stringify({ member, listen: { ...listen, port: 1 }, database, keys, agreement }));
});

afterAll(() => nodes.close());

it('says what it looked at, and that nothing is wrong', async () => {
  const said = await runCli(['fsck', '--config', config]);
  expect(said).toMatchObject({ code: 0, err: '' });
  expect(said.out).toMatch(/^log +member +entries +checkpoints\n/);
  expect(said.out).toMatch(/credit\.sh\.example\/log +310000 +\d+ +\d+\n/);
  expect(said.out).toMatch(/\nnothing is wrong; 1 records\n$/);
});

it('names what is wrong by log and index, and exits with 1', async () => {
  await execute(
    nodes.network.node('310000').config.database,
    "update entry set jws = jws || 'A' where idx = 1 and log = (select id from log where own = 1)",
  );
  const said = await runCli(['fsck', '--config', config]);
  expect(said.code).toBe(1);
  expect(said.out).toContain(
    'credit.sh.example/log 1: the content does not open the leaf’s commitment (content-altered)',
  );
  expect(said.out).toMatch(/1 things are wrong/);
  const json = JSON.parse((await runCli(['fsck', '--config', config, '--json'])).out);
  expect(json.found).toEqual([
    expect.objectContaining({
      code: 'content-altered',
      log: 'credit.sh.example/log',
      index: 1,
      zh: expect.any(String),
    }),
  ]);
});
