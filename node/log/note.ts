/**
 * Signed notes and the keys that sign them: text, a blank line, signature lines (C2SP signed-note). What a signature is
 * over, and whether it is right, is for checkpoint.ts (type 1) and cosignature.ts (type 4). Lines are without their line feed.
 */

import { concat, formatBase64, formatBase64url, formatHex, parseBase64, parseBase64url, utf8 } from '../base/bytes.ts';
import { isEd25519Key } from '../base/ed25519.ts';
import type { Hash, PublicJwk } from '../base/ports.ts';

export type Ed25519Jwk = Extract<PublicJwk, { kty: 'OKP' }>;

/** A key that signs notes: 1 signs the text itself, 4 cosigns a checkpoint at a time. */
export interface Vkey {
  name: string;
  /** The first four bytes of SHA-256(name, line feed, type, public key), as a number. */
  keyId: number;
  type: 1 | 4;
  publicKey: Ed25519Jwk;
  /** `credit.sh.example/log+c48a20f3+AadA…` */
  text: string;
}

export interface NoteSignature {
  name: string;
  keyId: number;
  /** What follows the key id. */
  payload: Uint8Array;
  /** `— credit.sh.example/log xIog…` */
  line: string;
}

export interface Note {
  /** Ends with a line feed; the blank line is not part of it. */
  text: string;
  signatures: NoteSignature[];
}

const greatestNoteBytes = 64 * 1024;
/** C2SP signed-note lets a reader refuse more. */
export const mostSignatures = 16;
const noteCharacters = /^[\n\u0020-\uD7FF\uE000-\u{10FFFF}]*$/u; // no control character, nothing that is not UTF-8
const keyName = /^[^\p{White_Space}+]+$/u;
const vkeyPattern = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/;
const linePattern = /^— ([^ ]+) ([A-Za-z0-9+/=]+)$/;

/** Whether that can name a key: no space, no `+`. */
export function isKeyName(text: string): boolean {
  return keyName.test(text) && noteCharacters.test(text);
}

/**
 * The vkey text of a key, and all that follows from it.
 *
 * @throws {RangeError} when the name can name no key
 */
export function formatVkey(hash: Hash, name: string, type: 1 | 4, publicKey: Ed25519Jwk): Vkey {
  const raw = parseBase64url(publicKey.x);
  if (!isKeyName(name) || raw?.length !== 32) throw new RangeError('no key name or no Ed25519 key');
  const typed = concat(Uint8Array.of(type), raw);
  const id = hash(concat(utf8(`${name}\n`), typed)).subarray(0, 4);
  return { name, keyId: readUint32(id), type, publicKey, text: `${name}+${formatHex(id)}+${formatBase64(typed)}` };
}

/** The key of that text; undefined when it is no Ed25519 vkey of type 1 or 4, or its id is not its own. */
export function parseVkey(hash: Hash, text: string): Vkey | undefined {
  const [, name = '', , base64 = ''] = vkeyPattern.exec(text) ?? [];
  const typed = parseBase64(base64);
  const type = typed?.[0];
  if (!typed || !isEd25519Key(typed.subarray(1)) || (type !== 1 && type !== 4) || !isKeyName(name)) return undefined;
  const vkey = formatVkey(hash, name, type, { kty: 'OKP', crv: 'Ed25519', x: formatBase64url(typed.subarray(1)) });
  return vkey.text === text ? vkey : undefined;
}

/**
 * A note of that text and those signature lines.
 *
 * @throws {RangeError} when it could not be read again: too many lines, say
 */
export function formatNote(text: string, lines: readonly string[]): string {
  const note = `${text}\n${lines.map((line) => `${line}\n`).join('')}`;
  if (parseNote(note)?.text !== text) throw new RangeError('no note');
  return note;
}

/** The parts of a note, nothing verified; undefined when it is none, over 64 KiB, or has more than 16 signatures. */
export function parseNote(note: string): Note | undefined {
  if (note.length > greatestNoteBytes || !noteCharacters.test(note)) return undefined;
  if (utf8(note).length > greatestNoteBytes) return undefined;
  const blank = note.lastIndexOf('\n\n');
  if (blank < 0 || !note.endsWith('\n')) return undefined;
  const lines = note.slice(blank + 2, -1).split('\n');
  const signatures = lines.map(parseSignatureLine).filter((signature) => signature !== undefined);
  if (signatures.length !== lines.length || lines.length > mostSignatures) return undefined;
  return { text: note.slice(0, blank + 1), signatures };
}

/** `— name base64(key id, payload)` */
export function formatSignatureLine({ name, keyId }: Vkey, payload: Uint8Array): string {
  const id = new Uint8Array(4);
  new DataView(id.buffer).setUint32(0, keyId);
  return `— ${name} ${formatBase64(concat(id, payload))}`;
}

/** The parts of a signature line; undefined when it is none. */
export function parseSignatureLine(line: string): NoteSignature | undefined {
  const [, name = '', base64 = ''] = linePattern.exec(line) ?? [];
  const bytes = parseBase64(base64);
  if (!isKeyName(name) || !bytes || bytes.length < 5) return undefined;
  return { name, keyId: readUint32(bytes), payload: bytes.subarray(4), line };
}

/** Whether a signature claims to be by that key: name and id together name it. */
export function isBy(signature: NoteSignature, vkey: Vkey): boolean {
  return signature.name === vkey.name && signature.keyId === vkey.keyId;
}

function readUint32(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}
