/** A checkpoint's note in the one form that evidence takes, and who cosigned it (docs/evidence.md, Verifying, 3). */

import { formatBase64, parseBase64 } from '../base/bytes.ts';
import type { Hash, VerifySignature } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { fromNumericDate } from '../base/time.ts';
import { type Checkpoint, parseCheckpoint, verifyCheckpoint } from '../log/checkpoint.ts';
import type { Cosignature } from '../log/cosignature.ts';
import { isBy, parseNote, parseSignatureLine } from '../log/note.ts';
import { parseTlogProof } from '../log/tlog-proof.ts';
import type { ShownCheckpoint } from './report.ts';
import type { Trust } from './trust.ts';

export interface NotePorts {
  hash: Hash;
  verifySignature: VerifySignature;
}

/** Which log a proof is of, before anything is believed. */
export function originOfProof(tlogProof: string): string {
  const note = parseTlogProof(tlogProof)?.note;
  const origin = note === undefined ? undefined : originOfNote(note);
  if (origin === undefined) throw new Problem('log/malformed-note', {});
  return origin;
}

export function originOfNote(note: string): string | undefined {
  const text = parseNote(note)?.text;
  return text === undefined ? undefined : parseCheckpoint(text)?.origin;
}

/**
 * A note in the one form that evidence takes: the log's line first, then cosignatures ascending, all by keys that a version
 * lists, each right.
 *
 * @throws {Problem} log/malformed-…, log/bad-signature, evidence/unknown-signature, evidence/surplus
 */
export async function readShownNote(
  note: string,
  origin: string,
  trust: Trust,
  { verifySignature }: NotePorts,
): Promise<{ checkpoint: Checkpoint; cosignatures: Cosignature[] }> {
  const parsed = parseNote(note);
  if (!parsed) throw new Problem('log/malformed-note', { log: origin });
  const keys = trust.logKeys(origin);
  const known = [...keys, ...trust.witnesses.map(({ vkey }) => vkey)];
  const [first, ...others] = parsed.signatures;
  const log = keys.find((key) => first && isBy(first, key));
  const unknown = parsed.signatures.find((one) => !known.some((key) => isBy(one, key)));
  if (unknown) throw new Problem('evidence/unknown-signature', { log: origin, name: unknown.name });
  const isOrdered = others.every(
    (one, i) => !keys.some((key) => isBy(one, key)) && (i === 0 || (others[i - 1]?.line ?? '') < one.line),
  );
  const signers = new Set(parsed.signatures.map(({ name, keyId }) => `${name} ${keyId}`));
  if (!log) throw new Problem('log/bad-signature', { name: origin });
  if (!isOrdered || signers.size < parsed.signatures.length)
    throw new Problem('evidence/surplus', { what: `the signature lines of ${origin} do not ascend` });
  const witnesses = trust.witnesses.map(({ vkey }) => vkey);
  return verifyCheckpoint({ note, log, witnesses, verifySignature });
}

/**
 * The q-th cosignature by a member other than the owner, earliest first.
 *
 * @throws {Problem} evidence/no-quorum
 */
export function countQuorum(
  { checkpoint, cosignatures }: { checkpoint: Checkpoint; cosignatures: readonly Cosignature[] },
  owner: string,
  need: number,
  trust: Trust,
): ShownCheckpoint & { quorumAt: string; need: number } {
  const signed = cosignatures
    .flatMap(({ name, time, line }) => {
      const signature = parseSignatureLine(line);
      const witness = trust.witnesses.find(({ vkey }) => signature && isBy(signature, vkey));
      return witness ? [{ ...witness, name, time }] : [];
    })
    .sort((x, y) => x.time - y.time);
  const counted = new Set<string>();
  let quorumTime: number | undefined;
  const shown = signed.map(({ member, name, time, struck }) => {
    const counts = member !== undefined && member !== owner && !struck && !counted.has(member);
    if (counts) counted.add(member);
    if (counts && counted.size === need) quorumTime = time;
    return { who: member ?? name, counts, at: fromNumericDate(time) };
  });
  const { origin, size, root } = checkpoint;
  if (quorumTime === undefined)
    throw new Problem('evidence/no-quorum', { log: origin, size, have: counted.size, need });
  const quorumAt = fromNumericDate(quorumTime);
  return { log: origin, member: owner, size, root: formatBase64(root), cosignatures: shown, quorumAt, need };
}

/** A hash as files write it; of another spelling nothing that fits anywhere. */
export function toHash(base64: string): Uint8Array {
  return parseBase64(base64) ?? new Uint8Array(0);
}
