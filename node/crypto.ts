/**
 * The ports of base/ports.ts filled from node:crypto. Signing and verifying use the callback forms, which run on the
 * thread pool: the main thread works while a signature is checked.
 */

import {
  createPublicKey,
  hash as cryptoHash,
  sign as cryptoSign,
  verify as cryptoVerify,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { formatHex } from './base/bytes.ts';
import { toPublicJwk } from './base/jws.ts';
import type { Hash, NewId, Now, PublicJwk, Random, Signer, VerifySignature } from './base/ports.ts';

const greatestCachedKeys = 1_000;
const imported = new Map<string, KeyObject>();

/** By way of text: for the few bytes of a tree's node, handing out a Buffer takes longer than hashing. */
export const hash: Hash = (bytes) => {
  const text = cryptoHash('sha256', bytes, 'binary');
  const digest = new Uint8Array(32);
  for (let i = 0; i < 32; i++) digest[i] = text.charCodeAt(i);
  return digest;
};

export const random: Random = (sizeBytes) => (sizeBytes > 1024 ? plain(randomBytes(sizeBytes)) : draw(sizeBytes));

/** Random bytes that nobody has had yet: asking the system for many at once costs a fraction for each. */
let pool: Uint8Array = new Uint8Array(0);

function draw(sizeBytes: number): Uint8Array {
  if (pool.length < sizeBytes) pool = plain(randomBytes(16 * 1024));
  const drawn = pool.slice(0, sizeBytes);
  pool = pool.subarray(sizeBytes);
  return drawn;
}

const togetherAtMost = 64;
let waiting: (() => void)[] = [];

/**
 * Hands work to the thread pool in groups: at the end of this turn of the event loop, or as soon as there are many.
 * Waking a thread that sleeps costs the main thread more than parsing the next bulletin does.
 */
function handToPool(start: () => void): void {
  waiting.push(start);
  if (waiting.length === togetherAtMost) startWaiting();
  else if (waiting.length === 1) queueMicrotask(startWaiting);
}

function startWaiting(): void {
  const starting = waiting;
  waiting = [];
  for (const start of starting) start();
}

/** Whether the signature is right; false as well for a key or a signature that is none. */
export const verifySignature: VerifySignature = (key, data, signature) =>
  new Promise((resolve) => {
    const keyObject = importPublic(key);
    if (!keyObject || signature.length !== 64) return resolve(false);
    const options = { key: keyObject, dsaEncoding: 'ieee-p1363' } as const;
    handToPool(() => {
      try {
        cryptoVerify(digestOf(key), data, options, signature, (error, isRight) => resolve(!error && isRight));
      } catch {
        resolve(false);
      }
    });
  });

/**
 * A signer over a private key.
 *
 * @throws {RangeError} when the key is neither P-256 nor Ed25519, or not private
 */
export function signerFrom(key: KeyObject): Signer {
  if (key.type !== 'private') throw new RangeError('not a private key');
  const publicKey = toPublicJwk(createPublicKey(key).export({ format: 'jwk' }));
  if (!publicKey) throw new RangeError('neither P-256 nor Ed25519');
  return {
    publicKey,
    sign: (data) =>
      new Promise((resolve, reject) =>
        handToPool(() =>
          cryptoSign(digestOf(publicKey), data, { key, dsaEncoding: 'ieee-p1363' }, (error, signature) =>
            error ? reject(error) : resolve(plain(signature)),
          ),
        ),
      ),
  };
}

/**
 * Makes UUIDs of version 7 (RFC 9562 §5.7), each greater than the one before: within a millisecond, and while the
 * clock runs backwards, `rand_a` counts (§6.2, method 1); when it is full, the next millisecond is borrowed.
 */
export function createNewId(now: Now): NewId {
  let lastMs = -1;
  let counter = 0;
  return () => {
    const bytes = Buffer.from(draw(16));
    const nowMs = now().getTime();
    if (nowMs > lastMs) {
      lastMs = nowMs;
      counter = bytes.readUInt16BE(6) & 0x7ff; // the top bit starts clear, so that there is room to count
    } else if (++counter > 0xfff) {
      lastMs += 1;
      counter = bytes.readUInt16BE(6) & 0x7ff;
    }
    bytes.writeUIntBE(lastMs, 0, 6);
    bytes.writeUInt16BE(0x7000 | counter, 6);
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    const hex = formatHex(bytes);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  };
}

/** The same bytes without Buffer's own meanings of `slice` and equality. */
function plain(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

function digestOf(key: PublicJwk): 'sha256' | null {
  return key.kty === 'EC' ? 'sha256' : null;
}

/** Importing costs more than verifying, so it happens once a key. `y` belongs to the name: two points share each `x`. */
function importPublic(key: PublicJwk): KeyObject | undefined {
  const name = key.kty === 'EC' ? `EC ${key.x} ${key.y}` : `OKP ${key.x}`;
  const known = imported.get(name);
  if (known) return known;
  try {
    const keyObject = createPublicKey({ key: { ...key }, format: 'jwk' });
    if (imported.size >= greatestCachedKeys) imported.clear();
    imported.set(name, keyObject);
    return keyObject;
  } catch {
    return undefined;
  }
}
