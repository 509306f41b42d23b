import { describe, expect, test } from 'vitest';
import { cosign, hasQuorum, mergeSignatures, verifyCosignature } from '../../node/log/cosignature.ts';
import {
  type Ed25519Jwk,
  formatVkey,
  type NoteSignature,
  parseNote,
  parseSignatureLine,
  parseVkey,
  type Vkey,
} from '../../node/log/note.ts';
import { ed25519FromSeed, hash, signerFrom, verifySignature } from '../support/crypto.ts';
import { readVector } from '../support/vectors.ts';

const keys = readVector<{ witnesses: { seedText: string; vkey: string }[] }>('log/valid/keys').witnesses.map((key) => ({
  signer: signerFrom(ed25519FromSeed(key.seedText)),
  vkey: parseVkey(hash, key.vkey) as Vkey,
}));
const { note, times } = readVector<{ note: string; times: number[] }>('log/valid/checkpoint-cosigned');
const checkpointBody = note.slice(0, note.indexOf('\n\n') + 1);
const [logLine, ...cosignatures] = (parseNote(note)?.signatures ?? []) as [NoteSignature, ...NoteSignature[]];
const [key] = keys as [(typeof keys)[number]];
const logNote = `${checkpointBody}\n${logLine.line}\n`;

const lineAt = (time: number) => cosign({ ...key, checkpointBody, time });

describe.each([0, 1])('witness %i', (i) => {
  const given = keys[i] as (typeof keys)[number];
  const signature = cosignatures[i] as NoteSignature;

  test('cosigns to the same bytes', async () => {
    expect(await cosign({ ...given, checkpointBody, time: times[i] as number })).toBe(signature.line);
  });

  test('is verified, with the time that it said', async () => {
    const { vkey } = given;
    const verified = await verifyCosignature({ signature, vkey, checkpointBody, verifySignature });
    expect(verified).toEqual({ name: vkey.name, time: times[i], line: signature.line });
  });

  test('is refused over another checkpoint or under another key', async () => {
    const other = checkpointBody.replace('\n7\n', '\n8\n');
    const { vkey } = given;
    const refused = { code: 'log/bad-signature' };
    await expect(verifyCosignature({ signature, vkey, checkpointBody: other, verifySignature })).rejects.toMatchObject(
      refused,
    );
    const stranger = { ...(keys[1 - i] as (typeof keys)[number]).vkey };
    await expect(
      verifyCosignature({ signature, vkey: stranger, checkpointBody, verifySignature }),
    ).rejects.toMatchObject(refused);
  });
});

test('cosigns with its own witness key and at a time only', async () => {
  const [, second] = keys;
  const time = 1_790_000_000;
  await expect(cosign({ ...key, vkey: second?.vkey as Vkey, checkpointBody, time })).rejects.toThrow(RangeError);
  await expect(cosign({ ...key, vkey: { ...key.vkey, type: 1 }, checkpointBody, time })).rejects.toThrow(RangeError);
  await expect(lineAt(-1)).rejects.toThrow(RangeError);
  await expect(lineAt(1.5)).rejects.toThrow(RangeError);
});

test('a note gathers cosignatures in the order they came', () => {
  expect(
    mergeSignatures(
      logNote,
      cosignatures.map(({ line }) => line),
    ),
  ).toBe(note);
  expect(mergeSignatures(note, [])).toBe(note);
  expect(mergeSignatures(note, [logLine.line])).toBe(note);
});

test('a later cosignature takes the place of an earlier, never the other way round', async () => {
  const earlier = await lineAt(1_789_999_999);
  const later = await lineAt(1_800_000_000);
  expect(mergeSignatures(note, [earlier])).toBe(note);
  const merged = mergeSignatures(note, [later, earlier]);
  expect(parseNote(merged)?.signatures.map(({ line }) => line)).toEqual([logLine.line, later, cosignatures[1]?.line]);
});

test('gathers nothing from what is no note or no line', () => {
  expect(() => mergeSignatures('nothing', [])).toThrow(expect.objectContaining({ code: 'log/malformed-note' }));
  expect(() => mergeSignatures(note, ['nothing'])).toThrow(expect.objectContaining({ code: 'log/malformed-note' }));
});

test('a cosignature is refused at a time that no calendar has', async () => {
  const verifyAt = async (time: number) => {
    const signature = parseSignatureLine(await lineAt(time)) as NoteSignature;
    return verifyCosignature({ signature, vkey: key.vkey, checkpointBody, verifySignature });
  };
  expect(await verifyAt(253_402_271_999)).toMatchObject({ time: 253_402_271_999 });
  await expect(verifyAt(253_402_272_000)).rejects.toMatchObject({ code: 'log/bad-signature' });
});

test('a quorum counts witnesses, not lines', () => {
  const one = { name: 'a.example/witness', time: 1, line: '' };
  const two = { name: 'b.example/witness', time: 1, line: '' };
  expect(hasQuorum({ cosignatures: [one, { ...one, time: 2 }], required: 2 })).toBe(false);
  expect(hasQuorum({ cosignatures: [one, two], required: 2 })).toBe(true);
});

test('reads the time of a cosignature only where there is one', async () => {
  const short = parseSignatureLine(logLine.line) as NoteSignature;
  const vkey = { ...key.vkey, name: short.name, keyId: short.keyId };
  const reading = verifyCosignature({ signature: short, vkey, checkpointBody, verifySignature });
  await expect(reading).rejects.toMatchObject({ code: 'log/bad-signature' });
});

test('keeps the log’s line and the fifteen latest cosignatures, which is all that a note holds', async () => {
  const lines = await Promise.all(
    Array.from({ length: 20 }, async (_, i) => {
      const signer = signerFrom(ed25519FromSeed(`witness ${i}`));
      const vkey = formatVkey(hash, `w${i}.example/witness`, 4, signer.publicKey as Ed25519Jwk);
      return cosign({ signer, vkey, checkpointBody, time: 1_000 + i });
    }),
  );
  const merged = mergeSignatures(logNote, lines);
  expect(parseNote(merged)?.signatures.map(({ line }) => line)).toEqual([logLine.line, ...lines.slice(5)]);
});
