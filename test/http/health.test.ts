/** What anyone may know, and that it is the truth. */

import { afterEach, expect, it } from 'vitest';
import { createApi } from '../support/api.ts';
import { type Network, openNetwork } from '../support/network.ts';

let network: Network | undefined;

afterEach(async () => {
  await network?.close();
  network = undefined;
});

async function openNode(now?: () => Date) {
  network = await openNetwork({ running: ['310000'], ...(now && { now }) });
  const node = network.node('310000');
  return { node, api: createApi(node.url) };
}

it('is alive and ready, and says whose node it is', async () => {
  const { node, api } = await openNode();
  expect((await api('GET', '/healthz')).body).toEqual({ alive: true });
  const checks = { store: true, agreement: true, log: true };
  expect(await api('GET', '/readyz')).toMatchObject({ status: 200, body: { ready: true, checks } });
  expect((await api('GET', '/.well-known/huxin')).body).toEqual({
    member: '310000',
    issuer: node.node.self.issuer,
    origin: node.node.self.origin,
    agreement: node.node.version.digest,
    version: 1,
  });
});

it('is not ready before the agreement’s first day, and is ready from then on', async () => {
  let today = new Date('2020-01-01T00:00:00Z');
  const { node, api } = await openNode(() => today);
  const early = { store: true, agreement: false, log: false };
  expect(await api('GET', '/readyz')).toMatchObject({ status: 503, body: { ready: false, checks: early } });
  today = new Date();
  expect((await api('GET', '/readyz')).body.checks).toEqual({ store: true, agreement: true, log: false });
  await node.node.federation.start();
  expect((await api('GET', '/readyz')).status).toBe(200);
});

it('is alive but not ready while its store cannot be reached', async () => {
  const { node, api } = await openNode();
  await node.node.store.close();
  expect((await api('GET', '/healthz')).status).toBe(200);
  const checks = { store: false, agreement: true, log: false };
  expect(await api('GET', '/readyz')).toMatchObject({ status: 503, body: { ready: false, checks } });
});
