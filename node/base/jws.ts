/**
 * JSON Web Signatures in the one profile that the exchange takes (RFC 7515; docs/protocol.md, Profile): three parts,
 * each its own re-encoding, header and payload each their own RFC 8785 form, three header members and no more. What
 * the bytes must be is checked here before any library sees them. The door of `jose`.
 */

import { calculateJwkThumbprint, type JWK } from 'jose';
import { formatBase64url, parseBase64url, parseUtf8, utf8 } from './bytes.ts';
import { canonicalText } from './canonical.ts';
import { isEd25519Key } from './ed25519.ts';
import type { Algorithm, PublicJwk, Signer, VerifySignature } from './ports.ts';

export interface JwsHeader {
  alg: Algorithm;
  /** RFC 7638 thumbprint of the key: a hint for finding it, never believed. */
  kid: string;
  typ: string;
}

/** A JWS whose form is right. Nothing is said yet about its signature. */
export interface ParsedJws {
  header: JwsHeader;
  payload: Record<string, unknown>;
  /** What the signature is over (RFC 7515 §5.1 step 5). */
  signingInput: Uint8Array;
  signature: Uint8Array;
}

/** Parsed, or why not. */
export type JwsReading = { jws: ParsedJws } | { flaw: string };

const headerMembers = ['alg', 'kid', 'typ'];
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const unusual = /[\u0000-\u001f\ud800-\udfff]/;
const unusualEscape = /\\[^n"\\]/;
const greatestDepth = 32; // a deeper one could end the process that walks it

/** Which algorithm a key signs with: it follows from the key, never from a header. */
function algorithmOf(key: PublicJwk): Algorithm {
  return key.kty === 'EC' ? 'ES256' : 'EdDSA';
}

/** The RFC 7638 thumbprint (SHA-256, base64url) that serves as `kid`. */
export function thumbprint(key: PublicJwk): Promise<string> {
  return calculateJwkThumbprint(key as JWK, 'sha256'); // our union is narrower than jose's JWK
}

/** The key's members that are public, in our shape; undefined when it is neither P-256 nor a sound Ed25519 key. */
export function toPublicJwk(key: JWK): PublicJwk | undefined {
  if (key.kty === 'EC' && key.crv === 'P-256' && isCoordinate(key.x) && isCoordinate(key.y)) {
    return { kty: 'EC', crv: 'P-256', x: key.x, y: key.y };
  }
  if (
    key.kty === 'OKP' &&
    key.crv === 'Ed25519' &&
    isCoordinate(key.x) &&
    isEd25519Key(parseBase64url(key.x) as Uint8Array)
  )
    return { kty: 'OKP', crv: 'Ed25519', x: key.x };
  return undefined;
}

/**
 * Reads a compact JWS of that `typ`.
 *
 * @param typ compared byte for byte (RFC 8725 §3.11)
 */
export function parseCompact(text: string, typ: string): JwsReading {
  const parts = text.split('.');
  if (parts.length !== 3) return { flaw: 'a compact JWS has three parts' };
  const [header, payload, signature] = parts as [string, string, string];
  return parseParts(header, payload, signature, typ);
}

/**
 * Reads the three parts of one signature of a JWS, whatever the serialization.
 *
 * @param known what the payload says, where it was parsed before: one payload may bear many signatures
 */
export function parseParts(
  header: string,
  payload: string,
  signature: string,
  typ: string,
  known?: Record<string, unknown>,
): JwsReading {
  const head = parseHeader(header, typ);
  if ('flaw' in head) return head;
  const content = known ? { value: known } : parsePayload(payload);
  if ('flaw' in content) return content;
  const bytes = parseBase64url(signature);
  if (bytes?.length !== 64) return { flaw: 'the signature is not 64 bytes of base64url' };
  const signingInput = utf8(`${header}.${payload}`);
  return { jws: { header: head.header, payload: content.value, signingInput, signature: bytes } };
}

/** Reads a payload alone: base64url of an object in RFC 8785 form. */
export function parsePayload(text: string): { value: Record<string, unknown> } | { flaw: string } {
  return parsePart(text, 'payload');
}

/** Signs a payload as compact JWS. */
export async function signCompact(signer: Signer, kid: string, typ: string, payload: object): Promise<string> {
  const header = formatBase64url(utf8(canonicalText({ alg: algorithmOf(signer.publicKey), kid, typ })));
  const signingInput = `${header}.${formatBase64url(utf8(canonicalText(payload)))}`;
  return `${signingInput}.${formatBase64url(await signer.sign(utf8(signingInput)))}`;
}

/** Whether the signature is right for this key, and the header's `alg` is the key's own. */
export async function isSignedBy(jws: ParsedJws, key: PublicJwk, verifySignature: VerifySignature): Promise<boolean> {
  return jws.header.alg === algorithmOf(key) && (await verifySignature(key, jws.signingInput, jws.signature));
}

/** The header read last: a log's bulletins come with one and the same, thousands in a row. */
let latest: { text: string; header: JwsHeader } | undefined;

function parseHeader(text: string, typ: string): { header: JwsHeader } | { flaw: string } {
  if (latest?.text === text && latest.header.typ === typ) return latest;
  const reading = readHeader(text, typ);
  if ('header' in reading) latest = { text, header: reading.header };
  return reading;
}

function readHeader(text: string, typ: string): { header: JwsHeader } | { flaw: string } {
  const part = parsePart(text, 'header');
  if ('flaw' in part) return part;
  const { alg, kid } = part.value;
  if (Object.keys(part.value).join() !== headerMembers.join()) return { flaw: 'the header has alg, kid and typ only' };
  if (alg !== 'ES256' && alg !== 'EdDSA') return { flaw: 'alg is ES256 or EdDSA' };
  if (typeof kid !== 'string' || !/^[A-Za-z0-9_-]{43}$/.test(kid)) return { flaw: 'kid is no RFC 7638 thumbprint' };
  if (part.value.typ !== typ) return { flaw: `typ is not ${typ}` };
  return { header: { alg, kid, typ } };
}

function parsePart(text: string, name: string): { value: Record<string, unknown> } | { flaw: string } {
  const bytes = parseBase64url(text);
  if (!bytes) return { flaw: `the ${name} is not base64url` };
  const json = parseUtf8(bytes);
  if (json === undefined) return { flaw: `the ${name} is not UTF-8` };
  const value = parseJson(json);
  if (!isObject(value)) return { flaw: `the ${name} is no JSON object` };
  if (isPlain(value, json)) return { value };
  const flaw = findUnsaid(value);
  if (flaw) return { flaw: `the ${name} holds ${flaw}` };
  if (canonicalText(value) !== json) return { flaw: `the ${name} is not in RFC 8785 form` };
  return { value };
}

/**
 * Whether the text is surely the value's RFC 8785 form and holds nothing unsaid; the slower way decides what is not
 * plain. JSON.stringify writes strings and safe integers as RFC 8785 §3.2.2 wants them, so with members in order its
 * text is that form; and control characters and half surrogate pairs would stand in it as escapes.
 */
export function isPlain(value: object, json: string): boolean {
  return !unusualEscape.test(json) && isOrderly(value, 1) && JSON.stringify(value) === json;
}

/** Members in the order of their UTF-16 code units (RFC 8785 §3.2.3), safe integers, not too deep. */
function isOrderly(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null) return true;
  if (depth > greatestDepth) return false;
  let before = '';
  for (const name in value) {
    if (!Array.isArray(value) && name < before) return false;
    if (!isOrderly((value as Record<string, unknown>)[name], depth + 1)) return false;
    before = name;
  }
  return true;
}

/** What the profile leaves out of JSON: fractions, large numbers, control characters but the line feed, half a surrogate pair, the deeply nested. */
export function findUnsaid(value: unknown, depth = 1): string | undefined {
  if (typeof value === 'string') return findUnsaidText(value);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? undefined : 'a number that is no safe integer';
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > greatestDepth) return `more than ${greatestDepth} levels`;
  const members = value as Readonly<Record<string, unknown>>; // of a list, by their places
  for (const key in members) {
    const flaw = findUnsaidText(key) ?? findUnsaid(members[key], depth + 1);
    if (flaw) return flaw;
  }
  return undefined;
}

/** What a signed text may not hold, if it does: a control character but the line feed, half a surrogate pair (RFC 8785 §3.2.2.2). */
export function findUnsaidText(text: string): string | undefined {
  if (!unusual.test(text)) return undefined;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 && code !== 0x0a) return 'a control character';
    if (code < 0xd800 || code > 0xdfff) continue;
    const next = text.charCodeAt(i + 1);
    if (code > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return 'half a surrogate pair';
    i++;
  }
  return undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCoordinate(text: unknown): text is string {
  return typeof text === 'string' && parseBase64url(text)?.length === 32;
}
