import { expect, it } from 'vitest';
import { createClient } from '../../node/cli/client.ts';
import { Misuse } from '../../node/cli/terminal.ts';

interface Call {
  url: string;
  init: RequestInit;
}

function answering(body: string | null, init: ResponseInit = {}) {
  const calls: Call[] = [];
  const fetch: typeof globalThis.fetch = async (url, given = {}) => {
    calls.push({ url: String(url), init: given });
    return new Response(body, init);
  };
  return { calls, client: createClient({ node: 'http://127.0.0.1:8310/', token: 'secret' }, fetch) };
}

it('sends the token and asks for JSON', async () => {
  const { calls, client } = answering('{"a":1}');
  expect(await client.get('/api/v1/imports', { state: 'held', of: undefined })).toEqual({ a: 1 });
  expect(calls).toMatchObject([
    {
      url: 'http://127.0.0.1:8310/api/v1/imports?state=held',
      init: {
        method: 'GET',
        redirect: 'error',
        headers: { authorization: 'Bearer secret', accept: 'application/json' },
      },
    },
  ]);
});

it('posts JSON, uploads files as they are, deletes', async () => {
  const { calls, client } = answering('{}');
  const file = new Blob([Uint8Array.of(1, 2)]);
  await client.post('/a', { b: '互信' });
  await client.post('/a');
  await client.upload('/imports', file, { type: 'penalty' });
  await client.delete('/tokens/1');
  expect(calls.map(({ url, init }) => [init.method, url.slice(21), init.body])).toEqual([
    ['POST', '/a', '{"b":"互信"}'],
    ['POST', '/a', undefined],
    ['POST', '/imports?type=penalty', file],
    ['DELETE', '/tokens/1', undefined],
  ]);
});

it('answers nothing where the node has nothing to say', async () => {
  expect(await answering(null, { status: 204 }).client.delete('/a')).toBeUndefined();
});

it('downloads piece by piece, and says when it broke off', async () => {
  const take = async (body: ConstructorParameters<typeof Response>[0], init?: ResponseInit) => {
    const fetch: typeof globalThis.fetch = async () => new Response(body, init);
    const pieces = createClient({ node: 'http://127.0.0.1:8310', token: 'secret' }, fetch).download('/a');
    const texts: string[] = [];
    for await (const piece of pieces) texts.push(new TextDecoder().decode(piece));
    return texts.join('');
  };
  expect(await take('甲\n乙\n')).toBe('甲\n乙\n');
  const broken = new ReadableStream({
    pull(controller) {
      controller.error(new TypeError('terminated'));
    },
  });
  await expect(take(broken)).rejects.toThrow('node/unreachable');
  const refused = JSON.stringify({ code: 'auth/role-not-allowed', facts: {} });
  await expect(take(refused, { status: 403 })).rejects.toThrow('auth/role-not-allowed');
});

it('turns problem+json into the problem that it was', async () => {
  const body = {
    type: 'about:blank',
    title: 'Refused',
    status: 403,
    code: 'auth/role-not-allowed',
    facts: { role: 'reader' },
  };
  const { client } = answering(JSON.stringify(body), { status: 403 });
  await expect(client.get('/a')).rejects.toMatchObject({
    name: 'Problem',
    code: 'auth/role-not-allowed',
    facts: { role: 'reader' },
  });
});

it.each([
  ['<html>bad gateway</html>', 502],
  ['{"code":"no/such-code"}', 400],
  ['no JSON', 200],
])('refuses an answer that no node gives: %s', async (body, status) => {
  const { client } = answering(body, { status });
  await expect(client.get('/a')).rejects.toMatchObject({ code: 'node/bad-answer', facts: { status } });
});

it('says that the node cannot be reached', async () => {
  const cause = new TypeError('fetch failed');
  const client = createClient({ node: 'http://127.0.0.1:1', token: 't' }, () => Promise.reject(cause));
  await expect(client.get('/')).rejects.toMatchObject({
    code: 'node/unreachable',
    facts: { node: 'http://127.0.0.1:1' },
    cause,
  });
});

it.each([
  [{ token: 't' }, '--node'],
  [{ node: 'http://127.0.0.1:1' }, '--token'],
  [{ node: 'http://credit.sh.example', token: 't' }, 'https://'],
  [{ node: 'credit.sh.example', token: 't' }, 'https://'],
])('refuses %j before anything is sent', (options, hint) => {
  const create = () => createClient(options, () => Promise.reject(new Error('it was sent')));
  expect(create).toThrow(Misuse);
  expect(create).toThrow(hint);
});

it.each([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_HAS_EXPIRED',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])('says that a certificate is not trusted: %s', async (code) => {
  const fetch = () => Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error(), { code }) }));
  const client = createClient({ node: 'https://credit.sh.example', token: 'secret' }, fetch);
  await expect(client.get('/a')).rejects.toMatchObject({
    code: 'node/untrusted-certificate',
    facts: { node: 'https://credit.sh.example', reason: code },
  });
});
