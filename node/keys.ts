/**
 * The node's own keys: a folder with one private JWK (RFC 7517) for each use, readable by its owner only. What each
 * use is for: docs/protocol.md, Members, keys, names.
 */

import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { mkdir, open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { witnessNameOf } from './agreement/agreement.ts';
import { thumbprint } from './base/jws.ts';
import type { PublicJwk, Signer } from './base/ports.ts';
import { Problem } from './base/problem.ts';
import { hash, signerFrom } from './crypto.ts';
import { type Ed25519Jwk, formatVkey, type Vkey } from './log/note.ts';

export const keyUses = ['bulletin', 'log', 'witness', 'agreement'] as const;

export type KeyUse = (typeof keyUses)[number];

export type Curve = PublicJwk['crv'];

export interface NodeKey {
  use: KeyUse;
  /** RFC 7638 thumbprint, computed from the key. */
  kid: string;
  signer: Signer;
}

/** Log and witness keys are Ed25519, the others P-256 unless asked for otherwise. */
export type NodeKeys = Record<KeyUse, NodeKey>;

/** What the names in a member's block are made of. */
export interface MemberNames {
  /** GB/T 2260 code, such as `310000`. */
  member: string;
  /** Public base URL without a slash at the end. */
  issuer: string;
  /** Name of the log, such as `credit.sh.example/log`. */
  origin: string;
}

/** The keys by which others know a member, as the agreement lists them. */
export interface PublicKeys {
  bulletin: PublicJwk[];
  log: Vkey;
  witness: Vkey;
  agreement: PublicJwk;
}

const makePair = promisify(generateKeyPair);

/** A file of the folder: `{"huxinKey":1,"use":"bulletin","jwk":{…}}`. */
function fileOf(folder: string, use: KeyUse): string {
  return join(folder, `${use}.json`);
}

/**
 * Makes a key for every use and writes the folder, which only its owner may enter.
 *
 * @throws {Problem} key/exists when the folder holds one of the files already; nothing is ever overwritten
 */
export async function createKeys(
  folder: string,
  curves: { bulletin?: Curve; agreement?: Curve } = {},
): Promise<NodeKeys> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const use of keyUses) await refuseExisting(fileOf(folder, use));
  const make = async (use: KeyUse, curve: Curve): Promise<NodeKey> => {
    const key = await makeKey(curve);
    const text = `${JSON.stringify({ huxinKey: 1, use, jwk: key.export({ format: 'jwk' }) })}\n`;
    await writeDurably(fileOf(folder, use), text);
    return toNodeKey(use, key);
  };
  const keys = {
    bulletin: await make('bulletin', curves.bulletin ?? 'P-256'),
    log: await make('log', 'Ed25519'),
    witness: await make('witness', 'Ed25519'),
    agreement: await make('agreement', curves.agreement ?? 'P-256'),
  };
  await syncFolder(folder);
  return keys;
}

/**
 * Reads the folder.
 *
 * @throws {Problem} key/unreadable with `file`, `reason` (`missing`, `too-open`, `malformed`, `wrong-use`, `wrong-kind`)
 *   and, where there is one, the command that cures it
 */
export async function loadKeys(folder: string): Promise<NodeKeys> {
  const [bulletin, log, witness, agreement] = await Promise.all([
    loadKey(folder, 'bulletin'),
    loadKey(folder, 'log'),
    loadKey(folder, 'witness'),
    loadKey(folder, 'agreement'),
  ]);
  return { bulletin, log, witness, agreement };
}

/** Reads one key of the folder: `agreement sign` needs no other. Throws as {@link loadKeys} does. */
export async function loadKey(folder: string, use: KeyUse): Promise<NodeKey> {
  const file = fileOf(folder, use);
  const key = parseKey(file, use, await readPrivate(file));
  const found = await toNodeKey(use, key);
  const mustBeEd25519 = use === 'log' || use === 'witness';
  if (mustBeEd25519 && found.signer.publicKey.crv !== 'Ed25519') throw unreadable(file, 'wrong-kind');
  return found;
}

/** The public halves under the names that the agreement gives them. */
export function publicKeysOf(keys: NodeKeys, names: Pick<MemberNames, 'issuer' | 'origin'>): PublicKeys {
  const log = keys.log.signer.publicKey as Ed25519Jwk; // loadKey and createKeys see to it
  const witness = keys.witness.signer.publicKey as Ed25519Jwk;
  return {
    bulletin: [keys.bulletin.signer.publicKey],
    log: formatVkey(hash, names.origin, 1, log),
    witness: formatVkey(hash, witnessNameOf(names.issuer), 4, witness),
    agreement: keys.agreement.signer.publicKey,
  };
}

/**
 * What a member hands in for the agreement file: YAML text, an item of `members` to be completed with names and endpoint.
 *
 *     - id: "310000"
 *       issuer: https://credit.sh.example
 *       origin: credit.sh.example/log
 *       keys:
 *         bulletin:
 *           - { kty: EC, crv: P-256, x: …, y: … }
 */
export function formatMemberBlock(keys: NodeKeys, names: MemberNames): string {
  const { bulletin, log, witness, agreement } = publicKeysOf(keys, names);
  return [
    `- id: "${names.member}"`,
    `  issuer: ${JSON.stringify(names.issuer)}`,
    `  origin: ${JSON.stringify(names.origin)}`,
    '  keys:',
    '    bulletin:',
    ...bulletin.map((key) => `      - ${formatJwk(key)}`),
    `    log: ${JSON.stringify(log.text)}`,
    `    witness: ${JSON.stringify(witness.text)}`,
    `    agreement: ${formatJwk(agreement)}`,
    '',
  ].join('\n');
}

/** A flow mapping; quoted throughout, as a coordinate may look like a number. */
function formatJwk(key: PublicJwk): string {
  const members = Object.entries(key).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `{ ${members.join(', ')} }`;
}

async function toNodeKey(use: KeyUse, key: KeyObject): Promise<NodeKey> {
  const signer = signerFrom(key);
  return { use, kid: await thumbprint(signer.publicKey), signer };
}

async function makeKey(curve: Curve): Promise<KeyObject> {
  const { privateKey } = curve === 'P-256' ? await makePair('ec', { namedCurve: curve }) : await makePair('ed25519');
  return privateKey;
}

async function refuseExisting(file: string): Promise<void> {
  const found = await stat(file).catch(absent);
  if (found) throw new Problem('key/exists', { file });
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
  if (!found) throw unreadable(file, 'missing', 'huxin keys create');
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
