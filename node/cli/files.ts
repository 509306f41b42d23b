/** Files that a command reads and writes for its caller: a missing one is the caller's mistake, nothing is overwritten. */

import { readFile, writeFile } from 'node:fs/promises';
import { Misuse } from './terminal.ts';

/** @throws {Misuse} when the file cannot be read as text */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Misuse({ zh: `读不了文件 ${file}（${codeOf(error)}）`, en: `cannot read ${file} (${codeOf(error)})` });
  }
}

/** @throws {Misuse} when the file is there already, or cannot be written */
export async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    if (codeOf(error) === 'EEXIST') {
      throw new Misuse({ zh: `文件已存在，不予覆盖：${file}`, en: `${file} is there already and stays as it is` });
    }
    throw new Misuse({ zh: `写不了文件 ${file}（${codeOf(error)}）`, en: `cannot write ${file} (${codeOf(error)})` });
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error); // fs throws nothing else
}
