/** What cosignatures tell of when an entry was known, and when it was not there yet. */

import { describe, expect, it } from 'vitest';
import { toNumericDate } from '../../node/base/time.ts';
import { type CosignedTimes, readCosigned } from '../../node/evidence/cosigned.ts';
import { formatCheckpoint } from '../../node/log/checkpoint.ts';
import { cosign, mergeSignatures } from '../../node/log/cosignature.ts';
import { type Ed25519Jwk, formatNote, formatSignatureLine, formatVkey } from '../../node/log/note.ts';
import type { HeldLog, LogStore, StoredCheckpoint } from '../../node/log/ports.ts';
import { ed25519FromSeed, hash, signerFrom } from '../support/crypto.ts';

const origin = 'credit.sh.example/log';
const names = { js: 'credit.js.example/witness', zj: 'credit.zj.example/witness' };
const at = (hour: number) => toNumericDate(new Date(Date.UTC(2026, 10, 20, hour)));

async function checkpoint(size: number, hours: Partial<Record<keyof typeof names, number>>): Promise<StoredCheckpoint> {
  const root = hash(Uint8Array.of(size));
  const checkpointBody = formatCheckpoint({ origin, size, root });
  const signer = signerFrom(ed25519FromSeed(origin));
  const vkey = formatVkey(hash, origin, 1, signer.publicKey as Ed25519Jwk);
  let note = formatNote(checkpointBody, [formatSignatureLine(vkey, new Uint8Array(64))]);
  for (const [who, hour] of Object.entries(hours)) {
    const witness = signerFrom(ed25519FromSeed(who));
    const key = formatVkey(hash, names[who as keyof typeof names], 4, witness.publicKey as Ed25519Jwk);
    note = mergeSignatures(note, [await cosign({ signer: witness, vkey: key, checkpointBody, time: at(hour) })]);
  }
  return { size, root, note, quorum: true, at: '2026-11-20T00:00:00.000Z' };
}

async function read(...kept: StoredCheckpoint[]): Promise<CosignedTimes> {
  const store = { listCheckpoints: async () => kept } as unknown as LogStore; // it asks for nothing else
  return readCosigned(store, { id: 1, size: 100 } as HeldLog);
}

describe('an entry', () => {
  it('was covered by a witness when it cosigned the first checkpoint that holds it', async () => {
    const times = await read(
      await checkpoint(10, { js: 1 }),
      await checkpoint(20, { zj: 2 }),
      await checkpoint(30, { js: 3 }),
    );
    expect(times.coveredAt([names.js], 9)).toBe(at(1));
    expect(times.coveredAt([names.js], 10)).toBe(at(3));
    expect(times.coveredAt([names.zj], 10)).toBe(at(2));
    expect(times.coveredAt([names.zj, names.js], 20)).toBe(at(3));
    expect(times.coveredAt([names.zj], 20)).toBeUndefined();
    expect(times.coveredAt([names.js], 30)).toBeUndefined();
  });

  it('was not there yet when anybody last cosigned a checkpoint without it', async () => {
    const times = await read(await checkpoint(10, { js: 1, zj: 5 }), await checkpoint(20, { js: 4 }));
    expect(times.absentAt(9)).toBeUndefined();
    expect(times.absentAt(10)).toBe(at(5));
    expect(times.absentAt(25)).toBe(at(5));
    expect((await read()).absentAt(3)).toBeUndefined();
  });
});
