import { expect, test } from 'vitest';
import { parseBase64, utf8 } from '../../node/base/bytes.ts';
import { verifyCheckpoint } from '../../node/log/checkpoint.ts';
import { isOpenedBy, parseLeaf } from '../../node/log/leaf.ts';
import { leafHash } from '../../node/log/merkle.ts';
import { parseVkey, type Vkey } from '../../node/log/note.ts';
import { isIncluded } from '../../node/log/proof.ts';
import { formatTlogProof, parseTlogProof } from '../../node/log/tlog-proof.ts';
import { hash, verifySignature } from '../support/crypto.ts';
import { readVector, readVectors } from '../support/vectors.ts';

const vector = readVector<{ index: number; extra: string; proof: string[]; note: string; tlogProof: string }>(
  'log/valid/tlog-proof',
);
const parsed = {
  extra: bytes(vector.extra),
  index: vector.index,
  proof: vector.proof.map(bytes),
  note: vector.note,
};

test('the worked example is written and read', () => {
  expect(formatTlogProof(parsed)).toBe(vector.tlogProof);
  expect(parseTlogProof(vector.tlogProof)).toEqual(parsed);
});

test('it goes without extra data, and without hashes in a tree of one leaf', () => {
  const { extra, ...rest } = parsed;
  const text = formatTlogProof({ ...rest, proof: [] });
  expect(text).toBe(`c2sp.org/tlog-proof@v1\nindex 2\n\n${vector.note}`);
  expect(parseTlogProof(text)).toEqual({ ...rest, proof: [] });
});

test('an auditor needs the text, the JWS and the log key', async () => {
  const { jws, entries } = readVector<{ jws: string; entries: { leaf: string }[] }>('log/valid/leaves');
  const keys = readVector<{ log: { vkey: string } }>('log/valid/keys');
  const read = parseTlogProof(vector.tlogProof);
  if (!read?.extra) expect.fail('not read');
  const log = parseVkey(hash, keys.log.vkey) as Vkey;
  const { checkpoint } = await verifyCheckpoint({ note: read.note, log, witnesses: [], verifySignature });
  const text = entries[read.index]?.leaf as string;
  const leaf = leafHash(hash, utf8(text));
  expect(isIncluded(hash, { ...read, ...checkpoint, leafHash: leaf })).toBe(true);
  expect(isOpenedBy(hash, parseLeaf(text)?.commitment as Uint8Array, read.extra, jws)).toBe(true);
});

test.each(readVectors<{ tlogProof: string }>('log/invalid', 'tlog-proof-'))('refuses %s', (_, { tlogProof }) => {
  expect(parseTlogProof(tlogProof)).toBeUndefined();
});

test('writes no proof that could not be read', () => {
  expect(() => formatTlogProof({ ...parsed, index: 1.5 })).toThrow(RangeError);
  expect(() => formatTlogProof({ ...parsed, index: -1 })).toThrow(RangeError);
  expect(() => formatTlogProof({ ...parsed, extra: new Uint8Array(0) })).toThrow(RangeError);
  expect(() => formatTlogProof({ ...parsed, proof: [new Uint8Array(31)] })).toThrow(RangeError);
});

function bytes(base64: string): Uint8Array {
  return parseBase64(base64) as Uint8Array;
}
