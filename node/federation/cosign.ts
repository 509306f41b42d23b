/**
 * Checkpoints: look at what we are shown, keep it with every good cosignature, and add ours once we hold every leaf.
 * Peers fetch our cosignatures with the checkpoints that we have seen; nothing is pushed.
 */

import type { Agreement } from '../agreement/agreement.ts';
import { isEqual } from '../base/bytes.ts';
import type { Hash, Now, Signer, VerifySignature } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { formatInstant, fromNumericDate, toNumericDate } from '../base/time.ts';
import { type Checkpoint, formatCheckpoint, type SignedCheckpoint, verifyCheckpoint } from '../log/checkpoint.ts';
import { type Cosignature, cosign, cosignaturesOn, hasQuorum, mergeSignatures } from '../log/cosignature.ts';
import { treeOf } from '../log/ledger.ts';
import { formatNote, isBy, parseNote, parseSignatureLine, type Vkey } from '../log/note.ts';
import type { HeldLog, StoredCheckpoint } from '../log/ports.ts';
import { rootAt } from '../log/tile.ts';
import { forkOf } from './evidence.ts';
import type { Members } from './members.ts';
import type { ExchangeStore } from './ports.ts';
import { decideCosign, decideSight, type Sight } from './witness.ts';

const freshAfterSeconds = 20 * 3600; // at least daily, with room for a job that runs a little early
const againAfterSeconds = 60; // whoever asks again sooner is told what we said: anyone may ask

export type Cosigner = ReturnType<typeof createCosigner>;

