import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { engines } from '../support/engines.ts';
import { addLog, type OpenStore, storesOn } from '../support/stores.ts';

describe.each(engines)('outside witnesses on $name', (engine) => {
  const stores = storesOn(engine);
  let store: OpenStore;
  beforeEach(async () => {
    store = await stores.open();
  });
  afterEach(() => stores.close());

  it('stand to each of our logs by themselves, and begin at nothing', async () => {
    const { id: log } = await addLog(store, '310000', true);
    const { id: other } = await addLog(store, '320000');
    expect(await store.outside.find('w', log)).toEqual({ vkey: 'w', log, size: 0, failures: 0 });
    const failed = {
      vkey: 'w',
      log,
      size: 0,
      failures: 1,
      nextTryAt: 'c',
      lastError: 'peer/unreachable',
      lastErrorAt: 'b',
    };
    await store.outside.put(failed);
    expect(await store.outside.find('w', log)).toEqual(failed);
    const { nextTryAt: _, ...done } = { ...failed, size: 5_000_000_000, failures: 0, cosignedAt: 'd' };
    await store.outside.put(done);
    expect(await store.outside.find('w', log)).toEqual(done);
    expect(await store.outside.find('w', other)).toEqual({ vkey: 'w', log: other, size: 0, failures: 0 });
    expect(await store.outside.find('v', log)).toEqual({ vkey: 'v', log, size: 0, failures: 0 });
  });
});
