/** The ledger against RFC 6962 word for word, over real stores that are closed and opened again between appends. */

import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { utf8 } from '../../node/base/bytes.ts';
import { isProblem } from '../../node/base/problem.ts';
import { verifyCheckpoint } from '../../node/log/checkpoint.ts';
import { createLedger, type Ledger, treeOf } from '../../node/log/ledger.ts';
import { emptyRoot, leafHash } from '../../node/log/merkle.ts';
import { type Ed25519Jwk, formatVkey } from '../../node/log/note.ts';
import type { LogStore } from '../../node/log/ports.ts';
import { consistencyProof, inclusionProof, isConsistent, isIncluded } from '../../node/log/proof.ts';
import { appendLeaves, rootAt, type Tile } from '../../node/log/tile.ts';
import type { Store } from '../../node/store/store.ts';
import { ed25519FromSeed, hash, signerFrom, verifySignature } from '../support/crypto.ts';
import { engines } from '../support/engines.ts';
import { type OpenStore, storesOn } from '../support/stores.ts';
import { numberedHash, referenceTree } from '../support/tree.ts';

const origin = 'credit.sh.example/log';
const signer = signerFrom(ed25519FromSeed('a log key'));
const vkey = formatVkey(hash, origin, 1, signer.publicKey as Ed25519Jwk); // a seed makes Ed25519

function newLedger(broken: unknown[] = []): Ledger {
  return createLedger({
    origin,
    signer,
    vkey,
    hash,
    now: () => new Date(),
    onBroken: (problem) => broken.push(problem),
  });
}

function additions(first: number, count: number) {
  return Array.from({ length: count }, (_, i) => {
    const n = first + i;
    return {
      jws: `jws ${n}`,
      jti: `jti-${n}`,
      salt: numberedHash(n),
      audience: n % 7 === 0 ? ['*'] : ['320000', '330000'],
    };
  });
}

async function append(store: Store, ledger: Ledger, given: ReturnType<typeof additions>) {
  const appended = await store.transaction((within) => ledger.append(within.log, given));
  ledger.remember(appended);
  return appended;
}

function begin(store: Store) {
  return store.log.addLog({ origin, member: '310000', own: true, emptyRoot: emptyRoot(hash) });
}

async function leavesOf(store: Store, id: number, size: number): Promise<Uint8Array[]> {
  return (await store.log.listEntries(id, 0, size)).map(({ leaf }) => leafHash(hash, utf8(leaf)));
}

