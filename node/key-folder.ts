/**
 * The files of the key folder: which there are, and all of them put under a passphrase. The first of a use is
 * `bulletin.json`, its successors `bulletin-2.json`, `bulletin-3.json`, …; other files are none of ours.
 */

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isProblem } from './base/problem.ts';
import {
  type FileUse,
  fileUses,
  inspectKeyFile,
  type KeyFile,
  openKeyFile,
  type PrivateKey,
  rewriteKeyFile,
  unreadable,
} from './key-file.ts';

/** @param number counted from 1 */
export function keyFileName(folder: string, use: FileUse, number: number): string {
  return join(folder, number === 1 ? `${use}.json` : `${use}-${number}.json`);
}

/** The numbers of a use's files, the highest first; none when there is no such folder. */
export async function listNumbers(folder: string, use: FileUse): Promise<number[]> {
  const names = await readdir(folder).catch(absent);
  const pattern = new RegExp(`^${use}(?:-([2-9]|[1-9]\\d{1,5}))?\\.json$`);
  return (names ?? [])
    .flatMap((name) => {
      const found = pattern.exec(name);
      return found ? [Number(found[1] ?? 1)] : [];
    })
    .sort((a, b) => b - a);
}

/** @throws {Problem} key/unreadable with reason `folder-too-open` when others may enter it */
export async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(absent);
  if (found && (found.mode & 0o077) !== 0) throw unreadable(folder, 'folder-too-open', `chmod 700 ${folder}`);
}

/** What the files tell without their passphrase, use by use, the newest first; rights are shown, not enforced. */
export async function listKeyFiles(folder: string, uses: readonly FileUse[] = fileUses): Promise<KeyFile[]> {
  return oneByOne(await listFiles(folder, uses), ({ file, use }) => inspectKeyFile(file, use));
}

/** Work on one file after the other, so that the same folder is always refused with the same words. */
export async function oneByOne<File, Done>(
  files: readonly File[],
  work: (file: File) => Promise<Done>,
): Promise<Done[]> {
  const done: Done[] = [];
  for (const file of files) done.push(await work(file));
  return done;
}

/**
 * Puts every plain key under a passphrase. What is encrypted already must open with it, or nothing is written; so after a
 * crash it can be done again.
 *
 * @returns the files that were written
 * @throws {Problem} key/wrong-passphrase, key/unreadable
 */
export async function encryptKeys(folder: string, passphrase: string): Promise<string[]> {
  await checkFolder(folder);
  const files = await listKeyFiles(folder);
  const opened = await oneByOne(files, ({ file, use }) => openKeyFile(file, use, passphrase));
  const written: string[] = [];
  for (const [at, { file, use, encrypted }] of files.entries()) {
    if (encrypted) continue;
    await rewriteKeyFile(file, use, opened[at] as PrivateKey, passphrase);
    written.push(file);
  }
  return written;
}

/**
 * Puts every key under another passphrase. Those that open with the new one already stay, so that after a crash it can be
 * done again; before anything is written, all are opened.
 *
 * @param from undefined when all are plain
 * @returns the files that were written
 * @throws {Problem} key/no-passphrase, key/wrong-passphrase, key/unreadable
 */
export async function changePassphrase(folder: string, from: string | undefined, to: string): Promise<string[]> {
  await checkFolder(folder);
  const files = await listKeyFiles(folder);
  const opened = await oneByOne(files, ({ file, use }) =>
    openKeyFile(file, use, from).catch(async (error: unknown) => {
      if (isWrongPassphrase(error) && (await opensWith(file, use, to))) return undefined;
      throw error;
    }),
  );
  const written: string[] = [];
  for (const [at, { file, use }] of files.entries()) {
    const key = opened[at];
    if (!key) continue;
    await rewriteKeyFile(file, use, key, to);
    written.push(file);
  }
  return written;
}

async function opensWith(file: string, use: FileUse, passphrase: string): Promise<boolean> {
  try {
    await openKeyFile(file, use, passphrase);
    return true;
  } catch (error) {
    if (isWrongPassphrase(error)) return false;
    throw error;
  }
}

function isWrongPassphrase(error: unknown): boolean {
  return isProblem(error) && error.code === 'key/wrong-passphrase';
}

async function listFiles(folder: string, uses: readonly FileUse[]): Promise<{ file: string; use: FileUse }[]> {
  const found = await oneByOne(uses, async (use) => {
    const numbers = await listNumbers(folder, use);
    return numbers.map((number) => ({ file: keyFileName(folder, use, number), use }));
  });
  return found.flat();
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
