import { generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBase64url, formatHex, parseBase64url, utf8 } from '../node/base/bytes.ts';
import type { PublicJwk } from '../node/base/ports.ts';
import { createNewId, hash, random, signerFrom, verifySignature } from '../node/crypto.ts';

const makers: [string, () => KeyObject][] = [
  ['P-256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey],
  ['Ed25519', () => generateKeyPairSync('ed25519').privateKey],
];
const data = utf8('互信');

describe.each(makers)('a %s key', (_name, make) => {
  it('signs 64 bytes that its public key verifies', async () => {
    const signer = signerFrom(make());
    const signature = await signer.sign(data);
    expect(signature).toHaveLength(64);
    expect(await verifySignature(signer.publicKey, data, signature)).toBe(true);
    expect(await verifySignature({ ...signer.publicKey }, data, signature)).toBe(true);
  });

  it('refuses other data, another key and every flipped bit of the signature', async () => {
    const signer = signerFrom(make());
    const signature = await signer.sign(data);
    expect(await verifySignature(signer.publicKey, utf8('不信'), signature)).toBe(false);
    expect(await verifySignature(signerFrom(make()).publicKey, data, signature)).toBe(false);
    const verdicts = await Promise.all(
      Array.from({ length: 512 }, (_, bit) => {
        const flipped = Uint8Array.from(signature);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        return verifySignature(signer.publicKey, data, flipped);
      }),
    );
    expect(verdicts).toEqual(Array.from({ length: 512 }, () => false));
  });

  it('answers false, and throws nothing, for signatures of any length', async () => {
    const { publicKey } = signerFrom(make());
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 130 }), async (signature) => {
        expect(await verifySignature(publicKey, data, signature)).toBe(false);
      }),
    );
  });
});

it('answers false for a key that is none', async () => {
  const nothing = formatBase64url(new Uint8Array(32));
  const off: PublicJwk = { kty: 'EC', crv: 'P-256', x: nothing, y: nothing };
  expect(await verifySignature(off, data, new Uint8Array(64))).toBe(false);
  expect(await verifySignature({ kty: 'OKP', crv: 'Ed25519', x: 'short' }, data, new Uint8Array(64))).toBe(false);
});

it('tells apart the two P-256 keys that share an x', async () => {
  const signer = signerFrom(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  const { publicKey } = signer;
  if (publicKey.kty !== 'EC') throw new Error('P-256 was asked for');
  const mirrored: PublicJwk = { ...publicKey, y: formatBase64url(negate(publicKey.y)) };
  const signature = await signer.sign(data);
  expect(await verifySignature(publicKey, data, signature)).toBe(true);
  expect(await verifySignature(mirrored, data, signature)).toBe(false);
  expect(await verifySignature(publicKey, data, signature)).toBe(true);
});

it('signs ES256 as r || s', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signature = await signerFrom(privateKey).sign(data);
  expect(verify('sha256', data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
});

it('makes no signer of a public key or of another curve', () => {
  expect(() => signerFrom(generateKeyPairSync('ed25519').publicKey)).toThrow(RangeError);
  expect(() => signerFrom(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey)).toThrow(RangeError);
});

it('hashes with SHA-256', () => {
  // FIPS 180-4, example B.1
  expect(formatHex(hash(utf8('abc')))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

it('gives as many random bytes as asked', () => {
  expect(random(32)).toHaveLength(32);
  expect(formatHex(random(32))).not.toBe(formatHex(random(32)));
});

describe('a new id', () => {
  const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  const start = Date.UTC(2026, 0, 2);

  it('is a UUID v7 that begins with the millisecond', () => {
    const id = createNewId(() => new Date(start))();
    expect(id).toMatch(pattern);
    expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(start);
  });

  it('is greater than the one before, however the clock goes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 2, maxLength: 300 }), (steps) => {
        let nowMs = start;
        const newId = createNewId(() => new Date(nowMs));
        const ids = steps.map((step) => {
          nowMs += step;
          return newId();
        });
        expect(ids).toEqual([...new Set(ids)].sort());
      }),
      { seed: 31 },
    );
  });

  it('borrows the next millisecond when one is full', () => {
    const newId = createNewId(() => new Date(start));
    const ids = Array.from({ length: 10_000 }, newId);
    expect(ids).toEqual([...new Set(ids)].sort());
    for (const id of ids) expect(id).toMatch(pattern);
  });
});

/** p - y for the P-256 field: the mirrored point's y. */
function negate(y: string): Uint8Array {
  const p = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
  const value = BigInt(`0x${formatHex(parseBase64url(y) ?? new Uint8Array())}`);
  const hex = (p - value).toString(16).padStart(64, '0');
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