export function createCosigner({
  store,
  agreement,
  members,
  witness,
  hash,
  verifySignature,
  now,
}: {
  store: ExchangeStore;
  /** The version in force. */
  agreement: () => Agreement;
  members: Pick<Members, 'logKeys' | 'witnessKeys' | 'outsideKeys'>;
  /** None of who only looks, as an auditor does. */
  witness?: { signer: Signer; vkey: Vkey };
  hash: Hash;
  verifySignature: VerifySignature;
  now: Now;
}) {
  /**
   * Reads a note about a log: the log's own signature must be right, cosignatures by members and by the agreement's outside
   * witnesses are checked, others dropped.
   */
  async function read(log: HeldLog, note: string): Promise<SignedCheckpoint & { kept: string }> {
    const keys = members.logKeys(log.origin);
    const signers = parseNote(note)?.signatures ?? [];
    const logKey = keys.find((key) => signers.some((one) => isBy(one, key))) ?? keys[0];
    if (!logKey) throw new Problem('log/unknown', { log: log.origin });
    const witnesses = [...members.witnessKeys(log.member), ...members.outsideKeys()];
    const signed = await verifyCheckpoint({ note, log: logKey, witnesses, verifySignature });
    const text = parseNote(note)?.text as string; // it was just verified
    return { ...signed, kept: formatNote(text, [signed.logLine, ...signed.cosignatures.map(({ line }) => line)]) };
  }

  /** Puts a good note beside what we know of that size. */
  async function keep(
    within: ExchangeStore,
    log: HeldLog,
    signed: SignedCheckpoint & { kept: string },
    cosignedAt?: string,
  ): Promise<void> {
    const { checkpoint, kept } = signed;
    const known = await within.log.findCheckpoint(log.id, checkpoint.size);
    const note = known
      ? mergeSignatures(
          known.note,
          signed.cosignatures.map(({ line }) => line),
        )
      : kept;
    if (known && known.note === note && cosignedAt === undefined) return;
    const quorum =
      known?.quorum ||
      hasQuorum({ cosignatures: byMembers(log, await read(log, note)), required: agreement().exchange.witnessQuorum });
    const ours = [cosignedAt, known?.cosignedAt, ownLineOn(note)?.at]
      .filter((at) => at !== undefined)
      .sort()
      .at(-1);
    const row: StoredCheckpoint = {
      size: checkpoint.size,
      root: checkpoint.root,
      note,
      quorum,
      ...(ours && { cosignedAt: ours }),
      at: known?.at ?? formatInstant(now()),
    };
    await within.log.putCheckpoint(log.id, row);
    // What lies above the leaves that we hold is still to be compared with them.
    if (quorum && !known?.quorum) await within.log.forgetCheckpoints(log.id, Math.min(checkpoint.size, log.size));
  }

  /** Outside witnesses never count for the quorum. */
  function byMembers(log: HeldLog, { cosignatures }: SignedCheckpoint): Cosignature[] {
    const keys = members.witnessKeys(log.member);
    return cosignatures.filter(({ line }) => {
      const signature = parseSignatureLine(line);
      return signature && keys.some((key) => isBy(signature, key));
    });
  }

  /** Whether the note tells nothing new. */
  async function isKnown(log: HeldLog, { checkpoint, cosignatures }: SignedCheckpoint): Promise<boolean> {
    const known = await store.log.findCheckpoint(log.id, checkpoint.size);
    const lines = cosignatures.map(({ line }) => line);
    return (
      known !== undefined && isEqual(known.root, checkpoint.root) && mergeSignatures(known.note, lines) === known.note
    );
  }

  return {
    /**
     * Takes in a checkpoint that someone shows us of a log that we hold.
     *
     * @throws {Problem} log/fork with both notes as evidence; log/malformed-…, log/bad-signature when it is no word of that log
     */
    async see(log: HeldLog, note: string): Promise<SignedCheckpoint & { sight: Sight }> {
      const signed = await read(log, note);
      const { checkpoint } = signed;
      if (await isKnown(log, signed)) return { ...signed, sight: 'ours' };
      const sight = await store.transaction(async (within) => {
        const held = await within.log.lockLog(log.id); // no page is stored between the comparison and the keeping
        const known = await within.log.findCheckpoint(log.id, checkpoint.size);
        const tree = treeOf(within.log, held, hash);
        const rootThen =
          known?.root ?? (checkpoint.size <= held.size ? await rootAt(tree, checkpoint.size) : undefined);
        const sight = decideSight(checkpoint, rootThen);
        if (sight === 'fork') throw await forkOf(within.log, held, { ...checkpoint, note: signed.kept }, hash);
        await keep(within, held, signed);
        return sight;
      });
      return { ...signed, sight };
    },

    /**
     * Cosigns the head of a log whose every leaf we hold, if our word on it is missing or a day old, and if we cosigned
     * nothing larger: another process may have, or we ourselves before a restore.
     */
    async cosign({ id, size }: HeldLog): Promise<boolean> {
      const head = await store.log.findCheckpoint(id, size);
      if (!head || timeToCosign(head, await store.log.findLastCosigned(id), freshAfterSeconds) === undefined)
        return false;
      const done = await store.transaction(async (within) => {
        const log = await within.log.lockLog(id);
        const last = await within.log.findLargestCosigned(id);
        return last && last.size > size ? undefined : cosignWithin(within, log, size, freshAfterSeconds);
      });
      return done?.isNew === true;
    },

    /**
     * Cosigns one checkpoint of a log for whoever submits it, if the last that we cosigned is still of the size that it knows.
     *
     * @returns our signature line, stored; or the size that we cosigned last; or nothing while we lack leaves or may not cosign
     * @throws {Problem} log/fork with evidence
     */
    async cosignFrom(
      log: HeldLog,
      shown: { checkpoint: Checkpoint; note: string; oldSize: number },
    ): Promise<{ line: string } | { lastSize: number } | undefined> {
      const { checkpoint, note, oldSize } = shown;
      const { size } = checkpoint;
      const signed = await read(log, note);
      return store.transaction(async (within) => {
        const held = await within.log.lockLog(log.id);
        const lastSize = (await within.log.findLargestCosigned(log.id))?.size ?? 0;
        // Our own round may have cosigned what was submitted, since the submission was found to follow what came before.
        if (lastSize !== oldSize && lastSize !== size) return { lastSize };
        if (held.size < size) return undefined;
        if (decideSight(checkpoint, await rootAt(treeOf(within.log, held, hash), size)) === 'fork')
          throw await forkOf(within.log, held, { ...checkpoint, note: signed.kept }, hash);
        await keep(within, held, signed);
        const done = await cosignWithin(within, held, size, againAfterSeconds);
        return done && { line: done.line };
      });
    },
  };

  /**
   * Our line on a checkpoint that is kept, written with it: the log is locked, so that nobody cosigns another meanwhile.
   * Undefined when our key cosigns this log no more, or never did.
   */
  async function cosignWithin(
    within: ExchangeStore,
    log: HeldLog,
    size: number,
    freshSeconds: number,
  ): Promise<{ line: string; isNew: boolean } | undefined> {
    const known = await within.log.findCheckpoint(log.id, size);
    if (!witness || !known || !members.witnessKeys(log.member).some(({ text }) => text === witness.vkey.text))
      return undefined;
    const time = timeToCosign(known, await within.log.findLastCosigned(log.id), freshSeconds);
    const before = ownLineOn(known.note);
    if (time === undefined && before) return { line: before.line, isNew: false };
    if (time === undefined) return undefined;
    const checkpointBody = formatCheckpoint({ origin: log.origin, size, root: known.root });
    const line = await cosign({ ...witness, checkpointBody, time });
    await keep(within, log, await read(log, mergeSignatures(known.note, [line])), fromNumericDate(time));
    return { line, isNew: true };
  }

  function timeToCosign(
    { note }: StoredCheckpoint,
    last: string | undefined,
    freshSeconds: number,
  ): number | undefined {
    const before = { here: numeric(ownLineOn(note)?.at), any: numeric(last) };
    return decideCosign(toNumericDate(now()), before, freshSeconds);
  }

  /** Our cosignature on a note that we keep, by the key of today. */
  function ownLineOn(note: string): { line: string; at: string } | undefined {
    if (!witness) return undefined;
    const { name, keyId } = witness.vkey;
    return cosignaturesOn(note).find((one) => one.name === name && one.keyId === keyId);
  }
}

function numeric(instant: string | undefined): number | undefined {
  return instant === undefined ? undefined : toNumericDate(new Date(instant));
}
