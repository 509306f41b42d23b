/**
 * Proofs that a leaf is in a tree, and that a tree only grew: built from tiles (RFC 6962 §2.1.1, §2.1.2), checked with
 * nothing but the hashes (RFC 9162 §2.1.3.2, §2.1.4.2). Hashes are 32 bytes, those nearest the leaves first.
 */

import { isEqual } from '../base/bytes.ts';
import type { Hash } from '../base/ports.ts';
import { emptyRoot, nodeHash } from './merkle.ts';
import { checkSize, powerUpTo, rangeRoot, remembering, type Tree } from './tile.ts';

export interface InclusionClaim {
  /** Counted from 0. */
  index: number;
  size: number;
  leafHash: Uint8Array;
  proof: readonly Uint8Array[];
  root: Uint8Array;
}

export interface ConsistencyClaim {
  from: number;
  to: number;
  fromRoot: Uint8Array;
  toRoot: Uint8Array;
  proof: readonly Uint8Array[];
}

/**
 * The hashes that join leaf `index` to the root of the first `size` leaves. RFC 6962 §2.1.1.
 *
 * @throws {RangeError} when the tree never had that size, or no such leaf at it
 */
export async function inclusionProof(tree: Tree, index: number, size: number): Promise<Uint8Array[]> {
  checkSize(tree, size);
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw new RangeError('no such leaf');
  const view = remembering(tree);
  const proof: Uint8Array[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + powerUpTo(end - start - 1);
    const isLeft = index < middle;
    proof.push(await (isLeft ? rangeRoot(view, middle, end) : rangeRoot(view, start, middle)));
    if (isLeft) end = middle;
    else start = middle;
  }
  return proof.reverse();
}

/**
 * The hashes that show the first `from` leaves to be the beginning of the first `to`; none when `from` is 0 or `to`.
 * RFC 6962 §2.1.2.
 *
 * @throws {RangeError} when the tree never had one of the sizes, or `from` is above `to`
 */
export async function consistencyProof(tree: Tree, from: number, to: number): Promise<Uint8Array[]> {
  checkSize(tree, to);
  checkSize({ ...tree, size: to }, from);
  if (from === 0) return [];
  const view = remembering(tree);
  const proof: Uint8Array[] = [];
  let start = 0;
  let end = to;
  while (end !== from) {
    const middle = start + powerUpTo(end - start - 1);
    const isLeft = from <= middle;
    proof.push(await (isLeft ? rangeRoot(view, middle, end) : rangeRoot(view, start, middle)));
    if (isLeft) end = middle;
    else start = middle;
  }
  if (start > 0) proof.push(await rangeRoot(view, start, end)); // from the left edge it is the old root, known to who asks
  return proof.reverse();
}

/**
 * The consistency proof from `from` to a size that the tree has not reached, made with the one from the tree's own size to
 * there: what lies beyond the tree is taken from that proof.
 *
 * @param to the larger size, above that of the tree
 * @throws {RangeError} when the tree never had `from`, or the proof is not one from the tree's size to `to`
 */
export async function consistencyBeyond(
  tree: Tree,
  from: number,
  to: number,
  proof: readonly Uint8Array[],
): Promise<Uint8Array[]> {
  checkSize(tree, from);
  if (from === 0) return [];
  const view = remembering(tree);
  const beyond = beyondOf(tree.size, to, proof);
  const root = async (start: number, end: number): Promise<Uint8Array> => {
    if (end <= tree.size) return rangeRoot(view, start, end);
    const known = beyond.get(`${start} ${end}`);
    if (known) return known;
    if (end - start < 2) throw new RangeError('not the proof from that size');
    const middle = start + powerUpTo(end - start - 1);
    return nodeHash(tree.hash, await root(start, middle), await root(middle, end));
  };
  const made: Uint8Array[] = [];
  let start = 0;
  let end = to;
  while (end !== from) {
    const middle = start + powerUpTo(end - start - 1);
    const isLeft = from <= middle;
    made.push(await (isLeft ? root(middle, end) : root(start, middle)));
    if (isLeft) end = middle;
    else start = middle;
  }
  if (start > 0) made.push(await root(start, end));
  return made.reverse();
}

