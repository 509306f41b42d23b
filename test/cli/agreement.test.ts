import { chmod, copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { runCli } from '../support/cli.ts';

const sample = 'config/agreements/yrd-ip-credit.yaml';
const members = ['310000', '320000', '330000', '340000'];
let folder: string;
/** The sample with keys filled in. */
let page: string;
const keysOf = (member: string) => join(folder, `keys-${member}`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-cli-'));
  const document = parseDocument(await readFile(sample, 'utf8'));
  for (const [at, { id, issuer }] of document.toJS().members.entries()) {
    const argv = ['keys', 'create', '--out', keysOf(id), '--member', id, '--issuer', issuer, '--json'];
    document.setIn(['members', at, 'keys'], JSON.parse((await runCli(argv)).out).keys);
  }
  page = join(folder, 'agreement.yaml');
  await writeFile(page, document.toString());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function sign(file: string, member: string, ...more: string[]) {
  return runCli(['agreement', 'sign', file, '--keys', keysOf(member), '--member', member, ...more]);
}

it('finds no mistake in the sample, with or without keys', async () => {
  const checked = await runCli(['agreement', 'check', sample]);
  expect(checked).toMatchObject({ code: 0, err: '' });
  expect(checked.out).toMatch(/warning: member 340000 has no keys yet/);
  const { code, out } = await runCli(['agreement', 'check', page, '--json']);
  const { warnings, ...answer } = JSON.parse(out);
  expect({ code, ...answer }).toEqual({ code: 0, ok: true, id: 'yrd-ip-credit', version: 1, members });
  expect(new Set(warnings.map((warning: { code: string }) => warning.code))).toEqual(new Set(['invented']));
  expect(warnings[0]).toMatchObject({ file: page, line: expect.any(Number), column: expect.any(Number) });
});

it('refuses and does not sign a page that contradicts itself, and says how to mend it', async () => {
  const file = join(folder, 'contradicting.yaml');
  await writeFile(file, (await readFile(page, 'utf8')).replace('greatestLagMinutes: 60', 'greatestLagMinutes: 2'));
  const { code, out, err } = await runCli(['agreement', 'check', file]);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(/contradicting\.yaml:\d+:23: greatestLagMinutes is 2 minutes, .* pull more often\./);
  expect(await sign(file, '310000')).toMatchObject({ code: 1, out: '' });
  const refused = await runCli(['agreement', 'check', file, '--json']);
  expect(JSON.parse(refused.err).facts.mistakes).toMatchObject([{ code: 'below-pulls', file }]);
});

it('finds a period that is over by the clock that it was given', async () => {
  const file = join(folder, 'over.yaml');
  await writeFile(file, (await readFile(page, 'utf8')).replace(/from: "?2026-01-01"?/, '$&\n  until: 2026-06-30'));
  const at = (day: string) => ({ now: () => new Date(`${day}T12:00:00+08:00`) });
  expect((await runCli(['agreement', 'check', file], at('2026-06-30'))).code).toBe(0);
  expect(await runCli(['agreement', 'check', file], at('2026-07-01'))).toMatchObject({
    code: 1,
    err: expect.stringContaining('ended on 2026-06-30'),
  });
});

it('names every mistake of a page with file, line and column', async () => {
  const file = join(folder, 'bad.yaml');
  const text = await readFile(page, 'utf8');
  await writeFile(file, text.replace('"310000"', '310000').replace('version: 1', 'version: 0'));
  const { code, out, err } = await runCli(['agreement', 'check', file]);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  const lines = err.split('\n');
  for (const wanted of ['version: 0', '- id: 310000']) {
    const line = (await readFile(file, 'utf8')).split('\n').findIndex((one) => one.includes(wanted)) + 1;
    expect(lines.filter((one) => one.startsWith(`  ${file}:${line}:`))).not.toEqual([]);
  }
});

it('signs with a key that a program holds, and with that alone', async () => {
  const program = join(folder, 'card');
  const script = resolve('test/support/signer.mjs');
  await writeFile(
    program,
    `#!/bin/sh\nexec "${process.execPath}" "${script}" "${keysOf('330000')}/agreement.json" "$@"\n`,
  );
  await chmod(program, 0o755);
  const asked = ['agreement', 'sign', page, '--member', '330000', '--json'];
  const signed = JSON.parse((await runCli([...asked, '--signer', program])).out);
  const file = join(folder, 'by-card.json');
  await writeFile(file, JSON.stringify(signed));
  const verified = await runCli(['agreement', 'verify', file, '--json']);
  expect(JSON.parse(verified.out)).toMatchObject({ signedBy: ['330000'] });
  const other = await runCli(['agreement', 'sign', page, '--member', '320000', '--json', '--signer', program]);
  expect(other).toMatchObject({ code: 1, err: expect.stringContaining('agreement/unknown-member') });
  expect(await runCli(asked)).toMatchObject({ code: 2, out: '' });
  expect(await runCli([...asked, '--signer', program, '--keys', keysOf('330000')])).toMatchObject({ code: 2, out: '' });
});

it('gathers the signatures of all members, in any order, into an agreement in force', async () => {
  const file = join(folder, 'signed.json');
  const { out: digest } = await runCli(['agreement', 'digest', page]);
  expect(digest).toMatch(/^sha-256:[\w-]{43}\n$/);
  expect(await sign(page, '330000', '--out', file)).toEqual({
    code: 0,
    out: digest,
    err: expect.stringMatching(/worth another look: .*\nStill to sign: 310000, 320000, 340000\n$/),
  });
  expect(await runCli(['agreement', 'verify', file])).toMatchObject({
    code: 1,
    out: expect.stringContaining('not signed'),
  });
  for (const member of ['340000', '310000', '320000']) {
    expect((await sign(file, member, '--out', file)).code).toBe(0);
  }
  expect((await runCli(['agreement', 'digest', file])).out).toBe(digest);
  const verified = await runCli(['agreement', 'verify', file, '--json']);
  expect(verified.code).toBe(0);
  expect(JSON.parse(verified.out)).toEqual({
    digest: digest.trim(),
    id: 'yrd-ip-credit',
    version: 1,
    signedBy: members,
    missing: [],
    inForce: true,
  });
  expect(await sign(file, '310000')).toMatchObject({ code: 0, err: 'All members have signed.\n' });
});

it('prints the signed file when no place for it is named', async () => {
  const { out } = await sign(page, '310000');
  expect(JSON.parse(out)).toMatchObject({ payload: expect.any(String), signatures: [expect.any(Object)] });
});

it('overwrites no other file', async () => {
  const file = join(folder, 'other.json');
  await copyFile(page, file);
  expect(await sign(page, '310000', '--out', file)).toMatchObject({ code: 2 });
  expect(await readFile(file)).toEqual(await readFile(page));
});

it('does not sign for another member, for a stranger, or a page without keys', async () => {
  const argv = ['agreement', 'sign', page, '--keys', keysOf('310000'), '--member'];
  expect(await runCli([...argv, '320000'])).toMatchObject({ code: 1, out: '', err: expect.stringContaining('320000') });
  expect(await runCli([...argv, '990000'])).toMatchObject({ code: 1, out: '' });
  expect(await sign(sample, '310000')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('keys') });
});

it('refuses a file with a bad signature, and one that is none', async () => {
  const file = join(folder, 'broken.json');
  const signed = JSON.parse((await sign(page, '310000')).out);
  signed.signatures[0].signature = `${'A'.repeat(85)}A`;
  await writeFile(file, JSON.stringify(signed));
  expect(await runCli(['agreement', 'verify', file])).toMatchObject({
    code: 1,
    err: expect.stringContaining('310000'),
  });
  expect(await sign(file, '320000')).toMatchObject({ code: 1, out: '' });
  await writeFile(file, 'nothing');
  expect(await runCli(['agreement', 'verify', file])).toMatchObject({ code: 2 });
});
