/** Trees for tests: one in memory that notes what is read, and RFC 6962 §2.1 word for word to compare with. */

import { emptyRoot, nodeHash } from '../../node/log/merkle.ts';
import { appendLeaves, type Growth, type Tree } from '../../node/log/tile.ts';
import { hash } from './crypto.ts';

/** 32 bytes that differ for each number. */
export function numberedHash(number: number): Uint8Array {
  return hash(new TextEncoder().encode(`leaf ${number}`));
}

export function numberedHashes(start: number, end: number): Uint8Array[] {
  return Array.from({ length: end - start }, (_, i) => numberedHash(start + i));
}

/** A growing tree in memory. `reads` lists the tiles read since it was last emptied, as `level/index`. */
export function memoryTree() {
  const tiles = new Map<string, Uint8Array>();
  const reads: string[] = [];
  const tree: Tree = {
    hash,
    size: 0,
    readTile: async (level, index) => {
      reads.push(`${level}/${index}`);
      return tiles.get(`${level}/${index}`);
    },
  };
  const append = async (hashes: readonly Uint8Array[]): Promise<Growth> => {
    const growth = await appendLeaves(tree, hashes);
    for (const { level, index, hashes } of growth.tiles) tiles.set(`${level}/${index}`, hashes);
    tree.size = growth.size;
    return growth;
  };
  return { tree, tiles, reads, append };
}

/** MTH, PATH and PROOF of RFC 6962 §2.1, over leaf hashes. */
export function referenceTree(leaves: readonly Uint8Array[]) {
  const known = new Map<string, Uint8Array>();

  function root(start: number, end: number): Uint8Array {
    const key = `${start}-${end}`;
    const found = known.get(key);
    if (found) return found;
    const middle = start + split(end - start);
    const made = end - start > 1 ? nodeHash(hash, root(start, middle), root(middle, end)) : leafOrNone(start, end);
    known.set(key, made);
    return made;
  }

  function leafOrNone(start: number, end: number): Uint8Array {
    return end === start ? emptyRoot(hash) : (leaves[start] as Uint8Array);
  }

  function path(index: number, start: number, end: number): Uint8Array[] {
    if (end - start === 1) return [];
    const middle = start + split(end - start);
    if (index < middle) return [...path(index, start, middle), root(middle, end)];
    return [...path(index, middle, end), root(start, middle)];
  }

  function subproof(from: number, start: number, end: number, isWhole: boolean): Uint8Array[] {
    if (from === end) return isWhole ? [] : [root(start, end)];
    const middle = start + split(end - start);
    if (from <= middle) return [...subproof(from, start, middle, isWhole), root(middle, end)];
    return [...subproof(from, middle, end, false), root(start, middle)];
  }

  return {
    root: (size: number) => root(0, size),
    inclusion: (index: number, size: number) => path(index, 0, size),
    consistency: (from: number, to: number) => (from === 0 ? [] : subproof(from, 0, to, true)),
  };
}

/** The largest power of two below `count`. */
function split(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}
