import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { concat, formatHex, utf8 } from '../../node/base/bytes.ts';
import { Problem } from '../../node/base/problem.ts';
import { readLines, writeNewFrom } from '../../node/cli/files.ts';
import { Misuse } from '../../node/cli/terminal.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-files-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function linesOf(bytes: Uint8Array): Promise<Uint8Array[]> {
  const file = join(folder, 'lines');
  await writeFile(file, bytes);
  const lines: Uint8Array[] = [];
  for await (const line of readLines(file)) lines.push(Uint8Array.from(line));
  return lines;
}

describe('the lines of a file', () => {
  it('are divided by line feeds and by nothing else', async () => {
    const lines = await linesOf(utf8('a\r\n\n乙\u2028b\rc'));
    expect(lines.map((line) => new TextDecoder().decode(line))).toEqual(['a\r', '', '乙\u2028b\rc']);
    expect(await linesOf(utf8('a\n'))).toHaveLength(1);
    expect(await linesOf(utf8(''))).toEqual([]);
  });

  it('are all of it, whatever their bytes, over many pieces', async () => {
    const content = fc.uint8Array({ minLength: 1, maxLength: 40 }).filter((line) => !line.includes(0x0a));
    await fc.assert(
      fc.asyncProperty(fc.array(content, { minLength: 1, maxLength: 5 }), async (given) => {
        const long = [...given, new Uint8Array(200_000).fill(7), ...given];
        const lines = await linesOf(concat(...long.flatMap((line) => [line, Uint8Array.of(0x0a)])));
        expect(lines.map(formatHex)).toEqual(long.map(formatHex));
      }),
      { numRuns: 20, seed: 16 },
    );
  });

  it('come in parts where they would fill the memory', async () => {
    const lines = await linesOf(new Uint8Array(3_000_000).fill(7));
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.reduce((sum, { length }) => sum + length, 0)).toBe(3_000_000);
  });

  it('cannot be read where there is no file', async () => {
    await expect(readLines(join(folder, 'none')).next()).rejects.toThrow(Misuse);
  });
});

describe('a file written piece by piece', () => {
  it('is there when all has come, and is not overwritten', async () => {
    const file = join(folder, 'new');
    await writeNewFrom(file, pieces('a', 'b'));
    expect(await readFile(file, 'utf8')).toBe('ab');
    await expect(writeNewFrom(file, pieces('c'))).rejects.toThrow(Misuse);
    expect(await readFile(file, 'utf8')).toBe('ab');
  });

  it('is not there when they broke off', async () => {
    const file = join(folder, 'half');
    await expect(writeNewFrom(file, pieces('a', new Problem('node/unreachable')))).rejects.toThrow('node/unreachable');
    await expect(readFile(file)).rejects.toThrow('ENOENT');
    await expect(writeNewFrom(join(folder, 'no', 'where'), pieces('a'))).rejects.toThrow(Misuse);
  });
});

async function* pieces(...given: (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const piece of given) {
    if (typeof piece !== 'string') throw piece;
    yield utf8(piece);
  }
}