describe.each(engines)('a log in $name', (engine) => {
  const stores = storesOn(engine);
  afterEach(() => stores.close());

  it('is the tree of RFC 6962, however it was appended to and however often it was opened anew', async () => {
    const batches = fc.array(fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constant('restart' as const)), {
      maxLength: 9,
    });
    await fc.assert(
      fc.asyncProperty(batches, fc.infiniteStream(fc.nat()), async (steps, numbers) => {
        const pick = (below: number) => Number(numbers.next().value) % below;
        let store: OpenStore & { url: string } = await stores.open();
        const { id } = await begin(store);
        let ledger = newLedger();
        let size = 0;
        for (const step of steps) {
          if (step === 'restart') {
            await store.close();
            store = await stores.open(store.url);
            ledger = newLedger();
            continue;
          }
          const appended = await append(store, ledger, additions(size, step));
          expect(appended.first).toBe(size);
          size += step;
          expect(appended.size).toBe(size);
          expect(await store.log.findLog(origin)).toMatchObject({ size, root: appended.root });
        }
        const reference = referenceTree(await leavesOf(store, id, size));
        const tree = treeOf(store.log, { id, size }, hash);
        expect(await rootAt(tree, size)).toEqual(reference.root(size));
        for (const { note } of await store.log.listCheckpoints(id, -1, size)) {
          const { checkpoint } = await verifyCheckpoint({ note, log: vkey, witnesses: [], verifySignature });
          expect(checkpoint.root).toEqual(reference.root(checkpoint.size));
        }
        for (let n = 0; n < 5 && size > 0; n++) {
          const to = 1 + pick(size);
          const [index, from] = [pick(to), pick(to + 1)];
          expect(await inclusionProof(tree, index, to)).toEqual(reference.inclusion(index, to));
          expect(await consistencyProof(tree, from, to)).toEqual(reference.consistency(from, to));
        }
        await stores.close();
      }),
      { numRuns: engine.name === 'sqlite' ? 25 : 5, seed: 14 },
    );
  });

  it('keeps nothing of an append whose transaction fails, and appends in its place', async () => {
    const store = await stores.open();
    const { id } = await begin(store);
    const ledger = newLedger();
    await append(store, ledger, additions(0, 3));
    const failing = store.transaction(async (within) => {
      await ledger.append(within.log, additions(3, 300));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    const { first, size, root } = await append(store, ledger, additions(3, 2));
    expect([first, size]).toEqual([3, 5]);
    expect(root).toEqual(referenceTree(await leavesOf(store, id, 5)).root(5));
    expect((await store.log.listLargestCheckpoints(id, 9)).map((one) => one.size)).toEqual([5, 3]);
  });

  it('holds what it said: leaf, salt, text, id and audience', async () => {
    const store = await stores.open();
    const { id } = await begin(store);
    await append(store, newLedger(), additions(0, 2));
    const [governance, bulletin] = await store.log.listEntries(id, 0, 2);
    expect(governance).toMatchObject({ governance: true, jti: 'jti-0', word: 'issued' });
    expect(bulletin).toMatchObject({ governance: false, jti: 'jti-1', content: { jws: 'jws 1' } });
    expect(bulletin?.leaf).toMatch(/^huxin-leaf\/v1\n[A-Za-z0-9+/]{43}=\n320000,330000\n$/);
  });

  it('is not appended to with nothing, nor before it is held', async () => {
    const store = await stores.open();
    await expect(append(store, newLedger(), additions(0, 1))).rejects.toThrow('log/unknown');
    await begin(store);
    await expect(append(store, newLedger(), [])).rejects.toThrow(RangeError);
  });

  describe('whose head is not what the process last signed', () => {
    const spoils: [string, (store: Store, id: number, first: Uint8Array) => Promise<void>][] = [
      ['is smaller', (store, id, root) => store.log.putHead(id, { size: 3, root })],
      ['is empty', (store, id) => store.log.putHead(id, { size: 0, root: emptyRoot(hash) })],
      ['has another root', (store, id) => store.log.putHead(id, { size: 5, root: numberedHash(1) })],
      [
        'grew from another beginning',
        async (store, id) => {
          const { size, root, tiles } = await appendLeaves(
            { hash, size: 0, readTile: async () => undefined },
            Array.from({ length: 9 }, (_, n) => numberedHash(n)),
          );
          await store.log.putTiles(id, tiles);
          await store.log.putHead(id, { size, root });
        },
      ],
    ];

    it.each(spoils)('because it %s, ends the process and is appended to no more', async (_, spoil) => {
      const store = await stores.open();
      const { id } = await begin(store);
      const broken: unknown[] = [];
      const ledger = newLedger(broken);
      const { root } = await append(store, ledger, additions(0, 3));
      await append(store, ledger, additions(3, 2));
      await spoil(store, id, root);
      const { size } = await store.log.lockLog(id);
      await expect(append(store, ledger, additions(5, 1))).rejects.toThrow('log/head-changed');
      expect(broken).toHaveLength(1);
      expect(isProblem(broken[0]) && broken[0].facts).toEqual({ origin, signed: 5, stored: size });
      expect((await store.log.lockLog(id)).size).toBe(size);
    });

    it('because another process of the node appended to it, is appended to as well', async () => {
      const store = await stores.open();
      const { id } = await begin(store);
      const broken: unknown[] = [];
      const [one, other] = [newLedger(broken), newLedger(broken)];
      for (const [i, ledger] of [one, other, one, one, other].entries())
        await append(store, ledger, additions(i * 2, 2));
      expect(broken).toEqual([]);
      const { root } = await store.log.lockLog(id);
      expect(root).toEqual(referenceTree(await leavesOf(store, id, 10)).root(10));
    });
  });
});

describe('a log of 1,000,000 leaves', () => {
  const [sqlite] = engines;
  const stores = storesOn(sqlite as (typeof engines)[number]);
  afterEach(() => stores.close());

  const million = 1_000_000;

  /** Counts what is read; nothing else of the store may be asked for. */
  function counting(log: LogStore) {
    const reads: string[] = [];
    const port = new Proxy(log, {
      get(target, name: keyof LogStore) {
        if (name !== 'readTile') return target[name];
        return (id: number, level: number, index: number) => {
          reads.push(`${level}/${index}`);
          return target.readTile(id, level, index);
        };
      },
    });
    return { reads, port };
  }

  it('is opened, appended to and proved by reading the tiles on the path alone', async () => {
    const store = await stores.open();
    const { id } = await begin(store);
    const built = new Map<string, Tile>();
    const readTile = async (level: number, index: number) => built.get(`${level}/${index}`)?.hashes;
    let tree = { hash, size: 0, readTile, frontier: [] as Uint8Array[] };
    let root = emptyRoot(hash);
    for (let from = 0; from < million; from += 50_000) {
      const leaves = Array.from({ length: 50_000 }, (_, i) => {
        const leaf = new Uint8Array(32);
        new DataView(leaf.buffer).setUint32(0, from + i);
        return leaf;
      });
      const growth = await appendLeaves(tree, leaves);
      for (const tile of growth.tiles) built.set(`${tile.level}/${tile.index}`, tile);
      tree = { ...tree, size: growth.size, frontier: growth.frontier };
      root = growth.root;
    }
    await store.transaction(async (within) => {
      await within.log.putTiles(id, [...built.values()]);
      await within.log.putHead(id, { size: million, root });
    });
    const url = store.url;
    await store.close();

    const opened = await stores.open(url);
    const { port, reads } = counting(opened.log);
    const held = await port.findLog(origin);
    expect(held).toMatchObject({ size: million, root });
    expect(reads).toEqual([]);

    const leafAt = async (index: number) =>
      (await readTile(0, Math.floor(index / 256)))?.slice((index % 256) * 32, (index % 256) * 32 + 32);
    for (const index of [0, 1, 255, 256, 65_535, 65_536, 499_999, 999_423, 999_424, 999_999]) {
      reads.length = 0;
      const proof = await inclusionProof(treeOf(port, { id, size: million }, hash), index, million);
      expect(
        isIncluded(hash, { index, size: million, leafHash: (await leafAt(index)) as Uint8Array, proof, root }),
      ).toBe(true);
      expect(new Set(reads).size).toBe(reads.length);
      expect(reads.length).toBeLessThanOrEqual(6); // a tile a level to the leaf, and one a level at the right edge
    }
    for (const from of [1, 256, 65_537, 777_777, 999_999]) {
      reads.length = 0;
      const view = treeOf(port, { id, size: million }, hash);
      const proof = await consistencyProof(view, from, million);
      expect(reads.length).toBeLessThanOrEqual(6);
      const fromRoot = await rootAt(view, from);
      expect(isConsistent(hash, { from, to: million, fromRoot, toRoot: root, proof })).toBe(true);
    }
    reads.length = 0;
    const ledger = newLedger();
    const appended = await opened.transaction((within) => {
      const { port: inside, reads: readInside } = counting(within.log);
      return ledger.append(inside, additions(0, 3)).then((done) => ({ done, readInside }));
    });
    expect(appended.done).toMatchObject({ first: million, size: million + 3 });
    expect(appended.readInside.length).toBeLessThanOrEqual(3);
  });
});
