import { describe, expect, it } from 'vitest';
import { formatHex, parseUtf8, utf8 } from '../../node/base/bytes.ts';
import type { Answer, Fetch } from '../../node/base/ports.ts';
import { type Client, createClient } from '../../node/federation/client.ts';
import { hash } from '../support/crypto.ts';

const endpoint = 'https://node.sh.example';
const issuer = 'https://credit.sh.example';
const origin = 'credit.sh.example/log';
const log = formatHex(hash(utf8(origin)));

function answer(body: unknown, status = 200): Answer {
  return { status, headers: { get: () => null }, body: utf8(typeof body === 'string' ? body : JSON.stringify(body)) };
}

function clientOn(fetch: Fetch): Client {
  const sign = async ({ method, url }: { method: string; url: string }, audience: string) =>
    `${method} ${url} ${audience}`;
  return createClient({ member: '310000', issuer, endpoint, fetch, sign, hash });
}

const calls: [string, string, (client: Client) => Promise<unknown>, unknown][] = [
  ['checkpoints', 'GET /federation/v1/checkpoints', (client) => client.checkpoints(), { checkpoints: [] }],
  ['a checkpoint', `GET /federation/v1/logs/${log}/checkpoint`, (client) => client.checkpoint(origin), 'note'],
  [
    'entries',
    `GET /federation/v1/logs/${log}/entries/3/5`,
    (client) => client.entries(origin, 3, 5),
    { entries: [{ leaf: 'l' }], next: 4 },
  ],
  [
    'a consistency proof',
    `GET /federation/v1/logs/${log}/consistency/3/5`,
    (client) => client.consistency(origin, 3, 5),
    { proof: [] },
  ],
  [
    'an inclusion proof',
    `GET /federation/v1/logs/${log}/inclusion/3/5`,
    (client) => client.inclusion(origin, 3, 5),
    { proof: [] },
  ],
  ['an announcement', 'POST /federation/v1/announcements', (client) => client.announce(origin, 5), {}],
];

describe.each(calls)('asking a peer: %s', (_, expected, call, good) => {
  it('goes to its endpoint, signed for that target and for its issuer', async () => {
    const asked: string[] = [];
    const client = clientOn(async (url, { method, headers, body }) => {
      expect(headers.authorization).toBe(`${method} ${url} ${issuer}`);
      expect(headers['content-type']).toBe(body && 'application/json');
      if (body) expect(JSON.parse(parseUtf8(body) ?? '')).toEqual({ origin, size: 5 });
      asked.push(`${method} ${url.replace(endpoint, '')}`);
      return answer(good);
    });
    await call(client);
    expect(asked).toEqual([expected]);
  });

  it('that cannot be reached says the system’s reason', async () => {
    const client = clientOn(() => Promise.reject(Object.assign(new Error('no'), { code: 'ECONNREFUSED' })));
    await expect(call(client)).rejects.toMatchObject({
      code: 'peer/unreachable',
      facts: { member: '310000', reason: 'ECONNREFUSED' },
    });
  });

  it.each([300, 302, 400, 401, 404, 429, 500, 503])('that answers %d says so, with its code', async (status) => {
    const client = clientOn(async () => answer({ code: 'request/replayed' }, status));
    const facts = { member: '310000', status, code: 'request/replayed' };
    await expect(call(client)).rejects.toMatchObject({ code: 'peer/bad-answer', facts });
  });

  it('repeats no long text of a peer', async () => {
    const client = clientOn(async () => answer({ code: 'x'.repeat(10_000) }, 500));
    const error = await call(client).then(String, (given: { facts: { code: string } }) => given.facts.code);
    expect(error).toHaveLength(100);
  });
});
