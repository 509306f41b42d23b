/**
 * A leaf: the salted commitment to a bulletin, and whom it is addressed to. Docs/protocol.md, Log. Who may be addressed, and
 * whether the bulletin says the same, is the verdict's business.
 */

import { concat, formatBase64, isEqual, parseBase64, utf8 } from '../base/bytes.ts';
import type { Hash } from '../base/ports.ts';

export interface Leaf {
  /** 32 bytes. */
  commitment: Uint8Array;
  /** Member ids in ascending order, or `['*']` for everyone. */
  audience: string[];
}

const commitmentPrefix = utf8('huxin-commit/v1\n');

/**
 * The commitment to a compact JWS, 32 bytes.
 *
 * @param salt 32 bytes: with any other length two pairs of salt and JWS could open one commitment
 * @throws {RangeError} when the salt has another length
 */
export function commitmentOf(hash: Hash, salt: Uint8Array, jws: string): Uint8Array {
  if (salt.length !== 32) throw new RangeError('a salt has 32 bytes');
  return hash(concat(commitmentPrefix, salt, utf8(jws)));
}

/** Whether salt and JWS, from whomever they come, are what the commitment stands for. */
export function isOpenedBy(hash: Hash, commitment: Uint8Array, salt: Uint8Array, jws: string): boolean {
  return salt.length === 32 && /^\p{ASCII}*$/u.test(jws) && isEqual(commitment, commitmentOf(hash, salt, jws));
}

/**
 * `huxin-leaf/v1`, the commitment in base64 and the audience, a line each.
 *
 * @throws {RangeError} when that would be no leaf
 */
export function formatLeaf({ commitment, audience }: Leaf): string {
  const text = `huxin-leaf/v1\n${formatBase64(commitment)}\n${audience.join(',')}\n`;
  if (!parseLeaf(text)) throw new RangeError('no leaf');
  return text;
}

/**
 * The leaf of that text, or undefined when it is none.
 *
 * @param owner id of the member whose log it is, when known: nobody addresses themselves
 */
export function parseLeaf(text: string, owner?: string): Leaf | undefined {
  const [version, base64 = '', ids = '', end, ...more] = text.split('\n');
  const commitment = parseBase64(base64);
  if (version !== 'huxin-leaf/v1' || commitment?.length !== 32 || end !== '' || more.length > 0) return undefined;
  const audience = ids.split(',');
  if (!isAudience(audience) || (owner !== undefined && audience.includes(owner))) return undefined;
  return { commitment, audience };
}

/** The audience of a leaf that was read before, as every stored one was. */
export function audienceOf(leaf: string): string[] {
  return leaf.split('\n')[2]?.split(',') ?? [];
}

function isAudience(ids: readonly string[]): boolean {
  if (ids.length === 1 && ids[0] === '*') return true;
  return ids.every((id, i) => /^\d{6}$/.test(id) && (i === 0 || (ids[i - 1] as string) < id));
}
