/**
 * The agreement as a signed document: a General JWS (RFC 7515 §7.2.1) over its RFC 8785 bytes, one signature a member
 * (docs/protocol.md, Agreement). Each signature is verified by itself, with the agreement key that the payload lists;
 * their order says nothing. One bad signature spoils the document, and the refusal names whose it is: nobody should
 * have to guess which part of a paper to trust.
 */

import { formatBase64url, parseBase64url } from '../base/bytes.ts';
import { canonicalBytes } from '../base/canonical.ts';
import { isSignedBy, parseParts, parsePayload, signCompact, thumbprint } from '../base/jws.ts';
import type { Hash, PublicJwk, Signer } from '../base/ports.ts';
import { type Facts, Problem } from '../base/problem.ts';
import type { Verified } from '../bulletin/bulletin.ts';
import { type Agreement, maxAgreementBytes } from './agreement.ts';
import { decideEnough, type Signatories, signatoriesOf } from './amendment.ts';
import { checkAgreement } from './check.ts';
import type { VerifyPorts } from './ports.ts';

/** JWS JSON Serialization without unprotected headers; every value base64url. */
export interface GeneralJws {
  payload: string;
  signatures: { protected: string; signature: string }[];
}

/** An agreement whose every signature is right. Whether they are enough is `decideInForce`. */
export interface SignedAgreement {
  agreement: Agreement;
  digest: string;
  jws: GeneralJws;
  /** Member ids, ascending. */
  signedBy: string[];
  /** Ids of those asked who have not signed, ascending. */
  missing: string[];
  /** The version before; absent in version 1. */
  predecessor?: Verified<SignedAgreement>;
}

/** Finds the version of that digest among those whose signatures were verified. */
export type FindVersion = (digest: string) => Promise<Verified<SignedAgreement> | undefined>;

/** What verifying may take for granted. */
export interface VerifyOptions {
  /** Where the predecessor of a later version is found. */
  findVersion?: FindVersion;
  /** Lets a draft pass that nobody has signed yet. */
  mayBeDraft?: boolean;
}

/** What is wrong with one signature: `reason` is for machines, `member` absent when no member has that key. */
export interface BadSignature {
  /** Place in `signatures`, from 0. */
  index: number;
  member?: string;
  reason: 'malformed' | 'unknown-key' | 'twice' | 'wrong';
  detail?: string;
}

/** The `typ` of an agreement, and of nothing else. */
const agreementTyp = 'credit-agreement+jws';

/** At most so many signatures: the schema lets an agreement have no more members. */
const maxSignatures = 64;

/** `sha-256:` and the base64url SHA-256 of the payload's bytes, which names a version everywhere. */
export function agreementDigest(payload: Uint8Array, hash: Hash): string {
  return `sha-256:${formatBase64url(hash(payload))}`;
}

/**
 * The agreement signed by one member; `joinSignatures` puts several together.
 *
 * @param predecessor of a later version: its members sign with the keys that it lists
 * @throws {Problem} agreement/unknown-member when the signer's key is nobody's agreement key
 */
export async function signAgreement(
  agreement: Agreement,
  signer: Signer,
  predecessor?: Agreement,
): Promise<GeneralJws> {
  const kid = await thumbprint(signer.publicKey);
  const owners = await ownersOf(signatoriesOf(agreement, predecessor));
  if (!owners.has(kid)) throw new Problem('agreement/unknown-member', { kid });
  const compact = await signCompact(signer, kid, agreementTyp, agreement);
  const [header, payload, signature] = compact.split('.') as [string, string, string]; // signCompact joins three
  return { payload, signatures: [{ protected: header, signature }] };
}

/**
 * The signatures of both, over the one payload. Where both have the same protected header, so the same key, the second's counts.
 *
 * @throws {Problem} agreement/invalid when they sign different documents
 */
export function joinSignatures(first: GeneralJws, second: GeneralJws): GeneralJws {
  if (first.payload !== second.payload) throw new Problem('agreement/invalid', { reason: 'the payloads differ' });
  const byHeader = new Map([...first.signatures, ...second.signatures].map((one) => [one.protected, one]));
  const headers = [...byHeader.keys()].sort();
  return {
    payload: first.payload,
    signatures: headers.map((header) => byHeader.get(header) as (typeof first.signatures)[0]),
  };
}

/**
 * What a signed document says, its form and content checked and its signatures not: to look at a version whose predecessor
 * is not at hand.
 *
 * @throws {Problem} agreement/invalid
 */
export function readUnverified(value: unknown, ports: VerifyPorts): { agreement: Agreement; jws: GeneralJws } {
  const jws = parseGeneral(value, true);
  return { agreement: readPayload(jws, ports), jws };
}

/** An unsigned draft as a document, to be circulated before anyone signs. */
export function draftOf(agreement: Agreement): GeneralJws {
  return { payload: formatBase64url(canonicalBytes(agreement)), signatures: [] };
}

/**
 * Verifies form, content and every signature.
 *
 * @param value the General JWS, parsed from JSON
 * @throws {Problem} agreement/invalid with `reason` or all `mistakes`; agreement/unknown-previous;
 *   agreement/bad-signature with all bad `signatures` and their `members`, even when the others are right
 */
