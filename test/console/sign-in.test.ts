/** Who gets in, how long, and what the browser keeps. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { type Served, serveNode } from '../support/serve.ts';
import { createVisitor, type Visitor } from '../support/visitor.ts';

let network: Network;
let node: RunningNode;
let visitor: Visitor;
let token: string;
let at = Date.parse('2026-11-22T02:00:00.000Z');
const hourMs = 3_600_000;
const served: Served[] = [];

beforeAll(async () => {
  network = await openNetwork({ running: ['310000'], now: () => new Date(at) });
  node = network.node('310000');
});
beforeEach(async () => {
  token = await node.createToken('clerk');
  visitor = createVisitor(node.url);
});
afterEach(async () => {
  for (const { close } of served.splice(0)) await close();
});
afterAll(() => network.close());

describe('signing in', () => {
  it('is asked of whoever comes, and leads on to where one wanted to go', async () => {
    const asked = await visitor.get('/imports?from=3');
    expect(asked.path).toBe('/sign-in?next=%2Fimports%3Ffrom%3D3');
    expect(asked.status).toBe(200);
    const next = /name="next" value="([^"]*)"/.exec(asked.text)?.[1] ?? '';
    expect((await visitor.post('/sign-in', { token, next })).path).toBe('/imports?from=3');
  });

  it('leads each role to its first page', async () => {
    for (const [role, path] of [
      ['clerk', '/'],
      ['auditor', '/'],
      ['reader', '/ask'],
      ['operator', '/alarms'],
    ] as const) {
      const { path: shown, status } = await createVisitor(node.url).signIn(await node.createToken(role));
      expect([role, shown, status]).toEqual([role, path, 200]);
    }
  });

  it('says clearly that a token is wrong, and shows none', async () => {
    const wrong = await visitor.signIn('hx_wrong');
    expect(wrong.status).toBe(401);
    expect(wrong.text).toContain('令牌无效');
    expect(wrong.text).not.toContain('hx_wrong');
    expect(visitor.cookies.size).toBe(0);
  });

  it('counts wrong tokens together with those of the API', async () => {
    const one = await serveNode(node, { config: { ...node.config, rates: { callerPerMinute: 3, peerPerMinute: 9 } } });
    served.push(one);
    const guesser = createVisitor(one.url);
    for (const path of ['/api/v1/agreement', '/api/v1/imports']) {
      await fetch(`${one.url}${path}`, { headers: { authorization: 'Bearer hx_wrong' } });
    }
    expect((await guesser.signIn('hx_wrong')).status).toBe(401);
    const late = await guesser.signIn('hx_wrong');
    expect(late.status).toBe(429);
    expect(late.headers.get('content-type')).toContain('text/html');
  });

  it.each(['//evil.example/', 'https://evil.example/', '/\\evil.example/', 'imports', '/\t/evil.example'])(
    'sends nobody on to %s',
    async (next) => {
      expect((await visitor.post('/sign-in', { token, next })).path).toBe('/');
    },
  );
});

describe('the session', () => {
  it('is in a cookie that no script and no other site can use, and holds no token', async () => {
    const response = await fetch(`${node.url}/sign-in`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams({ token }),
    });
    const [line = ''] = response.headers.getSetCookie();
    expect(line).toMatch(/^huxin=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(line).not.toContain(token);
  });

  it('asks for TLS wherever the browser is not on this machine', async () => {
    const send = (headers: Record<string, string>) =>
      fetch(`${node.url}/sign-in`, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'sec-fetch-site': 'same-origin', ...headers },
        body: new URLSearchParams({ token }),
      });
    for (const headers of [{ 'x-forwarded-proto': 'https' }, { 'x-forwarded-host': 'credit.sh.example' }]) {
      const [line = ''] = (await send(headers as Record<string, string>)).headers.getSetCookie();
      expect(line).toMatch(/^__Host-huxin=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    }
  });

  it('ends by signing out, for whoever kept the cookie too', async () => {
    await visitor.signIn(token);
    const kept = new Map(visitor.cookies);
    const out = await visitor.post('/sign-out');
    expect(out.path).toBe('/sign-in?done=signed-out');
    expect(out.text).toContain('已退出');
    expect(visitor.cookies.has('huxin')).toBe(false);
    for (const [name, value] of kept) visitor.cookies.set(name, value);
    expect((await visitor.get('/')).path).toBe('/sign-in');
  });

  it('ends after eight idle hours, and goes on as long as it is used', async () => {
    await visitor.signIn(token);
    for (let i = 0; i < 3; i++) {
      at += 7 * hourMs;
      expect((await visitor.get('/')).path).toBe('/');
    }
    at += 8 * hourMs + 1;
    expect((await visitor.get('/')).path).toBe('/sign-in');
  });

  it('ends with its token', async () => {
    await visitor.signIn(token);
    const [{ id } = { id: '' }] = (await node.node.tokens.list()).filter(({ revokedAt }) => !revokedAt).slice(-1);
    await node.node.tokens.revoke(id);
    expect((await visitor.get('/')).path).toBe('/sign-in');
  });

  it('is none of the API', async () => {
    await visitor.signIn(token);
    const answer = await visitor.get('/api/v1/agreement');
    expect(answer.status).toBe(401);
  });
});

describe('a form', () => {
  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbouring site', { 'sec-fetch-site': 'same-site' }],
    ['another origin, by an older browser', { 'sec-fetch-site': undefined, origin: 'https://evil.example' }],
    ['nowhere that it tells', { 'sec-fetch-site': undefined, origin: 'null' }],
  ])('from %s is refused', async (_, headers) => {
    await visitor.signIn(token);
    const sent = await visitor.post('/sign-out', {}, headers);
    expect(sent.status).toBe(403);
    expect(sent.text).toContain('不是从本系统的页面发出的');
    expect((await visitor.get('/')).path).toBe('/');
    expect((await createVisitor(node.url).post('/sign-in', { token }, headers)).status).toBe(403);
  });

  it('of an older browser is taken from our own origin', async () => {
    const response = await fetch(`${node.url}/sign-in`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: node.url },
      body: new URLSearchParams({ token }),
    });
    expect(response.status).toBe(303);
  });

  it('that comes too late says that nothing was done, and how to send it again', async () => {
    const late = await visitor.post('/proposals/0198f3c2-7a51-7c3e-9b2f-3d5a1c9e7b10/approval');
    expect(late.status).toBe(401);
    expect(late.text).toContain('刚才提交的内容没有办理');
    expect(late.text).toContain('href="/sign-in" target="_blank"');
  });
});

describe('the language', () => {
  it('is that of the browser, Chinese unless it asks for English', async () => {
    const shown = async (language: string) => (await createVisitor(node.url, language).get('/sign-in')).text;
    expect(await shown('en-GB,en;q=0.9')).toContain('<html lang="en">');
    for (const language of ['zh-CN,zh;q=0.9,en;q=0.8', 'fr', ''])
      expect(await shown(language)).toContain('lang="zh-CN"');
  });

  it('can be chosen, and is kept', async () => {
    const english = await visitor.get('/language?to=en&back=%2Fsign-in%3Fdone%3Dsigned-out');
    expect(english.path).toBe('/sign-in?done=signed-out');
    expect(english.text).toContain('You are signed out.');
    expect((await visitor.get('/sign-in')).text).toContain('<h1>Sign in</h1>');
    expect((await visitor.get('/language?to=zh&back=//evil.example')).path).toBe('/sign-in');
  });
});
