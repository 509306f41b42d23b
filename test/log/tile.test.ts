import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { concat, formatBase64, isEqual, parseBase64 } from '../../node/base/bytes.ts';
import { nodeHash } from '../../node/log/merkle.ts';
import { consistencyProof, inclusionProof, isConsistent, isIncluded } from '../../node/log/proof.ts';
import { appendLeaves, frontier, rootAt, type Tree } from '../../node/log/tile.ts';
import { hash } from '../support/crypto.ts';
import { memoryTree, numberedHash, numberedHashes, referenceTree } from '../support/tree.ts';
import { readVector } from '../support/vectors.ts';

test('the roots of the worked example come out', async () => {
  const { entries } = readVector<{ entries: { leafHash: string }[] }>('log/valid/leaves');
  const { tree, append } = memoryTree();
  await append(entries.map((entry) => parseBase64(entry.leafHash) as Uint8Array));
  for (const { size, root } of readVector<{ size: number; root: string }[]>('log/valid/roots')) {
    expect(formatBase64(await rootAt(tree, size))).toBe(root);
  }
});

test('batches of any size make the tree of the reference, with the frontier kept or read again', async () => {
  const leaves = numberedHashes(0, 2500);
  const reference = referenceTree(leaves);
  const fullTileRoots = Array.from({ length: 9 }, (_, i) => referenceTree(leaves.slice(i * 256)).root(256));
  const batch = fc.record({ count: fc.oneof(fc.nat(4), fc.nat(600), fc.constant(256)), keepsFrontier: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(batch, { maxLength: 8 }), async (batches) => {
      const { tree, tiles, append } = memoryTree();
      for (const { count, keepsFrontier } of batches) {
        const growth = await append(leaves.slice(tree.size, tree.size + count));
        expect(growth.size).toBe(tree.size);
        expect(growth.root).toEqual(reference.root(tree.size));
        expect(growth.frontier).toEqual(await frontier(tree, tree.size));
        if (keepsFrontier) tree.frontier = growth.frontier;
        else delete tree.frontier;
      }
      expect(isEqual(concat(...levelOf(tiles, 0)), concat(...leaves.slice(0, tree.size)))).toBe(true);
      const above = fullTileRoots.slice(0, Math.floor(tree.size / 256));
      expect(isEqual(concat(...levelOf(tiles, 1)), concat(...above))).toBe(true);
    }),
    { numRuns: 60, seed: 13 },
  );
});

test('every earlier root and frontier can be had from the tree as it is', async () => {
  const leaves = numberedHashes(0, 700);
  const reference = referenceTree(leaves);
  const { tree, append } = memoryTree();
  await append(leaves);
  for (let size = 0; size <= 700; size++) {
    expect(await rootAt(tree, size)).toEqual(reference.root(size));
    const roots = await frontier(tree, size);
    expect(roots).toHaveLength([...size.toString(2)].filter((bit) => bit === '1').length);
    if (size > 0) expect(roots.reduceRight((right, left) => nodeHash(hash, left, right))).toEqual(reference.root(size));
  }
});

test('an append hands back only what changed', async () => {
  const { append } = memoryTree();
  const first = await append(numberedHashes(0, 300));
  expect(first.tiles.map(({ level, index, hashes }) => [level, index, hashes.length / 32])).toEqual([
    [0, 0, 256],
    [0, 1, 44],
    [1, 0, 1],
  ]);
  const second = await append([numberedHash(300)]);
  expect(second.tiles.map(({ level, index, hashes }) => [level, index, hashes.length / 32])).toEqual([[0, 1, 45]]);
  expect((await append([])).tiles).toEqual([]);
});

test('a tile that already holds more serves a smaller tree', async () => {
  const leaves = numberedHashes(0, 40);
  const { tree, append } = memoryTree();
  await append(leaves);
  const other = await appendLeaves({ ...tree, size: 30 }, [numberedHash(77)]);
  expect(other.root).toEqual(referenceTree([...leaves.slice(0, 30), numberedHash(77)]).root(31));
  expect(other.tiles[0]?.hashes).toHaveLength(31 * 32);
});

test('a store that lost hashes is an outage, not an answer', async () => {
  const { tree, tiles, append } = memoryTree();
  await append(numberedHashes(0, 10));
  tiles.set('0/0', new Uint8Array(9 * 32));
  await expect(rootAt(tree, 10)).rejects.toThrow('lost hashes of tile 0/0');
  tiles.delete('0/0');
  await expect(append([numberedHash(10)])).rejects.toThrow('lost hashes of tile 0/0');
});

