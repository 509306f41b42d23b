import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openErasureLedger } from '../node/erasure-ledger.ts';
import type { ErasedLine, ErasureLedger } from '../node/federation/ports.ts';

let folder: string;
let file: string;
let warnings: object[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-ledger-'));
  file = join(folder, 'erasures.ndjson');
  warnings = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = () =>
  openErasureLedger(file, { debug() {}, info() {}, error() {}, warn: (facts) => void warnings.push(facts) });

function line(index: number): ErasedLine {
  const about = { member: '310000', txn: '019d0000-0000-7000-8000-000000000001' };
  const rest = { by: 9, ground: 'ordered', at: '2026-11-22T02:00:00.000Z' };
  return { origin: 'credit.sh.example/log', index, ...rest, ...about };
}

async function readAll(ledger: ErasureLedger): Promise<number[]> {
  const read: number[] = [];
  for await (const lines of ledger.read()) read.push(...lines.map(({ index }) => index));
  return read;
}

it('is made when it is not there, for its owner alone', async () => {
  const ledger = await open();
  expect(await readFile(file, 'utf8')).toBe('');
  expect((await stat(file)).mode & 0o077).toBe(0);
  expect(await readAll(ledger)).toEqual([]);
});

it('gives back what was added, in order, over openings and however much there is', async () => {
  await (await open()).add([line(1), line(2)]);
  const ledger = await open();
  await ledger.add([]);
  await ledger.add(Array.from({ length: 1_200 }, (_, i) => line(i + 3)));
  expect(await readAll(ledger)).toEqual(Array.from({ length: 1_202 }, (_, i) => i + 1));
  for await (const [first] of ledger.read()) {
    expect(first).toEqual(line(1));
    break;
  }
  expect(warnings).toEqual([]);
});

it('outlives a last line that was cut off: it is ended, passed over and said, and the next is whole', async () => {
  await (await open()).add([line(1), line(2)]);
  await truncate(file, (await readFile(file)).length - 30);
  const ledger = await open();
  await ledger.add([line(3)]);
  expect(await readAll(ledger)).toEqual([1, 3]);
  expect(warnings).toEqual([{ file, lines: [2] }]);
});

it('keeps a last line that lacks its line feed alone', async () => {
  await (await open()).add([line(1)]);
  await truncate(file, (await readFile(file)).length - 1);
  await (await open()).add([line(2)]);
  expect(await readAll(await open())).toEqual([1, 2]);
});

it('passes over what is no line of a ledger', async () => {
  await writeFile(file, 'null\n7\n{"origin":"a"}\n{"origin":1,"index":1,"by":2,"ground":"x","at":"y"}\n\n');
  await appendFile(file, `${JSON.stringify(line(5))}\n`);
  expect(await readAll(await open())).toEqual([5]);
  expect(warnings).toEqual([{ file, lines: [1, 2, 3, 4] }]);
});

it('refuses to open, and to go on, where nothing can be written', async () => {
  await expect(openErasureLedger(join(folder, 'none', 'a'), { ...console })).rejects.toMatchObject({
    code: 'erasure/unwritable-ledger',
  });
  const ledger = await open();
  await rm(folder, { recursive: true });
  await expect(ledger.add([line(1)])).rejects.toMatchObject({ code: 'erasure/unwritable-ledger', facts: { file } });
});

it('takes lines from two processes at once', async () => {
  const [one, other] = await Promise.all([open(), open()]);
  const halves = [one, other].map(async (ledger, half) => {
    for (let i = 0; i < 50; i++) await ledger.add([line(2 * i + half + 1)]);
  });
  await Promise.all(halves);
  expect((await readAll(one)).sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
});
