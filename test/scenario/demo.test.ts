/** The demo, as a stranger runs it, on the program as it was built: four real processes, one of them killed on the way. */

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const script = fileURLToPath(new URL('../../scripts/demo.mjs', import.meta.url));

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-demo-test-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function run(args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

test('every bulletin reaches its addressees although a node is killed, and the counts agree', {
  timeout: 240_000,
}, async () => {
  const file = join(folder, 'out.json');
  const { code, out, err } = await run(['--once', '--rows', '5', '--json', file]);
  expect({ code, err }, out).toEqual({ code: 0, err: '' });
  const { importRefused, seconds, receipts, ...figures } = JSON.parse(await readFile(file, 'utf8'));
  expect(figures).toEqual({
    members: ['310000', '320000', '330000', '340000'],
    issued: 14 * 5 + 4, // fourteen files, a correction, an objection with its decision, a repair
    expected: 202,
    taken: 202,
    refused: 0,
    withheld: 0,
    cosignatures: 12,
    ok: true,
  });
  expect(receipts).toBeGreaterThanOrEqual(12);
  expect(seconds).toBeGreaterThan(0);
  expect(importRefused).toHaveLength(18);
  expect(importRefused).toContainEqual({
    file: '320000/penalty.csv',
    row: expect.any(Number),
    column: '处罚类别',
    code: 'import/value-not-listed',
  });
});

test('a call that makes no sense ends with 2 and says what is wrong', async () => {
  expect(await run(['--rows', 'many'])).toMatchObject({ code: 2, err: expect.stringContaining('--rows') });
  expect(await run(['--data', join(folder, 'nowhere')])).toMatchObject({ code: 2 });
  expect(await run(['--sideways'])).toMatchObject({ code: 2 });
});

/** What the demo holds of one pair: `scripts/demo-expect.mjs`. */
interface Pair {
  expected: number;
  issued: number;
  taken: number;
  refused: number;
  withheld: number;
  isJoined: boolean;
  isCovered: boolean;
  isCosigned: boolean;
}

test('the counts do not agree as soon as one of them is off', async () => {
  const module: string = new URL('../../scripts/demo-expect.mjs', import.meta.url).href;
  const { isSettled } = (await import(module)) as { isSettled: (pair: Pair) => boolean }; // plain JavaScript
  const counts = { expected: 3, issued: 3, taken: 3, refused: 0, withheld: 0 };
  const pair: Pair = { ...counts, isJoined: true, isCovered: true, isCosigned: true };
  expect(isSettled(pair)).toBe(true);
  const others: Partial<Pair>[] = [{ expected: 4 }, { issued: 2 }, { taken: 2 }, { refused: 1 }, { withheld: 1 }];
  const unsaid: Partial<Pair>[] = [{ isJoined: false }, { isCovered: false }, { isCosigned: false }];
  for (const one of [...others, ...unsaid]) expect(isSettled({ ...pair, ...one })).toBe(false);
});
