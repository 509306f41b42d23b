/** Every noun's store on one handle, and the transaction over all of them. */

import { sql } from 'kysely';
import type { AgreementRefusalStore, AgreementStore } from '../agreement/ports.ts';
import type { AlarmStore } from '../federation/alarms.ts';
import type { ExchangeStore } from '../federation/ports.ts';
import type { WatchStore } from '../federation/read-alarm-state.ts';
import type { DeliveryStore } from '../federation/webhook.ts';
import type { SessionStore } from '../registry/sessions.ts';
import type { TokenStore } from '../registry/tokens.ts';
import { agreementStore } from './agreement.ts';
import { alarmStore, deliveryStore, watchStore } from './alarm.ts';
import type { StoreWatch } from './connect.ts';
import { erasureStore } from './erasure.ts';
import { peerStore } from './federation.ts';
import { historyStore } from './history.ts';
import { importStore } from './import.ts';
import { lockStore } from './lock.ts';
import { logStore } from './log.ts';
import { openDatabase, openSnapshot } from './open.ts';
import { outsideStore } from './outside-witness.ts';
import { proposalStore } from './proposal.ts';
import { createPutMany, type PutMany } from './put-many.ts';
import { questionStore } from './question.ts';
import { refusalStore } from './refusal.ts';
import { registryStore } from './registry.ts';
import { scrubDatabase } from './scrub.ts';
import { sessionStore } from './session.ts';
import { storyStore } from './story.ts';
import type { Database } from './tables.ts';
import { tokenStore } from './token.ts';

export interface Store extends ExchangeStore {
  agreements: AgreementStore & AgreementRefusalStore;
  tokens: TokenStore;
  sessions: SessionStore;
  alarms: AlarmStore;
  deliveries: DeliveryStore;
  watch: WatchStore;
  transaction<T>(work: (store: Store) => Promise<T>): Promise<T>;
}

export interface OpenStore extends Store {
  isReachable(): Promise<boolean>;
  /** Takes what was erased out of the files. @throws {Problem} store/busy */
  scrub(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the store.
 *
 * @param url `sqlite:<path>` or `postgres://…`
 * @param watch told of lost connections and failed syncs
 * @throws {Problem} store/unreachable, store/newer-schema
 */
export async function openStore(url: string, watch?: StoreWatch): Promise<OpenStore> {
  const db = await openDatabase(url, undefined, watch);
  const putMany = createPutMany();
  return {
    ...storeOn(db, putMany),
    transaction: (work) => db.transaction().execute((within) => work(storeOn(within, putMany))),
    savepoint: () => Promise.reject(new RangeError('a savepoint stands inside a transaction')),
    isReachable: () =>
      sql`select 1`.execute(db).then(
        () => true,
        () => false,
      ),
    scrub: () => scrubDatabase(db, url),
    close: () => db.destroy(),
  };
}

/**
 * Opens a store for reading, as it stands at this moment, beside whoever writes.
 *
 * @throws {Problem} store/unreachable, store/newer-schema, store/older-schema
 */
export async function openStoreForReading(url: string): Promise<Store & { close(): Promise<void> }> {
  const { db, close } = await openSnapshot(url);
  return { ...storeOn(db, createPutMany()), close };
}

function storeOn(db: Database, putMany: PutMany): Store {
  return {
    log: logStore(db, putMany),
    locks: lockStore(db),
    outside: outsideStore(db),
    registry: registryStore(db, putMany),
    imports: importStore(db, putMany),
    peers: peerStore(db),
    refusals: refusalStore(db),
    questions: questionStore(db),
    agreements: agreementStore(db),
    proposals: proposalStore(db),
    erasures: erasureStore(db),
    stories: storyStore(db),
    histories: historyStore(db),
    tokens: tokenStore(db),
    sessions: sessionStore(db),
    alarms: alarmStore(db),
    deliveries: deliveryStore(db),
    watch: watchStore(db),
    transaction: () => Promise.reject(new RangeError('a transaction stands in no other')),
    async savepoint(work) {
      await sql`savepoint inner_step`.execute(db);
      try {
        const done = await work();
        await sql`release savepoint inner_step`.execute(db);
        return done;
      } catch (error) {
        await sql`rollback to savepoint inner_step`.execute(db);
        await sql`release savepoint inner_step`.execute(db);
        throw error;
      }
    },
  };
}
