/**
 * The versions that this node knows: verified on the way in and, because a store is no witness, again on the way out. Which
 * of them binds the members today is read here; which of them a log has adopted is for the log's reader to know
 * (docs/protocol.md, Governance entries). Signatures come one by one, from wherever; a version binds as soon as there are
 * enough, and from its first day on.
 */

import { canonicalText } from '../base/canonical.ts';
import type { Now } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { dayOf } from '../base/time.ts';
import type { Verified } from '../bulletin/bulletin.ts';
import { collectStrikes, type Strikes } from './amendment.ts';
import type { AgreementStore, VerifyPorts } from './ports.ts';
import {
  decideInForce,
  type GeneralJws,
  joinSignatures,
  type SignedAgreement,
  type VerifyOptions,
  verifyAgreement,
} from './signatures.ts';

export type Agreements = ReturnType<typeof createAgreements>;

/** The version that binds the members today: read anew at every look, because it changes while a node runs. */
export type LiveVersion = Readonly<Pick<SignedAgreement, 'agreement' | 'digest' | 'jws' | 'signedBy'>>;

type Signed = Verified<SignedAgreement>;

/** The node's agreements. Inside a transaction hand in its store as `within`: the outer one would wait for itself. */
export function createAgreements({ store, now, ...ports }: VerifyPorts & { store: AgreementStore; now: Now }) {
  const known = new Map<string, Signed>();
  let inForce: readonly Signed[] = [];
  let strikes: Strikes = collectStrikes([]);

  function optionsOf(within: AgreementStore): VerifyOptions {
    return { findVersion: (digest) => findByDigest(digest, within), mayBeDraft: true };
  }

  async function findByDigest(digest: string, within: AgreementStore = store): Promise<Signed | undefined> {
    const remembered = known.get(digest);
    if (remembered) return remembered;
    const stored = await within.findAgreement(digest);
    const verified = stored && (await verifyAgreement(JSON.parse(stored.jws), ports, optionsOf(within)));
    if (verified && verified.digest !== digest)
      throw new Problem('agreement/invalid', { digest, reason: 'stored under another digest' });
    return verified;
  }

  /** Keeps what was committed, and reckons anew what binds. Successors hold the version before as it was then. */
  function remember(verified: Signed): void {
    known.set(verified.digest, verified);
    const ofSame = [...known.values()].filter(({ agreement }) => agreement.id === verified.agreement.id);
    for (const one of ofSame.sort((x, y) => x.agreement.version - y.agreement.version)) {
      const predecessor = one.agreement.previous === undefined ? undefined : known.get(one.agreement.previous);
      if (predecessor && one.predecessor !== predecessor) known.set(one.digest, { ...one, predecessor });
    }
    inForce = chainOf(ofSame.map(({ digest }) => known.get(digest) as Signed)); // each was just there
    strikes = collectStrikes(inForce.map(({ agreement }) => agreement));
  }

  /** The newest version whose first day has come; before the first day of the first one, that one. */
  function current(): Signed {
    const today = dayOf(now());
    const found = inForce.findLast(({ agreement }) => agreement.effective.from <= today) ?? inForce[0];
    if (!found) throw new Problem('agreement/not-in-force');
    return found;
  }

  const live: LiveVersion = {
    get agreement() {
      return current().agreement;
    },
    get digest() {
      return current().digest;
    },
    get jws() {
      return current().jws;
    },
    get signedBy() {
      return current().signedBy;
    },
  };

  return {
    current,
    /** {@link current} as a value that stays true. */
    live,

    /** All versions in force, oldest first, among them those whose first day is still to come. */
    inForce: (): readonly Signed[] => inForce,

    /** What the strikes of all versions in force amount to. */
    strikes: (): Strikes => strikes,

    /** Drafts and versions that lack signatures and would follow the newest one in force. */
    open(): Signed[] {
      const last = inForce.at(-1)?.digest;
      return [...known.values()].filter((one) => one.agreement.previous === last && !decideInForce(one).inForce);
    },

    /** All that are known, in force or not. */
    all: (): Signed[] => [...known.values()],

    /** All that are known to follow that version, in force or not. */
    listSuccessors: (previous: string | undefined): Signed[] =>
      [...known.values()].filter(({ agreement }) => previous !== undefined && agreement.previous === previous),

    /**
     * A version or draft as somebody shows it, verified and not stored.
     *
     * @throws {Problem} as {@link put} does
     */
    preview: (value: unknown): Promise<Signed> => verifyAgreement(value, ports, optionsOf(store)),

    /** Reads what the store holds and this process does not know yet: another process of the node may have put it. */
    async refresh(): Promise<void> {
      for (const { digest, jws } of await store.listAgreements()) {
        const before = known.get(digest);
        if (before && canonicalText(before.jws) === jws) continue;
        known.delete(digest);
        const found = await findByDigest(digest);
        if (found) remember(found);
      }
    },

    /** A signed version as somebody shows it, verified and not stored; undefined when anything is wrong with it. */
    async judge(value: unknown, within: AgreementStore = store): Promise<Signed | undefined> {
      const before = [...known.values()].find(({ jws }) => jws.signatures.length > 0 && isSameAs(jws, value));
      if (before) return before; // every log has it at its beginning
      try {
        return await verifyAgreement(value, ports, { ...optionsOf(within), mayBeDraft: false });
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
    findByDigest,

    /**
     * Stores a version, or a draft that nobody has signed; signatures held already are kept, so that a copy with fewer
     * takes nothing away.
     *
     * @param value General JWS, parsed from JSON
     * @returns the version with all signatures that are now held
     * @throws {Problem} agreement/invalid, agreement/unknown-previous or agreement/bad-signature; then nothing is stored
     */
    async put(value: unknown, within: AgreementStore = store): Promise<Signed> {
      const given = await verifyAgreement(value, ports, optionsOf(within));
      const { digest, agreement } = given;
      const stored = await within.findAgreement(digest);
      const joined = stored
        ? await verifyAgreement(
            joinSignatures(given.jws, JSON.parse(stored.jws) as GeneralJws),
            ports,
            optionsOf(within),
          )
        : given;
      const jws = canonicalText(joined.jws);
      if (jws !== stored?.jws) await within.putAgreement({ digest, id: agreement.id, version: agreement.version, jws });
      if (within === store) remember(joined);
      else known.delete(digest); // the transaction may yet roll back
      return joined;
    },

    /** The versions in force, oldest first, as the store has them now. */
    async load(): Promise<readonly Signed[]> {
      await this.refresh();
      return inForce;
    },
  };
}

/** Whether that value, from wherever, is this document and nothing else. */
function isSameAs(jws: GeneralJws, value: unknown): boolean {
  try {
    return canonicalText(value) === canonicalText(jws);
  } catch {
    return false; // no JSON
  }
}

/**
 * Versions in force, each following the one before. Two successors of one version are both in force only where somebody
 * signed both, which convicts it; until the members have talked, all nodes go by the one of the lower digest.
 */
function chainOf(versions: readonly Signed[]): Signed[] {
  const chain: Signed[] = [];
  for (;;) {
    const previous = chain.at(-1)?.digest;
    const next = versions
      .filter((one) => one.agreement.previous === previous && decideInForce(one).inForce)
      .sort((a, b) => (a.digest < b.digest ? -1 : 1))[0];
    if (!next) return chain;
    chain.push(next);
  }
}
