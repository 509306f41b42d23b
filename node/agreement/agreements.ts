/**
 * The versions that this node holds: verified on the way in and, because a store is no witness, again on the way out.
 * What a log has adopted is for the log's reader to know (docs/protocol.md, Governance entries).
 */

import { canonicalText } from '../base/canonical.ts';
import { Problem } from '../base/problem.ts';
import type { Verified } from '../bulletin/bulletin.ts';
import type { AgreementStore, VerifyPorts } from './ports.ts';
import { decideInForce, joinSignatures, type SignedAgreement, verifyAgreement } from './signatures.ts';

export type Agreements = ReturnType<typeof createAgreements>;

/** Verifying costs a signature a member, so a few are remembered. */
const mostRemembered = 32;

/** The node's agreements. Inside a transaction hand in its store as `within`: the outer one would wait for itself. */
export function createAgreements({ store, ...ports }: VerifyPorts & { store: AgreementStore }) {
  const remembered = new Map<string, Verified<SignedAgreement>>();

  async function read(jws: string): Promise<Verified<SignedAgreement>> {
    return remember(await verifyAgreement(JSON.parse(jws), ports));
  }

  function remember(verified: Verified<SignedAgreement>): Verified<SignedAgreement> {
    if (remembered.size >= mostRemembered) remembered.clear();
    remembered.set(verified.digest, verified);
    return verified;
  }

  return {
    /** The versions in force, by id and version ascending. */
    async load(within: AgreementStore = store): Promise<Verified<SignedAgreement>[]> {
      const held = [];
      for (const { jws } of await within.listAgreements()) held.push(await read(jws));
      return held.filter((one) => decideInForce(one).inForce);
    },

    /** A signed version as somebody shows it, verified and not stored; undefined when anything is wrong with it. */
    async judge(value: unknown): Promise<Verified<SignedAgreement> | undefined> {
      try {
        return await verifyAgreement(value, ports);
      } catch (error) {
        if (error instanceof Problem) return undefined;
        throw error;
      }
    },

    /**
     * The version of that digest, whether in force or still lacking signatures.
     *
     * @throws {Problem} agreement/invalid or agreement/bad-signature when the store holds something else under it
     */
    async findByDigest(digest: string, within: AgreementStore = store): Promise<Verified<SignedAgreement> | undefined> {
      const known = remembered.get(digest);
      if (known) return known;
      const stored = await within.findAgreement(digest);
      const verified = stored && (await read(stored.jws));
      if (verified && verified.digest !== digest)
        throw new Problem('agreement/invalid', { digest, reason: 'stored under another digest' });
      return verified;
    },

    /**
     * Stores a signed version; signatures held already are kept, so that a copy with fewer takes nothing away.
     *
     * @param value General JWS, parsed from JSON
     * @returns the version with all signatures that are now held
     * @throws {Problem} agreement/invalid or agreement/bad-signature; then nothing is stored
     */
    async put(value: unknown, within: AgreementStore = store): Promise<Verified<SignedAgreement>> {
      const given = await verifyAgreement(value, ports);
      const { digest, agreement } = given;
      const stored = await within.findAgreement(digest);
      const joined = stored ? await verifyAgreement(joinSignatures(given.jws, JSON.parse(stored.jws)), ports) : given;
      const jws = canonicalText(joined.jws);
      if (jws !== stored?.jws) await within.putAgreement({ digest, id: agreement.id, version: agreement.version, jws });
      if (within === store) remember(joined);
      else remembered.delete(digest); // the transaction may yet roll back
      return joined;
    },
  };
}
