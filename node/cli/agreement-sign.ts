/** A member's signature on a version, made where its agreement key lies: on a laptop, not in a node. */

import type { Agreement } from '../agreement/agreement.ts';
import { signatoriesOf } from '../agreement/amendment.ts';
import { type GeneralJws, type SignedAgreement, signAgreement } from '../agreement/signatures.ts';
import { thumbprint } from '../base/jws.ts';
import { Problem } from '../base/problem.ts';
import type { NodeKey } from '../key-file.ts';
import { loadKeysFor } from '../keys.ts';
import type { Context } from './command.ts';

/** Whose key signs. */
export interface SignerOptions {
  keys: string;
  member: string;
  passphraseFile?: string;
}

/**
 * The key with which that member signs that version: of a member of the version before the one which that one lists.
 *
 * @throws {Problem} agreement/unknown-member, key/…
 */
export async function loadSigner(
  document: Agreement,
  predecessor: Pick<SignedAgreement, 'agreement'> | undefined,
  { keys: folder, member, passphraseFile }: SignerOptions,
  { passphrase }: Pick<Context, 'passphrase'>,
): Promise<NodeKey> {
  const held = await loadKeysFor(folder, 'agreement', await passphrase(passphraseFile));
  const asked = signatoriesOf(document, predecessor?.agreement).get(member);
  const listed = asked && (await thumbprint(asked));
  const key = held.find(({ kid }) => kid === listed);
  if (!key) throw new Problem('agreement/unknown-member', { member, kid: held[0]?.kid });
  return key;
}

/** The version signed by that member alone. Throws as {@link loadSigner} does. */
export async function signAs(
  document: Agreement,
  predecessor: Pick<SignedAgreement, 'agreement'> | undefined,
  options: SignerOptions,
  context: Pick<Context, 'passphrase'>,
): Promise<GeneralJws> {
  const { signer } = await loadSigner(document, predecessor, options, context);
  return signAgreement(document, signer, predecessor?.agreement);
}
