/**
 * One leaf's place in a log as a text of its own: index, inclusion proof and checkpoint (C2SP tlog-proof). The extra
 * data, the salt here, is signed by nobody. Nothing is verified: checkpoint.ts and proof.ts do that.
 */

import { formatBase64, parseBase64 } from '../base/bytes.ts';

export interface TlogProof {
  /** At least one byte, when there is any. */
  extra?: Uint8Array;
  index: number;
  /** 32 bytes each, the leaf's neighbour first. */
  proof: Uint8Array[];
  /** The checkpoint as signed, verbatim. */
  note: string;
}

const headPattern =
  /^c2sp\.org\/tlog-proof@v1\n(?:extra ([A-Za-z0-9+/=]+)\n)?index (0|[1-9]\d{0,14})\n((?:[A-Za-z0-9+/]{43}=\n){0,63})$/; // a hash a level at most

/**
 * The `.tlog-proof` text.
 *
 * @throws {RangeError} when it could not be read again
 */
export function formatTlogProof({ extra, index, proof, note }: TlogProof): string {
  const lines = ['c2sp.org/tlog-proof@v1'];
  if (extra) lines.push(`extra ${formatBase64(extra)}`);
  lines.push(`index ${index}`, ...proof.map(formatBase64));
  const text = `${lines.join('\n')}\n\n${note}`;
  if (parseTlogProof(text)?.note !== note) throw new RangeError('no tlog-proof');
  return text;
}

/** The parts of a `.tlog-proof` text; undefined when it is none. It splits at the first blank line. */
export function parseTlogProof(text: string): TlogProof | undefined {
  const blank = text.indexOf('\n\n');
  if (blank < 0) return undefined;
  const [, extraText, index, hashes = ''] = headPattern.exec(text.slice(0, blank + 1)) ?? [];
  const lines = hashes.split('\n').slice(0, -1);
  const proof = lines.map(parseBase64).filter((hash) => hash !== undefined);
  if (index === undefined || proof.length !== lines.length) return undefined;
  const parsed = { index: Number(index), proof, note: text.slice(blank + 2) };
  if (extraText === undefined) return parsed;
  const extra = parseBase64(extraText);
  return extra ? { extra, ...parsed } : undefined;
}
