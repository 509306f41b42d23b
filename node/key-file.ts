/**
 * One private key in one file of the key folder, readable by its owner only. Encrypted:
 * `{"huxinKey":2,"use":"bulletin","kid":"…","public":{…},"made":"…","jwe":"…"}` (base/jwe.ts); plain:
 * `{"huxinKey":1,"use":"bulletin","jwk":{…}}` (RFC 7517). What the folder holds and what is made of it: keys.ts.
 */

import { createPrivateKey, type KeyObject, randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { decryptJwk, encryptJwk } from './base/jwe.ts';
import { thumbprint, toPublicJwk } from './base/jws.ts';
import type { PublicJwk, Signer } from './base/ports.ts';
import { Problem } from './base/problem.ts';
import { formatInstant } from './base/time.ts';
import { signerFrom } from './crypto.ts';

export const keyUses = ['bulletin', 'log', 'witness', 'agreement'] as const;

export type KeyUse = (typeof keyUses)[number];

/** What a file may hold: a key of a node, or one that an auditor signs requests with. */
export const fileUses = [...keyUses, 'auditor'] as const;

export type FileUse = (typeof fileUses)[number];

export interface NodeKey<Use extends FileUse = KeyUse> {
  use: Use;
  /** RFC 7638 thumbprint, computed from the key. */
  kid: string;
  signer: Signer;
}

/** What a file tells without its passphrase. */
export interface KeyFile {
  file: string;
  use: FileUse;
  kid: string;
  publicKey: PublicJwk;
  encrypted: boolean;
  /** Instant; of a plain file that of its last change. */
  made: string;
  /** Rights as chmod writes them, such as `600`. */
  mode: string;
}

/** A private key and when it was made. */
export interface PrivateKey {
  key: KeyObject;
  made: string;
}

interface Encrypted {
  jwe: string;
  kid: string;
  publicKey: PublicJwk;
  made: string;
}

/** A file's content: a plain key, or an encrypted one with what is said of it beside. */
type Content = { key: KeyObject } | Encrypted;

/**
 * Reads a key file.
 *
 * @throws {Problem} key/unreadable with `file`, `reason` (`missing`, `forbidden`, `too-open`, `malformed`, `wrong-use`,
 *   `wrong-kind`) and, where there is one, the command that cures it; key/no-passphrase, key/wrong-passphrase with `file`
 */
export async function readKeyFile<Use extends FileUse>(
  file: string,
  use: Use,
  passphrase?: string,
): Promise<NodeKey<Use>> {
  return toNodeKey(use, (await openKeyFile(file, use, passphrase)).key);
}

/** Reads the private key itself, to write it anew. Throws as {@link readKeyFile} does. */
export async function openKeyFile(file: string, use: FileUse, passphrase?: string): Promise<PrivateKey> {
  const { text, changedAt } = await readPrivate(file);
  const content = parseKeyFile(file, use, text);
  if ('key' in content) return { key: content.key, made: changedAt };
  return { key: await decrypt(file, use, content, passphrase), made: content.made };
}

/** What is in a file, whoever may read it. @throws {Problem} key/unreadable as {@link readKeyFile} */
export async function inspectKeyFile(file: string, use: FileUse): Promise<KeyFile> {
  const { text, changedAt, mode } = await readText(file);
  const content = parseKeyFile(file, use, text);
  const shown = { file, use, mode: mode.toString(8).padStart(3, '0') };
  if (!('key' in content)) {
    const { publicKey, made } = content;
    return { ...shown, kid: await thumbprint(publicKey), publicKey, encrypted: true, made };
  }
  const { publicKey } = signerFrom(content.key);
  return { ...shown, kid: await thumbprint(publicKey), publicKey, encrypted: false, made: changedAt };
}

/**
 * Writes a key as a new file, whole or not at all, on the disk when it returns.
 *
 * @param passphrase encrypts it; without one the file is plain
 * @throws {Problem} key/exists when the file is there already; nothing is ever overwritten
 */
export async function writeKeyFile<Use extends FileUse>(
  file: string,
  use: Use,
  key: KeyObject,
  passphrase?: string,
): Promise<NodeKey<Use>> {
  const draft = await writeDraft(file, await format(use, { key, made: formatInstant(new Date()) }, passphrase));
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

/** Puts the same key under another passphrase: the old file stands until the new one is whole and was read back. */
export async function rewriteKeyFile(file: string, use: FileUse, given: PrivateKey, passphrase: string): Promise<void> {
  const draft = await writeDraft(file, await format(use, given, passphrase));
  try {
    const { kid } = await readKeyFile(draft, use, passphrase);
    if (kid !== (await toNodeKey(use, given.key)).kid) throw new Error(`${draft} does not hold what was written`);
    await rename(draft, file);
  } catch (error) {
    await rm(draft);
    throw error;
  }
  await syncFolder(dirname(file));
}

export function missingKey(file: string): Problem {
  return unreadable(file, 'missing', 'huxin keys create');
}

export function unreadable(file: string, reason: string, cure?: string, cause?: Error): Problem {
  return new Problem('key/unreadable', { file, reason, ...(cure && { cure }) }, cause && { cause });
}

async function toNodeKey<Use extends FileUse>(use: Use, key: KeyObject): Promise<NodeKey<Use>> {
  const signer = signerFrom(key);
  return { use, kid: await thumbprint(signer.publicKey), signer };
}

async function format(use: FileUse, { key, made }: PrivateKey, passphrase?: string): Promise<string> {
  const jwk = key.export({ format: 'jwk' });
  if (passphrase === undefined) return `${JSON.stringify({ huxinKey: 1, use, jwk })}\n`;
  const { kid, signer } = await toNodeKey(use, key);
  const jwe = await encryptJwk(jwk, use, passphrase);
  return `${JSON.stringify({ huxinKey: 2, use, kid, public: signer.publicKey, made, jwe })}\n`;
}

function parseKeyFile(file: string, use: FileUse, text: string): Content {
  const content = parseObject(text);
  if (content?.huxinKey !== 1 && content?.huxinKey !== 2) throw unreadable(file, 'malformed');
  if (content.use !== use) throw unreadable(file, 'wrong-use');
  if (content.huxinKey === 1) return { key: importKey(file, use, content.jwk) };
  const { kid, public: shown, made, jwe } = content;
  const publicKey = toPublicJwk(Object(shown));
  if (!publicKey || typeof kid !== 'string' || typeof made !== 'string' || typeof jwe !== 'string') {
    throw unreadable(file, 'malformed');
  }
  return { kid, publicKey, made, jwe };
}

async function decrypt(file: string, use: FileUse, content: Encrypted, passphrase?: string): Promise<KeyObject> {
  if (passphrase === undefined) throw new Problem('key/no-passphrase', { file });
  const opened = await decryptJwk(content.jwe, passphrase);
  if ('flaw' in opened) {
    throw opened.flaw === 'malformed' ? unreadable(file, 'malformed') : new Problem('key/wrong-passphrase', { file });
  }
  if (opened.use !== use) throw unreadable(file, 'wrong-use'); // what is outside the JWE anyone could write
  const key = importKey(file, use, opened.jwk);
  const { kid } = await toNodeKey(use, key);
  if (kid !== content.kid || kid !== (await thumbprint(content.publicKey))) throw unreadable(file, 'malformed');
  return key;
}

function importKey(file: string, use: FileUse, jwk: unknown): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: jwk as never, format: 'jwk' }); // node checks what it is
    signerFrom(key);
  } catch {
    throw unreadable(file, 'malformed'); // without the cause, which may quote the key
  }
  const mustBeEd25519 = use === 'log' || use === 'witness';
  if (mustBeEd25519 && key.asymmetricKeyType !== 'ed25519') throw unreadable(file, 'wrong-kind');
  return key;
}

async function readPrivate(file: string): Promise<{ text: string; changedAt: string }> {
  const found = await readText(file);
  if ((found.mode & 0o077) !== 0) throw unreadable(file, 'too-open', `chmod 600 ${file}`);
  return found;
}

async function readText(file: string): Promise<{ text: string; changedAt: string; mode: number }> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? missingKey(file) : error;
  });
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw unreadable(file, 'forbidden', undefined, cause);
  });
  return { text, changedAt: formatInstant(found.mtime), mode: found.mode & 0o777 };
}

/** A file of another name beside it, on the disk. */
async function writeDraft(file: string, text: string): Promise<string> {
  const draft = `${file}.${randomUUID()}.new`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return draft;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
