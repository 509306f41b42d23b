/**
 * The body by which a log asks a witness for its cosignature: the size that the witness cosigned last, the proof from there,
 * a blank line, the checkpoint as signed (C2SP tlog-witness, add-checkpoint). Nothing is verified here.
 */

import { formatBase64, parseBase64 } from '../base/bytes.ts';

export interface AddCheckpoint {
  /** Size of the checkpoint that the witness cosigned last, 0 for none. */
  oldSize: number;
  /** From `oldSize` to the checkpoint's size, 32 bytes each. */
  proof: Uint8Array[];
  /** The signed note. */
  note: string;
}

/** What the checkpoint's size is answered as when the old size is another: decimal, a line feed. */
export const sizeMediaType = 'text/x.tlog.size';

const mostHashes = 63;
const oldLine = /^old (0|[1-9]\d{0,14})$/;
const sizeLine = /^(0|[1-9]\d{0,14})\n$/;

/** The parts of a body; undefined when it is none. It splits at its first blank line. */
export function parseAddCheckpoint(body: string): AddCheckpoint | undefined {
  const blank = body.indexOf('\n\n');
  if (blank < 0) return undefined;
  const [first = '', ...hashes] = body.slice(0, blank).split('\n');
  const [, oldSize] = oldLine.exec(first) ?? [];
  const proof = hashes.map(parseBase64).filter((hash) => hash?.length === 32) as Uint8Array[]; // so none is undefined
  if (oldSize === undefined || proof.length < hashes.length || hashes.length > mostHashes) return undefined;
  return { oldSize: Number(oldSize), proof, note: body.slice(blank + 2) };
}

export function formatAddCheckpoint({ oldSize, proof, note }: AddCheckpoint): string {
  return [`old ${oldSize}`, ...proof.map(formatBase64), '', note].join('\n');
}

/** The size in the answer to an old size that the witness knows better. */
export function parseSize(body: string): number | undefined {
  const [, size] = sizeLine.exec(body) ?? [];
  return size === undefined ? undefined : Number(size);
}
