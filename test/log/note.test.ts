import { describe, expect, test } from 'vitest';
import { formatNote, formatSignatureLine, formatVkey, isBy, parseNote, parseVkey } from '../../node/log/note.ts';
import { ed25519FromSeed, hash, signerFrom } from '../support/crypto.ts';
import { readVector, readVectors } from '../support/vectors.ts';

interface Key {
  seedText: string;
  vkey: string;
}
const keys = readVector<{ log: Key; witnesses: Key[] }>('log/valid/keys');
const { note: signed } = readVector<{ note: string }>('log/valid/checkpoint-cosigned');

describe.each([{ ...keys.log, type: 1 as const }, ...keys.witnesses.map((key) => ({ ...key, type: 4 as const }))])(
  'the key of $seedText',
  ({ seedText, vkey, type }) => {
    test('is written as vkey and read again', () => {
      const { publicKey } = signerFrom(ed25519FromSeed(seedText));
      if (publicKey.kty !== 'OKP') expect.fail('an Ed25519 seed made another key');
      const name = vkey.slice(0, vkey.indexOf('+'));
      const made = formatVkey(hash, name, type, publicKey);
      expect(made.text).toBe(vkey);
      expect(parseVkey(hash, vkey)).toEqual(made);
      expect(made.keyId.toString(16).padStart(8, '0')).toBe(vkey.split('+')[1]);
    });
  },
);

test.each(readVectors<{ vkey: string }>('log/invalid', 'vkey-'))('refuses %s', (_, { vkey }) => {
  expect(parseVkey(hash, vkey)).toBeUndefined();
});

test('a vkey whose base64 holds a plus is read', () => {
  expect(keys.witnesses.some(({ vkey }) => vkey.split('+').length > 3)).toBe(true);
});

test('no key has a name with a space or a plus', () => {
  const publicKey = { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) } as const;
  for (const name of ['', 'a b', 'a+b', 'a\u3000b', 'a\nb']) {
    expect(() => formatVkey(hash, name, 1, publicKey)).toThrow(RangeError);
  }
});

test('a note is taken apart and put together again', () => {
  const parsed = parseNote(signed);
  expect(parsed?.text).toBe(signed.slice(0, signed.indexOf('\n\n') + 1));
  expect(parsed?.signatures.map(({ name }) => name)).toEqual([
    'credit.sh.example/log',
    'credit.js.example/witness',
    'credit.zj.example/witness',
  ]);
  expect(parsed?.signatures.map(({ payload }) => payload.length)).toEqual([64, 72, 72]);
  const lines = parsed?.signatures.map(({ line }) => line) ?? [];
  expect(formatNote(parsed?.text ?? '', lines)).toBe(signed);
});

test('the text may hold blank lines: the last one splits', () => {
  const [, line = ''] = /\n\n(.*)\n/.exec(signed) ?? [];
  expect(parseNote(`one\n\ntwo\n\n${line}\n`)?.text).toBe('one\n\ntwo\n');
});

test('a signature line is by the key of its name and id together', () => {
  const vkey = parseVkey(hash, keys.log.vkey);
  if (!vkey) expect.fail('the vector is no vkey');
  const line = formatSignatureLine(vkey, new Uint8Array(64));
  const [signature] = parseNote(`text\n\n${line}\n`)?.signatures ?? [];
  if (!signature) expect.fail('no signature');
  expect(isBy(signature, vkey)).toBe(true);
  expect(isBy({ ...signature, keyId: 1 }, vkey)).toBe(false);
  expect(isBy({ ...signature, name: 'other.example' }, vkey)).toBe(false);
});

test.each(readVectors<{ note: string }>('log/invalid', 'note-'))('refuses %s', (_, { note }) => {
  expect(parseNote(note)).toBeUndefined();
});

test('takes 16 signatures of keys that nobody knows, and writes no 17', () => {
  const lines = Array.from({ length: 17 }, (_, i) => `— w${i}.example AAAAAAA=`);
  expect(parseNote(formatNote('text\n', lines.slice(1)))?.signatures).toHaveLength(16);
  expect(() => formatNote('text\n', lines)).toThrow(RangeError);
});

test('writes no note that would be read otherwise', () => {
  const line = '— w.example AAAAAAA=';
  expect(() => formatNote('no line feed', [line])).toThrow(RangeError);
  expect(() => formatNote('text\n', [])).toThrow(RangeError);
  expect(() => formatNote('text\n', [`\n${line}`])).toThrow(RangeError);
});
