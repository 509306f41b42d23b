import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';

const sample = 'config/agreements/yrd-ip-credit.yaml';
let folder: string;
let amended: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-diff-'));
  amended = join(folder, 'second.yaml');
  const digest = JSON.parse((await runCli(['agreement', 'diff', sample, sample, '--json'])).out).before.digest;
  const page = await readFile(sample, 'utf8');
  await writeFile(
    amended,
    page
      .replace('version: 1', `version: 2\nprevious: ${digest}`)
      .replace('from: 2026-01-01', 'from: 2027-01-01')
      .replace('to: ["320000", "330000"]', 'to: ["320000"]'),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('says what changes for all, then for each member, in the caller’s language', async () => {
  expect(await runCli(['agreement', 'diff', sample, amended])).toEqual({
    code: 0,
    err: '',
    out: [
      'For all\n  first day: “2026-01-01” becomes “2027-01-01”\n',
      'Shanghai (310000)\n  no longer sends Commendation to Zhejiang (330000)\n',
      'Zhejiang (330000)\n  no longer receives Commendation from Shanghai (310000)\n',
      'No changes but those for all: 320000, 340000\n',
    ].join('\n'),
  });
  const { out } = await runCli(['--lang', 'zh', 'agreement', 'diff', sample, amended]);
  expect(out).toContain('上海市（310000）\n  不再向浙江省（330000）发送守信激励与荣誉\n');
});

it('answers in JSON with both versions and every change', async () => {
  const { before, after, changes } = JSON.parse((await runCli(['agreement', 'diff', sample, amended, '--json'])).out);
  expect([before.version, after.version]).toEqual([1, 2]);
  expect(changes.map(({ code, member = 'all' }: { code: string; member?: string }) => `${member} ${code}`)).toEqual([
    'all effective-from',
    '310000 may-not-send',
    '330000 will-not-receive',
  ]);
  expect(changes[1].facts).toEqual({ types: ['commendation'], to: ['330000'], purposes: { more: [], fewer: [] } });
});

it('says when nothing changes, and when the later is not the next', async () => {
  expect((await runCli(['agreement', 'diff', sample, sample])).out).toContain(
    'version 1 is not the one that follows version 1',
  );
  expect((await runCli(['agreement', 'diff', amended, sample])).out).toContain('`version` would be 3');
});