test('our own misuse is a RangeError', async () => {
  const { tree, append } = memoryTree();
  await append(numberedHashes(0, 3));
  await expect(rootAt(tree, 4)).rejects.toThrow(RangeError);
  await expect(rootAt(tree, 1.5)).rejects.toThrow(RangeError);
  await expect(frontier(tree, -1)).rejects.toThrow(RangeError);
  await expect(append([new Uint8Array(31)])).rejects.toThrow(RangeError);
  await expect(appendLeaves({ ...tree, frontier: [numberedHash(0)] }, [])).rejects.toThrow(RangeError);
});

describe('a log of a million leaves', () => {
  const size = 1_000_000;
  const { tree, reads, append } = memoryTree();
  const rightEdge = ['0/3906', '1/15', '2/0']; // 64, 66 and 15 hashes wide
  const roots = new Map<number, Uint8Array>();

  beforeAll(async () => {
    for (let at = 0; at < size; at += 1000) {
      const growth = await append(numberedHashes(at, at + 1000));
      tree.frontier = growth.frontier;
      roots.set(growth.size, growth.root);
    }
    delete tree.frontier;
  });

  test('opens from the tiles at the right edge, each read once', async () => {
    reads.length = 0;
    expect(await rootAt(tree, size)).toEqual(roots.get(size));
    expect(reads.sort()).toEqual(rightEdge);
  });

  test('grows by reading the right edge, and its last tile only when the frontier is known', async () => {
    reads.length = 0;
    const growth = await appendLeaves(tree, [numberedHash(size)]);
    expect(reads.sort()).toEqual(rightEdge);
    expect(growth.tiles.map(({ level, index }) => `${level}/${index}`)).toEqual(['0/3906']);
    const known = { ...tree, frontier: await frontier(tree, size) };
    reads.length = 0;
    expect((await appendLeaves(known, [numberedHash(size)])).root).toEqual(growth.root);
    expect(reads).toEqual(['0/3906']);
  });

  test.each([0, 255, 256, 65_535, 65_536, 499_999, 983_040, 999_935, 999_936, 999_999])(
    'proves leaf %i from its own path and the right edge',
    async (index) => {
      reads.length = 0;
      const proof = await inclusionProof(tree, index, size);
      expect(new Set(reads).size).toBe(reads.length);
      const path = [`0/${Math.floor(index / 256)}`, `1/${Math.floor(index / 65_536)}`, '2/0'];
      expect([...path, ...rightEdge]).toEqual(expect.arrayContaining(reads));
      const claim = { index, size, leafHash: numberedHash(index), proof, root: roots.get(size) as Uint8Array };
      expect(isIncluded(hash, claim)).toBe(true);
    },
  );

  test.each([1000, 65_000, 524_000, 983_000, 999_000])('proves growth from %i from two edges', async (from) => {
    reads.length = 0;
    const proof = await consistencyProof(tree, from, size);
    expect(new Set(reads).size).toBe(reads.length);
    const oldEdge = [`0/${Math.floor((from - 1) / 256)}`, `1/${Math.floor((from - 1) / 65_536)}`, '2/0'];
    expect([...oldEdge, ...rightEdge]).toEqual(expect.arrayContaining(reads));
    const fromRoot = roots.get(from) as Uint8Array;
    const toRoot = roots.get(size) as Uint8Array;
    expect(isConsistent(hash, { from, to: size, fromRoot, toRoot, proof })).toBe(true);
  });
});

test.each([2 ** 31 + 1, 2 ** 32, 2 ** 40 + 12_345, 999_999_999_999_999])(
  'a log of %i leaves is proved as well',
  async (size) => {
    const tree = uniformTree(size);
    const root = await rootAt(tree, size);
    for (const index of [0, 2 ** 31 - 1, size - 1]) {
      const proof = await inclusionProof(tree, index, size);
      expect(isIncluded(hash, { index, size, leafHash: numberedHash(0), proof, root })).toBe(true);
    }
    const from = 2 ** 31 - 5;
    const proof = await consistencyProof(tree, from, size);
    expect(isConsistent(hash, { from, to: size, fromRoot: await rootAt(tree, from), toRoot: root, proof })).toBe(true);
    const growth = await appendLeaves({ ...tree, size: size - 1 }, [numberedHash(0)]);
    expect(growth.root).toEqual(root);
    expect(growth.frontier).toEqual(await frontier(tree, size));
  },
);

/** A tree of any size whose leaves are all the same, so that every tile of a level is, too. */
function uniformTree(size: number): Tree {
  const row: Uint8Array[] = [];
  for (let level = 0, node = numberedHash(0); level < 8; level++) {
    row.push(concat(...Array.from({ length: 256 }, () => node)));
    for (let height = 0; height < 8; height++) node = nodeHash(hash, node, node);
  }
  return { hash, size, readTile: async (level) => row[level] };
}

function levelOf(tiles: Map<string, Uint8Array>, level: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let tile = tiles.get(`${level}/0`); tile; tile = tiles.get(`${level}/${found.length}`)) found.push(tile);
  return found;
}
