import { afterEach, describe, expect, it } from 'vitest';
import { engines } from '../support/engines.ts';
import { storesOn } from '../support/stores.ts';

describe.each(engines)('the agreements in $name', (engine) => {
  const stores = storesOn(engine);
  afterEach(() => stores.close());

  it('are found by digest, listed by id and version, and put anew when signatures are added', async () => {
    const { agreements } = await stores.open();
    const row = (id: string, version: number) => ({ digest: `sha-256:${id}${version}`, id, version, jws: '{}' });
    for (const one of [row('b', 1), row('a', 10), row('a', 2)]) await agreements.putAgreement(one);
    await agreements.putAgreement({ ...row('a', 2), jws: '{"更多":1}' });
    expect(await agreements.listAgreements()).toEqual([
      { ...row('a', 2), jws: '{"更多":1}' },
      row('a', 10),
      row('b', 1),
    ]);
    expect(await agreements.findAgreement('sha-256:b1')).toEqual(row('b', 1));
    expect(await agreements.findAgreement('sha-256:b2')).toBeUndefined();
  });
});
