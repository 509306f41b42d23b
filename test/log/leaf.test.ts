import { describe, expect, test } from 'vitest';
import { formatBase64, parseBase64 } from '../../node/base/bytes.ts';
import { commitmentOf, formatLeaf, isOpenedBy, parseLeaf } from '../../node/log/leaf.ts';
import { hash } from '../support/crypto.ts';
import { readVector, readVectors } from '../support/vectors.ts';

interface Entry {
  audience: string;
  salt: string;
  commitment: string;
  leaf: string;
}
const { jws, entries } = readVector<{ jws: string; entries: [Entry, ...Entry[]] }>('log/valid/leaves');

describe.each(entries)('the leaf addressed to $audience', ({ audience, salt, commitment, leaf }) => {
  const saltBytes = parseBase64(salt) as Uint8Array;

  test('commits to salt and JWS', () => {
    const made = commitmentOf(hash, saltBytes, jws);
    expect(formatBase64(made)).toBe(commitment);
    expect(isOpenedBy(hash, made, saltBytes, jws)).toBe(true);
  });

  test('is written and read', () => {
    const parsed = { commitment: parseBase64(commitment) as Uint8Array, audience: audience.split(',') };
    expect(formatLeaf(parsed)).toBe(leaf);
    expect(parseLeaf(leaf)).toEqual(parsed);
    expect(parseLeaf(leaf, '310000')).toEqual(parsed);
  });
});

test.each(readVectors<{ leaf: string; owner?: string }>('log/invalid', 'leaf-'))('refuses %s', (_, { leaf, owner }) => {
  expect(parseLeaf(leaf, owner)).toBeUndefined();
});

test('a commitment is opened by its own salt and JWS only', () => {
  const { commitment, salt } = entries[0];
  const bytes = parseBase64(commitment) as Uint8Array;
  const saltBytes = parseBase64(salt) as Uint8Array;
  expect(isOpenedBy(hash, bytes, saltBytes, `${jws}A`)).toBe(false);
  expect(
    isOpenedBy(
      hash,
      bytes,
      saltBytes.map((byte) => byte ^ 1),
      jws,
    ),
  ).toBe(false);
});

test('a byte cannot move from the JWS into the salt', () => {
  const { commitment, salt } = entries[0];
  const longer = new Uint8Array([...(parseBase64(salt) as Uint8Array), jws.charCodeAt(0)]);
  expect(isOpenedBy(hash, parseBase64(commitment) as Uint8Array, longer, jws.slice(1))).toBe(false);
  expect(() => commitmentOf(hash, longer, jws.slice(1))).toThrow(RangeError);
});

test('writes no leaf that could not be read', () => {
  const commitment = new Uint8Array(32);
  expect(() => formatLeaf({ commitment, audience: [] })).toThrow(RangeError);
  expect(() => formatLeaf({ commitment, audience: ['330000', '320000'] })).toThrow(RangeError);
  expect(() => formatLeaf({ commitment: new Uint8Array(31), audience: ['*'] })).toThrow(RangeError);
});

test('an audience of a million ids is read or refused, never a crash', () => {
  const ids = Array.from({ length: 999_999 }, (_, i) => `${i}`.padStart(6, '0'));
  const leaf = `huxin-leaf/v1\n${entries[0].commitment}\n${ids.join(',')}\n`;
  expect(parseLeaf(leaf)?.audience).toHaveLength(999_999);
  expect(parseLeaf(leaf.replace(',000001,', ',000000,'))).toBeUndefined();
});
