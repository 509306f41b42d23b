/** A stream under a passphrase comes back as it was, or not at all. */

import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { seal, unseal, VaultError } from '../node/vault.ts';

const chunk = 64 * 1024;
const passphrase = 'correct horse battery staple';

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of bytes) all.push(piece);
  return Buffer.concat(all);
}

const sealed = (plain: Buffer, size = 10_000) => collect(seal(pieces(plain, size), passphrase));
const opened = (bytes: Buffer, by = passphrase, size = 7_777) => collect(unseal(pieces(bytes, size), by));

async function flawOf(opening: Promise<unknown>): Promise<string> {
  const error = await opening.then(
    () => undefined,
    (given: unknown) => given,
  );
  if (!(error instanceof VaultError)) throw new Error(`no flaw: ${String(error)}`);
  return error.flaw;
}

it.each([0, 1, chunk, chunk + 1, 3 * chunk + 5])('brings %i bytes back', async (length) => {
  const plain = randomBytes(length);
  const bytes = await sealed(plain);
  expect(await opened(bytes)).toEqual(plain);
  expect(await opened(bytes, passphrase, 1_000_000)).toEqual(plain);
});

it('says nothing of what is in it, and twice the same is never the same', async () => {
  const plain = Buffer.alloc(2 * chunk, 'secret');
  const [one, other] = [await sealed(plain), await sealed(plain)];
  expect(one.includes('secret')).toBe(false);
  expect(one.subarray(-1000).equals(other.subarray(-1000))).toBe(false);
});

it('takes the same passphrase however it was typed', async () => {
  const bytes = await collect(seal(pieces(Buffer.from('x'), 1), 'caf\u00e9 caf\u00e9 caf\u00e9'));
  expect(String(await opened(bytes, 'cafe\u0301 cafe\u0301 cafe\u0301'))).toBe('x');
});

it('refuses another passphrase, another file, and every change', async () => {
  const bytes = await sealed(randomBytes(3 * chunk + 5));
  expect(await flawOf(opened(bytes, 'another passphrase'))).toBe('wrong-passphrase');
  expect(await flawOf(opened(randomBytes(5_000)))).toBe('no-vault');
  expect(await flawOf(opened(Buffer.alloc(0)))).toBe('no-vault');
  const headBytes = bytes.indexOf(10, bytes.indexOf(10) + 1) + 1;
  const at = (place: number) => {
    const changed = Buffer.from(bytes);
    changed[place] = (changed[place] as number) ^ 1;
    return changed;
  };
  expect(await flawOf(opened(at(headBytes + 5)))).toBe('wrong-passphrase'); // nothing tells the two apart
  expect(await flawOf(opened(at(headBytes + chunk + 16 + 5)))).toBe('altered');
  expect(await flawOf(opened(at(bytes.length - 1)))).toBe('cut-off'); // nor these
});

it('finds out what was cut off, also between two chunks, and chunks that changed places', async () => {
  const bytes = await sealed(randomBytes(3 * chunk));
  const sealedChunk = chunk + 16;
  const head = bytes.length - 3 * sealedChunk;
  expect(await flawOf(opened(bytes.subarray(0, -1)))).toBe('cut-off');
  expect(await flawOf(opened(bytes.subarray(0, head + 2 * sealedChunk)))).toBe('cut-off');
  const [first, second, third] = [0, 1, 2].map((n) =>
    bytes.subarray(head + n * sealedChunk, head + (n + 1) * sealedChunk),
  );
  const swapped = Buffer.concat([bytes.subarray(0, head), first, third, second] as Buffer[]);
  expect(await flawOf(opened(swapped))).toBe('altered');
});

it('does not reckon for as long as a file asks', async () => {
  const bytes = await sealed(Buffer.from('x'));
  const greedy = Buffer.from(bytes.toString('latin1').replace('"N":131072', '"N":999999999'), 'latin1');
  expect(await flawOf(opened(greedy))).toBe('no-vault');
});
