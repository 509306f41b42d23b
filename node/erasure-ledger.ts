/**
 * The ledger of erasures: a file beside the database, one line of JSON for each erased entry, only ever appended to and on
 * the disk before the erasure is committed. An old copy of the database knows nothing of what was erased since; this file
 * does. Processes on one machine may share it.
 */

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Logger } from './base/ports.ts';
import { Problem } from './base/problem.ts';
import type { ErasedLine, ErasureLedger } from './federation/ports.ts';

const linesAtOnce = 500;

/**
 * Opens the ledger, and makes it when there is none.
 *
 * @throws {Problem} erasure/unwritable-ledger
 */
export async function openErasureLedger(file: string, logger: Logger): Promise<ErasureLedger> {
  await append(file, '');
  return {
    async add(lines) {
      if (lines.length > 0) await append(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    },
    async *read() {
      const torn: number[] = [];
      let some: ErasedLine[] = [];
      let number = 0;
      for await (const text of createInterface({
        input: createReadStream(file),
        crlfDelay: Number.POSITIVE_INFINITY,
      })) {
        number++;
        const line = parseLine(text);
        if (line) some.push(line);
        else if (text !== '') torn.push(number);
        if (some.length < linesAtOnce) continue;
        yield some;
        some = [];
      }
      if (some.length > 0) yield some;
      if (torn.length > 0) logger.warn({ file, lines: torn }, 'lines of the ledger of erasures cannot be read');
    },
  };
}

/** Writes text after what is there. A last line that was cut off is ended first, so that it spoils no other. */
async function append(file: string, text: string): Promise<void> {
  try {
    const handle = await open(file, 'a+', 0o600);
    try {
      const { size } = await handle.stat();
      const { buffer } = await handle.read({ buffer: Buffer.alloc(1), position: Math.max(0, size - 1) });
      const isTorn = size > 0 && buffer.toString() !== '\n';
      await handle.appendFile(isTorn ? `\n${text}` : text);
      await handle.sync();
      if (size === 0) await syncFolder(dirname(file));
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw new Problem('erasure/unwritable-ledger', { file }, { cause });
  }
}

/** A new file is there after a power cut only when its folder is on the disk too. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function parseLine(text: string): ErasedLine | undefined {
  try {
    const line = JSON.parse(text) as Partial<ErasedLine> | null;
    const { origin, index, by, ground, at } = line ?? {};
    const isWhole =
      [origin, ground, at].every((one) => typeof one === 'string') && [index, by].every(Number.isSafeInteger);
    return isWhole ? (line as ErasedLine) : undefined; // its members were just looked at
  } catch {
    return undefined;
  }
}
