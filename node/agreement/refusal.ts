/**
 * A member's no to a version, signed with the key that would have signed it, and the reason for people (docs/protocol.md,
 * Circulation). A version that can no more reach the signatures it needs is dead: signing another one convicts nobody.
 */

import { holdsIdentityNumber } from '../base/identity-number.ts';
import { isSignedBy, parseCompact, signCompact, thumbprint } from '../base/jws.ts';
import type { Signer } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import type { Verified } from '../bulletin/bulletin.ts';
import { decideEnough, signatoriesOf } from './amendment.ts';
import type { VerifyPorts } from './ports.ts';
import type { SignedAgreement } from './signatures.ts';

export interface AgreementRefusal {
  /** Digest of the version. */
  agreement: string;
  /** Id of the member that refuses. */
  member: string;
  /** For people, at most 500 characters, no natural person's data. */
  reason: string;
  /** NumericDate of signing. */
  iat: number;
}

/** A refusal whose signature is right, with the compact JWS that says it. */
export type SignedRefusal = Verified<AgreementRefusal & { jws: string }>;

const refusalTyp = 'agreement-refusal+jws';
const longestReason = 500;

export async function signRefusal(refusal: AgreementRefusal, signer: Signer): Promise<string> {
  return signCompact(signer, await thumbprint(signer.publicKey), refusalTyp, refusal);
}

/**
 * @param findVersion finds the version that it speaks of
 * @throws {Problem} agreement/invalid, agreement/not-found, agreement/bad-signature, subject/natural-person
 */
export async function verifyRefusal(
  jws: string,
  { verifySignature }: Pick<VerifyPorts, 'verifySignature'>,
  findVersion: (digest: string) => Promise<Verified<SignedAgreement> | undefined>,
): Promise<SignedRefusal> {
  const reading = parseCompact(jws, refusalTyp);
  if ('flaw' in reading) throw new Problem('agreement/invalid', { reason: reading.flaw });
  const refusal = parseRefusal(reading.jws.payload);
  const version = await findVersion(refusal.agreement);
  if (!version) throw new Problem('agreement/not-found', { digest: refusal.agreement });
  const key = signatoriesOf(version.agreement, version.predecessor?.agreement).get(refusal.member);
  if (!key) throw new Problem('agreement/unknown-member', { member: refusal.member });
  const isRight =
    (await thumbprint(key)) === reading.jws.header.kid && (await isSignedBy(reading.jws, key, verifySignature));
  if (!isRight) throw new Problem('agreement/bad-signature', { members: [refusal.member] });
  if (holdsIdentityNumber(refusal.reason)) throw new Problem('subject/natural-person', { member: 'reason' });
  return { ...refusal, jws } as SignedRefusal; // just checked
}

/** Whether the version can still come into force although these members refused it. A signature given counts, whatever came after. */
export function canStillBind(
  { agreement, predecessor, signedBy }: Verified<SignedAgreement>,
  refusedBy: readonly string[],
): boolean {
  const everyone = [...signatoriesOf(agreement, predecessor?.agreement).keys()];
  const best = everyone.filter((id) => signedBy.includes(id) || !refusedBy.includes(id));
  return decideEnough(agreement, predecessor?.agreement, best).enough;
}

function parseRefusal({ agreement, member, reason, iat, ...rest }: Record<string, unknown>): AgreementRefusal {
  const isText = [agreement, member, reason].every((one) => typeof one === 'string');
  if (!isText || !Number.isSafeInteger(iat) || Object.keys(rest).length > 0)
    throw new Problem('agreement/invalid', { reason: 'a refusal has agreement, member, reason and iat' });
  const text = reason as string; // just checked, like the others
  if (text.trim() === '' || [...text].length > longestReason)
    throw new Problem('agreement/invalid', { reason: `a reason has 1 to ${longestReason} characters` });
  return { agreement: agreement as string, member: member as string, reason: text, iat: iat as number };
}
