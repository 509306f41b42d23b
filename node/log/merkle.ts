/** The hashes of a log's tree: SHA-256 over leaves and nodes, told apart by their first byte. RFC 6962 §2.1. */

import type { Hash } from '../base/ports.ts';

const pair = Uint8Array.of(1, ...new Uint8Array(64)); // one for all: allocating it costs more than hashing it

/** The root of a tree without leaves. */
export function emptyRoot(hash: Hash): Uint8Array {
  return hash(new Uint8Array(0));
}

/** What stands for a leaf in the tree, 32 bytes. */
export function leafHash(hash: Hash, leaf: Uint8Array): Uint8Array {
  const input = new Uint8Array(1 + leaf.length);
  input.set(leaf, 1);
  return hash(input);
}

/** What stands for two neighbours, 32 bytes. */
export function nodeHash(hash: Hash, left: Uint8Array, right: Uint8Array): Uint8Array {
  pair.set(left, 1);
  pair.set(right, 33);
  return hash(pair);
}

/**
 * The root over a power of two of hashes that lie one after the other.
 *
 * @param row 32 bytes a hash; left as it is
 */
export function perfectRoot(hash: Hash, row: Uint8Array): Uint8Array {
  let below = row.length === 32 ? Uint8Array.from(row) : row;
  while (below.length > 32) {
    const above = new Uint8Array(below.length / 2);
    for (let at = 0; at < above.length; at += 32) {
      const pair = 2 * at;
      above.set(nodeHash(hash, below.subarray(pair, pair + 32), below.subarray(pair + 32, pair + 64)), at);
    }
    below = above;
  }
  return below;
}
