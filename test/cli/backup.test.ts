/** `huxin backup` beside a running node and `huxin restore`, as an operator types them. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { type CliNodes, openCliNodes } from '../support/cli-node.ts';

let nodes: CliNodes;
let config: string;
let empty: string;
let secret: string;
const at = (name: string) => join(nodes.folder, name);

beforeAll(async () => {
  nodes = await openCliNodes();
  await nodes.openRecord('802');
  await nodes.network.exchange();
  [config, empty, secret] = [at('node.yaml'), at('empty.yaml'), at('passphrase')];
  const { member, listen, database, keys, agreement, erasures } = nodes.network.node('310000').config;
  const settings = { member, listen: { ...listen, port: 1 }, database, keys, agreement, erasures };
  await writeFile(config, JSON.stringify(settings));
  await writeFile(empty, JSON.stringify({ ...settings, database: `sqlite:${at('restored.db')}` }));
  await writeFile(secret, 'correct horse battery staple\n', { mode: 0o600 });
});

afterAll(() => nodes.close());

it('needs a passphrase, and one that is worth having', async () => {
  const argv = ['backup', '--config', config, '--out', at('none.huxin')];
  expect((await runCli(argv)).code).toBe(2);
  await writeFile(at('short'), 'short', { mode: 0o600 });
  expect((await runCli([...argv, '--passphrase-file', at('short')])).err).toContain('12 characters');
});

it('writes, checks, takes out the files, and restores into an empty database only', async () => {
  const out = at('backup.huxin');
  const given = ['--passphrase-file', secret];
  const made = await runCli(['backup', '--config', config, '--out', out, ...given]);
  expect(made).toMatchObject({ code: 0, err: '' });
  expect(made.out).toMatch(/nothing is wrong; 1 records\nwritten and checked: \S+, \d+\.\d MiB, as of .+, \d+ rows\n$/);
  expect((await runCli(['backup', '--config', config, '--out', out, ...given])).err).toContain('never overwritten');

  const files = await runCli(['restore', out, '--files', at('files'), ...given]);
  expect(files.out).toBe(`${at('files/agreement.json')}\n${at('files/configuration.json')}\n`);
  expect(JSON.parse(await readFile(at('files/configuration.json'), 'utf8'))).toMatchObject({ member: '310000' });

  expect((await runCli(['restore', out, '--config', config, ...given])).err).toContain('not empty');
  expect((await runCli(['restore', out, ...given])).code).toBe(2);
  const back = await runCli(['restore', out, '--config', empty, ...given]);
  expect(back).toMatchObject({ code: 0, err: '' });
  expect(back.out).toMatch(/restored as of .+; 0 entries erased again by the ledger\. Start the node/);
  const fsck = JSON.parse((await runCli(['fsck', '--config', empty, '--json'])).out);
  expect(fsck).toMatchObject({ faults: 0, records: 1 });
});
