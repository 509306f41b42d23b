/** Opening, migrating, transactions over all stores, and what happens when the database is not there. */

import { inspect } from 'node:util';
import Sqlite from 'better-sqlite3';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { isProblem, type Problem } from '../../node/base/problem.ts';
import { openStore } from '../../node/store/store.ts';
import { engines } from '../support/engines.ts';
import { execute } from '../support/sql.ts';
import { addLog, type OpenStore, sampleEntry, storesOn } from '../support/stores.ts';
import { numberedHash } from '../support/tree.ts';

const at = '2026-11-20T02:00:00.000Z';

async function refusalOf(opening: Promise<OpenStore>): Promise<Problem> {
  const error = await opening.then(
    async (store) => {
      await store.close();
      return undefined;
    },
    (given: unknown) => given,
  );
  if (!isProblem(error)) throw new Error(`no refusal: ${String(error)}`);
  return error;
}

describe.each(engines)('a store on $name', (engine) => {
  const stores = storesOn(engine);
  afterEach(() => stores.close());

  /** Something into every store. */
  async function putEverywhere(
    store: Pick<OpenStore, 'log' | 'registry' | 'imports' | 'peers' | 'agreements' | 'tokens'>,
  ) {
    const { id } = await addLog(store as OpenStore);
    await store.log.putEntries(id, [sampleEntry(0)]);
    await store.log.putHead(id, { size: 1, root: numberedHash(1) });
    const step = {
      member: '310000',
      txn: 't',
      type: 'penalty',
      uscc: 'U',
      jti: 'j',
      decidedOn: '2026-10-09',
      index: 0,
      at,
    };
    await store.registry.putSteps(id, [step]);
    await store.peers.putPeer({ member: '320000', failures: 2 });
    await store.peers.addRequest('jti', 1);
    await store.agreements.putAgreement({ digest: 'd', id: 'a', version: 1, jws: '{}' });
    await store.tokens.putToken({ id: '1', hash: 'h', role: 'clerk', authority: 'A', person: '1', createdAt: at });
    const counts = {
      rows: 0,
      refusedRows: 0,
      opened: 0,
      corrected: 0,
      unchanged: 0,
      repeated: 0,
      personalCells: 0,
      oddRows: 0,
    };
    const given = { type: 'penalty', fileName: 'f', authority: 'A', person: '1', hold: false, allOrNothing: false };
    await store.imports.putImport({
      id: 'i',
      state: 'received',
      summary: { ...counts, warnings: [] },
      createdAt: at,
      ...given,
    });
  }

  async function found(store: OpenStore): Promise<unknown[]> {
    return [
      (await store.log.listLogs()).length,
      (await store.log.listEntries(1, 0, 10)).length,
      (await store.registry.listSubjectSteps('U')).length,
      (await store.peers.findPeer('320000')).failures,
      (await store.agreements.listAgreements()).length,
      (await store.tokens.listTokens()).length,
      (await store.imports.listImports(10)).length,
    ];
  }

  it('keeps what a transaction wrote into all of its stores', async () => {
    const store = await stores.open();
    await store.transaction((within) => putEverywhere(within));
    expect(await found(store)).toEqual([1, 1, 1, 2, 1, 1, 1]);
    expect(await store.peers.addRequest('jti', 1)).toBe(false);
  });

  it('keeps nothing of a transaction that failed, in none of its stores', async () => {
    const store = await stores.open();
    const failing = store.transaction(async (within) => {
      await putEverywhere(within);
      throw new Error('at the very end');
    });
    await expect(failing).rejects.toThrow('at the very end');
    expect(await found(store)).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(await store.peers.addRequest('jti', 1)).toBe(true);
  });

  it('undoes what a savepoint wrote when it fails, and goes on', async () => {
    const store = await stores.open();
    const log = await addLog(store);
    await store.transaction(async (within) => {
      await within.log.putEntries(log.id, [sampleEntry(0)]);
      const twice = within.savepoint(() => within.log.putEntries(log.id, [sampleEntry(1), sampleEntry(0)]));
      await expect(twice).rejects.toThrow(/unique/i);
      expect(await within.savepoint(() => within.log.putEntries(log.id, [sampleEntry(2)]).then(() => 'done'))).toBe(
        'done',
      );
      const nested = within.savepoint(async () => {
        await within.log.putEntries(log.id, [sampleEntry(3)]);
        const inner = within.savepoint(() => Promise.reject(new Error('inner')));
        await expect(inner).rejects.toThrow('inner');
        await within.log.putEntries(log.id, [sampleEntry(4)]);
      });
      await nested;
    });
    expect((await store.log.listEntries(log.id, 0, 9)).map(({ index }) => index)).toEqual([0, 2, 3, 4]);
  });

  it('has savepoints inside transactions only, and no transaction inside another', async () => {
    const store = await stores.open();
    await expect(store.savepoint(async () => 1)).rejects.toThrow(RangeError);
    await expect(store.transaction((within) => within.transaction(async () => 1))).rejects.toThrow(RangeError);
    expect(await store.transaction(async () => 'next')).toBe('next');
  });

  it('is found as it was left', async () => {
    const url = await stores.newDatabase();
    const first = await openStore(url);
    await putEverywhere(first);
    await first.close();
    expect(await found(await stores.open(url))).toEqual([1, 1, 1, 2, 1, 1, 1]);
  });

  it('refuses what a newer release has written, and leaves it alone', async () => {
    const url = await stores.newDatabase();
    await (await openStore(url)).close();
    await execute(url, "insert into kysely_migration (name, timestamp) values ('9999-later', '2030-01-01')");
    const { code, facts } = await refusalOf(openStore(url));
    expect({ code, facts }).toEqual({ code: 'store/newer-schema', facts: { migration: '9999-later' } });
  });

  it('makes all of its tables or none: a first start that was stopped half way is no obstacle', async () => {
    const url = await stores.newDatabase();
    await execute(url, 'create table token (something integer)'); // the last but one that the migration makes
    expect((await refusalOf(openStore(url))).code).toBe('store/unreachable');
    await execute(url, 'drop table token');
    expect(await found(await stores.open(url))).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it('says whether it can be reached', async () => {
    const url = await stores.newDatabase();
    const store = await openStore(url);
    expect(await store.isReachable()).toBe(true);
    await store.close();
    expect(await store.isReachable()).toBe(false);
  });
});

describe('a SQLite store', () => {
  const [sqlite] = engines;
  const stores = storesOn(sqlite as (typeof engines)[number]);
  afterEach(() => stores.close());

  it('that cannot be opened is refused with its path', async () => {
    const { code, facts } = await refusalOf(openStore('sqlite:/nowhere/at/all.db'));
    expect({ code, facts }).toEqual({ code: 'store/unreachable', facts: { url: 'sqlite:/nowhere/at/all.db' } });
  });

  it('that is no database is refused', async () => {
    const { pathname } = new URL(import.meta.url);
    expect((await refusalOf(openStore(`sqlite:${pathname}`))).code).toBe('store/unreachable');
  });

  it('writes ahead to a log', async () => {
    const url = await stores.newDatabase();
    await stores.open(url);
    const db = new Sqlite(url.slice('sqlite:'.length), { readonly: true });
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('page_size', { simple: true })).toBe(16384);
    db.close();
  });
});

describe('a PostgreSQL store', () => {
  const [, postgres] = engines;
  const stores = storesOn(postgres as (typeof engines)[number]);
  afterEach(() => stores.close());

  it.each([
    ['in the place for it', (url: URL) => Object.assign(url, { password: 's3cret' }).href],
    ['with an @ in it', ({ host }: URL) => `postgres://postgres:s3cret@s3cret@${host}/postgres`],
    ['with a slash in it', ({ host }: URL) => `postgres://postgres:s3cret/s3cret@${host}/postgres`],
    ['as a parameter', ({ host }: URL) => `postgres://${host}/postgres?user=postgres&password=s3cret`],
    ['with a percent sign that means nothing', ({ host }: URL) => `postgres://postgres:s3cret%@${host}/postgres`],
  ])('says no password %s when it cannot be opened', async (_, change) => {
    const error = await refusalOf(openStore(change(new URL(inject('postgres')))));
    expect(error.code).toBe('store/unreachable');
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('s3cret');
    expect(JSON.stringify(error.facts)).not.toContain('s3cret');
  });

  it('is opened by several processes at once', async () => {
    const url = await stores.newDatabase();
    const opened = await Promise.all([1, 2, 3].map(() => stores.open(url)));
    expect(await Promise.all(opened.map((store) => store.log.listLogs()))).toEqual([[], [], []]);
  });

  it('outlives its connections: a transaction under way fails, the next one is good', async () => {
    const store = await stores.open();
    await store.isReachable();
    const cut =
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()';
    const failing = store.transaction(async (within) => {
      await addLog(within as OpenStore);
      await execute(store.url, cut);
      await addLog(within as OpenStore, '320000');
    });
    await expect(failing).rejects.toThrow();
    expect(await store.log.listLogs()).toEqual([]);
    expect(await store.transaction((within) => addLog(within as OpenStore))).toMatchObject({ id: 1 });
  });

  it('refuses a number that JavaScript cannot hold, and does not round it', async () => {
    const store = await stores.open();
    const { id } = await addLog(store);
    await execute(store.url, `update log set size = 9007199254740993 where id = ${id}`);
    await expect(store.log.listLogs()).rejects.toThrow('9007199254740993');
  });
});
