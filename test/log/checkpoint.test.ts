import { describe, expect, test } from 'vitest';
import { formatBase64, parseBase64 } from '../../node/base/bytes.ts';
import { formatCheckpoint, parseCheckpoint, signCheckpoint, verifyCheckpoint } from '../../node/log/checkpoint.ts';
import { cosign, mergeSignatures } from '../../node/log/cosignature.ts';
import { emptyRoot } from '../../node/log/merkle.ts';
import { parseNote, parseVkey, type Vkey } from '../../node/log/note.ts';
import { ed25519FromSeed, hash, signerFrom, verifySignature } from '../support/crypto.ts';
import { readVector, readVectors } from '../support/vectors.ts';

interface Vector {
  log: string;
  witnesses?: string[];
  origin: string;
  size: number;
  root: string;
  times?: number[];
  note: string;
}
const keys = readVector<{ log: { seedText: string }; witnesses: [{ seedText: string }] }>('log/valid/keys');
const logSigner = signerFrom(ed25519FromSeed(keys.log.seedText));
const witnessSigner = signerFrom(ed25519FromSeed(keys.witnesses[0].seedText));
const plain = readVector<Vector>('log/valid/checkpoint');
const cosigned = readVector<Required<Vector>>('log/valid/checkpoint-cosigned');
const log = vkeyOf(plain.log);
const witnesses = cosigned.witnesses.map(vkeyOf);
const witness = witnesses[0] as Vkey;

describe.each([plain, cosigned])('the checkpoint at $size', ({ origin, size, root, note, times = [] }) => {
  const checkpoint = { origin, size, root: parseBase64(root) as Uint8Array };

  test('is written and read', () => {
    const body = `${origin}\n${size}\n${root}\n`;
    expect(formatCheckpoint(checkpoint)).toBe(body);
    expect(parseCheckpoint(body)).toEqual(checkpoint);
  });

  test('is signed to the same bytes', async () => {
    const [first] = parseNote(note)?.signatures ?? [];
    expect(await signCheckpoint(logSigner, log, checkpoint)).toBe(`${formatCheckpoint(checkpoint)}\n${first?.line}\n`);
  });

  test('is verified with its cosignatures', async () => {
    const verified = await verifyCheckpoint({ note, log, witnesses, verifySignature });
    expect(verified.checkpoint).toEqual(checkpoint);
    expect(verified.logLine).toBe(parseNote(note)?.signatures[0]?.line);
    expect(verified.cosignatures.map(({ time }) => time)).toEqual(times);
    expect(verified.cosignatures.map(({ name }) => name)).toEqual(
      witnesses.slice(0, times.length).map(({ name }) => name),
    );
  });
});

interface InvalidVector {
  log: string;
  witnesses: string[];
  note: string;
  code: string;
}
test.each(readVectors<InvalidVector>('log/invalid', 'checkpoint-'))('refuses %s', async (_, vector) => {
  const given = { log: vkeyOf(vector.log), witnesses: vector.witnesses.map(vkeyOf), verifySignature };
  await expect(verifyCheckpoint({ ...given, note: vector.note })).rejects.toMatchObject({ code: vector.code });
});

test('refuses what is no note', async () => {
  const reading = verifyCheckpoint({ note: 'nothing\n', log, witnesses, verifySignature });
  await expect(reading).rejects.toMatchObject({ code: 'log/malformed-note' });
});

test('refuses a note in which any one character of a known signature differs', async () => {
  const at = cosigned.note.indexOf('\n\n') + 2;
  for (let i = at; i < cosigned.note.length; i++) {
    const other = cosigned.note[i] === 'B' ? 'C' : 'B';
    const note = cosigned.note.slice(0, i) + other + cosigned.note.slice(i + 1);
    const verified = await verifyCheckpoint({ note, log, witnesses, verifySignature }).catch(() => undefined);
    // a name or key id that nobody knows is passed over: then one cosignature is missing
    expect(verified?.cosignatures.length ?? 0).toBeLessThan(2);
  }
});

test('passes over the signatures of keys that it does not know', async () => {
  const verified = await verifyCheckpoint({ note: cosigned.note, log, witnesses: [witness], verifySignature });
  expect(verified.cosignatures.map(({ name }) => name)).toEqual([witness.name]);
});

test('two cosignatures of one witness count as the later', async () => {
  const { note } = plain;
  const checkpointBody = note.slice(0, note.indexOf('\n\n') + 1);
  const lineAt = (time: number) => cosign({ signer: witnessSigner, vkey: witness, checkpointBody, time });
  const both = `${note}${await lineAt(1_790_000_009)}\n${await lineAt(1_790_000_001)}\n`;
  const verified = await verifyCheckpoint({ note: both, log, witnesses, verifySignature });
  expect(verified.cosignatures.map(({ time }) => time)).toEqual([1_790_000_009]);
});

test('a cosignature is no log signature, though one key made both', async () => {
  const bothUses = signerFrom(ed25519FromSeed(keys.log.seedText));
  const body = plain.note.slice(0, plain.note.indexOf('\n\n') + 1);
  const [line] = parseNote(plain.note)?.signatures ?? [];
  const vkey = { ...witness, publicKey: log.publicKey };
  const cosignature = await cosign({ signer: bothUses, vkey, checkpointBody: body, time: 1_790_000_000 });
  const reading = verifyCheckpoint({ note: `${body}\n${cosignature}\n`, log, witnesses: [vkey], verifySignature });
  await expect(reading).rejects.toMatchObject({ code: 'log/bad-signature' });
  expect(mergeSignatures(`${body}\n${cosignature}\n`, [line?.line ?? ''])).toContain(line?.line);
});

test('the empty tree is written with its one root', () => {
  const empty = { origin: plain.origin, size: 0, root: emptyRoot(hash) };
  expect(parseCheckpoint(formatCheckpoint(empty))).toEqual(empty);
  expect(() => formatCheckpoint({ ...empty, root: new Uint8Array(32) })).toThrow(RangeError);
});

test('writes no checkpoint that could not be read', () => {
  const root = new Uint8Array(32);
  for (const size of [-1, 1.5, 1e21, 10 ** 15, Number.NaN]) {
    expect(() => formatCheckpoint({ origin: plain.origin, size, root })).toThrow(RangeError);
  }
  expect(() => formatCheckpoint({ origin: 'two\nlines', size: 1, root })).toThrow(RangeError);
  expect(() => formatCheckpoint({ origin: plain.origin, size: 1, root: new Uint8Array(31) })).toThrow(RangeError);
  expect(formatCheckpoint({ origin: plain.origin, size: 10 ** 15 - 1, root })).toContain('\n999999999999999\n');
});

test('signs with the key of this log only', async () => {
  const checkpoint = { origin: plain.origin, size: 4, root: parseBase64(plain.root) as Uint8Array };
  await expect(signCheckpoint(witnessSigner, log, checkpoint)).rejects.toThrow(RangeError);
  await expect(signCheckpoint(logSigner, log, { ...checkpoint, origin: 'b.example/log' })).rejects.toThrow(RangeError);
  await expect(signCheckpoint(witnessSigner, witness, checkpoint)).rejects.toThrow(RangeError);
  expect(formatBase64(checkpoint.root)).toBe(plain.root);
});

function vkeyOf(text: string): Vkey {
  const vkey = parseVkey(hash, text);
  if (!vkey) throw new Error(`the vector holds no vkey: ${text}`);
  return vkey;
}