/** Of a consistency proof from `size` to `to`, the hashes of the subtrees that lie beyond `size`, by their ranges. */
function beyondOf(size: number, to: number, proof: readonly Uint8Array[]): Map<string, Uint8Array> {
  const beyond = new Map<string, Uint8Array>();
  const rest = [...proof];
  let start = 0;
  let end = to;
  while (end !== size) {
    const middle = start + powerUpTo(end - start - 1);
    const hash = rest.pop(); // those nearest the leaves come first
    if (size <= middle && hash) beyond.set(`${middle} ${end}`, hash);
    if (size <= middle) end = middle;
    else start = middle;
  }
  return beyond;
}

/** Whether the proof joins the leaf to the root. RFC 9162 §2.1.3.2. */
export function isIncluded(hash: Hash, claim: InclusionClaim): boolean {
  const steps = climb(hash, claim);
  return steps !== undefined && isEqual(steps.at(-1)?.node ?? claim.leafHash, claim.root);
}

/** One step from a leaf towards the root: the neighbour, where it stands, and the node that both give. */
export interface ProofStep {
  side: 'left' | 'right';
  sibling: Uint8Array;
  node: Uint8Array;
}

/** The way from the leaf upwards; undefined when a tree of that size has no such way. The last node is to be the root. */
export function climb(hash: Hash, { index, size, leafHash, proof, root }: InclusionClaim): ProofStep[] | undefined {
  if (!isSize(index) || !isSize(size) || index >= size || ![leafHash, root, ...proof].every(isHash)) return undefined;
  const steps: ProofStep[] = [];
  let at = index;
  let last = size - 1;
  let node = leafHash;
  for (const sibling of proof) {
    if (last === 0) return undefined;
    const side = isOdd(at) || at === last ? 'left' : 'right';
    node = side === 'left' ? nodeHash(hash, sibling, node) : nodeHash(hash, node, sibling);
    steps.push({ side, sibling, node });
    while (side === 'left' && !isOdd(at) && at !== 0) {
      at = half(at);
      last = half(last);
    }
    at = half(at);
    last = half(last);
  }
  return last === 0 ? steps : undefined;
}

/** Whether the proof shows the smaller tree to be the beginning of the larger. RFC 9162 §2.1.4.2. */
export function isConsistent(hash: Hash, { from, to, fromRoot, toRoot, proof }: ConsistencyClaim): boolean {
  if (!isSize(from) || !isSize(to) || from > to || ![fromRoot, toRoot, ...proof].every(isHash)) return false;
  if (from === 0 && !isEqual(fromRoot, emptyRoot(hash))) return false;
  if (from === to) return proof.length === 0 && isEqual(fromRoot, toRoot);
  if (from === 0) return proof.length === 0;

  const path = powerUpTo(from) === from ? [fromRoot, ...proof] : proof;
  const [first, ...rest] = path;
  if (!first) return false;
  let node = from - 1;
  let last = to - 1;
  while (isOdd(node)) {
    node = half(node);
    last = half(last);
  }
  let oldRoot = first;
  let newRoot = first;
  for (const sibling of rest) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      oldRoot = nodeHash(hash, sibling, oldRoot);
      newRoot = nodeHash(hash, sibling, newRoot);
      while (!isOdd(node) && node !== 0) {
        node = half(node);
        last = half(last);
      }
    } else {
      newRoot = nodeHash(hash, newRoot, sibling);
    }
    node = half(node);
    last = half(last);
  }
  return last === 0 && isEqual(oldRoot, fromRoot) && isEqual(newRoot, toRoot);
}

function isSize(number: number): boolean {
  return Number.isSafeInteger(number) && number >= 0;
}

function isHash(bytes: Uint8Array): boolean {
  return bytes.length === 32;
}

function isOdd(number: number): boolean {
  return number % 2 === 1;
}

function half(number: number): number {
  return Math.floor(number / 2);
}