export async function verifyAgreement(
  value: unknown,
  ports: VerifyPorts,
  { findVersion, mayBeDraft = false }: VerifyOptions = {},
): Promise<Verified<SignedAgreement>> {
  const jws = parseGeneral(value, mayBeDraft);
  const agreement = readPayload(jws, ports);
  const predecessor = await findPredecessor(agreement, findVersion);
  const signatories = signatoriesOf(agreement, predecessor?.agreement);
  const owners = await ownersOf(signatories);
  const signedBy: string[] = [];
  const bad: BadSignature[] = [];
  for (const [index, { protected: header, signature }] of jws.signatures.entries()) {
    const reading = parseParts(header, jws.payload, signature, agreementTyp, { ...agreement });
    if ('flaw' in reading) {
      bad.push({ index, reason: 'malformed', detail: reading.flaw });
      continue;
    }
    const owner = owners.get(reading.jws.header.kid);
    if (!owner) bad.push({ index, reason: 'unknown-key', detail: reading.jws.header.kid });
    else if (signedBy.includes(owner.member)) bad.push({ index, member: owner.member, reason: 'twice' });
    else if (!(await isSignedBy(reading.jws, owner.key, ports.verifySignature))) {
      bad.push({ index, member: owner.member, reason: 'wrong' });
    } else signedBy.push(owner.member);
  }
  if (bad.length > 0) throw new Problem('agreement/bad-signature', { signatures: bad, members: membersOf(bad) });
  const missing = [...signatories.keys()].filter((id) => !signedBy.includes(id));
  const digest = agreementDigest(parseBase64url(jws.payload) as Uint8Array, ports.hash); // parsed above
  const found = { agreement, digest, jws, signedBy: signedBy.sort(), missing: missing.sort() };
  return { ...found, ...(predecessor && { predecessor }) } as Verified<SignedAgreement>; // just checked
}

/**
 * Whether a version binds its members: version 1 when all have signed, a later one when its predecessor does and those
 * have signed whom that one's governance asks for (docs/protocol.md, Amendments).
 */
export function decideInForce({
  agreement,
  digest,
  signedBy,
  predecessor,
}: Verified<SignedAgreement>): { inForce: true } | { inForce: false; code: 'agreement/not-in-force'; facts: Facts } {
  const refuse = (more: Facts) =>
    ({
      inForce: false,
      code: 'agreement/not-in-force',
      facts: { digest, version: agreement.version, ...more },
    }) as const;
  const before = predecessor && decideInForce(predecessor);
  if (before && !before.inForce) return refuse({ previous: before.facts });
  const word = decideEnough(agreement, predecessor?.agreement, signedBy);
  return word.enough ? { inForce: true } : refuse({ missing: word.missing, lacking: word.lacking });
}

/** RFC 8785 forms chain by digest: the version before must be of the same agreement and count one less. */
async function findPredecessor(
  { id, version, previous }: Agreement,
  findVersion: FindVersion | undefined,
): Promise<Verified<SignedAgreement> | undefined> {
  if (previous === undefined) return undefined;
  const found = await findVersion?.(previous);
  if (!found) throw new Problem('agreement/unknown-previous', { id, version, previous });
  const { agreement } = found;
  if (agreement.id !== id || agreement.version !== version - 1) {
    throw flawed(`version ${version} of ${id} does not follow version ${agreement.version} of ${agreement.id}`);
  }
  return found;
}

function parseGeneral(value: unknown, mayBeDraft: boolean): GeneralJws {
  const { payload, signatures } = onlyMembers(value, ['payload', 'signatures'], 'a General JWS');
  if (typeof payload !== 'string') throw flawed('the payload is no text');
  if (payload.length > Math.ceil((maxAgreementBytes * 4) / 3))
    throw flawed(`the payload has more than ${maxAgreementBytes} bytes`);
  if (!Array.isArray(signatures) || (signatures.length === 0 && !mayBeDraft)) throw flawed('there is no signature');
  if (signatures.length > maxSignatures) throw flawed(`there are more than ${maxSignatures} signatures`);
  return {
    payload,
    signatures: signatures.map((one: unknown) => {
      const { protected: header, signature } = onlyMembers(one, ['protected', 'signature'], 'a signature');
      if (typeof header !== 'string' || typeof signature !== 'string') throw flawed('a signature is not made of text');
      return { protected: header, signature };
    }),
  };
}

// RFC 7515 §7.2.1 lets a signature have an unprotected `header`; nothing would vouch for it, so we take none.
function onlyMembers(value: unknown, names: readonly string[], what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw flawed(`${what} is an object`);
  const found = Object.keys(value).sort().join();
  if (found !== names.join()) throw flawed(`${what} has ${names.join(' and ')}, this one ${found || 'nothing'}`);
  return value as Record<string, unknown>; // just checked
}

function readPayload({ payload }: GeneralJws, ports: VerifyPorts): Agreement {
  const reading = parsePayload(payload);
  if ('flaw' in reading) throw flawed(reading.flaw);
  const mistakes = checkAgreement(reading.value, { keys: 'required', ...ports });
  if (mistakes.length > 0) throw new Problem('agreement/invalid', { mistakes });
  return reading.value as unknown as Agreement; // every member was just checked
}

/** Those who sign, by the thumbprint of their key. */
async function ownersOf(signatories: Signatories): Promise<Map<string, { member: string; key: PublicJwk }>> {
  const owners = new Map<string, { member: string; key: PublicJwk }>();
  for (const [member, key] of signatories) owners.set(await thumbprint(key), { member, key });
  return owners;
}

function membersOf(bad: readonly BadSignature[]): string[] {
  return [...new Set(bad.flatMap(({ member }) => member ?? []))].sort();
}

function flawed(reason: string): Problem {
  return new Problem('agreement/invalid', { reason });
}
