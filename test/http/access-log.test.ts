/** The log of requests: one line each, and nothing in it that it must not hold. */

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Api, createApi } from '../support/api.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { createPeer } from '../support/peer.ts';
import { company } from '../support/sheets.ts';
import { until } from '../support/until.ts';
import { csvOf } from '../support/uploads.ts';

interface Line {
  level: string;
  facts: Record<string, unknown>;
  message: string;
}

const lines: Line[] = [];
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let network: Network;
let node: RunningNode;
let token: string;
let clerk: Api;

beforeAll(async () => {
  const keep = (level: string) => (facts: object, message: string) => {
    lines.push({ level, facts: { ...facts }, message });
  };
  const logger = { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
  network = await openNetwork({ running: ['310000'], logger });
  node = network.node('310000');
  token = await node.createToken('clerk');
  clerk = createApi(node.url, token);
});
beforeEach(() => {
  lines.length = 0;
});
afterAll(() => network.close());

/** The lines about requests. The last is written when its answer has left, so they are awaited. */
async function answered(n: number): Promise<Record<string, unknown>[]> {
  const found = () => lines.filter(({ message }) => message === 'request answered').map(({ facts }) => facts);
  await until(`${n} requests are answered`, () => found().length >= n);
  expect(found()).toHaveLength(n);
  return found();
}

it('says method, pattern, status, duration, role and correlation id', async () => {
  const { headers } = await clerk('GET', `/api/v1/subjects/${company}`, { query: { purpose: 'supervision' } });
  const [line] = await answered(1);
  expect(line).toEqual({
    correlationId: headers.get('x-correlation-id'),
    method: 'GET',
    route: '/api/v1/subjects/:uscc',
    status: 200,
    durationMs: expect.any(Number),
    role: 'clerk',
  });
});

it('knows the peers’ routes by their patterns too, and which member called', async () => {
  const log = 'a'.repeat(64);
  await createPeer(network, '320000', node)('GET', `/federation/v1/logs/${log}/entries/0/1`);
  expect(await answered(1)).toMatchObject([
    { route: '/federation/v1/logs/:log/entries/:from/:to', status: 404, role: 'peer', member: '320000' },
  ]);
});

it('has a line for what is no route and for who is nobody', async () => {
  await createApi(node.url)('GET', `/${company}`);
  await createApi(node.url)('GET', '/api/v1/tokens');
  await createApi(node.url)('PATCH', '/api/v1/tokens');
  expect(await answered(3)).toMatchObject([
    { route: 'none', status: 404, role: 'none' },
    { route: '/api/v1/tokens', status: 401, role: 'none' },
    { route: '/api/v1/tokens', status: 405, role: 'none' },
  ]);
});

it('answers the caller’s correlation id when it is a UUID, and a new one otherwise', async () => {
  const own = 'A0000000-0000-4000-8000-00000000000A';
  const ask = async (id: string) => {
    const { headers } = await createApi(node.url)('GET', '/healthz', { headers: { 'x-correlation-id': id } });
    return headers.get('x-correlation-id') ?? '';
  };
  expect(await ask(own)).toBe(own.toLowerCase());
  for (const odd of ['x', `${own} `.repeat(2), `{${own}}`]) expect(await ask(odd)).toMatch(uuid);
  await answered(4); // so that no line of theirs comes into the next test
});

it('holds no path, query, file name, credit code, token or person', async () => {
  await clerk('POST', '/api/v1/imports', { query: { type: 'penalty', name: '机密.csv' }, body: csvOf('penalty') });
  await node.node.work.settled();
  await clerk('GET', `/api/v1/subjects/${company}`, { query: { purpose: 'supervision' } });
  await clerk('GET', '/api/v1/subjects/nonsense-in-the-path', { query: { purpose: 'nonsense-in-the-query' } });
  await answered(3);
  const all = JSON.stringify(lines);
  for (const secret of [token, token.slice(3), company, '机密', 'nonsense', node.node.self.authority, '"0001"']) {
    expect(all).not.toContain(secret);
  }
});

it('says when the caller left in the middle, and logs no failure for it', async () => {
  const controller = new AbortController();
  const half = new ReadableStream<Uint8Array>({
    start: (stream) => stream.enqueue(new Uint8Array(1000)),
    pull: () => new Promise(() => {}), // the rest never comes
  });
  const leaving = fetch(`${node.url}/api/v1/imports?type=penalty&name=a.csv`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
    body: half,
    signal: controller.signal,
    duplex: 'half',
  } as RequestInit); // node's fetch asks for duplex, the DOM's type does not know it
  const stateOf = async () => (await node.node.imports.list(1))[0]?.state;
  await until('it is received', async () => (await stateOf()) === 'receiving');
  controller.abort();
  await expect(leaving).rejects.toThrow();
  expect(await answered(1)).toMatchObject([{ route: '/api/v1/imports', aborted: true }]);
  await until('it is discarded', async () => (await stateOf()) === 'discarded');
  expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
});
