import { readdirSync, readFileSync } from 'node:fs';
import { generalVerify, importJWK } from 'jose';
import { describe, expect, it } from 'vitest';
import type { Mistake } from '../../node/agreement/mistakes.ts';
import { type BadSignature, decideInForce, type GeneralJws, verifyAgreement } from '../../node/agreement/signatures.ts';
import { parseBase64url, parseUtf8 } from '../../node/base/bytes.ts';
import { isProblem } from '../../node/base/problem.ts';
import { ports } from '../support/agreement.ts';

interface Vector {
  about: string;
  jws: GeneralJws;
  digest: string;
  signedBy: string[];
  missing: string[];
  inForce: boolean;
  /** Name of the vector that holds the version before. */
  previous?: string;
  code: string;
  members?: string[];
  reasons?: string[];
  mistakes?: string[];
}

function vectors(kind: string): [string, Vector][] {
  const folder = new URL(`../vectors/agreement/${kind}/`, import.meta.url);
  return readdirSync(folder).map((file) => [
    file.replace('.json', ''),
    JSON.parse(readFileSync(new URL(file, folder), 'utf8')),
  ]);
}

const valid = new Map(vectors('valid'));

describe.each(vectors('valid'))('valid: %s', (_, { jws, digest, signedBy, missing, inForce, previous }) => {
  it('is taken, with its digest and who has signed', async () => {
    const findVersion = async () => (previous ? verifyAgreement(valid.get(previous)?.jws, ports) : undefined);
    const verified = await verifyAgreement(jws, ports, { findVersion });
    expect(verified).toMatchObject({ digest, signedBy, missing });
    expect(decideInForce(verified).inForce).toBe(inForce);
  });

  it('bears signatures that a stranger’s JOSE library verifies with the keys in the payload', async () => {
    const { members } = JSON.parse(parseUtf8(parseBase64url(jws.payload) ?? new Uint8Array()) ?? '');
    for (const signature of jws.signatures) {
      const good = await Promise.all(
        members.map(async ({ keys }: { keys: { agreement: Record<string, string> } }) => {
          const key = await importJWK(keys.agreement, keys.agreement.kty === 'EC' ? 'ES256' : 'EdDSA');
          return generalVerify({ payload: jws.payload, signatures: [signature] }, key).then(
            () => true,
            () => false,
          );
        }),
      );
      expect(good.filter((isGood) => isGood)).toHaveLength(1);
    }
  });
});

describe.each(vectors('invalid'))('invalid: %s', (_, { jws, code, members, reasons, mistakes }) => {
  it(`is refused as ${code}`, async () => {
    const problem = await verifyAgreement(jws, ports).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!isProblem(problem)) throw problem ?? new Error('was taken');
    expect(problem.code).toBe(code);
    const signatures = problem.facts.signatures as BadSignature[] | undefined;
    const found = problem.facts.mistakes as Mistake[] | undefined;
    expect(problem.facts.members).toEqual(members);
    expect(signatures?.map(({ reason }) => reason)).toEqual(reasons);
    expect(found?.map((mistake) => `${mistake.code} ${mistake.pointer}`)).toEqual(mistakes);
  });
});
