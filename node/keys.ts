/**
 * The node's own keys: a folder with private keys for each use. The first of a use is `bulletin.json`, its successors
 * `bulletin-2.json`, `bulletin-3.json`, … What each use is for: docs/protocol.md, Members, keys, names; which of several
 * counts, the agreement and our log say.
 */

import { generateKeyPair, type KeyObject } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { type Bilingual, type Member, witnessNameOf } from './agreement/agreement.ts';
import { thumbprint } from './base/jws.ts';
import type { PublicJwk } from './base/ports.ts';
import { Problem } from './base/problem.ts';
import { hash, signerFrom } from './crypto.ts';
import { type KeyUse, keyUses, missingKey, type NodeKey, readKeyFile, writeKeyFile } from './key-file.ts';
import { checkFolder, keyFileName, listKeyFiles, listNumbers, oneByOne } from './key-folder.ts';
import { type Ed25519Jwk, formatVkey, type Vkey } from './log/note.ts';

export type Curve = PublicJwk['crv'];

/** The uses that a running node has; the agreement key signs agreements and can lie elsewhere. */
export const runningUses = ['bulletin', 'log', 'witness'] as const satisfies readonly KeyUse[];

export type RunningUse = (typeof runningUses)[number];

/** All that the folder holds for a running node: of each use at least one, the newest first. */
export type NodeKeys = Readonly<Record<RunningUse, readonly NodeKey[]>>;

/** One key for each use. Log and witness keys are Ed25519, the others P-256 unless asked for otherwise. */
export type KeySet = Readonly<Record<KeyUse, NodeKey>>;

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

/** The keys that a node works with, each listed for it in the agreement. */
export interface ListedKeys {
  bulletin: NodeKey;
  log: NodeKey & { vkey: Vkey };
  witness: NodeKey & { vkey: Vkey };
}

const makePair = promisify(generateKeyPair);

/**
 * Makes a key for every use and writes the folder, which only its owner may enter.
 *
 * @param passphrase encrypts the files; without one they are plain
 * @throws {Problem} key/exists when the folder holds one of the files already, as nothing is ever overwritten;
 *   key/unreadable when others may enter it
 */
export async function createKeys(
  folder: string,
  { passphrase, ...curves }: { bulletin?: Curve; agreement?: Curve; passphrase?: string | undefined } = {},
): Promise<KeySet> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await checkFolder(folder);
  for (const use of keyUses) await refuseExisting(keyFileName(folder, use, 1));
  const make = async (use: KeyUse): Promise<NodeKey> => {
    const key = await makeKey(curveFor(use, curves[use as keyof typeof curves]));
    return writeKeyFile(keyFileName(folder, use, 1), use, key, passphrase);
  };
  return {
    bulletin: await make('bulletin'),
    log: await make('log'),
    witness: await make('witness'),
    agreement: await make('agreement'),
  };
}

/**
 * Makes the next key of a use, beside those that the folder holds: `bulletin-2.json` after `bulletin.json`. It is on the
 * disk when this returns.
 *
 * @param curve of bulletin and agreement keys, `P-256` unless given
 * @param passphrase encrypts the file; without one it is plain
 * @throws {Problem} key/exists when another process took the number, as nothing is ever overwritten; key/no-passphrase,
 *   key/wrong-passphrase when the keys beside it lie under another
 */
export async function addKey(
  folder: string,
  use: KeyUse,
  { curve, passphrase }: { curve?: Curve; passphrase?: string | undefined } = {},
): Promise<NodeKey & { file: string }> {
  await checkFolder(folder);
  await checkSamePassphrase(folder, use, passphrase);
  const [newest = 0] = await listNumbers(folder, use);
  const file = keyFileName(folder, use, newest + 1);
  return { ...(await writeKeyFile(file, use, await makeKey(curveFor(use, curve)), passphrase)), file };
}

/**
 * Makes an auditor's key in a file of its own; the folder is made where there is none.
 *
 * @param passphrase encrypts the file; without one it is plain
 * @throws {Problem} key/exists when the file is there already
 */
export async function createAuditorKey(
  file: string,
  { curve = 'P-256', passphrase }: { curve?: Curve; passphrase?: string | undefined } = {},
): Promise<NodeKey<'auditor'>> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  return writeKeyFile(file, 'auditor', await makeKey(curve), passphrase);
}

/**
 * What an auditor hands in for the agreement file: YAML text, an item of `auditors` whose names are still to be written.
 *
 *     - id: audit-office
 *       name: { zh: 审计办公室, en: Audit office }
 *       key: { kty: EC, crv: P-256, x: …, y: … }
 */
export function formatAuditorBlock(id: string, name: Bilingual, key: PublicJwk): string {
  const names = `{ zh: ${JSON.stringify(name.zh)}, en: ${JSON.stringify(name.en)} }`;
  return [`- id: ${id}`, `  name: ${names}`, `  key: ${formatJwk(key)}`, ''].join('\n');
}

/** A bulletin key that nobody keeps, to rehearse a change with. */
export async function makePassingKey(): Promise<NodeKey> {
  const signer = signerFrom(await makeKey('P-256'));
  return { use: 'bulletin', kid: await thumbprint(signer.publicKey), signer };
}

