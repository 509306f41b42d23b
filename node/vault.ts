/**
 * A stream under a passphrase: AES-256-GCM in chunks, the key from scrypt with a salt of its own for every file. Each
 * chunk's nonce holds its number and whether it is the last (the STREAM construction), so chunks cannot be changed,
 * moved, dropped or cut off without being found out; memory holds one chunk at a time.
 *
 *     huxin-vault/v1
 *     {"chunk":65536,"kdf":"scrypt","N":131072,"r":8,"p":1,"salt":"…","prefix":"…"}
 *     chunk of ciphertext, 16 bytes of tag, the next …
 */

import { createCipheriv, createDecipheriv, randomBytes, type ScryptOptions, scrypt } from 'node:crypto';

const magic = 'huxin-vault/v1';
const cipher = 'aes-256-gcm';
const chunkBytes = 64 * 1024;
const tagBytes = 16;
const saltBytes = 16;
const prefixBytes = 7;
const strength = { N: 2 ** 17, r: 8, p: 1 }; // 128 MiB and about half a second
const mostHeaderBytes = 1024;

export type VaultFlaw = 'no-vault' | 'wrong-passphrase' | 'altered' | 'cut-off';

/** What cannot be opened, and why; what came out of it before must not be believed. */
export class VaultError extends Error {
  readonly flaw: VaultFlaw;

  constructor(flaw: VaultFlaw) {
    super(flaw);
    this.flaw = flaw;
  }
}

interface Header {
  chunk: number;
  N: number;
  r: number;
  p: number;
  salt: Buffer;
  prefix: Buffer;
}

type Bytes = AsyncIterable<Uint8Array>;

/** Encrypts what comes, piece by piece. */
export async function* seal(plain: Bytes, passphrase: string): AsyncGenerator<Uint8Array> {
  const [salt, prefix] = [randomBytes(saltBytes), randomBytes(prefixBytes)];
  const text = JSON.stringify({
    ...{ chunk: chunkBytes, kdf: 'scrypt', ...strength },
    ...{ salt: salt.toString('base64'), prefix: prefix.toString('base64') },
  });
  const head = Buffer.from(`${magic}\n${text}\n`);
  yield head;
  const key = await deriveKey(passphrase, { ...strength, salt });
  let number = 0;
  for await (const { chunk, isLast } of cut(plain, chunkBytes)) {
    const sealing = createCipheriv(cipher, key, nonceOf(prefix, number++, isLast)).setAAD(head);
    yield Buffer.concat([sealing.update(chunk), sealing.final(), sealing.getAuthTag()]);
  }
}

/**
 * Decrypts what {@link seal} made. A chunk is handed on once it is proved, the last only at the end.
 *
 * @throws {VaultError}
 */
export async function* unseal(sealed: Bytes, passphrase: string): AsyncGenerator<Uint8Array> {
  const { head, header, rest } = await readHead(sealed);
  const key = await deriveKey(passphrase, header);
  let number = 0;
  for await (const { chunk, isLast } of cut(rest, header.chunk + tagBytes)) {
    const plain = open(chunk, isLast);
    if (!plain) throw new VaultError(flawOf(chunk, isLast));
    yield plain;
    number++;
  }

  function open(chunk: Buffer, isLast: boolean): Buffer | undefined {
    if (chunk.length < tagBytes) return undefined;
    const opening = createDecipheriv(cipher, key, nonceOf(header.prefix, number, isLast)).setAAD(head);
    opening.setAuthTag(chunk.subarray(-tagBytes));
    try {
      return Buffer.concat([opening.update(chunk.subarray(0, -tagBytes)), opening.final()]);
    } catch {
      return undefined;
    }
  }

  function flawOf(chunk: Buffer, isLast: boolean): VaultFlaw {
    if (isLast && (chunk.length < header.chunk + tagBytes ? number > 0 : open(chunk, false))) return 'cut-off';
    return number === 0 ? 'wrong-passphrase' : 'altered';
  }
}

/** Chunks of one size, and the last as it comes, which may be empty only when nothing came at all. */
async function* cut(bytes: Bytes, size: number): AsyncGenerator<{ chunk: Buffer; isLast: boolean }> {
  let waiting: Buffer[] = [];
  let length = 0;
  for await (const piece of bytes) {
    waiting.push(Buffer.from(piece.buffer, piece.byteOffset, piece.length));
    length += piece.length;
    if (length <= size) continue; // a full chunk waits until it is known not to be the last
    const all = Buffer.concat(waiting);
    let at = 0;
    for (; length - at > size; at += size) yield { chunk: all.subarray(at, at + size), isLast: false };
    waiting = [all.subarray(at)];
    length -= at;
  }
  yield { chunk: Buffer.concat(waiting), isLast: true };
}

async function readHead(sealed: Bytes): Promise<{ head: Buffer; header: Header; rest: Bytes }> {
  const pieces = sealed[Symbol.asyncIterator]();
  let read: Buffer = Buffer.alloc(0);
  let end = -1;
  while (end < 0) {
    const { value, done } = await pieces.next();
    if (done || read.length > mostHeaderBytes) throw new VaultError('no-vault');
    read = Buffer.concat([read, value]);
    const first = read.indexOf(10);
    end = first < 0 ? -1 : read.indexOf(10, first + 1);
  }
  const head = read.subarray(0, end + 1);
  const header = parseHeader(head.toString());
  if (!header) throw new VaultError('no-vault');
  const rest = async function* () {
    yield read.subarray(end + 1);
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
  };
  return { head, header, rest: rest() };
}

/** Bounded: whoever hands in a file must not choose how long we reckon. */
function parseHeader(text: string): Header | undefined {
  const [first, second = ''] = text.split('\n');
  if (first !== magic) return undefined;
  try {
    const { chunk, N, r, p, salt, prefix } = JSON.parse(second) as Record<string, unknown>;
    const header = { chunk, N, r, p, salt: toBuffer(salt), prefix: toBuffer(prefix) };
    const isWithin = (value: unknown, most: number) =>
      Number.isSafeInteger(value) && Number(value) > 0 && Number(value) <= most;
    const isRight = isWithin(chunk, 2 ** 24) && isWithin(N, 2 ** 20) && isWithin(r, 16) && isWithin(p, 4);
    return isRight && header.prefix.length === prefixBytes ? (header as Header) : undefined;
  } catch {
    return undefined;
  }
}

function toBuffer(value: unknown): Buffer {
  return Buffer.from(typeof value === 'string' ? value : '', 'base64');
}

function deriveKey(passphrase: string, { N, r, p, salt }: Omit<Header, 'chunk' | 'prefix'>): Promise<Buffer> {
  const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r };
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFC'), salt, 32, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

function nonceOf(prefix: Buffer, number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(prefixBytes + 5);
  prefix.copy(nonce);
  nonce.writeUInt32BE(number, prefixBytes);
  nonce[prefixBytes + 4] = isLast ? 1 : 0;
  return nonce;
}
