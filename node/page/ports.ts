/**
 * The ports of base/ports.ts for a browser that may be without a network: signatures by WebCrypto, and by @noble where the
 * browser lacks the curve, or WebCrypto altogether. The door of `@noble/curves` and `@noble/hashes`.
 */

import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concat, parseBase64url } from '../base/bytes.ts';
import type { Hash, PublicJwk, VerifySignature } from '../base/ports.ts';

/** As WebCrypto names them. */
const algorithms = {
  EC: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  OKP: { name: 'Ed25519' },
} as const;

export const hash: Hash = (bytes) => sha256(bytes);

/** A SHA-256 over what comes piece by piece. */
export function createDigest(): { add(bytes: Uint8Array): void; end(): Uint8Array } {
  const running = sha256.create();
  return { add: (bytes) => void running.update(bytes), end: () => running.digest() };
}

/** As WebCrypto has it, under a name that node's types know too. */
type PublicKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** Kinds of keys that this browser turned out not to know. */
const unknown = new Set<PublicJwk['kty']>();
const imported = new Map<string, Promise<PublicKey>>();

/**
 * Whether the signature is right; false as well for a key or a signature that is none. What WebCrypto refuses with an error
 * is asked of @noble: of a curve that it lacks the answer comes from there, of a key that is none it is no.
 */
export const verifySignature: VerifySignature = async (key, data, signature) => {
  if (signature.length !== 64) return false;
  if (subtle() && !unknown.has(key.kty)) {
    try {
      const publicKey = await importKey(key);
      return await crypto.subtle.verify(algorithms[key.kty], publicKey, plain(signature), plain(data));
    } catch (error) {
      if (error instanceof Error && error.name === 'NotSupportedError') unknown.add(key.kty);
    }
  }
  return verifyAlone(key, data, signature);
};

/** Thumbprints of keys (`base/jws.ts`) ask WebCrypto for a SHA-256: a browser without it is given one. */
export function provideDigest(): void {
  if (subtle()) return;
  const digest = async (_: unknown, data: Uint8Array) => sha256(new Uint8Array(data)).buffer;
  Object.defineProperty(globalThis.crypto, 'subtle', { value: { digest } });
}

function subtle(): boolean {
  return typeof globalThis.crypto?.subtle?.verify === 'function';
}

function importKey(key: PublicJwk): Promise<PublicKey> {
  const name = JSON.stringify(key);
  const known = imported.get(name) ?? crypto.subtle.importKey('jwk', key, algorithms[key.kty], false, ['verify']);
  imported.set(name, known);
  return known;
}

/** As RFC 8032 and FIPS 186 have it: neither the wider rule of ZIP 215, nor the narrower one of small `s`, which signers here do not keep. */
function verifyAlone(key: PublicJwk, data: Uint8Array, signature: Uint8Array): boolean {
  try {
    const x = coordinate(key.x);
    if (key.kty === 'OKP') return ed25519.verify(signature, data, x, { zip215: false });
    return p256.verify(signature, data, concat(Uint8Array.of(4), x, coordinate(key.y)), { lowS: false });
  } catch {
    return false; // no point of the curve
  }
}

function coordinate(text: string): Uint8Array {
  const bytes = parseBase64url(text);
  if (!bytes) throw new RangeError('not base64url');
  return bytes;
}

/** WebCrypto takes no view of memory that may be shared. */
function plain(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes); // just checked
}
