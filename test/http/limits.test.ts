/** How often one may ask, each kind of caller by itself. */

import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createApi } from '../support/api.ts';
import { sampleUscc } from '../support/bulletins.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { createPeer } from '../support/peer.ts';
import { type Served, serveNode } from '../support/serve.ts';

let network: Network;
let node: RunningNode;
const served: Served[] = [];

beforeAll(async () => {
  network = await openNetwork({ running: ['310000'] });
  node = network.node('310000');
});
afterEach(async () => {
  for (const { close } of served.splice(0)) await close();
});
afterAll(() => network.close());

/** The same node behind a fresh count. */
async function serve(rates: { callerPerMinute: number; peerPerMinute: number }): Promise<string> {
  const one = await serveNode(node, { config: { ...node.config, rates } });
  served.push(one);
  return one.url;
}

const refusal = { status: 429, body: { code: 'input/rate-limited' } };

it('bounds what one person asks, with all tokens together, and nobody else', async () => {
  const url = await serve({ callerPerMinute: 3, peerPerMinute: 100 });
  const [first, second] = [await node.createToken('auditor'), await node.createToken('auditor')];
  const other = await node.createToken('auditor', sampleUscc(1, '11310000'));
  const ask = (token: string) => createApi(url, token)('GET', '/api/v1/agreement');
  for (const token of [first, first, second]) expect((await ask(token)).status).toBe(200);
  const late = await ask(second);
  expect(late).toMatchObject(refusal);
  expect(Number(late.headers.get('retry-after'))).toBe(late.body.facts.seconds);
  expect(late.body.facts.seconds).toBeGreaterThan(0);
  expect((await ask(other)).status).toBe(200);
});

it('bounds wrong tokens from one address, and leaves right ones uncounted', async () => {
  const url = await serve({ callerPerMinute: 3, peerPerMinute: 100 });
  const right = await node.createToken('reader');
  const ask = (token: string) => createApi(url, token)('GET', '/api/v1/agreement');
  for (const token of [right, 'wrong', 'wrong', right, 'wrong']) await ask(token);
  expect(await ask('wrong')).toMatchObject(refusal);
});

it('bounds what anyone asks in public, routes that are none included', async () => {
  const url = await serve({ callerPerMinute: 2, peerPerMinute: 100 });
  const ask = (path: string) => createApi(url)('GET', path);
  expect((await ask('/healthz')).status).toBe(200);
  expect((await ask('/nothing')).status).toBe(404);
  expect(await ask('/readyz')).toMatchObject(refusal);
  expect(await ask('/nothing')).toMatchObject(refusal);
});

it('bounds each peer by itself, and strangers by their address', async () => {
  const url = await serve({ callerPerMinute: 1, peerPerMinute: 3 });
  const [jiangsu, zhejiang] = ['320000', '330000'].map((id) => createPeer(network, id, node, url));
  const path = '/federation/v1/checkpoints';
  for (let i = 0; i < 3; i++) expect((await jiangsu?.('GET', path))?.status).toBe(200);
  expect(await jiangsu?.('GET', path)).toMatchObject(refusal);
  expect((await zhejiang?.('GET', path))?.status).toBe(200);
  for (let i = 0; i < 3; i++) expect((await createApi(url)('GET', path)).status).toBe(401);
  expect(await createApi(url)('GET', path)).toMatchObject(refusal);
});

it('counts callers behind a proxy on this machine one by one', async () => {
  const url = await serve({ callerPerMinute: 1, peerPerMinute: 100 });
  const ask = (address: string) => createApi(url)('GET', '/healthz', { headers: { 'x-forwarded-for': address } });
  expect((await ask('192.0.2.1')).status).toBe(200);
  expect(await ask('192.0.2.1')).toMatchObject(refusal);
  expect((await ask('192.0.2.2')).status).toBe(200);
});
