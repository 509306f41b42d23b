/**
 * Cosignatures: a witness's word that, at a time, a checkpoint was the largest of its log and the log had only grown
 * (C2SP tlog-cosignature, `cosignature/v1`), and how many make a quorum. When one may be given is for the witness to decide.
 */

import { concat, utf8 } from '../base/bytes.ts';
import type { Signer, VerifySignature } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { fromNumericDate } from '../base/time.ts';
import {
  formatNote,
  formatSignatureLine,
  isBy,
  mostSignatures,
  type NoteSignature,
  parseNote,
  parseSignatureLine,
  type Vkey,
} from './note.ts';

const latestTime = 253_402_271_999; // 9999-12-31T23:59:59 in China: a later one could not be written as an instant

/** A cosignature that was checked. */
export interface Cosignature {
  /** The witness key's name. */
  name: string;
  /** NumericDate. */
  time: number;
  line: string;
}

/**
 * The signature line by which a witness cosigns a checkpoint.
 *
 * @param checkpointBody the whole note text, line feed included
 * @param time NumericDate
 * @throws {RangeError} when the key is no witness key of this signer, or the time none
 */
export async function cosign(given: {
  signer: Signer;
  vkey: Vkey;
  checkpointBody: string;
  time: number;
}): Promise<string> {
  const { signer, vkey, checkpointBody, time } = given;
  if (vkey.type !== 4 || signer.publicKey.x !== vkey.publicKey.x)
    throw new RangeError('not the witness key of this signer');
  if (!Number.isSafeInteger(time) || time < 0) throw new RangeError('no NumericDate');
  const stamp = new Uint8Array(8);
  new DataView(stamp.buffer).setBigUint64(0, BigInt(time));
  return formatSignatureLine(vkey, concat(stamp, await signer.sign(cosignedMessage(checkpointBody, time))));
}

/**
 * Checks one line by a known witness.
 *
 * @throws {Problem} `log/bad-signature`
 */
export async function verifyCosignature(given: {
  signature: NoteSignature;
  vkey: Vkey;
  checkpointBody: string;
  verifySignature: VerifySignature;
}): Promise<Cosignature> {
  const { signature, vkey, checkpointBody, verifySignature } = given;
  if (vkey.type !== 4) throw new RangeError('not a witness key');
  const time = timeOf(signature);
  const isRight =
    isBy(signature, vkey) &&
    time !== undefined &&
    (await verifySignature(vkey.publicKey, cosignedMessage(checkpointBody, time), signature.payload.subarray(8)));
  if (!isRight) throw new Problem('log/bad-signature', { name: vkey.name });
  return { name: vkey.name, time, line: signature.line };
}

/**
 * The note with more signature lines. Of two cosignatures by one key the later stays, in the place of the first. The
 * lines must have been checked: nothing here is.
 *
 * A note holds 16: beyond that the earliest cosignatures give way.
 *
 * @throws {Problem} `log/malformed-note`
 */
export function mergeSignatures(note: string, lines: readonly string[]): string {
  const parsed = parseNote(note);
  const added = lines.map(parseSignatureLine).filter((signature) => signature !== undefined);
  if (!parsed || added.length !== lines.length) throw new Problem('log/malformed-note');
  const kept = new Map<string, NoteSignature>();
  for (const signature of [...parsed.signatures, ...added]) {
    const key = `${signature.name} ${signature.keyId}`;
    const before = kept.get(key);
    if (!before || (timeOf(before) ?? 0) < (timeOf(signature) ?? 0)) kept.set(key, signature);
  }
  return formatNote(
    parsed.text,
    latestOf([...kept.values()]).map((signature) => signature.line),
  );
}

/** As many as a note holds (C2SP signed-note): those without a time, then the latest cosignatures, in their order. */
function latestOf(signatures: readonly NoteSignature[]): NoteSignature[] {
  const timeless = Number.MAX_SAFE_INTEGER;
  const latest = [...signatures]
    .sort((a, b) => (timeOf(b) ?? timeless) - (timeOf(a) ?? timeless))
    .slice(0, mostSignatures);
  return signatures.filter((signature) => latest.includes(signature));
}

/** Who cosigned a note that we keep, and when: each was checked before it was kept. */
export function cosignaturesOn(note: string): { name: string; keyId: number; at: string; line: string }[] {
  return (parseNote(note)?.signatures ?? []).flatMap((signature) => {
    const time = timeOf(signature);
    const { name, keyId, line } = signature;
    return time === undefined ? [] : [{ name, keyId, at: fromNumericDate(time), line }];
  });
}

/** Whether enough witnesses cosigned, each counted once. Hand in those of members other than the log's own. */
export function hasQuorum(given: { cosignatures: readonly Cosignature[]; required: number }): boolean {
  return new Set(given.cosignatures.map((cosignature) => cosignature.name)).size >= given.required;
}

function cosignedMessage(checkpointBody: string, time: number): Uint8Array {
  return utf8(`cosignature/v1\ntime ${time}\n${checkpointBody}`);
}

/** A cosignature's payload is its time in 8 bytes and 64 of Ed25519. */
function timeOf({ payload }: NoteSignature): number | undefined {
  if (payload.length !== 72) return undefined;
  const time = Number(new DataView(payload.buffer, payload.byteOffset).getBigUint64(0));
  return time <= latestTime ? time : undefined;
}
