/** Explanations and reports on peers, held against the document. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApi } from '../support/api.ts';
import { type Network, openNetwork } from '../support/network.ts';
import { importPenalties } from '../support/penalties.ts';

let network: Network;

beforeAll(async () => {
  network = await openNetwork({ running: ['310000', '320000'] });
  await importPenalties(network.node('310000'), 0, 2);
  await network.exchange();
  await importPenalties(network.node('310000'), 2, 3);
});
afterAll(() => network.close());

it('tells every entry of our log and of another, as the document says', async () => {
  for (const id of ['310000', '320000']) {
    const running = network.node(id);
    const call = createApi(running.url, await running.createToken('auditor'));
    for (const member of ['310000', '320000']) {
      const { body } = await call('GET', '/api/v1/bulletins', { query: { member } });
      const jtis = (body.bulletins as { jti?: string }[]).flatMap(({ jti }) => jti ?? []);
      expect(jtis.length).toBeGreaterThan(1);
      for (const jti of jtis) {
        const told = await call('GET', `/api/v1/explain/${jti}`);
        expect(told).toMatchObject({ status: 200, body: { bulletin: { jti, member } } });
      }
    }
    expect((await call('GET', '/api/v1/peers')).status).toBe(200);
  }
});

it('knows nothing of what is not there', async () => {
  const call = createApi(network.node('310000').url, await network.node('310000').createToken('operator'));
  const nowhere = '0198f3c2-7a51-7c3e-9b2f-3d5a1c9e7b10';
  const codes = [nowhere, `310000.${nowhere}`, `990000.${nowhere}`, '样知罚〔1999〕1号'].map(async (asked) => {
    const { status, body } = await call('GET', `/api/v1/explain/${encodeURIComponent(asked)}`);
    return [status, body.code];
  });
  expect(await Promise.all(codes)).toEqual([
    [404, 'bulletin/not-found'],
    ...Array.from({ length: 3 }, () => [404, 'registry/not-found']),
  ]);
});
