import Sqlite from 'better-sqlite3';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLedger } from '../../node/log/ledger.ts';
import { emptyRoot } from '../../node/log/merkle.ts';
import { type Ed25519Jwk, formatVkey } from '../../node/log/note.ts';
import type { StoredCheckpoint } from '../../node/log/ports.ts';
import { ed25519FromSeed, hash, signerFrom } from '../support/crypto.ts';
import { engines } from '../support/engines.ts';
import { addLog, type OpenStore, sampleEntry, storesOn } from '../support/stores.ts';
import { numberedHash } from '../support/tree.ts';

describe.each(engines)('the logs in $name', (engine) => {
  const stores = storesOn(engine);
  let store: OpenStore & { url: string };

  beforeEach(async () => {
    store = await stores.open();
  });
  afterEach(() => stores.close());

  const checkpoint = (size: number, changes: Partial<StoredCheckpoint> = {}): StoredCheckpoint => ({
    ...{ size, root: numberedHash(size), note: `note ${size}`, quorum: false, at: '2026-11-20T02:00:00.000Z' },
    ...changes,
  });

  it('are found by origin and listed in the order in which they were added', async () => {
    const one = await addLog(store, '310000', true);
    const other = await addLog(store, '320000');
    expect(one).toEqual({
      ...{ id: 1, origin: '310000.example/log', member: '310000', own: true },
      ...{ size: 0, root: emptyRoot(hash), receipted: 0 },
    });
    expect(await store.log.findLog('310000.example/log')).toEqual(one);
    expect(await store.log.findLog('no such log')).toBeUndefined();
    expect(await store.log.listLogs()).toEqual([one, other]);
  });

  it('are added once, by however many at a time', async () => {
    const other = await stores.open(store.url);
    const members = ['310000', '320000', '330000', '340000'];
    const added = await Promise.all(members.flatMap((member) => [addLog(store, member), addLog(other, member)]));
    const logs = await store.log.listLogs();
    expect(logs.map(({ member }) => member).sort()).toEqual(members);
    expect(logs.map(({ id }) => id).sort()).toEqual([1, 2, 3, 4]);
    expect(new Set(added.map(({ id, member }) => `${id} ${member}`)).size).toBe(4);
  });

  it('keep their head, and what is not said of it', async () => {
    const { id } = await addLog(store);
    await store.log.putHead(id, { size: 7, root: numberedHash(7), receipted: 5 });
    await store.log.putHead(id, { size: 9, root: numberedHash(9) });
    expect(await store.log.lockLog(id)).toMatchObject({ size: 9, root: numberedHash(9), receipted: 5 });
  });

  it('list checkpoints with a quorum from a size down', async () => {
    const { id } = await addLog(store);
    for (const size of [2, 3, 5, 8, 9]) await store.log.putCheckpoint(id, checkpoint(size, { quorum: size !== 5 }));
    const sizes = async (most: number, limit = 10) =>
      (await store.log.listCosigned(id, most, limit)).map(({ size }) => size);
    expect(await sizes(8)).toEqual([8, 3, 2]);
    expect(await sizes(100, 2)).toEqual([9, 8]);
    expect(await sizes(1)).toEqual([]);
  });

  it('count beyond 32 bits, up to the largest safe integer', async () => {
    const { id } = await addLog(store);
    const most = Number.MAX_SAFE_INTEGER;
    await store.log.putHead(id, { size: most, root: numberedHash(1), receipted: 2 ** 40 });
    await store.log.putEntries(id, [sampleEntry(most - 1)]);
    await store.log.putTiles(id, [{ level: 0, index: 2 ** 44, hashes: numberedHash(1) }]);
    await store.log.putCheckpoint(id, checkpoint(most));
    expect(await store.log.lockLog(id)).toMatchObject({ size: most, receipted: 2 ** 40 });
    expect(await store.log.listEntries(id, 0, most)).toEqual([sampleEntry(most - 1)]);
    expect(Uint8Array.from((await store.log.readTile(id, 0, 2 ** 44)) ?? [])).toEqual(numberedHash(1));
    expect((await store.log.findLargestCheckpoint(id))?.size).toBe(most);
  });

  it('show what they have a word on, and pass the other leaves over', async () => {
    const { id } = await addLog(store);
    const { content: _, word: __, ...bare } = sampleEntry(1);
    const refused = { ...sampleEntry(2), word: 'refused' as const, code: 'bulletin/schema' };
    await store.log.putEntries(id, [sampleEntry(0), bare, refused, { ...bare, index: 3 }, sampleEntry(4)]);
    expect(await store.log.listJudged(id, 0, 4)).toEqual([sampleEntry(0), refused]);
    expect(await store.log.listJudged(id, 3, 9)).toEqual([sampleEntry(4)]);
  });

  it('show how each good content begins, the newest first', async () => {
    const { id } = await addLog(store);
    const long = `${'h'.repeat(300)}.payload.signature`;
    const content = { salt: 'AAAA', jws: long };
    const { content: _, ...bare } = sampleEntry(3);
    await store.log.putEntries(id, [
      { ...sampleEntry(0), content: { salt: 'AAAA', jws: 'short.a.b' }, word: 'issued' },
      { ...sampleEntry(1), content, word: 'taken' },
      { ...sampleEntry(2), content, word: 'refused', code: 'bulletin/bad-signature' },
      bare,
      { ...sampleEntry(4), content, word: 'noted', code: 'registry/illegal-step' },
    ]);
    const starts = await store.log.listContentStarts(id, 0, 10);
    expect(starts.map(({ index }) => index)).toEqual([4, 1, 0]);
    expect(starts[1]).toEqual({ index: 1, at: sampleEntry(1).at, start: 'h'.repeat(200) });
    expect(starts[2]?.start).toBe('short.a.b');
    expect((await store.log.listContentStarts(id, 1, 4)).map(({ index }) => index)).toEqual([1]);
  });

  it('give tiles byte for byte, the last form of each', async () => {
    const { id } = await addLog(store);
    const bytes = Uint8Array.from({ length: 8192 }, (_, i) => i % 256);
    await store.log.putTiles(id, [{ level: 0, index: 0, hashes: bytes.slice(0, 32) }]);
    await store.log.putTiles(id, [
      { level: 0, index: 0, hashes: bytes },
      { level: 1, index: 0, hashes: bytes.slice(32, 64) },
    ]);
    const [wide, above] = [await store.log.readTile(id, 0, 0), await store.log.readTile(id, 1, 0)];
    expect(Uint8Array.from(wide ?? [])).toEqual(bytes);
    expect(Uint8Array.from(above ?? [])).toEqual(bytes.slice(32, 64));
    expect(await store.log.readTile(id, 0, 1)).toBeUndefined();
    expect(await store.log.readTile(id + 1, 0, 0)).toBeUndefined();
  });

  it('give entries back as they were put, a hundred at once or one', async () => {
    const { id } = await addLog(store);
    const bare = { index: 0, leaf: '叶\n', governance: true, at: '2026-11-20T02:00:00.000Z' };
    const full = sampleEntry(1, { word: 'noted', code: 'registry/illegal-step' });
    const rest = Array.from({ length: 250 }, (_, i) => sampleEntry(i + 2));
    await store.log.putEntries(id, [bare, full, ...rest]);
    expect(await store.log.listEntries(id, 0, 2)).toEqual([bare, full]);
    expect(await store.log.listEntries(id, 0, 1000)).toEqual([bare, full, ...rest]);
    expect((await store.log.listEntries(id, 100, 103)).map(({ index }) => index)).toEqual([100, 101, 102]);
    expect(await store.log.listEntries(id, 252, 300)).toEqual([]);
    expect(await store.log.listGovernance(id, 0)).toEqual([bare]);
    expect(await store.log.listGovernance(id, 1)).toEqual([]);
  });

  it('list so much governance as is asked for', async () => {
    const { id } = await addLog(store);
    const entries = Array.from({ length: 7 }, (_, i) => ({ ...sampleEntry(i), governance: i % 2 === 0 }));
    await store.log.putEntries(id, entries);
    const indexes = async (from: number, limit?: number) =>
      (await store.log.listGovernance(id, from, limit)).map(({ index }) => index);
    expect(await indexes(1, 2)).toEqual([2, 4]);
    expect(await indexes(5, 2)).toEqual([6]);
    expect(await indexes(0)).toEqual([0, 2, 4, 6]);
  });

  it('never hold two entries at one index', async () => {
    const { id } = await addLog(store);
    await store.log.putEntries(id, [sampleEntry(0)]);
    await expect(store.log.putEntries(id, [sampleEntry(0)])).rejects.toThrow(/unique/i);
  });

  it('list what is addressed to a member, erased entries left out', async () => {
    const { id } = await addLog(store);
    const to = (audience: string) => `huxin-leaf/v1\n320000${'A'.repeat(37)}=\n${audience}\n`;
    const audiences = ['*', '320000', '330000', '310000,320000,330000', '330000', '320000'];
    const erased = { by: 9, ground: 'ordered', at: '2026-11-21T02:00:00.000Z' };
    await store.log.putEntries(
      id,
      audiences.map((audience, i) => sampleEntry(i, { leaf: to(audience), ...(i === 5 && { erased }) })),
    );
    const indexes = async (...given: [from: number, to: number, limit: number]) =>
      (await store.log.listAddressed(id, '320000', ...given)).map(({ index }) => index);
    expect(await indexes(0, 10, 10)).toEqual([1, 3]);
    expect(await indexes(2, 10, 10)).toEqual([3]);
    expect(await indexes(0, 3, 10)).toEqual([1]);
    expect(await indexes(0, 10, 1)).toEqual([1]);
  });

  it('know when a checkpoint beyond a size was first seen', async () => {
    const { id } = await addLog(store);
    await store.log.putCheckpoint(id, checkpoint(5));
    await store.log.putCheckpoint(id, checkpoint(9, { at: '2026-11-20T03:00:00.000Z' }));
    await store.log.putCheckpoint(id, checkpoint(7, { at: '2026-11-20T04:00:00.000Z' }));
    expect(await store.log.findSeenBeyond(id, 4)).toBe('2026-11-20T02:00:00.000Z');
    expect(await store.log.findSeenBeyond(id, 5)).toBe('2026-11-20T03:00:00.000Z');
    expect(await store.log.findSeenBeyond(id, 9)).toBeUndefined();
  });

  it('list entries by word, from an index on, some at a time', async () => {
    const { id } = await addLog(store);
    const words = ['taken', 'withheld', 'refused', 'withheld', 'noted', 'withheld'] as const;
    await store.log.putEntries(
      id,
      words.map((word, i) => sampleEntry(i, { word })),
    );
    const indexes = async (...given: Parameters<OpenStore['log']['listByWord']>) =>
      (await store.log.listByWord(...given)).map(({ index }) => index);
    expect(await indexes(id, 'withheld', 10)).toEqual([1, 3, 5]);
    expect(await indexes(id, 'withheld', 2)).toEqual([1, 3]);
    expect(await indexes(id, 'withheld', 2, 2)).toEqual([3, 5]);
    expect(await indexes(id, 'refused', 10)).toEqual([2]);
    expect(await indexes(id, 'noted', 10)).toEqual([4]);
    expect(await indexes(id + 1, 'noted', 10)).toEqual([]);
  });

  it('know ids below an index, and whose entry one is', async () => {
    const one = await addLog(store, '310000');
    const other = await addLog(store, '320000');
    await store.log.putEntries(one.id, [sampleEntry(0), sampleEntry(1), sampleEntry(2)]);
    await store.log.putEntries(other.id, [sampleEntry(0, { jti: 'theirs' })]);
    const known = await store.log.findKnownJtis(one.id, ['jti-0', 'jti-1', 'jti-2', 'jti-3', 'theirs'], 2);
    expect([...known].sort()).toEqual(['jti-0', 'jti-1']);
    expect(await store.log.findKnownJtis(one.id, [], 2)).toEqual(new Set());
    expect(await store.log.findByJti('theirs')).toMatchObject({ log: { member: '320000' }, entry: { index: 0 } });
    expect(await store.log.findByJti('nobody’s')).toBeUndefined();
  });

  it('take a later word, with the content or without, and leave the leaf', async () => {
    const { id } = await addLog(store);
    const withheld = {
      index: 0,
      leaf: 'leaf',
      governance: false,
      word: 'withheld',
      at: '2026-11-20T02:00:00.000Z',
    } as const;
    await store.log.putEntries(id, [withheld]);
    const late = sampleEntry(0, { leaf: 'another', word: 'refused', code: 'bulletin/schema' });
    await store.log.putWord(id, late);
    expect(await store.log.listEntries(id, 0, 1)).toEqual([{ ...late, leaf: 'leaf' }]);
    const { code: _, ...taken } = { ...late, word: 'taken' } as const;
    await store.log.putWord(id, taken);
    expect(await store.log.listEntries(id, 0, 1)).toEqual([{ ...taken, leaf: 'leaf' }]);
  });

  it('keep checkpoints by size, the last form of each', async () => {
    const { id } = await addLog(store);
    const cosigned = checkpoint(20, { cosignedAt: '2026-11-20T03:00:00.000Z' });
    for (const one of [checkpoint(10), checkpoint(30), cosigned, checkpoint(30, { note: 'more', quorum: true })])
      await store.log.putCheckpoint(id, one);
    expect(await store.log.findCheckpoint(id, 20)).toEqual(cosigned);
    expect(await store.log.findCheckpoint(id, 15)).toBeUndefined();
    expect(await store.log.findLargestCheckpoint(id)).toEqual(checkpoint(30, { note: 'more', quorum: true }));
    const sizes = (rows: StoredCheckpoint[]) => rows.map(({ size }) => size);
    expect(sizes(await store.log.listCheckpoints(id, 10, 30))).toEqual([20, 30]);
    expect(sizes(await store.log.listCheckpoints(id, 9, 29))).toEqual([10, 20]);
    expect(sizes(await store.log.listLargestCheckpoints(id, 2))).toEqual([30, 20]);
    expect(await store.log.findLastCosigned(id)).toBe('2026-11-20T03:00:00.000Z');
    expect(await store.log.findLastCosigned(id + 1)).toBeUndefined();
    expect(await store.log.findLargestCosigned(id)).toEqual(cosigned);
    expect(await store.log.findLargestCosigned(id + 1)).toBeUndefined();
  });

  it('keep what joins a half-read log to its checkpoint, as long as it is half read', async () => {
    const { id } = await addLog(store);
    expect(await store.log.findHeadProof(id)).toBeUndefined();
    for (const size of [800, 1600]) {
      const proof = { size, to: 5_000_000_000, proof: [numberedHash(size), numberedHash(1)] };
      await store.log.putHeadProof(id, proof);
      expect(await store.log.findHeadProof(id)).toEqual(proof);
    }
    expect(await store.log.findHeadProof(id + 1)).toBeUndefined();
    await store.log.putHeadProof(id, undefined);
    expect(await store.log.findHeadProof(id)).toBeUndefined();
  });

  it('forget checkpoints below a size, but none that reached its quorum', async () => {
    const { id } = await addLog(store);
    for (const size of [1, 2, 3, 4]) await store.log.putCheckpoint(id, checkpoint(size, { quorum: size === 2 }));
    await store.log.forgetCheckpoints(id, 3);
    const sizes = async () => (await store.log.listLargestCheckpoints(id, 10)).map(({ size }) => size);
    expect(await sizes()).toEqual([4, 3, 2]);
    await store.log.putCheckpoint(id, checkpoint(1, { cosignedAt: '2026-11-20T02:00:00.000Z' }));
    await store.log.putCheckpoint(id, checkpoint(3, { cosignedAt: '2026-11-20T03:00:00.000Z' }));
    await store.log.forgetCheckpoints(id, 4);
    expect(await sizes()).toEqual([4, 3, 2]); // 3 is the one that we cosigned last
  });

  it('have one writer: two processes appending at once leave no gap and lose nothing', async () => {
    const log = await addLog(store, '310000', true);
    // in one process SQLite has one connection: to wait for another would be to wait for ourselves
    const other = engine.name === 'sqlite' ? store : await stores.open(store.url);
    const signer = signerFrom(ed25519FromSeed('log'));
    const vkey = formatVkey(hash, log.origin, 1, signer.publicKey as Ed25519Jwk); // a seed makes Ed25519
    const broken: unknown[] = [];
    const write = async (process: OpenStore, name: string) => {
      const onBroken = (problem: unknown) => broken.push(problem);
      const ledger = createLedger({ origin: log.origin, signer, vkey, hash, now: () => new Date(), onBroken });
      const firsts: number[] = [];
      for (let n = 0; n < 12; n++) {
        const additions = Array.from({ length: 1 + (n % 3) }, (_, i) => {
          return { jws: `${name} ${n} ${i}`, jti: `${name}-${n}-${i}`, salt: numberedHash(n), audience: ['320000'] };
        });
        const appended = await process.transaction((within) => ledger.append(within.log, additions));
        ledger.remember(appended);
        firsts.push(appended.first);
      }
      return firsts;
    };
    const firsts = await Promise.all([write(store, 'one'), write(store, 'two'), write(other, 'three')]);
    expect(broken).toEqual([]);
    const { size } = await store.log.lockLog(log.id);
    expect(size).toBe(3 * 24);
    const entries = await store.log.listEntries(log.id, 0, size + 1);
    expect(entries.map(({ index }) => index)).toEqual(Array.from({ length: size }, (_, i) => i));
    expect(new Set(entries.map(({ jti }) => jti)).size).toBe(size);
    expect(new Set(firsts.flat()).size).toBe(36);
  });

  it('let no second writer in before the first has committed', async () => {
    const { id } = await addLog(store, '310000', true);
    const second = await secondWriter(engine.name, store.url);
    await store.transaction(async (within) => {
      await within.log.lockLog(id);
      expect(await second.lock()).toBe('busy');
      await within.log.putHead(id, { size: 5, root: numberedHash(5) });
    });
    expect(await second.lock()).toBe(5);
    await second.close();
  });
});

/** Another connection that asks for the lock of the first log without waiting: the size it finds, or `busy`. */
async function secondWriter(engine: string, url: string) {
  if (engine === 'sqlite') {
    const db = new Sqlite(url.slice('sqlite:'.length), { timeout: 0 });
    const lock = db.transaction(
      () => db.prepare('update log set size = size returning size').get() as { size: number },
    );
    const attempt = async () => {
      try {
        return lock.immediate().size;
      } catch (error) {
        return (error as { code?: string }).code === 'SQLITE_BUSY' ? 'busy' : String(error);
      }
    };
    return { lock: attempt, close: async () => void db.close() };
  }
  const client = new Client({ connectionString: url });
  await client.connect();
  const lock = async () => {
    const asked = client.query<{ size: string }>('select size from log for update nowait');
    return asked.then(
      ({ rows }) => Number(rows[0]?.size),
      (error: { code?: string }) => (error.code === '55P03' ? 'busy' : String(error)),
    );
  };
  return { lock, close: () => client.end() };
}
