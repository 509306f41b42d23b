/** Alarms, messages about them, peers' clocks and the growth of logs in tables. */

import { type Selectable, sql } from 'kysely';
import type { AlarmCode, HeldAlarm } from '../federation/alarm.ts';
import type { AlarmStore } from '../federation/alarms.ts';
import type { WatchStore } from '../federation/read-alarm-state.ts';
import type { Delivery, DeliveryStore } from '../federation/webhook.ts';
import type { AlarmTable, DeliveryTable } from './alarm-tables.ts';
import type { Database } from './tables.ts';

export function alarmStore(db: Database): AlarmStore {
  return {
    async raise({ id, code, about, facts, raisedAt }) {
      const row = { id, code, about, facts: JSON.stringify(facts), raised_at: raisedAt, cleared_at: null };
      const query = db
        .insertInto('alarm')
        .values(row)
        .onConflict((c) => c.doNothing());
      return (await query.executeTakeFirst()).numInsertedOrUpdatedRows === 1n;
    },
    async clear(id, at) {
      const query = db
        .updateTable('alarm')
        .set({ cleared_at: at })
        .where('id', '=', id)
        .where('cleared_at', 'is', null);
      return (await query.executeTakeFirst()).numUpdatedRows === 1n;
    },
    async putFacts(id, facts) {
      await db
        .updateTable('alarm')
        .set({ facts: JSON.stringify(facts) })
        .where('id', '=', id)
        .execute();
    },
    async listStanding() {
      const query = db.selectFrom('alarm').selectAll().where('cleared_at', 'is', null);
      return (await query.orderBy('id').execute()).map(toAlarm);
    },
    async listAlarms(limit) {
      const query = db.selectFrom('alarm').selectAll().orderBy('id', 'desc').limit(limit);
      return (await query.execute()).map(toAlarm);
    },
    async forgetAlarms(before) {
      await db.deleteFrom('alarm').where('cleared_at', '<', before).execute();
    },
  };
}

export function deliveryStore(db: Database): DeliveryStore {
  return {
    async putDelivery(delivery) {
      await db.insertInto('delivery').values(fromDelivery(delivery)).execute();
    },
    async listWaiting(limit) {
      const query = db.selectFrom('delivery').selectAll().where('ended_at', 'is', null).orderBy('id').limit(limit);
      return (await query.execute()).map(toDelivery);
    },
    async countWaiting() {
      const query = db.selectFrom('delivery').select((e) => e.fn.countAll<number>().as('n'));
      return (await query.where('ended_at', 'is', null).executeTakeFirstOrThrow()).n;
    },
    async claimDelivery(id, nextTryAt, to) {
      const query = db.updateTable('delivery').set({ next_try_at: to }).where('id', '=', id);
      const claimed = query.where('next_try_at', '=', nextTryAt).where('ended_at', 'is', null);
      return (await claimed.executeTakeFirst()).numUpdatedRows === 1n;
    },
    async putTry(delivery) {
      const { id, tries, next_try_at, ended_at, taken, last_error } = fromDelivery(delivery);
      await db
        .updateTable('delivery')
        .set({ tries, next_try_at, ended_at, taken, last_error })
        .where('id', '=', id)
        .execute();
    },
    async forgetDeliveries(before) {
      await db.deleteFrom('delivery').where('ended_at', '<', before).execute();
    },
  };
}

export function watchStore(db: Database): WatchStore {
  return {
    async putClock(reading) {
      const { seconds, at } = reading;
      await db
        .insertInto('clock')
        .values(reading)
        .onConflict((c) => c.column('member').doUpdateSet({ seconds, at }))
        .execute();
    },
    listClocks: () => db.selectFrom('clock').selectAll().orderBy('member').execute(),
    async putSize(given) {
      await db
        .insertInto('log_size')
        .values(given)
        .onConflict((c) => c.columns(['log', 'day']).doUpdateSet({ size: given.size }))
        .execute();
    },
    listSizesBefore: (day) =>
      db
        .selectFrom('log_size')
        .selectAll()
        .where('day', '=', (e) =>
          e
            .selectFrom('log_size as before')
            .select(sql<string>`max(before.day)`.as('last'))
            .whereRef('before.log', '=', 'log_size.log')
            .where('before.day', '<', day),
        )
        .orderBy('log')
        .execute(),
    async forgetSizes(before) {
      await db.deleteFrom('log_size').where('day', '<', before).execute();
    },
  };
}

function toAlarm({ id, code, about, facts, raised_at, cleared_at }: Selectable<AlarmTable>): HeldAlarm {
  return {
    id,
    code: code as AlarmCode, // written by raise only
    about,
    facts: JSON.parse(facts) as HeldAlarm['facts'],
    raisedAt: raised_at,
    ...(cleared_at !== null && { clearedAt: cleared_at }),
  };
}

function fromDelivery(delivery: Delivery): DeliveryTable {
  const { id, alarm, event, text, tries, nextTryAt, toldAt, gaveUpAt, lastError } = delivery;
  return {
    id,
    alarm: alarm ?? null,
    event,
    message: text,
    tries,
    next_try_at: nextTryAt,
    ended_at: toldAt ?? gaveUpAt ?? null,
    taken: toldAt === undefined ? 0 : 1,
    last_error: lastError ?? null,
  };
}

function toDelivery(row: Selectable<DeliveryTable>): Delivery {
  const { id, alarm, event, message, tries, next_try_at, ended_at, taken, last_error } = row;
  return {
    id,
    ...(alarm !== null && { alarm }),
    event: event as Delivery['event'], // written by fromDelivery only
    text: message,
    tries,
    nextTryAt: next_try_at,
    ...(ended_at !== null && (taken === 1 ? { toldAt: ended_at } : { gaveUpAt: ended_at })),
    ...(last_error !== null && { lastError: last_error }),
  };
}
