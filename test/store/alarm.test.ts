/** Alarms, messages, clocks and sizes as the tables keep them. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HeldAlarm } from '../../node/federation/alarm.ts';
import type { Delivery } from '../../node/federation/webhook.ts';
import { engines } from '../support/engines.ts';
import { addLog, type OpenStore, storesOn } from '../support/stores.ts';

const at = '2026-11-20T02:00:00.000Z';
const later = '2026-11-20T03:00:00.000Z';

describe.each(engines)('in $name', (engine) => {
  const stores = storesOn(engine);
  let store: OpenStore;

  beforeEach(async () => {
    store = await stores.open();
  });
  afterEach(() => stores.close());

  const alarm = (id: string, about = '320000'): HeldAlarm => ({
    ...{ id, code: 'alarm/withheld', about, facts: { entries: 2, since: at }, raisedAt: at },
  });
  const delivery = (id: string, change: Partial<Delivery> = {}): Delivery => ({
    ...{ id, event: 'raised', text: '{"a":"值"}', tries: 0, nextTryAt: at },
    ...change,
  });

  it('an alarm stands once until it is cleared, and then may stand again', async () => {
    const { alarms } = store;
    const raised = await Promise.all(['1', '2', '3'].map((id) => alarms.raise(alarm(id))));
    expect(raised.filter(Boolean)).toHaveLength(1);
    expect(await alarms.raise(alarm('4', ''))).toBe(true);
    const [first, other] = await alarms.listStanding();
    expect([first, other]).toEqual([alarm(first?.id ?? ''), alarm('4', '')]);
    const cleared = await Promise.all([later, later].map((when) => alarms.clear(first?.id ?? '', when)));
    expect(cleared.sort()).toEqual([false, true]);
    expect(await alarms.raise(alarm('5'))).toBe(true);
    expect((await alarms.listStanding()).map(({ id }) => id)).toEqual(['4', '5']);
    expect((await alarms.listAlarms(10)).map(({ id, clearedAt }) => [id, clearedAt])).toEqual([
      ...[
        ['5', undefined],
        ['4', undefined],
        [first?.id, later],
      ],
    ]);
    expect(await alarms.listAlarms(1)).toHaveLength(1);
  });

  it('an alarm’s facts may change while it stands', async () => {
    await store.alarms.raise(alarm('1'));
    await store.alarms.putFacts('1', { entries: 9 });
    expect(await store.alarms.listStanding()).toMatchObject([{ id: '1', facts: { entries: 9 } }]);
  });

  it('what was cleared long ago is forgotten, what stands is not', async () => {
    for (const id of ['1', '2']) await store.alarms.raise(alarm(id, id));
    await store.alarms.clear('1', at);
    await store.alarms.forgetAlarms(later);
    expect((await store.alarms.listAlarms(9)).map(({ id }) => id)).toEqual(['2']);
  });

  it('messages wait in their order until they are taken or given up', async () => {
    const { deliveries } = store;
    const [first, second] = [delivery('1', { alarm: 'a' }), delivery('2', { event: 'cleared', alarm: 'a' })];
    for (const one of [second, first, delivery('3', { event: 'test' })]) await deliveries.putDelivery(one);
    expect((await deliveries.listWaiting(2)).map(({ id }) => id)).toEqual(['1', '2']);
    expect((await deliveries.listWaiting(1))[0]).toEqual(first);
    const tried = { ...first, tries: 1, nextTryAt: later, lastError: 'HTTP 500' };
    await deliveries.putTry(tried);
    expect((await deliveries.listWaiting(1))[0]).toEqual(tried);
    await deliveries.putTry({ ...tried, toldAt: later });
    await deliveries.putTry({ ...second, gaveUpAt: later });
    expect((await deliveries.listWaiting(9)).map(({ id }) => id)).toEqual(['3']);
    expect(await deliveries.countWaiting()).toBe(1);
    await deliveries.forgetDeliveries('2026-11-21T00:00:00.000Z');
    expect(await deliveries.countWaiting()).toBe(1);
  });

  it('a message is claimed by one', async () => {
    await store.deliveries.putDelivery(delivery('1'));
    const claims = await Promise.all([later, later].map((to) => store.deliveries.claimDelivery('1', at, to)));
    expect(claims.sort()).toEqual([false, true]);
    expect(await store.deliveries.listWaiting(1)).toMatchObject([{ nextTryAt: later }]);
  });

  it('the newest reading of each clock is kept', async () => {
    await store.watch.putClock({ member: '320000', seconds: 7, at });
    await store.watch.putClock({ member: '310000', seconds: -3_000_000_000, at });
    await store.watch.putClock({ member: '320000', seconds: 0, at: later });
    expect(await store.watch.listClocks()).toEqual([
      { member: '310000', seconds: -3_000_000_000, at },
      { member: '320000', seconds: 0, at: later },
    ]);
  });

  it('of each log the size at the end of the last day before is found', async () => {
    const [one, other] = [await addLog(store, '310000', true), await addLog(store, '320000')];
    const put = (log: number, day: string, size: number) => store.watch.putSize({ log, day, size });
    await put(one.id, '2026-11-18', 1);
    await put(one.id, '2026-11-19', 2);
    await put(one.id, '2026-11-19', 3);
    await put(one.id, '2026-11-20', 9);
    await put(other.id, '2026-11-20', 5);
    expect(await store.watch.listSizesBefore('2026-11-20')).toEqual([{ log: one.id, day: '2026-11-19', size: 3 }]);
    expect(await store.watch.listSizesBefore('2026-11-21')).toEqual([
      { log: one.id, day: '2026-11-20', size: 9 },
      { log: other.id, day: '2026-11-20', size: 5 },
    ]);
    await store.watch.forgetSizes('2026-11-20');
    expect(await store.watch.listSizesBefore('2026-11-20')).toEqual([]);
  });
});
