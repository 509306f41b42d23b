/**
 * The outside witnesses of the agreement, an audit office's own say, asked for their cosignature whenever our log has grown
 * (C2SP tlog-witness, as a client). Each has its own back-off, and nobody waits for one: they never count for the quorum.
 */

import type { Agreement, Witness as OutsideWitness } from '../agreement/agreement.ts';
import { parseUtf8, utf8 } from '../base/bytes.ts';
import type { Answer, Fetch, Hash, Logger, Now, VerifySignature } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { formatInstant, fromNumericDate, toNumericDate } from '../base/time.ts';
import { formatAddCheckpoint, parseSize, sizeMediaType } from '../log/add-checkpoint.ts';
import { type Cosignature, cosignaturesOn, mergeSignatures, verifyCosignature } from '../log/cosignature.ts';
import type { Gate } from '../log/gate.ts';
import { treeOf } from '../log/ledger.ts';
import { formatNote, isBy, mostSignatures, parseNote, parseSignatureLine, type Vkey } from '../log/note.ts';
import type { HeldLog, StoredCheckpoint } from '../log/ports.ts';
import { consistencyProof } from '../log/proof.ts';
import { attempt } from './client.ts';
import type { Members } from './members.ts';
import { lastErrorOf } from './peer.ts';
import type { ExchangeStore, OutsideStanding } from './ports.ts';
import { delayAfter } from './retry.ts';
import { createTroubles } from './trouble.ts';

const freshAfterMs = 20 * 3_600_000; // as our own cosignatures: at least daily
const greatestLeadSeconds = 300;

/** How an outside witness stands to the log that we speak in. */
export interface OutsideReport extends Omit<OutsideStanding, 'vkey' | 'log'> {
  name: string;
  url: string;
  /** Entries of our log that its largest cosignature does not cover. */
  behind: number;
}

