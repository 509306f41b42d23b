import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
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
