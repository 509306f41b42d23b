/** The Go program of the auditor's guide, on a folder for other tools. */

import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { blocksOf, guides, isPrinted, sourceIn, writeSampleFolder } from '../support/guide.ts';
import { runShell } from './programs.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-go-guide-'));
  await writeSampleFolder(folder);
  await writeFile(join(folder, 'check.go'), sourceIn(guides.en, 'go'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('says which entry of which log it is, and refuses another leaf', async () => {
  const [block] = blocksOf(guides.en).filter(({ kind }) => kind === 'run-go');
  if (!block) throw new RangeError('the guide runs no Go');
  const { code, out, err } = await runShell(block.commands, folder);
  expect([code, err]).toEqual([0, '']);
  if (!isPrinted(out, block)) expect(out).toBe(block.prints);
  const leaf = join(folder, 'proof', 'leaf');
  await copyFile(leaf, `${leaf}.right`);
  await writeFile(leaf, (await readFile(leaf, 'utf8')).replace('320000', '350000'));
  const bad = await runShell(block.commands, folder);
  expect([bad.code, bad.out]).toEqual([1, '']);
});
