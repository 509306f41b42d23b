/**
 * A tree kept in tiles of 256 hashes (C2SP tlog-tiles, height 8): a tile of level L holds the roots of full subtrees of
 * 256^L leaves, side by side, 32 bytes each. Whoever stores them hands in how to read one; nothing is kept here. Sizes
 * go beyond 32 bits, so they are divided and never shifted.
 */

import type { Hash } from '../base/ports.ts';
import { emptyRoot, nodeHash, perfectRoot } from './merkle.ts';

/** The widest stored form of a tile: up to 256 hashes of 32 bytes one after the other. */
export type ReadTile = (level: number, index: number) => Promise<Uint8Array | undefined>;

/** A tree of `size` leaves whose tiles can be read. The stored ones may already hold more. */
export interface Tree {
  hash: Hash;
  readTile: ReadTile;
  size: number;
  /** The frontier at `size`, when known from the last growth: it saves hashing the right edge again. */
  frontier?: readonly Uint8Array[];
}

export interface Tile {
  level: number;
  index: number;
  hashes: Uint8Array;
}

/** A tree that grew: its new head, and the tiles that have to be written, whole, in place of the old. */
export interface Growth {
  size: number;
  root: Uint8Array;
  frontier: Uint8Array[];
  tiles: Tile[];
}

const tileHeight = 8;
const width = 256;
const tileBytes = width * 32;
const noHashes = new Uint8Array(0);

/**
 * The tree with more leaves at its end. Writes nothing; reads at most one tile a level, at the right edge.
 *
 * @param leafHashes 32 bytes each
 * @throws {RangeError} when a hash has another length, or the known frontier is not of that size
 */
export async function appendLeaves(tree: Tree, leafHashes: readonly Uint8Array[]): Promise<Growth> {
  const view = remembering(tree);
  const roots = [...(tree.frontier ?? (await frontier(view, tree.size)))];
  if (roots.length !== bitsSet(tree.size)) throw new RangeError('not the frontier of that size');
  if ([...roots, ...leafHashes].some((hash) => hash.length !== 32)) throw new RangeError('a hash has 32 bytes');
  const added: Uint8Array[][] = [[...leafHashes]]; // by level
  let size = tree.size;
  for (const leaf of leafHashes) {
    let node = leaf;
    let height = 0;
    // every bit set at the end of the size is a full subtree waiting for its right neighbour
    for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) {
      node = nodeHash(tree.hash, roots.pop() as Uint8Array, node); // as many roots as bits
      height++;
      if (height % tileHeight === 0) {
        const level = height / tileHeight;
        added[level] ??= [];
        added[level].push(node);
      }
    }
    roots.push(node);
    size++;
  }
  const tiles: Tile[] = [];
  let count = tree.size;
  for (const [level, hashes] of added.entries()) {
    const index = Math.floor(count / width);
    const edge = hashes.length > 0 ? await readHashes(view, level, index, 0, count % width) : noHashes;
    tiles.push(...cut(edge, hashes).map((hashes, i) => ({ level, index: index + i, hashes })));
    count = index;
  }
  return { size, root: joinRoots(tree.hash, roots), frontier: roots, tiles };
}

/**
 * The root that the tree had at that size, 32 bytes.
 *
 * @throws {RangeError} when the tree is smaller
 */
export async function rootAt(tree: Tree, size: number): Promise<Uint8Array> {
  checkSize(tree, size);
  return rangeRoot(remembering(tree), 0, size);
}

/**
 * The roots of the maximal full subtrees of the first `size` leaves, largest first: one for each bit set in `size`.
 *
 * @throws {RangeError} when the tree is smaller
 */
export async function frontier(tree: Tree, size: number): Promise<Uint8Array[]> {
  checkSize(tree, size);
  return subtreeRoots(remembering(tree), 0, size);
}

/** The root over the leaves [start, end) where `start` is a multiple of a power of two not below their number. */
export async function rangeRoot(tree: Tree, start: number, end: number): Promise<Uint8Array> {
  return joinRoots(tree.hash, await subtreeRoots(tree, start, end));
}

/** The same tree, reading each tile once. For the length of one answer. */
export function remembering(tree: Tree): Tree {
  const read = new Map<string, Uint8Array | undefined>();
  const readTile: ReadTile = async (level, index) => {
    const key = `${level}/${index}`;
    if (!read.has(key)) read.set(key, await tree.readTile(level, index));
    return read.get(key);
  };
  return { ...tree, readTile };
}

/** @throws {RangeError} when the tree never had that size */
export function checkSize(tree: Tree, size: number): void {
  if (!Number.isSafeInteger(size) || size < 0 || size > tree.size) throw new RangeError('the tree never had that size');
}

/** The largest power of two that is not above `number`. */
export function powerUpTo(number: number): number {
  let power = 1;
  while (power * 2 <= number) power *= 2;
  return power;
}

/**
 * The tree with one more leaf, as the roots of its maximal full subtrees, largest first.
 *
 * @param roots of a tree of `size` leaves; changed in place
 */
export function pushLeaf(hash: Hash, roots: Uint8Array[], size: number, leaf: Uint8Array): void {
  let node = leaf;
  for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) node = nodeHash(hash, roots.pop() as Uint8Array, node);
  roots.push(node);
}

/** The root over maximal full subtrees, largest first. */
export function joinRoots(hash: Hash, roots: readonly Uint8Array[]): Uint8Array {
  return roots.length === 0 ? emptyRoot(hash) : roots.reduceRight((right, left) => nodeHash(hash, left, right));
}

/** How many maximal full subtrees a tree of that size has. */
export function bitsSet(number: number): number {
  let count = 0;
  for (let rest = number; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}

async function subtreeRoots(tree: Tree, start: number, end: number): Promise<Uint8Array[]> {
  const roots: Uint8Array[] = [];
  for (let at = start; at < end; ) {
    const leaves = powerUpTo(end - at);
    roots.push(await perfectSubtreeRoot(tree, at, leaves));
    at += leaves;
  }
  return roots;
}

/** The root over `leaves` (a power of two) leaves from `start` (a multiple of it): from the highest level that has it. */
async function perfectSubtreeRoot(tree: Tree, start: number, leaves: number): Promise<Uint8Array> {
  let level = 0;
  let first = start;
  let count = leaves;
  for (; count >= width; count /= width) {
    first /= width;
    level++;
  }
  return perfectRoot(tree.hash, await readHashes(tree, level, Math.floor(first / width), first % width, count));
}

async function readHashes(tree: Tree, level: number, index: number, from: number, count: number): Promise<Uint8Array> {
  if (count === 0) return noHashes;
  const tile = await tree.readTile(level, index);
  const end = (from + count) * 32;
  if (!tile || tile.length < end) throw new Error(`the store has lost hashes of tile ${level}/${index}`);
  return tile.subarray(from * 32, end);
}

/** Edge and added hashes one after the other, in whole tiles but for the last. */
function cut(edge: Uint8Array, added: readonly Uint8Array[]): Uint8Array[] {
  const tiles: Uint8Array[] = [];
  const total = edge.length + added.length * 32;
  for (let at = 0; at < total; at += tileBytes) tiles.push(new Uint8Array(Math.min(tileBytes, total - at)));
  tiles[0]?.set(edge);
  added.forEach((hash, i) => {
    const at = edge.length + i * 32;
    tiles[Math.floor(at / tileBytes)]?.set(hash, at % tileBytes);
  });
  return tiles;
}
