/**
 * One real process and the commands around it: the keys are encrypted under it, the agreement key leaves the machine, the
 * passphrase is changed, and a program takes over the bulletin key. The log goes on with the same keys throughout.
 */

import { chmod, copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KeyReport } from '../../node/federation/key-report.ts';
import { runCli } from '../support/cli.ts';
import { findFreePort } from '../support/ports.ts';
import { type NodeProcess, startProcess } from '../support/process.ts';

const [first, second] = ['a passphrase of this test', 'another one for later'];
let folder: string;
let running: NodeProcess | undefined;
const at = (name: string) => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-key-life-'));
  running = undefined;
});
afterEach(async () => {
  await running?.kill();
  await rm(folder, { recursive: true, force: true });
});

async function huxin(...argv: string[]): Promise<string> {
  const { code, out, err } = await runCli(argv);
  expect(code, `${argv.join(' ')}: ${err}`).toBe(0);
  return out;
}

/** Keys of two members, the agreement that both have signed, and Shanghai's configuration. @returns its address */
async function prepare(): Promise<string> {
  const url = `http://127.0.0.1:${await findFreePort()}`;
  const members = [
    ['310000', 'sh', url],
    ['320000', 'js', 'https://credit.js.example'],
  ] as const;
  for (const [id, name, issuer] of members) {
    await writeFile(
      at(`${name}.yaml`),
      await huxin('keys', 'create', '--out', at(name), '--member', id, '--issuer', issuer),
    );
  }
  const blocks = ['--block', at('sh.yaml'), '--block', at('js.yaml'), '--from', '2026-01-01'];
  await huxin('agreement', 'init', ...blocks, '--out', at('page.yaml'));
  const sign = (file: string, id: string, name: string) =>
    huxin('agreement', 'sign', at(file), '--keys', at(name), '--member', id, '--out', at('agreement.json'));
  await sign('page.yaml', '310000', 'sh');
  await sign('agreement.json', '320000', 'js');
  await mkdir(at('offline'), { mode: 0o700 });
  await rename(at('sh/agreement.json'), at('offline/agreement.json'));
  await writeFile(at('first'), first, { mode: 0o600 });
  await writeFile(at('second'), second, { mode: 0o600 });
  return url;
}

async function configure(url: string, more: object): Promise<string> {
  const listen = { port: Number(new URL(url).port) };
  const config = { member: '310000', listen, database: 'sqlite:sh.db', keys: 'sh', agreement: 'agreement.json' };
  await writeFile(at('node.yaml'), JSON.stringify({ ...config, ...more }));
  return at('node.yaml');
}

/** What the node says of Shanghai's running keys. */
async function statusOf(url: string): Promise<KeyReport[]> {
  const token = (
    await huxin('token', 'create', '--config', at('node.yaml'), '--role', 'operator', '--person', '1')
  ).trim();
  const { keys } = JSON.parse(await huxin('keys', 'status', '--node', url, '--token', token, '--json'));
  return (keys as KeyReport[]).filter(({ member, use }) => member === '310000' && use !== 'agreement');
}

test('keys are encrypted, opened, put under another passphrase and handed to a program, and the log goes on', async () => {
  const url = await prepare();
  running = await startProcess(await configure(url, {}));
  expect(running.lastWords()).toContain('private keys lie unencrypted');
  const before = (await statusOf(url)).map(({ use, kid, state }) => ({ use, kid, state }));
  expect(before.map(({ use, state }) => [use, state])).toEqual([
    ['bulletin', 'in-force'],
    ['log', 'in-force'],
    ['witness', 'in-force'],
  ]);
  await running.stop();
  await copyFile(at('sh/bulletin.json'), at('bulletin.json')); // the program's, later

  await huxin('keys', 'encrypt', '--keys', at('sh'), '--passphrase-file', at('first'));
  await expect(startProcess(await configure(url, {}))).rejects.toThrow(/已加密|is encrypted/);
  running = await startProcess(await configure(url, { keyPassphraseFile: 'first' }));
  expect(running.lastWords()).not.toContain('unencrypted');
  await running.stop();

  const change = ['--passphrase-file', at('first'), '--new-passphrase-file', at('second')];
  await huxin('keys', 'passphrase', '--keys', at('sh'), ...change);
  const refused = await startProcess(await configure(url, { keyPassphraseFile: 'first' })).catch(String);
  expect(refused).toMatch(/口令打不开|does not open/);
  expect(refused).not.toContain(first);
  await chmod(at('second'), 0o640);
  await expect(startProcess(await configure(url, { keyPassphraseFile: 'second' }))).rejects.toThrow(
    /他人可以读取|others may read it/,
  );
  await chmod(at('second'), 0o600);

  await rm(at('sh/bulletin.json'));
  const program = [process.execPath, resolve('test/support/signer.mjs'), at('bulletin.json')];
  running = await startProcess(await configure(url, { keyPassphraseFile: 'second', signers: { bulletin: program } }));
  expect((await statusOf(url)).map(({ use, kid, state }) => ({ use, kid, state }))).toEqual(before);
  await running.stop();
}, 900_000);