export function createOutsideWitnesses(needs: {
  store: ExchangeStore;
  /** The version in force. */
  agreement: () => Agreement;
  /** Of the log that we speak in. */
  origin: string;
  logKey: Vkey;
  members: Pick<Members, 'outsideKeys'>;
  gate: Pick<Gate, 'isOpen'>;
  fetch: Fetch;
  hash: Hash;
  verifySignature: VerifySignature;
  now: Now;
  logger: Logger;
}) {
  const { store, agreement, origin, logKey, members, gate, fetch, hash, verifySignature, now, logger } = needs;
  const underWay = new Map<string, Promise<void>>();
  const again = new Set<string>();
  const troubles = createTroubles(now);
  const listed = (): readonly OutsideWitness[] => agreement().witnesses ?? [];

  /** Asks one about the head of our log, unless it has cosigned that, or has failed us just now. */
  async function turn(witness: OutsideWitness): Promise<void> {
    const log = await store.log.findLog(origin);
    const head = log && (await store.log.findCheckpoint(log.id, log.size));
    const vkey = members.outsideKeys().find(({ text }) => text === witness.vkey); // none that is struck
    if (!head || !vkey || log.size === 0 || !gate.isOpen() || isFresh(head, vkey)) return;
    const standing = await store.outside.find(witness.vkey, log.id);
    if (standing.nextTryAt !== undefined && standing.nextTryAt > formatInstant(now())) return;
    try {
      const cosignature = await ask({ witness, vkey, log, head, oldSize: standing.size });
      await keep(log, head, cosignature, standing);
      const past = troubles.end(witness.vkey);
      if (past) logger.info({ witness: witness.name, ...past }, 'an outside witness cosigns again');
    } catch (error) {
      await fail(witness, standing, error);
    }
  }

  function isFresh({ note }: StoredCheckpoint, { name, keyId }: Vkey): boolean {
    const line = cosignaturesOn(note).find((one) => one.name === name && one.keyId === keyId);
    return line !== undefined && now().getTime() - Date.parse(line.at) < freshAfterMs;
  }

  interface Asked {
    witness: OutsideWitness;
    vkey: Vkey;
    log: HeldLog;
    head: StoredCheckpoint;
    oldSize: number;
  }

  /** @throws {Problem} peer/unreachable, peer/bad-answer, log/bad-signature, witness/ahead */
  async function ask(asked: Asked): Promise<Cosignature> {
    const { witness, vkey, log, head, oldSize } = asked;
    const { text, signatures } = parseNote(head.note) as NonNullable<ReturnType<typeof parseNote>>; // it was kept
    const note = formatNote(
      text,
      signatures.filter((one) => isBy(one, logKey)).map(({ line }) => line),
    );
    const submit = async (from: number): Promise<Answer> => {
      const proof = await consistencyProof(treeOf(store.log, log, hash), from, head.size);
      const body = utf8(formatAddCheckpoint({ oldSize: from, proof, note }));
      const url = `${witness.url.replace(/\/$/, '')}/add-checkpoint`;
      const headers = { 'content-type': 'text/plain; charset=utf-8' };
      return attempt(() => fetch(url, { method: 'POST', headers, body }), witness.name);
    };
    const first = await submit(Math.min(oldSize, head.size));
    const size = sizeIn(first);
    if (size !== undefined && size > head.size)
      throw new Problem('witness/ahead', { witness: witness.name, shown: size, held: head.size });
    const answer = size === undefined ? first : await submit(size); // it knows of another one: once
    if (answer.status !== 200) throw refusalOf(witness.name, answer);
    const lines = (parseUtf8(answer.body) ?? '').split('\n').map(parseSignatureLine);
    const signature = lines.find((one) => one && isBy(one, vkey)); // those of unknown keys are passed over
    if (!signature) throw new Problem('peer/bad-answer', { member: witness.name, reason: 'no cosignature by its key' });
    const cosignature = await verifyCosignature({ signature, vkey, checkpointBody: text, verifySignature });
    if (cosignature.time > toNumericDate(now()) + greatestLeadSeconds)
      throw new Problem('peer/bad-answer', { member: witness.name, reason: 'a cosignature of a time to come' });
    return cosignature;
  }

  /** Beside what the checkpoint bears by now; not in the place of a member's, which a full note would lose. */
  async function keep({ id }: HeldLog, { size }: StoredCheckpoint, cosigned: Cosignature, before: OutsideStanding) {
    const { nextTryAt: _, ...standing } = before;
    const cosignedAt = fromNumericDate(cosigned.time);
    await store.transaction(async (within) => {
      await within.log.lockLog(id);
      const known = await within.log.findCheckpoint(id, size);
      const note = known && mergeSignatures(known.note, [cosigned.line]);
      const isFull = known && (parseNote(known.note)?.signatures.length ?? 0) >= mostSignatures;
      if (note && !isFull) await within.log.putCheckpoint(id, { ...known, note });
      await within.outside.put({ ...standing, size, cosignedAt, failures: 0 });
    });
  }

  async function fail(witness: OutsideWitness, standing: OutsideStanding, error: unknown): Promise<void> {
    const code = lastErrorOf(error);
    const failures = standing.failures + 1;
    const nextTryAt = formatInstant(new Date(now().getTime() + delayAfter(failures)));
    await store.outside.put({ ...standing, failures, nextTryAt, lastError: code, lastErrorAt: formatInstant(now()) });
    const facts = error instanceof Problem ? { facts: error.facts } : { err: error };
    const line = { witness: witness.name, code, ...facts, nextTryAt };
    if (!troubles.isNews(witness.vkey, code)) logger.debug(line, 'an outside witness does not cosign');
    else if (code === 'witness/ahead' || code === 'internal') logger.error(line, 'an outside witness does not cosign');
    else logger.warn(line, 'an outside witness does not cosign');
  }

  /** One at a time for each; who is asked again meanwhile is asked once more after it. */
  function askOne(witness: OutsideWitness): Promise<void> {
    const running = underWay.get(witness.vkey);
    if (running) {
      again.add(witness.vkey);
      return running;
    }
    const started = (async () => {
      do {
        again.delete(witness.vkey);
        await turn(witness);
      } while (again.has(witness.vkey));
    })().finally(() => underWay.delete(witness.vkey));
    underWay.set(witness.vkey, started);
    return started;
  }

  return {
    /** Asks each that has not cosigned our head and that nothing holds us back from. */
    async askDue(): Promise<void> {
      await Promise.all(listed().map(askOne));
    },

    async report(): Promise<OutsideReport[]> {
      const log = await store.log.findLog(origin);
      return Promise.all(
        listed().map(async ({ name, url, vkey }) => {
          const { vkey: _, log: _of, ...standing } = await store.outside.find(vkey, log?.id ?? 0);
          return { name, url, ...standing, behind: Math.max(0, (log?.size ?? 0) - standing.size) };
        }),
      );
    },

    /** Until none is being asked. */
    async settled(): Promise<void> {
      while (underWay.size > 0) await Promise.all(underWay.values());
    },
  };
}

/** The size that it says it cosigned last, when that is what it answers. */
function sizeIn({ status, headers, body }: Answer): number | undefined {
  const type = (headers.get('content-type') ?? '').split(';')[0]?.trim();
  return status === 409 && type === sizeMediaType ? parseSize(parseUtf8(body) ?? '') : undefined;
}

function refusalOf(member: string, { status }: Answer): Problem {
  const isAway = status === 429 || status >= 500;
  return new Problem(isAway ? 'peer/unreachable' : 'peer/bad-answer', { member, reason: `HTTP ${status}` });
}
