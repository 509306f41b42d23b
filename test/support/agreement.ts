/** The sample agreement of config/agreements with keys that are the same in every run, and the members' signers. */

import { readdirSync, readFileSync } from 'node:fs';
import type { Agreement, MemberKeys } from '../../node/agreement/agreement.ts';
import { readAuthored, type Schemas } from '../../node/agreement/author.ts';
import type { VerifyPorts } from '../../node/agreement/ports.ts';
import { type GeneralJws, joinSignatures, signAgreement } from '../../node/agreement/signatures.ts';
import type { PublicJwk, Signer } from '../../node/base/ports.ts';
import { compileSchema } from '../../node/base/schema.ts';
import { type Ed25519Jwk, formatVkey } from '../../node/log/note.ts';
import { ed25519FromSeed, hash, signerFrom, verifySignature } from './crypto.ts';

const root = new URL('../../', import.meta.url);

export const schemas: Schemas = new Map(
  readdirSync(new URL('schemas/bulletin', root)).map((file) => {
    const name = `bulletin/${file.replace('.json', '')}`;
    return [name, JSON.parse(readFileSync(new URL(`schemas/${name}.json`, root), 'utf8'))];
  }),
);

export const ports: VerifyPorts = {
  hash,
  verifySignature,
  form: compileSchema(JSON.parse(readFileSync(new URL('schemas/agreement.json', root), 'utf8'))),
};

export type KeyUse = 'bulletin' | 'log' | 'witness' | 'agreement';

/** The signer of a member's key: Ed25519 from the seed `huxin <use> <member id>`. */
export function signerOf(use: KeyUse, member: string): Signer {
  return signerFrom(ed25519FromSeed(`huxin ${use} ${member}`));
}

export function keysOf({ id, issuer, origin }: { id: string; issuer: string; origin: string }): MemberKeys {
  const key = (use: KeyUse): PublicJwk => signerOf(use, id).publicKey;
  const witness = `${issuer.replace(/^https?:\/\//, '')}/witness`;
  return {
    bulletin: [key('bulletin')],
    log: formatVkey(hash, origin, 1, key('log') as Ed25519Jwk).text, // both are made from seeds
    witness: formatVkey(hash, witness, 4, key('witness') as Ed25519Jwk).text,
    agreement: key('agreement'),
  };
}

/** The page as its authors wrote it, without keys. */
export const authoredPage = readFileSync(new URL('config/agreements/yrd-ip-credit.yaml', root), 'utf8');

/** The sample with keys; `change` may spoil the copy. */
export function sampleAgreement(change: (agreement: Agreement) => void = () => {}): Agreement {
  const { agreement, mistakes } = readAuthored(authoredPage, { keys: 'optional', schemas, ...ports });
  if (!agreement) throw new RangeError(JSON.stringify(mistakes));
  const copy = structuredClone(agreement);
  for (const member of copy.members) member.keys = keysOf(member);
  change(copy);
  return copy;
}

/** Signed by these members, by default by all. */
export async function signedAgreement(
  agreement = sampleAgreement(),
  by = agreement.members.map(({ id }) => id),
): Promise<GeneralJws> {
  const signed = await Promise.all(by.map((id) => signAgreement(agreement, signerOf('agreement', id))));
  return signed.reduce(joinSignatures);
}
