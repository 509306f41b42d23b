/**
 * Our witness key for whoever asks (C2SP tlog-witness): checkpoints of the other members' logs, which follow from what we
 * cosigned last, and whose every leaf we hold. What a submission shows of a fork is kept like any other sight of it.
 */

import type { Agreements } from '../agreement/agreements.ts';
import { formatHex, parseUtf8, utf8 } from '../base/bytes.ts';
import type { Hash, Now, VerifySignature } from '../base/ports.ts';
import { isProblem, Problem } from '../base/problem.ts';
import { formatInstant } from '../base/time.ts';
import { type AddCheckpoint, parseAddCheckpoint } from '../log/add-checkpoint.ts';
import { type Checkpoint, parseCheckpoint } from '../log/checkpoint.ts';
import type { Gate } from '../log/gate.ts';
import { emptyRoot } from '../log/merkle.ts';
import { formatNote, isBy, type Note, parseNote, type Vkey } from '../log/note.ts';
import type { HeldLog } from '../log/ports.ts';
import { isConsistent } from '../log/proof.ts';
import type { Cosigner } from './cosign.ts';
import type { Members } from './members.ts';
import type { ExchangeStore } from './ports.ts';
import type { Rounds } from './rounds.ts';
import type { Standings } from './standing.ts';

/** A checkpoint that follows from what we cosigned last; its leaves may still be missing here. */
export interface Submission {
  log: HeldLog;
  checkpoint: Checkpoint;
  /** With the log's own signature alone. */
  note: string;
  oldSize: number;
}

/** Our signature line; or the size that we cosigned last, where the submission knows of another. */
export type Cosigned = { line: string } | { lastSize: number };

