/** Files that a command reads and writes for its caller: a missing one is the caller's mistake, nothing is overwritten. */

import { createReadStream, openAsBlob } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Problem } from '../base/problem.ts';
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

/**
 * The file itself, or the files of a folder with that ending, by name.
 *
 * @throws {Misuse} when there is no such file or folder, or none in it
 */
export async function listFiles(path: string, ending: string): Promise<string[]> {
  const found = await stat(path).catch((error: unknown) => {
    throw unreadable(path, codeOf(error));
  });
  if (!found.isDirectory()) return [path];
  const inside = await readdir(path, { withFileTypes: true });
  const names = inside.flatMap((one) => (one.isFile() && one.name.endsWith(ending) ? [one.name] : [])).sort();
  if (names.length === 0)
    throw new Misuse({ zh: `${path} 里没有 ${ending} 文件`, en: `no file in ${path} ends in ${ending}` });
  return names.map((name) => join(path, name));
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

/**
 * Before long work: that its files can be written at its end. Those not asked for are undefined.
 *
 * @throws {Misuse} when one is there already, or has no folder
 */
export async function requireNew(...files: readonly (string | undefined)[]): Promise<void> {
  for (const file of files) {
    if (file === undefined) continue;
    if (await isThere(file)) throw unwritable(file, Object.assign(new Error(), { code: 'EEXIST' }));
    await stat(dirname(file)).catch((error: unknown) => {
      throw unwritable(file, error);
    });
  }
}

/** @throws {Misuse} when the folder is not there and cannot be made */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    const code = codeOf(error);
    throw new Misuse({ zh: `用不了文件夹 ${folder}（${code}）`, en: `cannot use the folder ${folder} (${code})` });
  });
}

/** @throws {Misuse} when the file is there already, or cannot be written */
export async function writeNew(file: string, content: string | Uint8Array, mode = 0o666): Promise<void> {
  await writeFile(file, content, { flag: 'wx', mode }).catch((error: unknown) => {
    throw unwritable(file, error);
  });
}

/**
 * Writes what comes piece by piece. When it breaks off, nothing of it stays.
 *
 * @throws {Misuse} when the file is there already, or cannot be written
 */
export async function writeNewFrom(file: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const handle = await open(file, 'wx').catch((error: unknown) => {
    throw unwritable(file, error);
  });
  try {
    for await (const piece of pieces) await handle.writeFile(piece);
    await handle.close();
  } catch (error) {
    await handle.close();
    await rm(file);
    throw error instanceof Problem ? error : unwritable(file, error);
  }
}

/**
 * The same, under another name until it is whole: what bears the name is never half a file.
 *
 * @throws {Misuse} when the file, or a half one beside it, is there already, or cannot be written
 */
export async function writeWholeFrom(file: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  if (await isThere(file)) throw unwritable(file, Object.assign(new Error(), { code: 'EEXIST' }));
  await writeNewFrom(`${file}.part`, pieces);
  await rename(`${file}.part`, file).catch((error: unknown) => {
    throw unwritable(file, error);
  });
}

const greatestLineBytes = 1024 * 1024;

/**
 * The lines of a file, without their line feeds; one that is too long comes in parts.
 *
 * @throws {Misuse} when the file cannot be read
 */
export async function* readLines(file: string): AsyncGenerator<Uint8Array> {
  let rest = Buffer.alloc(0);
  try {
    for await (const piece of createReadStream(file)) {
      rest = Buffer.concat([rest, piece as Buffer]); // no encoding is set
      for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
        yield rest.subarray(0, end);
        rest = rest.subarray(end + 1);
      }
      if (rest.length > greatestLineBytes) {
        yield rest;
        rest = Buffer.alloc(0);
      }
    }
  } catch (error) {
    throw unreadable(file, codeOf(error));
  }
  if (rest.length > 0) yield rest;
}

function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

function unreadable(file: string, code: string): Misuse {
  return new Misuse({ zh: `读不了文件 ${file}（${code}）`, en: `cannot read ${file} (${code})` });
}

function unwritable(file: string, error: unknown): Misuse {
  if (codeOf(error) === 'EEXIST') {
    return new Misuse({ zh: `文件已存在，不予覆盖：${file}`, en: `${file} is there already and stays as it is` });
  }
  return new Misuse({ zh: `写不了文件 ${file}（${codeOf(error)}）`, en: `cannot write ${file} (${codeOf(error)})` });
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error); // fs throws nothing else
}
