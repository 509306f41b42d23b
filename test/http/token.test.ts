/** Tokens made, listed and revoked by the operator. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Api, createApi } from '../support/api.ts';
import { sampleUscc } from '../support/bulletins.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';

const bearer = { role: 'reader', authority: sampleUscc(1, '11310000'), person: 'A-17' };

let network: Network;
let node: RunningNode;
let operator: Api;

beforeAll(async () => {
  network = await openNetwork({ running: ['310000'] });
  node = network.node('310000');
  operator = createApi(node.url, await node.createToken('operator'));
});
afterAll(() => network.close());

describe('a token', () => {
  it('works from its making to its revocation, and its secret is shown once', async () => {
    const made = await operator('POST', '/api/v1/tokens', { body: bearer });
    expect(made).toMatchObject({ status: 201, body: bearer });
    const { id, token } = made.body;
    expect((await operator('GET', '/api/v1/agreement', { token })).status).toBe(200);
    const listed = (await operator('GET', '/api/v1/tokens')).body;
    expect(listed.tokens).toContainEqual({ id, ...bearer, createdAt: expect.any(String) });
    expect(JSON.stringify(listed)).not.toContain(token);

    expect((await operator('DELETE', `/api/v1/tokens/${id}`)).status).toBe(204);
    const late = await operator('GET', '/api/v1/agreement', { token });
    expect(late).toMatchObject({ status: 401, body: { code: 'auth/unknown-token' } });
    const again = await operator('DELETE', `/api/v1/tokens/${id}`);
    expect(again).toMatchObject({ status: 404, body: { code: 'token/not-found', facts: { token: id } } });
  });

  it.each([
    { ...bearer, role: 'king' },
    { ...bearer, authority: '1' },
    { ...bearer, person: '张三' },
    { ...bearer, secret: 'x' },
    { role: 'clerk' },
  ])('is not made of %j', async (body) => {
    expect(await operator('POST', '/api/v1/tokens', { body })).toMatchObject({
      status: 400,
      body: { code: 'input/invalid' },
    });
  });

  it('is not made for an authority whose code has a wrong check', async () => {
    const body = { ...bearer, authority: '113100000000000000' };
    const { status, body: told } = await operator('POST', '/api/v1/tokens', { body });
    expect([status, told.code]).toEqual([422, 'subject/invalid-uscc']);
  });

  it.each(['', 'hx_', `hx_${'A'.repeat(43)}`])('that was never given, "%s", opens nothing', async (token) => {
    const { status, body } = await createApi(node.url)('GET', '/api/v1/agreement', { token });
    expect([status, body.code]).toEqual([401, token === '' ? 'auth/missing-token' : 'auth/unknown-token']);
  });

  it('is taken whatever the case of the scheme, and of no other scheme', async () => {
    const token = await node.createToken('reader');
    const call = (authorization: string) =>
      createApi(node.url)('GET', '/api/v1/agreement', { headers: { authorization } });
    expect((await call(`bearer ${token}`)).status).toBe(200);
    expect((await call(`Basic ${token}`)).body.code).toBe('auth/missing-token');
  });
});
