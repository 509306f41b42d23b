/** Runs every bulletin of test/vectors/bulletin: what must be taken is taken, what must be refused is refused with that code. */

import { readdirSync } from 'node:fs';
import { calculateJwkThumbprint, compactVerify, importJWK } from 'jose';
import { describe, expect, it } from 'vitest';
import type { CatalogueEntry } from '../../node/agreement/agreement.ts';
import { decideSend } from '../../node/agreement/policy.ts';
import { formatBase64url, parseBase64 } from '../../node/base/bytes.ts';
import { canonicalBytes } from '../../node/base/canonical.ts';
import { thumbprint } from '../../node/base/jws.ts';
import type { PublicJwk } from '../../node/base/ports.ts';
import { bulletinTypes } from '../../node/bulletin/catalogue.ts';
import { type Law, refuseRepeat, type Verdict, verifyBulletin } from '../../node/bulletin/verify.ts';
import { isOpenedBy, parseLeaf } from '../../node/log/leaf.ts';
import { bulletinCheck, readBulletinSchema, readJson } from '../support/bulletins.ts';
import { hash, verifySignature } from '../support/crypto.ts';

interface Vector {
  description: string;
  owner: { id: string; issuer: string };
  index: number;
  leaf: string;
  salt: string;
  jws: string;
  /** `jti` of the lower entries that the receiver opened. */
  seen: string[];
  governing: {
    digest: string;
    after?: number;
    effective: { from: string; until: string };
    members: string[];
    catalogue: CatalogueEntry[];
    keys: PublicJwk[];
  };
  expect: { taken: true } | { code: string };
}

const folder = 'test/vectors/bulletin';
const files = readdirSync(new URL(`../../${folder}/`, import.meta.url), { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /^[a-z-]+\/(valid|invalid)\/[a-z0-9_-]+\.json$/.test(path))
  .sort();
const vectors = files.map((path) => ({ path, vector: readJson(`${folder}/${path}`) as Vector })); // made by scripts/make-bulletin-vectors.mjs
const codes = vectors.flatMap(({ vector }) => ('code' in vector.expect ? [vector.expect.code] : []));

/** docs/protocol.md: the verdicts, without those that are noted. */
const verdictCodes = [
  'bulletin/malformed',
  'bulletin/too-large',
  'bulletin/unknown-key',
  'bulletin/bad-signature',
  'bulletin/foreign',
  'bulletin/unknown-type',
  'bulletin/schema',
  'bulletin/duplicate',
  'bulletin/audience-mismatch',
  'bulletin/wrong-agreement',
  'agreement/not-in-force',
  'agreement/flow-not-allowed',
  'subject/invalid-uscc',
  'subject/natural-person',
];

describe('bulletin vectors', () => {
  it.each(vectors)('$path: $vector.description', async ({ path, vector }) => {
    const verdict = await judge(vector);
    expect(path.includes('/valid/')).toBe('taken' in vector.expect);
    expect('code' in verdict ? { code: verdict.code, facts: verdict.facts } : { taken: true }).toMatchObject(
      vector.expect,
    );
  });

  it.each(vectors)('$path: salt and JWS open the leaf', ({ vector }) => {
    const leaf = parseLeaf(vector.leaf, vector.owner.id);
    const salt = parseBase64(vector.salt);
    expect(leaf && salt && isOpenedBy(hash, leaf.commitment, salt, vector.jws)).toBe(true);
  });

  const genuine = vectors.filter(({ path }) => path.includes('/valid/'));
  it.each(genuine)('$path: a stranger’s JOSE library verifies it with a key of the agreement', async ({ vector }) => {
    const { payload, protectedHeader } = await verifyAsStranger(vector);
    expect(JSON.parse(new TextDecoder().decode(payload))).toMatchObject({ iss: vector.owner.issuer });
    expect(protectedHeader.typ).toBe('secevent+jwt');
  });

  const forged = vectors.filter(
    ({ vector }) => 'code' in vector.expect && vector.expect.code.endsWith('bad-signature'),
  );
  it.each(forged)('$path: a stranger’s JOSE library does not', async ({ vector }) => {
    await expect(verifyAsStranger(vector)).rejects.toThrow();
  });

  it('are made for the schemas as they are', () => {
    const digests = new Map(bulletinTypes.map(({ name }) => [name, schemaDigest(name)]));
    for (const { path, vector } of vectors) {
      for (const { type, schema } of vector.governing.catalogue) expect(schema, path).toBe(digests.get(type));
    }
  });

  it.each(verdictCodes)('show what %s is', (code) => {
    expect(codes).toContain(code);
  });

  it('refuse with no other code', () => {
    expect([...new Set(codes)].sort()).toEqual([...verdictCodes].sort());
  });

  it.each(bulletinTypes)('have good and bad ones of $name', ({ name }) => {
    for (const part of ['valid', 'invalid']) {
      expect(files.filter((path) => path.startsWith(`${name}/${part}/`)).length).toBeGreaterThan(0);
    }
  });
});

/** With the agreement's JWK that the header names, and nothing of ours. */
async function verifyAsStranger({ jws, governing }: Vector) {
  return compactVerify(jws, async ({ kid, alg }) => {
    for (const jwk of governing.keys)
      if ((await calculateJwkThumbprint({ ...jwk })) === kid) return importJWK({ ...jwk }, alg);
    throw new Error(`no key ${kid}`);
  });
}

async function judge(vector: Vector): Promise<Verdict> {
  const audience = parseLeaf(vector.leaf)?.audience ?? [];
  const at = { jws: vector.jws, audience, owner: vector.owner.issuer };
  const verdict = await verifyBulletin(at, await lawOf(vector), verifySignature);
  return refuseRepeat(verdict, (jti) => vector.seen.includes(jti));
}

async function lawOf({ governing, owner }: Vector): Promise<Law> {
  const { digest, after, effective, members, catalogue, keys } = governing;
  const agreement = { effective, catalogue, members: members.map((id) => ({ id })) } as Parameters<
    typeof decideSend
  >[0]['agreement']; // all that the policy looks at
  const byKid = await Promise.all(keys.map(async (key) => [await thumbprint(key), key] as const));
  return {
    digest,
    after,
    keys: new Map(byKid),
    findCheck: ({ name }) => (catalogue.some(({ type }) => type === name) ? bulletinCheck(name) : undefined),
    decideFlow: ({ name, event, kind }, { aud, iat, events }) => {
      for (const to of aud) {
        if (to !== '*' && !members.includes(to)) continue; // addresses nobody
        const permission = decideSend({
          agreement,
          from: owner.id,
          to,
          type: name,
          kind,
          at: iat,
          body: events[event],
        });
        if (!permission.allowed) return permission.code;
      }
      return undefined;
    },
  };
}

function schemaDigest(name: string): string {
  return `sha-256:${formatBase64url(hash(canonicalBytes(readBulletinSchema(name))))}`;
}
