import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { formatKeyReports } from '../../node/cli/key-status.ts';
import { type KeyUse, keyUses, type NodeKey } from '../../node/key-file.ts';
import { formatMemberBlock, type KeySet, loadKeysFor } from '../../node/keys.ts';
import { runCli } from '../support/cli.ts';

const names = { member: '310000', issuer: 'https://credit.sh.example', origin: 'credit.sh.example/log' };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function create(out: string, ...more: string[]) {
  return runCli(['keys', 'create', '--out', out, '--member', names.member, '--issuer', names.issuer, ...more]);
}

async function loadSet(out: string): Promise<KeySet> {
  const load = async (use: KeyUse) => [use, (await loadKeysFor(out, use))[0] as NodeKey] as const;
  return Object.fromEntries(await Promise.all(keyUses.map(load))) as KeySet;
}

it('makes the keys and prints the member’s block', async () => {
  const out = join(folder, 'a');
  const { code, out: block, err } = await create(out);
  expect(code).toBe(0);
  expect(block).toBe(formatMemberBlock(await loadSet(out), names));
  expect(err).toContain('keep a safe copy');
});

it('gives the same as JSON, with the kids, other curves and a later log', async () => {
  const out = join(folder, 'b');
  const said = await create(out, '--json', '--origin', 'credit.sh.example/log/2', '--bulletin-curve', 'Ed25519');
  expect(said).toMatchObject({ code: 0, err: '' });
  const keys = await loadSet(out);
  expect(JSON.parse(said.out)).toMatchObject({
    folder: out,
    origin: 'credit.sh.example/log/2',
    keys: {
      bulletin: [{ crv: 'Ed25519' }],
      agreement: { crv: 'P-256' },
      log: expect.stringMatching(/^credit\.sh\.example\/log\/2\+/),
      witness: expect.stringMatching(/^credit\.sh\.example\/witness\+/),
    },
    kids: { bulletin: keys.bulletin.kid, log: keys.log.kid, witness: keys.witness.kid, agreement: keys.agreement.kid },
  });
});

it('refuses a folder that holds keys', async () => {
  const out = join(folder, 'c');
  await create(out);
  expect(await create(out)).toMatchObject({ code: 1, out: '', err: expect.stringContaining('never overwritten') });
});

it.each([
  [['--member', '31']],
  [['--issuer', 'https://credit.sh.example/']],
  [['--issuer', 'credit.sh.example']],
  [['--origin', 'a b']],
  [['--agreement-curve', 'P-384']],
])('%j is misuse, and nothing is written', async (more) => {
  const out = join(folder, 'd');
  expect(await create(out, ...more)).toMatchObject({ code: 2, out: '' });
  expect(existsSync(out)).toBe(false);
});

it('encrypts what it makes when there is a passphrase, and says so when there is none', async () => {
  const passphraseFile = join(folder, 'passphrase');
  await writeFile(passphraseFile, 'correct horse battery\n', { mode: 0o600 });
  const plain = await create(join(folder, 'plain'));
  expect(plain.err).toContain('the key files are plain');
  const closed = await create(join(folder, 'closed'), '--passphrase-file', passphraseFile, '--json');
  expect(JSON.parse(closed.out)).toMatchObject({ encrypted: true });
  for (const use of keyUses) {
    expect(JSON.parse(await readFile(join(folder, 'closed', `${use}.json`), 'utf8'))).toMatchObject({ huxinKey: 2 });
  }
  const short = await runCli(['keys', 'encrypt', '--keys', join(folder, 'plain')], {
    keyEnvironment: { passphrase: 'short' },
  });
  expect(short).toMatchObject({ code: 1, err: expect.stringContaining('12 characters') });
  expect(short.err).not.toContain('short\n');
  expect(await runCli(['keys', 'encrypt', '--keys', join(folder, 'plain')])).toMatchObject({ code: 2 });
});

it('encrypts, adds beside, and changes the passphrase', async () => {
  const out = join(folder, 'life');
  await create(out);
  for (const use of ['bulletin', 'witness', 'agreement']) await rm(join(out, `${use}.json`));
  const keyEnvironment = { passphrase: 'correct horse battery' };
  const keys = ['--keys', out, '--json'];
  const encrypted = await runCli(['keys', 'encrypt', ...keys], { keyEnvironment });
  expect(JSON.parse(encrypted.out)).toEqual({ folder: out, written: [join(out, 'log.json')] });
  const added = await runCli(['keys', 'add', 'log', '--name', 'credit.sh.example/log/2', ...keys], { keyEnvironment });
  expect(JSON.parse(added.out)).toMatchObject({
    file: join(out, 'log-2.json'),
    encrypted: true,
    key: expect.stringMatching(/^credit\.sh\.example\/log\/2\+[0-9a-f]{8}\+A/),
  });
  const next = join(folder, 'next');
  await writeFile(next, 'another one of some length', { mode: 0o600 });
  const changed = await runCli(['keys', 'passphrase', '--new-passphrase-file', next, ...keys], { keyEnvironment });
  expect(JSON.parse(changed.out).written).toHaveLength(2);
  expect(await loadKeysFor(out, 'log', 'another one of some length')).toHaveLength(2);
  const keyEnvironmentNow = { passphrase: 'another one of some length' };
  const again = await runCli(['keys', 'encrypt', '--keys', out], { keyEnvironment: keyEnvironmentNow });
  expect(again).toMatchObject({ code: 0, out: 'All keys are encrypted already; nothing was changed.\n', err: '' });
  const late = await runCli(['keys', 'passphrase', '--new-passphrase-file', next, ...keys]);
  expect(late).toMatchObject({ code: 1, out: '', err: expect.stringContaining('key/no-passphrase') });
});

