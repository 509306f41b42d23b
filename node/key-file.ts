/**
 * One private key in one file of the key folder, readable by its owner only: `{"huxinKey":1,"use":"bulletin","jwk":{…}}`
 * (RFC 7517). What the folder holds and what is made of it: keys.ts.
 */

import { createPrivateKey, type KeyObject, randomUUID } from 'node:crypto';
import { link, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { thumbprint } from './base/jws.ts';
import type { Signer } from './base/ports.ts';
import { Problem } from './base/problem.ts';
import { signerFrom } from './crypto.ts';

export const keyUses = ['bulletin', 'log', 'witness', 'agreement'] as const;

export type KeyUse = (typeof keyUses)[number];

export interface NodeKey {
  use: KeyUse;
  /** RFC 7638 thumbprint, computed from the key. */
  kid: string;
  signer: Signer;
}

/**
 * Reads a key file.
 *
 * @throws {Problem} key/unreadable with `file`, `reason` (`missing`, `too-open`, `malformed`, `wrong-use`, `wrong-kind`)
 *   and, where there is one, the command that cures it
 */
export async function readKeyFile(file: string, use: KeyUse): Promise<NodeKey> {
  const found = await toNodeKey(use, parseKey(file, use, await readPrivate(file)));
  const mustBeEd25519 = use === 'log' || use === 'witness';
  if (mustBeEd25519 && found.signer.publicKey.crv !== 'Ed25519') throw unreadable(file, 'wrong-kind');
  return found;
}

/**
 * Writes a key as a new file, whole or not at all, on the disk when it returns.
 *
 * @throws {Problem} key/exists when the file is there already; nothing is ever overwritten
 */
export async function writeKeyFile(file: string, use: KeyUse, key: KeyObject): Promise<NodeKey> {
  const text = `${JSON.stringify({ huxinKey: 1, use, jwk: key.export({ format: 'jwk' }) })}\n`;
  const draft = `${file}.${randomUUID()}.new`;
  await writeDurably(draft, text);
  try {
    await link(draft, file); // unlike a rename, it does not replace what is there
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw new Problem('key/exists', { file });
    throw error;
  } finally {
    await rm(draft);
  }
  await syncFolder(dirname(file));
  return toNodeKey(use, key);
}

export function missingKey(file: string): Problem {
  return unreadable(file, 'missing', 'huxin keys create');
}

async function toNodeKey(use: KeyUse, key: KeyObject): Promise<NodeKey> {
  const signer = signerFrom(key);
  return { use, kid: await thumbprint(signer.publicKey), signer };
}

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readPrivate(file: string): Promise<string> {
  const found = await stat(file).catch(absent);
  if (!found) throw missingKey(file);
  if ((found.mode & 0o077) !== 0) throw unreadable(file, 'too-open', `chmod 600 ${file}`);
  return readFile(file, 'utf8').catch((cause: Error) => {
    throw unreadable(file, 'missing', undefined, cause);
  });
}

function parseKey(file: string, use: KeyUse, text: string): KeyObject {
  const content = parseContent(text);
  if (content?.huxinKey !== 1) throw unreadable(file, 'malformed');
  if (content.use !== use) throw unreadable(file, 'wrong-use');
  try {
    const key = createPrivateKey({ key: content.jwk as never, format: 'jwk' }); // node checks what it is
    signerFrom(key);
    return key;
  } catch {
    throw unreadable(file, 'malformed'); // without the cause, which may quote the key
  }
}

function parseContent(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function unreadable(file: string, reason: string, cure?: string, cause?: Error): Problem {
  return new Problem('key/unreadable', { file, reason, ...(cure && { cure }) }, cause && { cause });
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
