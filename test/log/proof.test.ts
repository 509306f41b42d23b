import { beforeAll, describe, expect, test } from 'vitest';
import { concat, isEqual, parseBase64 } from '../../node/base/bytes.ts';
import {
  type ConsistencyClaim,
  consistencyBeyond,
  consistencyProof,
  type InclusionClaim,
  inclusionProof,
  isConsistent,
  isIncluded,
} from '../../node/log/proof.ts';
import { hash } from '../support/crypto.ts';
import { memoryTree, numberedHashes, referenceTree } from '../support/tree.ts';
import { readVector, readVectors } from '../support/vectors.ts';

const largest = 130;
const leaves = numberedHashes(0, largest);
const reference = referenceTree(leaves);
const { tree, append } = memoryTree();
const proofs = new Map<string, Uint8Array[]>(); // each is made once
beforeAll(() => append(leaves));

describe('the worked example', () => {
  const entries = readVector<{ entries: { leafHash: string }[] }>('log/valid/leaves').entries;
  const roots = readVector<{ root: string }[]>('log/valid/roots').map(({ root }) => bytes(root));
  const example = memoryTree();
  beforeAll(() => example.append(entries.map((entry) => bytes(entry.leafHash))));

  test.each(readVector<{ index: number; size: number; proof: string[] }[]>('log/valid/inclusion'))(
    'joins leaf $index to the root of $size',
    async ({ index, size, proof }) => {
      expect(await inclusionProof(example.tree, index, size)).toEqual(proof.map(bytes));
      const leafHash = bytes(entries[index]?.leafHash as string);
      expect(
        isIncluded(hash, { index, size, leafHash, proof: proof.map(bytes), root: roots[size] as Uint8Array }),
      ).toBe(true);
    },
  );

  test.each(readVector<{ from: number; to: number; proof: string[] }[]>('log/valid/consistency'))(
    'shows that $from grew to $to',
    async ({ from, to, proof }) => {
      expect(await consistencyProof(example.tree, from, to)).toEqual(proof.map(bytes));
      const claim = { from, to, fromRoot: roots[from] as Uint8Array, toRoot: roots[to] as Uint8Array };
      expect(isConsistent(hash, { ...claim, proof: proof.map(bytes) })).toBe(true);
    },
  );
});

describe('every tree up to 130 leaves', () => {
  test('joins each leaf to its root as RFC 6962 says', async () => {
    for (let size = 1; size <= largest; size++) {
      for (let index = 0; index < size; index++) {
        const claim = await inclusion(index, size);
        if (!isIncluded(hash, claim)) expect.fail(`leaf ${index} of ${size}`);
        if (!isSame(claim.proof, reference.inclusion(index, size)))
          expect.fail(`another proof for ${index} of ${size}`);
      }
    }
  });

  test('is shown to have grown from each smaller one as RFC 6962 says', async () => {
    for (let to = 0; to <= largest; to++) {
      for (let from = 0; from <= to; from++) {
        const claim = await consistency(from, to);
        if (!isConsistent(hash, claim)) expect.fail(`${from} to ${to}`);
        if (!isSame(claim.proof, reference.consistency(from, to))) expect.fail(`another proof for ${from} to ${to}`);
      }
    }
  });

  test('refuses a leaf at any other index, a shorter and a longer proof', async () => {
    for (let size = 1; size <= largest; size++) {
      for (let index = 0; index < size; index++) {
        const claim = await inclusion(index, size);
        const { proof, root } = claim;
        const others = [
          { ...claim, index: (index + 1) % size },
          { ...claim, index: size },
          { ...claim, proof: proof.slice(1) },
          { ...claim, proof: proof.slice(0, -1) },
          { ...claim, proof: [...proof, root] },
          { ...claim, proof: [root, ...proof] },
        ];
        for (const other of size === 1 ? others.slice(1, 2) : others) {
          if (isIncluded(hash, other))
            expect.fail(`${index} of ${size} taken as ${other.index}, ${other.proof.length}`);
        }
      }
    }
  });

  test('refuses growth by a shorter and a longer proof, and growth turned round', async () => {
    for (let to = 2; to <= largest; to++) {
      for (let from = 1; from < to; from++) {
        const claim = await consistency(from, to);
        const { proof, fromRoot, toRoot } = claim;
        const others = [
          { ...claim, proof: proof.slice(1) },
          { ...claim, proof: proof.slice(0, -1) },
          { ...claim, proof: [...proof, toRoot] },
          { ...claim, proof: [fromRoot, ...proof] },
          { ...claim, from: to, to: from, fromRoot: toRoot, toRoot: fromRoot },
        ];
        if (others.some((other) => isConsistent(hash, other))) expect.fail(`${from} to ${to}`);
      }
    }
  });
});

