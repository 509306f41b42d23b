/** Refusals as problem+json: their form, their language, and what a failure of our own lets out. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Api, createApi } from '../support/api.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { type Served, serveNode } from '../support/serve.ts';

let network: Network;
let node: RunningNode;
let api: Api;
const served: Served[] = [];

beforeAll(async () => {
  network = await openNetwork({ running: ['310000'] });
  node = network.node('310000');
  api = createApi(node.url, await node.createToken('operator'));
});
afterEach(async () => {
  for (const { close } of served.splice(0)) await close();
});
afterAll(() => network.close());

describe('a refusal', () => {
  it('has the form of RFC 9457, and the correlation id as its instance', async () => {
    const { status, headers, body } = await api('GET', '/api/v1/records/0');
    expect([status, headers.get('content-type')]).toEqual([403, 'application/problem+json; charset=utf-8']);
    expect(body).toMatchObject({
      type: 'urn:huxin:problem:auth/role-not-allowed',
      status: 403,
      code: 'auth/role-not-allowed',
      facts: { role: 'operator', needed: ['clerk', 'auditor', 'reader'] },
      instance: `urn:uuid:${headers.get('x-correlation-id')}`,
    });
  });

  it.each([
    [undefined, 'zh'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en', 'en'],
    ['en-GB,en;q=0.9', 'en'],
    ['fr', 'zh'],
    ['en;q=0.1, zh', 'zh'],
  ])('for Accept-Language %s is in %s', async (wanted, language) => {
    const headers = { 'accept-language': wanted ?? '*' };
    const { body, headers: told } = await api('DELETE', '/api/v1/tokens/0', { headers });
    expect(told.get('content-language')).toBe(language);
    expect(told.get('vary')?.toLowerCase()).toContain('accept-language');
    expect(body.title).toBe(
      language === 'zh' ? '没有这个令牌，或已撤销。' : 'There is no such token, or it is revoked.',
    );
    expect(body.detail).toBe(
      language === 'zh' ? '没有这个令牌，或已撤销：0。' : 'There is no such token, or it is revoked: 0.',
    );
  });

  it('of a route that is none is 404, whatever the method', async () => {
    for (const [method, path] of [
      ['GET', '/nowhere'],
      ['POST', '/api/v1'],
      ['GET', '/api/v1/agreement/'],
      ['GET', '/API/v1/agreement'],
      ['GET', '/federation/v1/tiles'],
    ] as const) {
      expect(await api(method, path)).toMatchObject({ status: 404, body: { code: 'input/no-such-route' } });
    }
  });

  it('of a method that the route does not have is 405, with those that it has', async () => {
    const { status, headers, body } = await api('PUT', '/api/v1/imports');
    expect([status, body.code, headers.get('allow')]).toEqual([405, 'input/no-such-method', 'POST, GET, HEAD']);
    expect(await api('OPTIONS', '/healthz')).toMatchObject({ status: 405 });
  });

  it('of a body says what is wrong with it', async () => {
    const post = (body: string, type = 'application/json') =>
      api('POST', '/api/v1/tokens', { body: new TextEncoder().encode(body), headers: { 'content-type': type } });
    expect(await post('{')).toMatchObject({ status: 400, body: { code: 'input/invalid' } });
    expect((await post('{')).body.detail).toContain('JSON');
    expect(await post('{}')).toMatchObject({ status: 400, body: { facts: { mistakes: [{}, {}, {}] } } });
    expect(await post('')).toMatchObject({ status: 400, body: { code: 'input/invalid' } });
    expect(await post('a=b', 'application/x-www-form-urlencoded')).toMatchObject({ status: 415 });
    expect(await post('{}', 'application/json; charset=latin1')).toMatchObject({ status: 415 });
    const large = await post(JSON.stringify({ role: 'x'.repeat(1024 * 1024) }));
    expect(large).toMatchObject({ status: 413, body: { code: 'input/too-large', facts: { most: 1024 * 1024 } } });
  });

  it('of an address that is not well encoded is 400', async () => {
    expect(await api('DELETE', '/api/v1/tokens/%ZZ')).toMatchObject({ status: 400, body: { code: 'input/invalid' } });
  });

  it('comes with headers that keep it out of caches, frames and guesses', async () => {
    const { headers } = await api('GET', '/api/v1/agreement');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'");
    expect(headers.get('x-powered-by')).toBeNull();
  });
});

describe('a failure of our own', () => {
  it('is logged whole and answered bare', async () => {
    const failure = new TypeError('the secret is 42');
    const errors: object[] = [];
    const logger = { debug() {}, info() {}, warn() {}, error: (facts: object) => errors.push(facts) };
    const tokens = { ...node.node.tokens, list: () => Promise.reject(failure) };
    const one = await serveNode(node, { tokens, logger });
    served.push(one);
    const broken = createApi(one.url, await node.createToken('operator'));
    const { status, headers, body } = await broken('GET', '/api/v1/tokens');
    const correlationId = headers.get('x-correlation-id');
    expect(status).toBe(500);
    expect(body).toEqual({
      type: 'about:blank',
      title: '节点出错，已记入日志。',
      status: 500,
      instance: `urn:uuid:${correlationId}`,
    });
    expect(errors).toEqual([{ correlationId, err: failure }]);
  });
});
