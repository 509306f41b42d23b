/** Stores of both engines for the tests of one file, and rows to put into them. */

import { emptyRoot } from '../../node/log/merkle.ts';
import type { Entry, HeldLog } from '../../node/log/ports.ts';
import { openStore, type Store } from '../../node/store/store.ts';
import { hash } from './crypto.ts';
import type { Database, Engine } from './engines.ts';

export type OpenStore = Awaited<ReturnType<typeof openStore>>;

/** Opens stores on databases of their own and takes all of it away at the end. */
export function storesOn(engine: Engine) {
  const opened: OpenStore[] = [];
  const databases: Database[] = [];
  return {
    /** A store on a new database, or another one on the database at `url`. */
    async open(url?: string): Promise<OpenStore & { url: string }> {
      const at = url ?? (await newDatabase());
      const store = await openStore(at);
      opened.push(store);
      return { ...store, url: at };
    },
    newDatabase,
    async close(): Promise<void> {
      for (const store of opened.splice(0)) await store.close();
      for (const database of databases.splice(0)) await database.close();
    },
  };

  async function newDatabase(): Promise<string> {
    const database = await engine.open();
    databases.push(database);
    return database.url;
  }
}

export function addLog(store: Store, member = '310000', own = false): Promise<HeldLog> {
  return store.log.addLog({ origin: `${member}.example/log`, member, own, emptyRoot: emptyRoot(hash) });
}

/** An entry with every member; `changes` replace some. */
export function sampleEntry(index: number, changes: Partial<Entry> = {}): Entry {
  const content = { salt: 'c2FsdA==', jws: `h.eyJldmVudHMiOnt9fQ.${index}` }; // {"events":{}}
  const rest = { governance: false, word: 'taken', at: '2026-11-20T02:00:00.000Z' } as const;
  return { index, leaf: `leaf ${index}`, content, jti: `jti-${index}`, ...rest, ...changes };
}
