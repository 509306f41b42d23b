/** The ports of hashing and signing, filled from node:crypto, and keys that are the same in every run. */

import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash as hashOnce,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import type { Algorithm, Hash, PublicJwk, Signer, VerifySignature } from '../../node/base/ports.ts';

// by way of text: handing out a Buffer takes node longer than hashing a node of the tree
export const hash: Hash = (bytes) => {
  const text = hashOnce('sha256', bytes, 'binary');
  const digest = new Uint8Array(32);
  for (let i = 0; i < 32; i++) digest[i] = text.charCodeAt(i);
  return digest;
};

export const verifySignature: VerifySignature = async (key, data, signature) => {
  try {
    const publicKey = createPublicKey({ key: { ...key }, format: 'jwk' });
    return verify(digestOf(key), data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
  } catch {
    return false;
  }
};

export function signerFrom(key: KeyObject): Signer {
  const publicKey = createPublicKey(key).export({ format: 'jwk' }) as PublicJwk; // only keys made here
  return {
    publicKey,
    sign: async (data) => Uint8Array.from(sign(digestOf(publicKey), data, { key, dsaEncoding: 'ieee-p1363' })),
  };
}

/** The Ed25519 key whose seed is SHA-256 of that text. */
export function ed25519FromSeed(seedText: string): KeyObject {
  const header = Buffer.from('302e020100300506032b657004220420', 'hex'); // RFC 8410 §7: PKCS #8 around 32 bytes
  const key = Buffer.concat([header, hash(Buffer.from(seedText))]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

export function newKey(algorithm: Algorithm): KeyObject {
  if (algorithm === 'EdDSA') return generateKeyPairSync('ed25519').privateKey;
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

function digestOf(key: PublicJwk): 'sha256' | null {
  return key.kty === 'EC' ? 'sha256' : null;
}