it.each([
  ['a use that is none', ['tea']],
  ['a log key without a name', ['log']],
  ['a bulletin key with one', ['bulletin', '--name', 'credit.sh.example/log']],
])('does not add %s', async (_, more) => {
  expect(await runCli(['keys', 'add', '--keys', join(folder, 'none'), ...more])).toMatchObject({ code: 2, out: '' });
});

it('prints a JWK for a bulletin key', async () => {
  const out = join(folder, 'second');
  await create(out);
  const { code, out: text } = await runCli(['keys', 'add', 'bulletin', '--keys', out]);
  expect(code).toBe(0);
  expect(text).toMatch(/^\{ kty: "EC", crv: "P-256", x: "[\w-]{43}", y: "[\w-]{43}" \}\n$/);
});

it('shows the files of a folder with what is wrong with them, without a passphrase', async () => {
  const out = join(folder, 'shown');
  await create(out);
  const kids = await loadSet(out);
  await chmod(join(out, 'log.json'), 0o644);
  const made = new Date('2026-11-22T08:00:00.000Z');
  for (const use of keyUses) await utimes(join(out, `${use}.json`), made, made);
  const now = () => new Date(made.getTime() + 400 * 86_400_000);
  const { code, out: table, err } = await runCli(['keys', 'status', '--keys', out], { now });
  expect(code).toBe(0);
  for (const use of keyUses) expect(table).toMatch(new RegExp(`${use} +${kids[use].kid} +2026-11-22 +400 +plain +6`));
  expect(err).toContain(`chmod 600 ${join(out, 'log.json')}`);
  expect(err).toContain('4 of them plain');
  const json = JSON.parse((await runCli(['keys', 'status', '--keys', out, '--json'])).out);
  expect(json.keys[1]).toMatchObject({ use: 'log', kid: kids.log.kid, encrypted: false, mode: '644' });
  expect(JSON.stringify(json)).not.toMatch(/"d":/);
  expect(await runCli(['keys', 'status', '--keys', join(folder, 'nowhere')])).toMatchObject({ code: 2 });
});

it('shows every member’s keys as a node knows them', () => {
  const at = '2026-11-22T08:00:00.000Z';
  const point = { index: 0, at };
  const key = { member: '310000', use: 'bulletin', kid: 'K', state: 'in-force', since: point } as const;
  const text = formatKeyReports(
    [
      { ...key, lastSigned: { index: 41, at } },
      { ...key, state: 'retired', until: { index: 9, at }, lookedBackTo: 3 },
      { ...key, use: 'log', since: { version: 1, on: '2026-11-01' }, lastSigned: { size: 42, at } },
      { ...key, use: 'witness', state: 'struck', since: { version: 1, on: '2026-11-01' } },
      { ...key, use: 'witness', lastSigned: { origin: 'credit.js.example/log', at } },
      { ...key, use: 'agreement', lastSigned: { version: 1, digest: 'sha-256:x' } },
    ],
    '2026-11-29',
    ({ en }) => en,
  );
  const lines = text.split('\n').filter((line) => !line.startsWith('---'));
  expect(lines.map((line) => line.replace(/ {2,}/g, ' | ').trim())).toEqual([
    'member | use | state | thumbprint | since | days | signed last (China time)',
    '310000 | bulletin | in force | K | 2026-11-22 entry 0 | 7 | 2026-11-22 16:00 entry 41',
    '310000 | bulletin | retired | K | 2026-11-22 entry 0, until 2026-11-22 entry 9 | 7 | nothing seen since entry 3',
    '310000 | log | in force | K | 2026-11-01 version 1 | 28 | 2026-11-22 16:00 checkpoint 42',
    '310000 | witness | struck | K | 2026-11-01 version 1 | 28 | not known',
    '310000 | witness | in force | K | 2026-11-22 entry 0 | 7 | 2026-11-22 16:00 cosigned credit.js.example/log',
    '310000 | agreement | in force | K | 2026-11-22 entry 0 | 7 | version 1 of the agreement',
    '',
  ]);
});