describe('every bit counts', () => {
  const sizes = [...Array.from({ length: 16 }, (_, i) => i + 1), largest];

  test('in an inclusion proof, its leaf and its root', async () => {
    for (const size of sizes) {
      for (let index = 0; index < size; index++) {
        const { leafHash, root, proof, ...rest } = await inclusion(index, size);
        const hashes = [leafHash, root, ...proof].map((each) => each.slice()) as [Uint8Array, Uint8Array];
        const isTaken = () => {
          const [leafHash, root, ...proof] = hashes;
          return isIncluded(hash, { leafHash, root, proof, ...rest });
        };
        if (!isTaken()) expect.fail('the proof itself is refused');
        if (findUnseenFlip(hashes, isTaken)) expect.fail(`a bit does not matter: ${index} of ${size}`);
      }
    }
  });

  test('in a consistency proof and both its roots', async () => {
    for (const to of sizes) {
      for (let from = 1; from < to; from++) {
        const { fromRoot, toRoot, proof, ...rest } = await consistency(from, to);
        const hashes = [fromRoot, toRoot, ...proof].map((each) => each.slice()) as [Uint8Array, Uint8Array];
        const isTaken = () => {
          const [fromRoot, toRoot, ...proof] = hashes;
          return isConsistent(hash, { fromRoot, toRoot, proof, ...rest });
        };
        if (!isTaken()) expect.fail('the proof itself is refused');
        if (findUnseenFlip(hashes, isTaken)) expect.fail(`a bit does not matter: ${from} to ${to}`);
      }
    }
  });
});

type Spelled<Claim> = { [Member in keyof Claim]: Claim[Member] extends number ? number : string & string[] };

test.each(readVectors<{ inclusion: Spelled<InclusionClaim> }>('log/invalid', 'inclusion-'))(
  'refuses %s',
  (_, { inclusion: { leafHash, root, proof, ...rest } }) => {
    const claim = { ...rest, leafHash: bytes(leafHash), root: bytes(root), proof: proof.map(bytes) };
    expect(isIncluded(hash, claim)).toBe(false);
  },
);

test.each(readVectors<{ consistency: Spelled<ConsistencyClaim> }>('log/invalid', 'consistency-'))(
  'refuses %s',
  (_, { consistency: { fromRoot, toRoot, proof, ...rest } }) => {
    const claim = { ...rest, fromRoot: bytes(fromRoot), toRoot: bytes(toRoot), proof: proof.map(bytes) };
    expect(isConsistent(hash, claim)).toBe(false);
  },
);

test('asks for no proof that cannot be', async () => {
  await expect(inclusionProof(tree, 5, 5)).rejects.toThrow(RangeError);
  await expect(inclusionProof(tree, -1, 5)).rejects.toThrow(RangeError);
  await expect(inclusionProof(tree, 0, largest + 1)).rejects.toThrow(RangeError);
  await expect(consistencyProof(tree, 6, 5)).rejects.toThrow(RangeError);
  await expect(consistencyProof(tree, 5, largest + 1)).rejects.toThrow(RangeError);
});

test('a proof to a size that the tree has not reached is the one that the whole tree gives', async () => {
  for (let size = 1; size < 40; size++) {
    const part = memoryTree();
    await part.append(leaves.slice(0, size));
    for (let to = size + 1; to <= 41; to++) {
      const { proof } = await consistency(size, to);
      for (let from = 0; from <= size; from++) {
        const made = await consistencyBeyond(part.tree, from, to, proof);
        expect(isSame(made, (await consistency(from, to)).proof), `${from} to ${to} by way of ${size}`).toBe(true);
      }
    }
  }
  await expect(consistencyBeyond(tree, largest + 1, largest + 2, [])).rejects.toThrow(RangeError);
  await expect(consistencyBeyond(tree, 3, largest + 5, [])).rejects.toThrow(RangeError);
});

async function inclusion(index: number, size: number): Promise<InclusionClaim> {
  const proof = await remembered(`${index} of ${size}`, () => inclusionProof(tree, index, size));
  return { index, size, leafHash: leaves[index] as Uint8Array, proof, root: reference.root(size) };
}

async function consistency(from: number, to: number): Promise<ConsistencyClaim> {
  const proof = await remembered(`${from} to ${to}`, () => consistencyProof(tree, from, to));
  return { from, to, fromRoot: reference.root(from), toRoot: reference.root(to), proof };
}

async function remembered(key: string, prove: () => Promise<Uint8Array[]>): Promise<Uint8Array[]> {
  const proof = proofs.get(key) ?? (await prove());
  proofs.set(key, proof);
  return proof;
}

/** Whether flipping some one bit goes unseen. */
function findUnseenFlip(hashes: readonly Uint8Array[], isTaken: () => boolean): boolean {
  for (const each of hashes) {
    for (let bit = 0; bit < 256; bit++) {
      const before = each[bit >> 3] as number;
      each[bit >> 3] = before ^ (1 << (bit & 7));
      const isUnseen = isTaken();
      each[bit >> 3] = before;
      if (isUnseen) return true;
    }
  }
  return false;
}

function isSame(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return isEqual(concat(...a), concat(...b));
}

function bytes(base64: string): Uint8Array {
  return parseBase64(base64) as Uint8Array;
}
