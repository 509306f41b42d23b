/** Files that a command reads and writes for its caller: a missing one is the caller's mistake, nothing is overwritten. */

import { openAsBlob } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { Misuse } from './terminal.ts';

/** @throws {Misuse} when the file cannot be read as text */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(file, codeOf(error));
  }
}

/**
 * A file of known size that is read only while it is sent.
 *
 * @throws {Misuse} when it is none
 */
export async function openFile(file: string): Promise<Blob> {
  try {
    if (!(await stat(file)).isFile()) throw unreadable(file, 'EISDIR');
    return await openAsBlob(file);
  } catch (error) {
    throw error instanceof Misuse ? error : unreadable(file, codeOf(error));
  }
}

/** @throws {Misuse} when the file holds no JSON object */
export async function readJsonObject(file: string): Promise<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(await readText(file));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch (error) {
    if (error instanceof Misuse) throw error;
  }
  throw new Misuse({ zh: `${file} 不是 JSON 对象`, en: `${file} holds no JSON object` });
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

function unreadable(file: string, code: string): Misuse {
  return new Misuse({ zh: `读不了文件 ${file}（${code}）`, en: `cannot read ${file} (${code})` });
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error); // fs throws nothing else
}
