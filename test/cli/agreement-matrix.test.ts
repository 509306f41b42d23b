import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signedAgreement } from '../support/agreement.ts';
import { runCli } from '../support/cli.ts';

const sample = 'config/agreements/yrd-ip-credit.yaml';
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-matrix-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const matrix = (...argv: string[]) => runCli(['agreement', 'matrix', ...argv]);

it('prints the squares and what their letters mean', async () => {
  const { code, out } = await matrix(sample);
  expect(code).toBe(0);
  expect(out).toContain('  B  Supervision, Awards and honours');
  expect(out).toMatch(
    /Commendation {2}published within 7 working days, kept for 10 years\n.*\n.*\n310000 Shanghai +C +C +–/,
  );
  const chinese = await runCli(['--lang', 'zh', 'agreement', 'matrix', sample]);
  expect(chinese.out).toMatch(/守信激励与荣誉 {2}7 个工作日内公示，保存 10 年\n.*\n.*\n310000 上海市 +C +C +–/);
});

it('says the same of a page, of the signed file and of a file with all versions', async () => {
  const jws = await signedAgreement();
  await writeFile(join(folder, 'signed.json'), JSON.stringify(jws));
  await writeFile(join(folder, 'all.json'), JSON.stringify([jws]));
  const page = JSON.parse((await matrix(sample, '--json')).out);
  expect(JSON.parse((await matrix(join(folder, 'signed.json'), '--json')).out)).toEqual(page);
  expect(JSON.parse((await matrix(join(folder, 'all.json'), '--json')).out)).toEqual(page);
  expect(page.passages).toContainEqual({
    type: 'warning',
    from: '310000',
    to: '340000',
    purposes: ['supervision', 'objection', 'audit'],
  });
});

it('writes a page to print, over nothing', async () => {
  const out = join(folder, 'matrix.html');
  expect(await matrix(sample, '--out', out)).toMatchObject({ code: 0, out: `written to ${out}\n` });
  expect(await readFile(out, 'utf8')).toMatch(/^<!doctype html>[\s\S]+<\/html>\n$/);
  expect(await matrix(sample, '--out', out)).toMatchObject({ code: 2 });
});

it('refuses what is no agreement', async () => {
  await writeFile(join(folder, 'bad.json'), '{"payload":1}');
  expect(await matrix(join(folder, 'bad.json'))).toMatchObject({ code: 1, out: '' });
  await writeFile(join(folder, 'empty.json'), '[]');
  expect(await matrix(join(folder, 'empty.json'))).toMatchObject({ code: 1, out: '' });
});
