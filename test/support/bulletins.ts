/** Bodies, claims and schemas of bulletins for tests. The sample bodies are those of the vectors; every USCC is synthetic. */

import { createECDH, createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { formatBase64url } from '../../node/base/bytes.ts';
import type { Signer } from '../../node/base/ports.ts';
import { type Check, compileSchema } from '../../node/base/schema.ts';
import { startOfDay } from '../../node/base/time.ts';
import { withCheckCharacters } from '../../node/base/uscc.ts';
import type { Claims } from '../../node/bulletin/bulletin.ts';
import { hasRecord } from '../../node/bulletin/bulletin.ts';
import { findTypeByName } from '../../node/bulletin/catalogue.ts';
import { hash, signerFrom } from './crypto.ts';

const root = new URL('../../', import.meta.url);
const samples = readJson('test/vectors/bulletin/bodies.json') as Record<
  string,
  { uscc?: string; plain: Record<string, unknown>; full?: Record<string, unknown> }
>;
const checks = new Map<string, Check>();

/** A body of that type with the required members alone, or with all of them; `overrides` replace top-level members. */
export function sampleBody(
  name: string,
  overrides: object = {},
  part: 'plain' | 'full' = 'plain',
): Record<string, unknown> {
  const body = samples[name]?.[part];
  if (!body) throw new RangeError(`no ${part} sample of ${name}`);
  return { ...structuredClone(body), ...overrides };
}

/** The claims of a bulletin from Shanghai to Jiangsu and Zhejiang with that body. */
export function sampleClaims(name: string, overrides: Partial<Claims> = {}, body = sampleBody(name)): Claims {
  const type = findTypeByName(name);
  if (!type) throw new RangeError(`no type ${name}`);
  const claims: Claims = {
    iss: 'https://credit.sh.example',
    iat: startOfDay('2026-10-08') + 36_000,
    jti: sampleId(9),
    aud: type.kind === 'governance' ? ['*'] : type.kind === 'receipt' ? ['320000'] : ['320000', '330000'],
    agreement: { digest: `sha-256:${'A'.repeat(43)}`, after: 0 },
    events: { [type.event]: body },
  };
  if (!hasRecord(type) || !type.decidedOn) return { ...claims, ...overrides };
  const about = { toe: startOfDay(type.decidedOn(body)), txn: sampleId(2) };
  return { ...claims, ...about, sub_id: { format: 'uscc', uscc: sampleUscc(100) }, ...overrides };
}

/** A bulletin key that is the same in every run: P-256, its scalar the SHA-256 of that text. */
export function sampleSigner(text = 'a bulletin key'): Signer {
  const d = hash(Buffer.from(text));
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(d);
  const point = ecdh.getPublicKey(); // 0x04, x, y
  const [x, y] = [formatBase64url(point.subarray(1, 33)), formatBase64url(point.subarray(33))];
  const jwk = { kty: 'EC', crv: 'P-256', x, y, d: formatBase64url(d) };
  return signerFrom(createPrivateKey({ key: jwk, format: 'jwk' }));
}

/** The n-th UUID v7 of the samples. */
export function sampleId(n: number): string {
  return `019d0000-0000-7000-8000-${String(n).padStart(12, '0')}`;
}

/**
 * The n-th synthetic USCC, both check characters right; XX begins the number of no real organisation.
 *
 * @param n below a million
 * @param prefix two characters of kind, six of region: `91310000` is an enterprise registered in Shanghai
 */
export function sampleUscc(n: number, prefix = '91310000'): string {
  return withCheckCharacters(prefix, `XX${String(n).padStart(6, '0')}`);
}

/** A JSON file of the project. */
export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, root), 'utf8'));
}

/** The schema of a type, as in `schemas/bulletin/<name>.json`. */
export function readBulletinSchema(name: string): Record<string, unknown> {
  return readJson(`schemas/bulletin/${name}.json`) as Record<string, unknown>; // every schema file holds an object
}

/** The compiled schema of a type, once for all tests of a file. */
export function bulletinCheck(name: string): Check {
  const check = checks.get(name) ?? compileSchema(readBulletinSchema(name));
  checks.set(name, check);
  return check;
}
