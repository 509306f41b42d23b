import { describe, expect, it, test } from 'vitest';
import { formatBase64url, parseBase64 } from '../../node/base/bytes.ts';
import { formatAddCheckpoint, parseAddCheckpoint, parseSize } from '../../node/log/add-checkpoint.ts';
import { verifyCheckpoint } from '../../node/log/checkpoint.ts';
import { formatVkey } from '../../node/log/note.ts';
import { isConsistent } from '../../node/log/proof.ts';
import { hash, verifySignature } from '../support/crypto.ts';
import { numberedHash } from '../support/tree.ts';
import { readVector } from '../support/vectors.ts';

interface Published {
  origin: string;
  publicKey: string;
  submissions: { oldRoot: string; oldSize: number; size: number; body: string }[];
}

const published = readVector<Published>('log/valid/add-checkpoint-litewitness');
const [first] = published.submissions;
const body = first?.body ?? '';

describe('submissions to another witness', () => {
  it.each(published.submissions)('from $oldSize to $size are read, and hold', async (one) => {
    const given = parseAddCheckpoint(one.body);
    if (!given) throw new RangeError('no submission');
    const x = formatBase64url(
      Uint8Array.from(published.publicKey.match(/../g) ?? [], (two) => Number.parseInt(two, 16)),
    );
    const log = formatVkey(hash, published.origin, 1, { kty: 'OKP', crv: 'Ed25519', x });
    const { checkpoint } = await verifyCheckpoint({ note: given.note, log, witnesses: [], verifySignature });
    expect([given.oldSize, checkpoint.size]).toEqual([one.oldSize, one.size]);
    const fromRoot = parseBase64(one.oldRoot) ?? new Uint8Array();
    const claim = { from: given.oldSize, to: checkpoint.size, toRoot: checkpoint.root, proof: given.proof };
    expect(isConsistent(hash, { ...claim, fromRoot })).toBe(true);
    expect(formatAddCheckpoint(given)).toBe(one.body);
  });
});

test('the worked example is read as it was written', () => {
  const { request } = readVector<{ request: string }>('log/valid/add-checkpoint');
  const given = parseAddCheckpoint(request);
  expect(given).toMatchObject({ oldSize: 4, proof: [expect.any(Uint8Array)] });
  expect(given && formatAddCheckpoint(given)).toBe(request);
});

test('a body splits at its first blank line, so that the note keeps its own', () => {
  expect(parseAddCheckpoint(body)?.note).toBe(body.slice('old 0\n\n'.length));
  expect(parseAddCheckpoint('old 7\n\na\n\nb\n\nc\n')).toEqual({ oldSize: 7, proof: [], note: 'a\n\nb\n\nc\n' });
});

test('up to 63 hashes may stand in it', () => {
  const proof = Array.from({ length: 64 }, (_, n) => numberedHash(n));
  const submit = (count: number) => formatAddCheckpoint({ oldSize: 5, proof: proof.slice(0, count), note: 'note\n' });
  expect(parseAddCheckpoint(submit(63))?.proof).toHaveLength(63);
  expect(parseAddCheckpoint(submit(64))).toBeUndefined();
});

const hashLine = 'KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';

test.each([
  ['nothing', ''],
  ['no blank line', 'old 0\nnote\n'],
  ['no old size', '\n\nnote\n'],
  ['another word', 'new 0\n\nnote\n'],
  ['a leading zero', 'old 01\n\nnote\n'],
  ['a sign', 'old -1\n\nnote\n'],
  ['two blanks', 'old  1\n\nnote\n'],
  ['16 digits', 'old 1000000000000000\n\nnote\n'],
  ['a carriage return', 'old 1\r\n\nnote\n'],
  ['a hash without padding', `old 1\n${hashLine.slice(0, -1)}\n\nnote\n`],
  ['a hash with stray bits', `old 1\n${hashLine.replace('A=', 'B=')}\n\nnote\n`],
  ['a hash of 31 bytes', `old 1\n${'A'.repeat(40)}AA==\n\nnote\n`],
  ['a blank after a hash', `old 1\n${hashLine} \n\nnote\n`],
])('%s makes no submission', (_, text) => {
  expect(parseAddCheckpoint(text)).toBeUndefined();
});

test('the size in an answer is decimal with a line feed', () => {
  expect([parseSize('0\n'), parseSize('20852014\n')]).toEqual([0, 20852014]);
  for (const text of ['', '5', '05\n', '5\n\n', '5 \n', '-5\n', '1e3\n', '<html>\n'])
    expect(parseSize(text)).toBeUndefined();
});
