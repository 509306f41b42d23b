import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-cli-rules-'));
  await cp('config/rules', folder, { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('lists the packs that come with the program, and how far the holidays reach', async () => {
  const { code, out, err } = await runCli(['rules', 'check']);
  expect(code).toBe(0);
  expect(out).toMatch(/^NDRC-2026-36 +penalty +publicity repair grading +all +2026-04-01 – +high$/m);
  expect(out).toMatch(
    /^SH-CREDIT-2017 +penalty dishonesty serious-list +objection retention +31 +2017-10-01 – +statute$/m,
  );
  expect(err).toMatch(/^No mistakes: \d+ packs\. Holidays of 2004–\d{4}; deadlines/);
});

it('gives the packs whole as JSON', async () => {
  const { packs, years } = JSON.parse((await runCli(['--json', 'rules', 'check', '--rules', folder])).out);
  expect(packs).toContainEqual(expect.objectContaining({ id: 'SH-2024', publicity: expect.any(Array) }));
  expect(years).toContain(2026);
});

it('lists every mistake with file, line and column', async () => {
  for (const name of ['SH-2024', 'CNIPA-2022']) {
    const text = await readFile(join(folder, `${name}.yaml`), 'utf8');
    await writeFile(join(folder, `${name}.yaml`), text.replace('confidence: ', 'confidence: very '));
  }
  const { code, err } = await runCli(['rules', 'check', '--rules', folder]);
  expect(code).toBe(1);
  expect(err).toContain(`${join(folder, 'CNIPA-2022.yaml')}:14:17: must be equal to one of the allowed values`);
  expect(err).toContain(join(folder, 'SH-2024.yaml'));
});

it('minds a folder that is not there', async () => {
  expect(await runCli(['rules', 'check', '--holidays', join(folder, 'none')])).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringContaining('there is no such folder'),
  });
});
