/**
 * Private keys under a passphrase: encrypted JWKs (RFC 7517 §7) as compact JWE (RFC 7516), `PBES2-HS512+A256KW`
 * (RFC 7518 §4.8) around `A256GCM`. Any JOSE program opens one with its passphrase. A door of `jose`.
 */

import { CompactEncrypt, compactDecrypt, decodeProtectedHeader, type JWK } from 'jose';
import { parseUtf8, utf8 } from './bytes.ts';

const alg = 'PBES2-HS512+A256KW';
const enc = 'A256GCM';
const cty = 'jwk+json';
/** Rounds of PBKDF2-HMAC-SHA512, about a third of a second; each file keeps its own number. */
const rounds = 220_000;
const mostRounds = 10_000_000; // more would hold up whoever reads a file that another wrote

/** Opened, or why not: the text is none of ours, or passphrase and text do not belong together. */
export type Opened = { jwk: JWK; use: string } | { flaw: 'malformed' | 'wrong-passphrase' };

/**
 * Encrypts a key.
 *
 * @param use stands in the protected header, so that nobody can exchange the files of two uses
 */
export function encryptJwk(jwk: JWK, use: string, passphrase: string): Promise<string> {
  return new CompactEncrypt(utf8(JSON.stringify(jwk)))
    .setProtectedHeader({ alg, enc, cty, use })
    .setKeyManagementParameters({ p2c: rounds })
    .encrypt(bytesOf(passphrase));
}

/** Opens what {@link encryptJwk} made, or another JOSE program with the same algorithms. Throws nothing. */
export async function decryptJwk(jwe: string, passphrase: string): Promise<Opened> {
  if (!isOurs(jwe)) return { flaw: 'malformed' };
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(jwe, bytesOf(passphrase), {
      keyManagementAlgorithms: [alg],
      contentEncryptionAlgorithms: [enc],
      maxPBES2Count: mostRounds,
    });
    return { jwk: JSON.parse(parseUtf8(plaintext) ?? 'null') ?? {}, use: String(protectedHeader.use) };
  } catch (error) {
    return { flaw: error instanceof SyntaxError ? 'malformed' : 'wrong-passphrase' };
  }
}

function isOurs(jwe: string): boolean {
  try {
    const header = decodeProtectedHeader(jwe);
    const { p2c } = header;
    const isBounded = typeof p2c === 'number' && p2c > 0 && p2c <= mostRounds;
    return jwe.split('.').length === 5 && header.alg === alg && header.enc === enc && header.cty === cty && isBounded;
  } catch {
    return false;
  }
}

/** One spelling of what looks the same, so that another keyboard's passphrase fits. */
function bytesOf(passphrase: string): Uint8Array {
  return utf8(passphrase.normalize('NFC'));
}
