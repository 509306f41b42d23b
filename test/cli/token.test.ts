import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { type Network, openNetwork } from '../support/network.ts';
import { shanghai } from '../support/sheets.ts';

let network: Network;
let folder: string;
/** A configuration file of the node that runs. */
let config: string;

beforeAll(async () => {
  network = await openNetwork({ running: ['310000'] });
  folder = await mkdtemp(join(tmpdir(), 'huxin-token-'));
  config = join(folder, 'node.yaml');
  const { member, listen, database, keys, agreement } = network.node('310000').config;
  await writeFile(config, JSON.stringify({ member, listen: { ...listen, port: 1 }, database, keys, agreement }));
});

afterAll(async () => {
  await network.close();
  await rm(folder, { recursive: true, force: true });
});

const onNode = (token: string) => ({ environment: { node: network.node('310000').url, token, locale: 'en_GB' } });

it('makes the first token beside the running node, and that token makes and revokes others through it', async () => {
  const made = await runCli(['token', 'create', '--config', config, '--role', 'operator', '--person', '0007']);
  expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/^hx_[\w-]{43}\n$/) });
  expect(made.err).toMatch(/^Token \S+: keep it safe now, it cannot be shown again\.\n$/);
  const operator = onNode(made.out.trim());

  const argv = ['token', 'create', '--role', 'clerk', '--authority', shanghai, '--person', '0008', '--json'];
  const clerk = JSON.parse((await runCli(argv, operator)).out);
  expect(clerk).toEqual({
    id: expect.any(String),
    token: expect.stringMatching(/^hx_/),
    role: 'clerk',
    authority: shanghai,
    person: '0008',
  });
  expect(await runCli(['imports'], onNode(clerk.token))).toMatchObject({ code: 0, err: '' });

  const listed = await runCli(['token', 'list'], operator);
  expect(listed.out).toMatch(
    new RegExp(`${clerk.id} +clerk +${shanghai} +0008 +\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d\\n`),
  );
  expect(listed.out).not.toContain(clerk.token);
  expect(await runCli(['token', 'revoke', clerk.id], operator)).toEqual({
    code: 0,
    out: `token ${clerk.id} is revoked\n`,
    err: '',
  });
  expect(await runCli(['imports'], onNode(clerk.token))).toMatchObject({ code: 1, out: '' });
  const { tokens } = JSON.parse((await runCli(['token', 'list', '--config', config, '--json'])).out);
  expect(tokens).toContainEqual({
    ...{ id: clerk.id, role: 'clerk', authority: shanghai, person: '0008' },
    ...{ createdAt: expect.any(String), revokedAt: expect.any(String) },
  });
  expect(await runCli(['token', 'revoke', clerk.id, '--config', config])).toMatchObject({
    code: 1,
    err: expect.stringMatching(`^There is no such token, or it is revoked: ${clerk.id}\\.\n`),
  });
});

it('gives a token to the member’s own authority unless told another, both ways', async () => {
  const { authority } = network.node('310000').node.self;
  const create = ['token', 'create', '--role', 'operator', '--person', '0009', '--json'];
  const first = JSON.parse((await runCli([...create, '--config', config])).out);
  const second = JSON.parse((await runCli(create, onNode(first.token))).out);
  expect([first.authority, second.authority]).toEqual([authority, authority]);
});

it('lets nobody but an operator make one', async () => {
  const clerk = await network.node('310000').createToken('clerk');
  const argv = ['token', 'create', '--role', 'operator', '--person', '0010'];
  expect(await runCli(argv, onNode(clerk))).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('it takes operator'),
  });
});

it.each([
  [['token', 'create', '--person', '1'], "required option '--role <role>'"],
  [['token', 'create', '--person', '1', '--role', 'king'], 'Allowed choices are clerk, auditor, operator, reader'],
  [['token', 'create', '--role', 'clerk'], "required option '--person <number>'"],
  [['token', 'list'], 'no node: give --node or HUXIN_NODE'],
  [['token', 'list', '--config', 'a', '--node', 'http://127.0.0.1:1'], 'cannot be used with'],
])('%j is misuse', async (argv, hint) => {
  const { code, out, err } = await runCli(argv);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(hint);
});

it('refuses a wrong code of an authority, and a configuration with mistakes', async () => {
  const create = ['token', 'create', '--role', 'clerk', '--person', '1'];
  const wrong = await runCli([...create, '--authority', '11310000HX31000000', '--config', config, '--json']);
  expect(wrong.code).toBe(1);
  expect(JSON.parse(wrong.err)).toMatchObject({ code: 'subject/invalid-uscc' });
  const missing = await runCli([...create, '--config', join(folder, 'none.yaml')]);
  expect(missing).toMatchObject({ code: 1, err: expect.stringContaining('The configuration is not right.') });
});
