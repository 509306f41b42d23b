import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { configTemplate } from '../../node/shipped.ts';
import { runCli } from '../support/cli.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('prints the commented example', async () => {
  expect(await runCli(['config', 'init'])).toEqual({ code: 0, out: configTemplate(), err: '' });
});

it('writes it to a new file and overwrites none', async () => {
  const file = join(folder, 'huxin.yaml');
  expect(await runCli(['config', 'init', '--out', file])).toMatchObject({ code: 0, out: `written to ${file}\n` });
  expect(await readFile(file, 'utf8')).toBe(configTemplate());
  expect(await runCli(['config', 'init', '--out', file])).toMatchObject({ code: 2, out: '' });
  expect(await runCli(['config', 'init', '--out', join(folder, 'none', 'a.yaml')])).toMatchObject({
    code: 2,
    err: expect.stringContaining('ENOENT'),
  });
});