export function createWitness(needs: {
  store: ExchangeStore;
  agreements: Agreements;
  members: Pick<Members, 'others' | 'logsOf' | 'logKeys'>;
  cosigner: Pick<Cosigner, 'see' | 'cosignFrom'>;
  standings: Pick<Standings, 'find' | 'stop'>;
  rounds: Pick<Rounds, 'pull'>;
  gate: Pick<Gate, 'isOpen'>;
  /** Our witness key. */
  vkey: Vkey;
  hash: Hash;
  verifySignature: VerifySignature;
  now: Now;
}) {
  const { store, agreements, members, cosigner, standings, rounds, gate, vkey, hash, verifySignature, now } = needs;

  /** A log of another of today's members, of whichever version. @throws {Problem} log/unknown */
  async function findLog(isIt: (origin: string) => boolean): Promise<HeldLog> {
    const listed = members.others().flatMap(({ id }) => members.logsOf(id));
    const member = listed.find(({ origin }) => isIt(origin));
    const log = member && (await store.log.findLog(member.origin));
    if (!log) throw new Problem('log/unknown');
    return log;
  }

  /** The note with one good signature of the log. @throws {Problem} witness/not-trusted */
  async function verifyNote(log: HeldLog, { text, signatures }: Note): Promise<string> {
    for (const signature of signatures) {
      for (const { publicKey } of members.logKeys(log.origin).filter((key) => isBy(signature, key))) {
        if (await verifySignature(publicKey, utf8(text), signature.payload)) return formatNote(text, [signature.line]);
      }
    }
    throw new Problem('witness/not-trusted', { log: log.origin });
  }

  /** Whether a log may be cosigned at all. @throws {Problem} witness/not-trusted */
  async function checkStanding({ origin, id, member }: HeldLog): Promise<void> {
    const isStopped = (await standings.find(member)).stopped !== undefined;
    const isConvicted = isStopped && (await store.peers.listFindings()).some(({ log }) => log === id);
    const strikes = agreements.strikes();
    if (isConvicted || strikes.logEnd(origin) || strikes.isWitnessStruck(vkey.text))
      throw new Problem('witness/not-trusted', { log: origin });
  }

  /** Looks at a checkpoint as at any that we are shown. @returns the fork that it is, if it is one */
  async function look(log: HeldLog, note: string): Promise<Problem | undefined> {
    try {
      await cosigner.see(log, note);
      return undefined;
    } catch (error) {
      if (!isProblem(error) || error.code !== 'log/fork') throw error;
      await standings.stop(log, error, 'log/fork');
      return error;
    }
  }

  return {
    /**
     * Reads a submission, in the order of checks that the specification has.
     *
     * @returns it, or the size that we cosigned last when that is not the one it knows
     * @throws {Problem} witness/malformed, log/unknown, witness/not-trusted, log/fork, witness/bad-proof
     */
    async read(body: Uint8Array): Promise<Submission | { lastSize: number }> {
      const { oldSize, proof, parsed } = parse(body);
      const log = await findLog((origin) => parsed.text.startsWith(`${origin}\n`));
      const note = await verifyNote(log, parsed);
      const checkpoint = parseCheckpoint(parsed.text);
      if (!checkpoint || oldSize > checkpoint.size) throw new Problem('witness/malformed');
      const fork = agreements.strikes().logEnd(log.origin) ? undefined : await look(log, note);
      const last = await store.log.findLargestCosigned(log.id);
      if ((last?.size ?? 0) !== oldSize) return { lastSize: last?.size ?? 0 };
      if (fork) throw fork;
      await checkStanding(log);
      const claim = { from: oldSize, to: checkpoint.size, toRoot: checkpoint.root, proof };
      if (!isConsistent(hash, { ...claim, fromRoot: last?.root ?? emptyRoot(hash) }))
        throw new Problem('witness/bad-proof', { log: log.origin, from: oldSize, to: checkpoint.size });
      return { log, checkpoint, note, oldSize };
    },

    /** Fetches the leaves that we lack, unless its member failed us just now. Whoever asks need not wait for the end. */
    async bring({ log, checkpoint }: Submission): Promise<void> {
      const held = await store.log.findLog(log.origin);
      if (!held || held.size >= checkpoint.size) return;
      const { nextTryAt } = await standings.find(log.member);
      if (nextTryAt === undefined || nextTryAt <= formatInstant(now())) await rounds.pull(log.member);
    },

    /**
     * Cosigns and stores, in one transaction.
     *
     * @throws {Problem} witness/not-ready while leaves are missing; log/fork, witness/not-trusted
     */
    async cosign({ log, checkpoint, note, oldSize }: Submission): Promise<Cosigned> {
      await checkStanding(log); // the leaves may have come meanwhile, and told otherwise
      const facts = { log: log.origin, size: checkpoint.size };
      if (!gate.isOpen()) throw new Problem('witness/not-ready', facts); // whether our store is an old copy is not known yet
      const done = await cosigner.cosignFrom(log, { checkpoint, note, oldSize }).catch(async (error: unknown) => {
        if (isProblem(error) && error.code === 'log/fork') await standings.stop(log, error, 'log/fork');
        throw error;
      });
      if (!done) throw new Problem('witness/not-ready', facts);
      return done;
    },

    /**
     * The largest checkpoint that we cosigned of the log of that name, with the signatures known.
     *
     * @param name hexadecimal SHA-256 of its origin
     * @throws {Problem} log/unknown, also when there is none
     */
    async latest(name: string): Promise<string> {
      const log = await findLog((origin) => formatHex(hash(utf8(origin))) === name);
      const last = await store.log.findLargestCosigned(log.id);
      if (!last) throw new Problem('log/unknown', { log: log.origin });
      return last.note;
    },
  };
}

function parse(body: Uint8Array): AddCheckpoint & { parsed: Note } {
  const text = parseUtf8(body);
  const given = text === undefined ? undefined : parseAddCheckpoint(text);
  const parsed = given && parseNote(given.note);
  if (!parsed) throw new Problem('witness/malformed');
  return { ...given, parsed };
}
