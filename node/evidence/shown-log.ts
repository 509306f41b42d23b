/**
 * One log as an evidence file shows it: a checkpoint, the governance entries below what is shown, and the entries
 * themselves, each opened, included and judged as every receiver judges it (docs/evidence.md, Verifying, 3 to 5).
 */

import type { Member } from '../agreement/agreement.ts';
import { formatBase64, isEqual, utf8 } from '../base/bytes.ts';
import { Problem } from '../base/problem.ts';
import { type Verdict, verifyBulletin } from '../bulletin/verify.ts';
import { admitGovernance, type Reader } from '../federation/admit.ts';
import type { Governing, Laws } from '../federation/law.ts';
import type { Checkpoint } from '../log/checkpoint.ts';
import type { Cosignature } from '../log/cosignature.ts';
import { type Leaf, parseLeaf } from '../log/leaf.ts';
import { leafHash } from '../log/merkle.ts';
import { climb } from '../log/proof.ts';
import { parseTlogProof, type TlogProof } from '../log/tlog-proof.ts';
import type { ShownEntry, ShownGovernance } from './evidence.ts';
import { openEntry, readForm } from './rebuilt-leaf.ts';
import type { ProofPath, ShownCheckpoint } from './report.ts';
import { countQuorum, type NotePorts, readShownNote } from './shown-note.ts';
import type { Trust } from './trust.ts';

export interface LogNeeds {
  trust: Trust;
  laws: Laws;
  /** In place of the agreement's number. */
  quorum?: number;
  /** Told every verdict, and by what it was reached. */
  onVerdict: (opened: Opened) => void;
}

/** An entry whose content was shown and opens its leaf, and the verdict by what governs at its index. */
export interface Opened {
  /** Origin of the log. */
  log: string;
  index: number;
  audience: readonly string[];
  jws: string;
  governing: Governing;
  verdict: Verdict;
}

/** An entry that was opened and included, and what is to be said of it. */
export interface Judged {
  log: ShownLog;
  index: number;
  leaf: Leaf;
  verdict: Verdict;
  path: ProofPath;
}

export type ShownLog = ReturnType<typeof createShownLog>;

