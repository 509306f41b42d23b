/**
 * The archive of a release, as an operator of a network without npm uses it: unpacked, checked, installed without root,
 * and run with nothing in the environment, from the keys to a node that answers.
 */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Member } from '../node/agreement/agreement.ts';
import { formatHex } from '../node/base/bytes.ts';
import { hash } from '../node/crypto.ts';
import { sampleAgreement, signedAgreement } from './support/agreement.ts';

const execute = promisify(execFile);
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }; // our own
let folder: string;
let unpacked: string;
let huxin: string;
let child: ChildProcess | undefined;

/** Runs what was installed, with nothing of this environment. */
async function run(...argv: string[]): Promise<string> {
  const { stdout } = await execute(huxin, argv, { cwd: join(folder, 'work'), env: {} });
  return stdout;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-release-'));
  await mkdir(join(folder, 'work'));
  await execute(process.execPath, ['scripts/release.mjs', '--out', join(folder, 'out'), '--level', '1']);
  const name = readdirSync(join(folder, 'out')).find((file) => file.endsWith('.tar.gz')) ?? '';
  expect(name).toMatch(new RegExp(`^huxin-${version}-${process.platform}-${process.arch}(-musl)?\\.tar\\.gz$`));
  await execute('tar', ['-xzf', join(folder, 'out', name), '-C', folder]);
  unpacked = join(folder, name.replace('.tar.gz', ''));
  await execute('/bin/sh', [join(unpacked, 'install.sh'), '--prefix', join(folder, 'opt')]);
  huxin = join(folder, 'opt/bin/huxin');
});

afterAll(async () => {
  child?.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

it('runs from any folder, over the link, with an empty environment', async () => {
  expect(await run('--version')).toBe(`${version}\n`);
});

it('lists every file with its checksum, and every package that runs with its version and licence', async () => {
  const sums = await readFile(join(unpacked, 'SHA256SUMS'), 'utf8');
  const listed = sums
    .trim()
    .split('\n')
    .map((line) => line.slice(66));
  const files = readdirSync(unpacked, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(unpacked.length + 1));
  expect([...listed, 'SHA256SUMS'].sort()).toEqual(files.sort());

  const { components } = JSON.parse(await readFile(join(unpacked, 'components.cdx.json'), 'utf8')) as {
    components: { name: string; version: string; licenses?: unknown[] }[]; // CycloneDX
  };
  const licences = await readFile(join(unpacked, 'LICENSES.txt'), 'utf8');
  for (const { name, version: its, licenses } of components) {
    expect(licenses, name).toBeDefined();
    if (name !== 'node') expect(licences).toContain(`\n${name} ${its} (`);
  }
  expect(components.map(({ name }) => name)).toEqual(expect.arrayContaining(['node', 'better-sqlite3', 'jose']));
  expect(components.map(({ name }) => name)).not.toContain('vitest');
});

it('brings the page that verifies evidence, inside and beside the archive, with its checksum', async () => {
  const name = `huxin-verify-${version}.html`;
  const beside = await readFile(join(folder, 'out', name));
  expect(beside.equals(await readFile(join(unpacked, 'dist/verify.html')))).toBe(true);
  const list = readdirSync(join(folder, 'out')).find((file) => file.endsWith('.sha256')) ?? '';
  expect(await readFile(join(folder, 'out', list), 'utf8')).toContain(`${formatHex(hash(beside))}  ${name}\n`);
});

it('refuses to install a file that was changed', async () => {
  await writeFile(join(unpacked, 'CHANGELOG.md'), 'another');
  const refused = await execute('/bin/sh', [join(unpacked, 'install.sh'), '--prefix', join(folder, 'other')]).catch(
    (error: unknown) => error,
  );
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing was installed') });
  expect(readdirSync(folder)).not.toContain('other');
});

it('makes keys, signs an agreement and serves', async () => {
  const issuer = 'http://127.0.0.1:1';
  const printed = await run('keys', 'create', '--out', 'keys', '--member', '310000', '--issuer', issuer);
  const [block] = parse(printed) as [Partial<Member>]; // one member
  const agreement = sampleAgreement(({ members: [shanghai] }) => {
    if (shanghai) Object.assign(shanghai, block, { endpoint: issuer });
  });
  const others = await signedAgreement(agreement, ['320000', '330000', '340000']);
  await writeFile(join(folder, 'work/theirs.json'), JSON.stringify(others));
  await run('agreement', 'sign', 'theirs.json', '--keys', 'keys', '--member', '310000', '--out', 'agreement.json');
  await run('config', 'init', '--out', 'huxin.yaml');

  child = spawn(huxin, ['serve', '--config', 'huxin.yaml'], {
    cwd: join(folder, 'work'),
    env: { HUXIN_LISTEN_PORT: '0' },
  });
  const ended = new Promise((resolve) => child?.once('exit', resolve));
  expect((await fetch(new URL('/healthz', await addressOf(child)))).status).toBe(200);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

/** Where it serves, by its log. */
async function addressOf({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new RangeError('its output goes nowhere');
  for await (const text of createInterface({ input: stdout })) {
    const { msg, url } = JSON.parse(text) as { msg: string; url?: string }; // pino writes one object a line
    if (msg === 'serving' && url) return url;
  }
  throw new Error('it ended before it served');
}
