/**
 * Drafts and signatures on their way between the members (docs/protocol.md, Circulation): what an operator here proposes,
 * signs or refuses goes to every other member, at once and again after each round until it was taken; what comes from others
 * is verified and kept. Nothing here signs: agreement keys do not live in a node.
 */

import type { Agreements } from '../agreement/agreements.ts';
import type { AgreementRefusalStore } from '../agreement/ports.ts';
import { canStillBind, type SignedRefusal, verifyRefusal } from '../agreement/refusal.ts';
import { decideInForce, type GeneralJws, type SignedAgreement } from '../agreement/signatures.ts';
import type { Logger, NewId, Now, VerifySignature } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { formatInstant } from '../base/time.ts';
import type { Verified } from '../bulletin/bulletin.ts';
import type { Client } from './client.ts';
import type { ExchangeStore } from './ports.ts';

/** What passes between nodes about one version. */
export interface Circular {
  /** Signed by as many as have signed; by nobody, as a draft. */
  agreement?: GeneralJws;
  /** Compact JWS each. */
  refusals?: string[];
}

export type Circulation = ReturnType<typeof createCirculation>;

const mostDrafts = 16;

export function createCirculation({
  store,
  agreements,
  verifySignature,
  me,
  now,
  newId,
  logger,
}: {
  store: ExchangeStore & { agreements: AgreementRefusalStore };
  agreements: Agreements;
  verifySignature: VerifySignature;
  /** Our own member id. */
  me: string;
  now: Now;
  newId: NewId;
  logger: Logger;
}) {
  /** Member → digest → what it was told of it, as a count of signatures and refusals. */
  const told = new Map<string, Map<string, string>>();

  async function refusalsOf(digest: string): Promise<SignedRefusal[]> {
    const stored = await store.agreements.listRefusals(digest);
    return Promise.all(stored.map(({ jws }) => verifyRefusal(jws, { verifySignature }, agreements.findByDigest)));
  }

  async function circularOf({ digest, jws }: SignedAgreement): Promise<Circular> {
    const refusals = await store.agreements.listRefusals(digest);
    return { agreement: jws, refusals: refusals.map((one) => one.jws) };
  }

  /** Other successors of the same version that may still bind. */
  async function rivalsOf(version: Verified<SignedAgreement>): Promise<Verified<SignedAgreement>[]> {
    const rivals = [];
    for (const one of agreements.listSuccessors(version.agreement.previous)) {
      if (one.digest === version.digest) continue;
      const refusedBy = (await refusalsOf(one.digest)).map(({ member }) => member);
      if (canStillBind(one, refusedBy)) rivals.push(one);
    }
    return rivals;
  }

  /** One member's signatures on two successors of one version convict it. The evidence is kept once. */
  async function convict(version: Verified<SignedAgreement>): Promise<void> {
    for (const rival of await rivalsOf(version)) {
      const members = version.signedBy.filter((id) => rival.signedBy.includes(id));
      for (const member of members) await keepFinding(member, [version, rival]);
    }
  }

  async function keepFinding(member: string, versions: Verified<SignedAgreement>[]): Promise<void> {
    const digests = versions.map(({ digest }) => digest).sort();
    const logs = await store.log.listLogs();
    const log = logs.find((one) => one.member === member) ?? logs.find(({ own }) => own);
    const known = (await store.peers.listFindings()).some(
      ({ code, evidence }) =>
        code === 'agreement/signed-twice' && evidence.member === member && String(evidence.digests) === String(digests),
    );
    if (!log || known) return;
    const evidence = { member, digests, agreements: versions.map(({ jws }) => jws) };
    const code = 'agreement/signed-twice';
    await store.peers.putFinding({ id: newId(), log: log.id, code, evidence, at: formatInstant(now()) });
    logger.error({ member, digests }, 'a member signed two successors of one version of the agreement');
  }

  /** How many drafts lie here that our member has not refused. */
  async function countDrafts(): Promise<number> {
    const refusals = await Promise.all(agreements.open().map(({ digest }) => store.agreements.listRefusals(digest)));
    return refusals.filter((ofOne) => ofOne.every(({ member }) => member !== me)).length;
  }

  async function takeVersion(value: GeneralJws, said?: string): Promise<Verified<SignedAgreement>> {
    const before = await agreements.preview(value);
    if (said !== undefined && said !== before.digest)
      throw new Problem('agreement/invalid', { digest: before.digest, reason: 'this is another version' });
    const last = agreements.inForce().at(-1);
    const isKnown = (await agreements.findByDigest(before.digest)) !== undefined;
    if (!isKnown && !decideInForce(before).inForce) {
      const { version, previous } = before.agreement;
      const current = last?.agreement.version;
      if (last && previous !== last.digest) throw new Problem('agreement/not-next', { version, current });
      // A bound on what members hand in: nobody's drafts keep out our own operator's.
      if (said !== undefined && (await countDrafts()) >= mostDrafts)
        throw new Problem('agreement/too-many-drafts', { most: mostDrafts });
    }
    const taken = await agreements.put(value);
    await convict(taken);
    return taken;
  }

  return {
    circularOf,
    refusalsOf,

    /**
     * Takes in what a member or our own operator shows of a version.
     *
     * @param said the digest that a member says it has; our own operator says none
     * @throws {Problem} agreement/… for whatever is wrong with it
     */
    async take({ agreement, refusals = [] }: Circular, said?: string): Promise<{ digest: string }> {
      let digest = agreement && (await takeVersion(agreement, said)).digest;
      for (const jws of refusals) {
        const refusal = await verifyRefusal(jws, { verifySignature }, agreements.findByDigest);
        digest ??= refusal.agreement;
        const known = await store.agreements.listRefusals(refusal.agreement);
        const { member } = refusal;
        if (known.some((one) => one.member === member && one.jws === jws)) continue;
        await store.agreements.putRefusal({ digest: refusal.agreement, member, jws, at: formatInstant(now()) });
        logger.warn({ member, digest: refusal.agreement }, 'a member refuses a version of the agreement');
      }
      if (!digest) throw new Problem('agreement/invalid', { reason: 'neither a version nor a refusal' });
      return { digest };
    },

    /**
     * Whether our member may sign that version without contradicting itself.
     *
     * @throws {Problem} agreement/signed-another
     */
    async checkSigning(value: GeneralJws): Promise<void> {
      const version = await agreements.preview(value);
      if (!version.signedBy.includes(me)) return;
      const other = (await rivalsOf(version)).find(({ signedBy }) => signedBy.includes(me));
      if (other) throw new Problem('agreement/signed-another', { other: other.digest });
    },

    /** Tells a member what it has not been told yet. What it refuses is not said again until there is more to say. */
    async tell(member: string, client: Pick<Client, 'putAgreement'>): Promise<void> {
      const toldOf = told.get(member) ?? new Map<string, string>();
      told.set(member, toldOf);
      const newest = agreements.inForce().slice(1); // everyone has the first
      for (const version of [...newest, ...agreements.open()]) {
        const circular = await circularOf(version);
        const mark = `${circular.agreement?.signatures.length} ${circular.refusals?.length}`;
        if (toldOf.get(version.digest) === mark) continue;
        try {
          await client.putAgreement(version.digest, circular);
        } catch (error) {
          if (!(error instanceof Problem) || error.code === 'peer/unreachable') throw error;
          logger.warn(
            { member, digest: version.digest, facts: error.facts },
            'a member does not take a version of the agreement',
          );
        }
        toldOf.set(version.digest, mark);
      }
    },
  };
}