/**
 * Reads what a running node needs of the folder; the agreement key is not touched.
 *
 * @param passphrase needed where the files are encrypted
 * @param held keys that the folder does not hold: each comes before the files of its use, of which there may then be none
 * @throws {Problem} key/unreadable with `file`, `reason` (`missing`, `too-open`, `folder-too-open`, `malformed`,
 *   `wrong-use`, `wrong-kind`) and, where there is one, the command that cures it; key/no-passphrase, key/wrong-passphrase
 */
export async function loadKeys(
  folder: string,
  passphrase?: string,
  held: Partial<Record<RunningUse, NodeKey>> = {},
): Promise<NodeKeys> {
  const load = async (use: RunningUse): Promise<NodeKey[]> => {
    const beside = held[use];
    const hasFiles = (await listNumbers(folder, use)).length > 0;
    const files = beside && !hasFiles ? [] : await loadKeysFor(folder, use, passphrase);
    return beside ? [beside, ...files] : [...files];
  };
  // one after the other, as oneByOne of key-folder.ts
  return { bulletin: await load('bulletin'), log: await load('log'), witness: await load('witness') };
}

/** Reads the keys of one use, the newest first: at least one. Throws as {@link loadKeys} does. */
export async function loadKeysFor(folder: string, use: KeyUse, passphrase?: string): Promise<readonly NodeKey[]> {
  await checkFolder(folder);
  const files = (await listNumbers(folder, use)).map((number) => keyFileName(folder, use, number));
  if (files.length === 0) throw missingKey(keyFileName(folder, use, 1));
  return oneByOne(files, (file) => readKeyFile(file, use, passphrase));
}

/**
 * Of our keys those that the agreement lists for us, the newest where there are several.
 *
 * @throws {Problem} key/not-in-agreement with the `uses` of which it lists none of ours
 */
export async function chooseListed(keys: NodeKeys, member: Member): Promise<ListedKeys> {
  const listed = await Promise.all(member.keys.bulletin.map(thumbprint));
  const bulletin = keys.bulletin.find(({ kid }) => listed.includes(kid));
  const log = keys.log.map(withVkey(member.origin, 1)).find(({ vkey }) => vkey.text === member.keys.log);
  const witness = keys.witness
    .map(withVkey(witnessNameOf(member.issuer), 4))
    .find(({ vkey }) => vkey.text === member.keys.witness);
  if (bulletin && log && witness) return { bulletin, log, witness };
  const chosen = Object.entries({ bulletin, log, witness });
  const uses = chosen.filter(([, key]) => !key).map(([use]) => use);
  throw new Problem('key/not-in-agreement', { member: member.id, uses });
}

/** The public halves under the names that the agreement gives them. */
export function publicKeysOf(keys: KeySet, names: Pick<MemberNames, 'issuer' | 'origin'>): PublicKeys {
  return {
    bulletin: [keys.bulletin.signer.publicKey],
    log: withVkey(names.origin, 1)(keys.log).vkey,
    witness: withVkey(witnessNameOf(names.issuer), 4)(keys.witness).vkey,
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
export function formatMemberBlock(keys: KeySet, names: MemberNames): string {
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

/** One public key as the agreement writes it: the vkey of a log or witness key of that name, else a JWK. */
export function formatPublicKey(use: KeyUse, key: PublicJwk, name = ''): string {
  if (use === 'log') return formatVkey(hash, name, 1, key as Ed25519Jwk).text;
  return use === 'witness' ? formatVkey(hash, name, 4, key as Ed25519Jwk).text : formatJwk(key);
}

/** A flow mapping; quoted throughout, as a coordinate may look like a number. */
function formatJwk(key: PublicJwk): string {
  const members = Object.entries(key).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `{ ${members.join(', ')} }`;
}

function withVkey(name: string, type: 1 | 4): (key: NodeKey) => NodeKey & { vkey: Vkey } {
  return (key) => ({ ...key, vkey: formatVkey(hash, name, type, key.signer.publicKey as Ed25519Jwk) }); // whoever reads or makes it sees to it
}

function curveFor(use: KeyUse, asked: Curve = 'P-256'): Curve {
  return use === 'log' || use === 'witness' ? 'Ed25519' : asked;
}

async function makeKey(curve: Curve): Promise<KeyObject> {
  const { privateKey } = curve === 'P-256' ? await makePair('ec', { namedCurve: curve }) : await makePair('ed25519');
  return privateKey;
}

/** A running node has one passphrase; the agreement key, which lies elsewhere, may have its own. */
async function checkSamePassphrase(folder: string, use: KeyUse, passphrase: string | undefined): Promise<void> {
  const files = await listKeyFiles(folder, use === 'agreement' ? ['agreement'] : runningUses);
  const beside = files.find(({ encrypted }) => encrypted);
  if (beside) await readKeyFile(beside.file, beside.use, passphrase);
}

async function refuseExisting(file: string): Promise<void> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found) throw new Problem('key/exists', { file });
}
