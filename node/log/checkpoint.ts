/**
 * Checkpoints: origin, size and root of a log, signed by the log and cosigned by witnesses (C2SP tlog-checkpoint).
 * Narrower than the standard: no extension lines, and the origin is the log key's name. Whether a checkpoint follows from
 * an earlier one is proof.ts's question.
 */

import { formatBase64, parseBase64, utf8 } from '../base/bytes.ts';
import type { Signer, VerifySignature } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { type Cosignature, verifyCosignature } from './cosignature.ts';
import { formatNote, formatSignatureLine, isBy, isKeyName, type NoteSignature, parseNote, type Vkey } from './note.ts';

export interface Checkpoint {
  /** `credit.sh.example/log` */
  origin: string;
  /** Number of leaves, at most 15 digits. */
  size: number;
  /** 32 bytes. */
  root: Uint8Array;
}

/** A checkpoint that its log signed, with the cosignatures that are right. */
export interface SignedCheckpoint {
  checkpoint: Checkpoint;
  /** The log's own signature line. */
  logLine: string;
  /** One for each witness, the latest. */
  cosignatures: Cosignature[];
}

const bodyPattern = /^([^\n]+)\n(0|[1-9]\d{0,14})\n([A-Za-z0-9+/]{43}=)\n$/;
const emptyRoot = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; // SHA-256 of nothing

/**
 * The note text: origin, size and root in base64, a line each.
 *
 * @throws {RangeError} when that would be no checkpoint
 */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  const body = `${origin}\n${size}\n${formatBase64(root)}\n`;
  if (!parseCheckpoint(body)) throw new RangeError('no checkpoint');
  return body;
}

/** The checkpoint of that note text; undefined when it is none. A tree of size 0 has one root only. */
export function parseCheckpoint(body: string): Checkpoint | undefined {
  const [, origin = '', size = '', base64 = ''] = bodyPattern.exec(body) ?? [];
  const root = parseBase64(base64);
  if (!isKeyName(origin) || root?.length !== 32) return undefined;
  if (size === '0' && base64 !== emptyRoot) return undefined;
  return { origin, size: Number(size), root };
}

/**
 * The note by which the log commits itself. Once it leaves the process it must stay true.
 *
 * @throws {RangeError} when the key is not the signer's, or not this log's
 */
export async function signCheckpoint(signer: Signer, vkey: Vkey, checkpoint: Checkpoint): Promise<string> {
  if (vkey.type !== 1 || signer.publicKey.x !== vkey.publicKey.x || vkey.name !== checkpoint.origin) {
    throw new RangeError('not the log key of this signer and origin');
  }
  const body = formatCheckpoint(checkpoint);
  return formatNote(body, [formatSignatureLine(vkey, await signer.sign(utf8(body)))]);
}

/**
 * Reads a checkpoint and checks every signature by a key that is known here; others are passed over.
 *
 * @param given.log the key of the log that it must be a checkpoint of (type 1)
 * @param given.witnesses whose cosignatures count (type 4)
 * @throws {Problem} `log/malformed-note`, `log/malformed-checkpoint` (another log's, too), `log/bad-signature` (the log's
 *   is missing, or one by a known key is wrong)
 */
export async function verifyCheckpoint(given: {
  note: string;
  log: Vkey;
  witnesses: readonly Vkey[];
  verifySignature: VerifySignature;
}): Promise<SignedCheckpoint> {
  const { log, witnesses, verifySignature } = given;
  if (log.type !== 1) throw new RangeError('not a log key');
  const note = parseNote(given.note);
  if (!note) throw new Problem('log/malformed-note', { log: log.name });
  const checkpoint = parseCheckpoint(note.text);
  if (checkpoint?.origin !== log.name) throw new Problem('log/malformed-checkpoint', { log: log.name });

  let logLine: string | undefined;
  const latest = new Map<string, Cosignature>();
  const check = async (signature: NoteSignature): Promise<void> => {
    if (isBy(signature, log)) {
      const isRight = await verifySignature(log.publicKey, utf8(note.text), signature.payload);
      if (!isRight) throw new Problem('log/bad-signature', { name: log.name });
      logLine = signature.line;
      return;
    }
    const vkey = witnesses.find((witness) => isBy(signature, witness));
    if (!vkey) return; // C2SP signed-note: signatures from unknown keys are ignored
    const cosignature = await verifyCosignature({ signature, vkey, checkpointBody: note.text, verifySignature });
    if (cosignature.time >= (latest.get(vkey.text)?.time ?? 0)) latest.set(vkey.text, cosignature);
  };
  for (const signature of note.signatures) await check(signature);
  if (logLine === undefined) throw new Problem('log/bad-signature', { name: log.name });
  return { checkpoint, logLine, cosignatures: [...latest.values()] };
}