/** @throws {Problem} evidence/other-agreement when no version lists such a log */
export function createShownLog(origin: string, { trust, laws, quorum, onVerdict, ...ports }: NotePorts & LogNeeds) {
  const found = trust.ownerOf(origin);
  if (!found) throw new Problem('evidence/other-agreement', { reason: `no version lists the log ${origin}` });
  const owner: Member = found;
  const { hash, verifySignature } = ports;
  const reader: Reader = { owner, reads: () => false, laws, hash, verifySignature };
  let shown: { note: string; checkpoint: Checkpoint; cosignatures: Cosignature[] } | undefined;
  const laid: { index: number; governing: Governing }[] = [];
  const jtis = new Set<string>();
  let last = -1; // the highest index that was judged
  let wholeFrom = Number.POSITIVE_INFINITY;
  let governing: Governing | undefined;

  function head(): NonNullable<typeof shown> {
    if (!shown) throw new RangeError('no note was shown yet');
    return shown;
  }

  /** The parts of a proof, under the one checkpoint of this log. */
  async function place(text: string): Promise<TlogProof> {
    const parsed = parseTlogProof(text);
    if (!parsed) throw new Problem('evidence/not-included', { log: origin });
    await show(parsed.note);
    return parsed;
  }

  /** Takes the note of this log's checkpoint: verified once, the same from then on. */
  async function show(note: string): Promise<void> {
    if (shown && shown.note !== note) throw new Problem('evidence/two-checkpoints', { log: origin });
    shown ??= { note, ...(await readShownNote(note, origin, trust, ports)) };
    const end = trust.agreements.strikes().logEnd(origin);
    const { size, root } = shown.checkpoint;
    if (end && (size > end.size || (size === end.size && formatBase64(root) !== end.root)))
      throw new Problem('log/struck', { log: origin, size: end.size });
  }

  /** The way from a leaf to the checkpoint's root. */
  function join(leaf: string, { index, proof }: TlogProof): ProofPath {
    const { size, root } = head().checkpoint;
    const hashed = leafHash(hash, utf8(leaf));
    const steps = climb(hash, { index, size, leafHash: hashed, proof, root });
    if (!steps || !isEqual(steps.at(-1)?.node ?? hashed, root))
      throw new Problem('evidence/not-included', { log: origin, index });
    return {
      log: origin,
      index,
      size,
      leafHash: formatBase64(hashed),
      steps: steps.map(({ side, sibling, node }) => ({
        side,
        sibling: formatBase64(sibling),
        node: formatBase64(node),
      })),
      root: formatBase64(root),
    };
  }

  /** Lets a governance entry act, in the order of the log. */
  async function act(index: number, entry: { leaf: string; salt: string; jws: string }): Promise<Verdict> {
    const leaf = parseLeaf(entry.leaf, owner.id);
    if (leaf?.audience[0] !== '*')
      throw new Problem('evidence/surplus', { what: `governance: entry ${index} of ${origin} is none` });
    if (governing?.closed) throw new Problem('log/closed', { log: origin, index });
    if (index > 0 && !governing) throw new Problem('evidence/missing', { what: `governance: entry 0 of ${origin}` });
    requireNamed(entry.jws, index, governing?.since);
    const admitted = await admitGovernance(entry, leaf, index, governing, reader).catch((cause: unknown) => {
      if (cause instanceof Problem && cause.code === 'log/fork')
        throw new Problem('agreement/not-in-force', { log: origin, ...cause.facts }, { cause });
      throw cause;
    });
    governing = admitted.governing as Governing; // entry 0 gave one
    const { digest } = governing;
    if (trust.later.has(digest)) throw new Problem('evidence/too-late', { log: origin });
    if (!trust.versions.some((version) => version.digest === digest))
      throw new Problem('evidence/missing', {
        what: `agreements: ${digest}, which entry ${index} of ${origin} adopts`,
      });
    laid.push({ index, governing });
    last = Math.max(last, index);
    const { bulletin, code, event } = admitted.admission;
    const refused = { code: code ?? 'agreement/not-in-force', facts: {}, ...(event !== undefined && { event }) };
    const verdict: Verdict = bulletin ? { good: bulletin } : refused;
    onVerdict({ log: origin, index, audience: leaf.audience, jws: entry.jws, governing, verdict });
    return verdict;
  }

  /** That no governance was left out between `nearest` and what an entry names as the nearest: another law would apply. */
  function requireNamed(jws: string, index: number, nearest = -1): void {
    const after = readForm(jws)?.agreement.after;
    if (after !== undefined && after > nearest && after < Math.min(index, wholeFrom))
      throw new Problem('evidence/missing', { what: `governance: entry ${after} of ${origin}` });
  }

  return {
    origin,
    owner,
    show,
    act,

    /** The verified checkpoint. @throws {RangeError} before any note was shown */
    get checkpoint(): Checkpoint {
      return head().checkpoint;
    },

    /** Its note, as it stands in the file. @throws {RangeError} before any note was shown */
    get note(): string {
      return head().note;
    },

    /** From there on every leaf is shown: what is no governance there is known to be none. */
    showWhole(from: number): void {
      wholeFrom = from;
    },

    /** What governs above the governance entries shown so far. */
    get governing(): Governing | undefined {
      return governing;
    },

    /** How many cosignatures by members the agreement asks for. */
    get agreedQuorum(): number {
      const version = governing?.agreement ?? trust.versions.at(-1)?.agreement;
      return version?.exchange.witnessQuorum ?? 1; // there is a version
    },

    /** How many governance entries were shown. */
    get governanceShown(): number {
      return laid.length;
    },

    /** A governance entry with its proof; each stands in a file once, ascending. */
    async addGovernance(entry: ShownGovernance): Promise<{ index: number; verdict: Verdict }> {
      const placed = await place(entry.tlogProof);
      const { index } = placed;
      if (last >= index)
        throw new Problem('evidence/surplus', {
          what: `governance: entry ${index} of ${origin} again or out of order`,
        });
      const { leaf, salt } = openEntry(entry, placed, origin, hash);
      join(leaf, placed);
      return { index, verdict: await act(index, { leaf, salt, jws: entry.jws }) };
    },

    /** An entry with its proof and the governance below it. Governance that is shown as such is a bulletin, too. */
    async judge(entry: ShownEntry): Promise<Judged> {
      const placed = await place(entry.tlogProof);
      const { index } = placed;
      for (const below of entry.governance) {
        const { index: at, verdict } = await this.addGovernance(below);
        this.requireNew(verdict);
        if (at >= index)
          throw new Problem('evidence/surplus', { what: `governance: entry ${at} above entry ${index} of ${origin}` });
      }
      const { leaf: text, salt } = openEntry(entry, placed, origin, hash);
      const path = join(text, placed);
      last = Math.max(last, index);
      const leaf = parseLeaf(text, owner.id);
      if (!leaf) throw new Problem('evidence/not-included', { log: origin, index });
      if (leaf.audience[0] === '*') {
        const verdict = await act(index, { leaf: text, salt, jws: entry.jws });
        this.requireNew(verdict);
        return { log: this, index, leaf, verdict, path };
      }
      const verdict = await this.verdictOn(index, leaf, entry.jws);
      this.requireNew(verdict);
      return { log: this, index, leaf, verdict, path };
    },

    /** Whether an entry of this log that was opened before bears the same id; good or not, this one does from now on. */
    isRepeated(verdict: Verdict): boolean {
      const jti = jtiOf(verdict);
      if (jti === undefined) return false;
      const before = jtis.size;
      return jtis.add(jti).size === before;
    },

    /** A `jti` occurs once in a log. @throws {Problem} bulletin/duplicate */
    requireNew(verdict: Verdict): void {
      if (this.isRepeated(verdict)) throw new Problem('bulletin/duplicate', { jti: jtiOf(verdict) });
    },

    /** The verdict on what was opened, by the law of its index: the nearest governance entry shown below it. */
    async verdictOn(index: number, leaf: Leaf, jws: string): Promise<Verdict> {
      const below = laid.findLast((one) => one.index < index)?.governing;
      if (!below) throw new Problem('evidence/missing', { what: `governance: entry 0 of ${origin}` });
      if (below.closed) throw new Problem('log/closed', { log: origin, index });
      const law = laws.toLaw(below, owner.id, index);
      const standing = { jws, audience: leaf.audience, owner: owner.issuer };
      const verdict = await verifyBulletin(standing, law, verifySignature);
      if ('code' in verdict) requireNamed(jws, index, below.since); // a good one names the nearest
      onVerdict({ log: origin, index, audience: leaf.audience, jws, governing: below, verdict });
      return verdict;
    },

    /** A leaf without content, with its proof. */
    async prove(leaf: string, tlogProof: string): Promise<{ index: number; leaf: Leaf; path: ProofPath }> {
      const placed = await place(tlogProof);
      if (placed.extra) throw new Problem('evidence/surplus', { what: 'leaf: extra' });
      const path = join(leaf, placed);
      const parsed = parseLeaf(leaf, owner.id);
      if (!parsed) throw new Problem('evidence/not-included', { log: origin, index: placed.index });
      return { index: placed.index, leaf: parsed, path };
    },

    /**
     * Who cosigned, and since when they are enough.
     *
     * @throws {Problem} evidence/no-quorum
     */
    requireQuorum(): ShownCheckpoint & { quorumAt: string; need: number } {
      const { checkpoint, cosignatures } = head();
      const need = quorum ?? this.agreedQuorum;
      return countQuorum({ checkpoint, cosignatures }, owner.id, need, trust);
    },
  };
}

function jtiOf(verdict: Verdict): string | undefined {
  return 'good' in verdict ? verdict.good.claims.jti : verdict.jti;
}
