import { expect, test } from 'vitest';
import { formatBase64, formatHex, parseBase64, utf8 } from '../../node/base/bytes.ts';
import { emptyRoot, leafHash, nodeHash, perfectRoot } from '../../node/log/merkle.ts';
import { hash } from '../support/crypto.ts';
import { readVector } from '../support/vectors.ts';

test('the empty tree has the hash of nothing', () => {
  expect(formatHex(emptyRoot(hash))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

test('a leaf hash has its own first byte', () => {
  for (const entry of readVector<{ entries: { leaf: string; leafHash: string }[] }>('log/valid/leaves').entries) {
    expect(formatBase64(leafHash(hash, utf8(entry.leaf)))).toBe(entry.leafHash);
  }
});

test('four leaves make the root of size 4, pair by pair or at once', () => {
  const { entries } = readVector<{ entries: { leafHash: string }[] }>('log/valid/leaves');
  const [a, b, c, d] = entries.map((entry) => parseBase64(entry.leafHash) as Uint8Array) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const root = nodeHash(hash, nodeHash(hash, a, b), nodeHash(hash, c, d));
  expect(formatBase64(root)).toBe(readVector<{ root: string }[]>('log/valid/roots')[4]?.root);
  const row = new Uint8Array([...a, ...b, ...c, ...d]);
  expect(perfectRoot(hash, row)).toEqual(root);
});

test('the root over one hash is a copy, so that nobody changes a tile through it', () => {
  const row = new Uint8Array(32).fill(7);
  const root = perfectRoot(hash, row);
  root[0] = 1;
  expect(row[0]).toBe(7);
});
