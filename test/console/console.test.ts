/** Every page: who may see it, what it lets a browser do, and what is no page. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pagesOf } from '../../node/console/console.ts';
import type { Role } from '../../node/registry/tokens.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { createVisitor, type Visitor } from '../support/visitor.ts';

let network: Network;
let node: RunningNode;
const visitors = new Map<Role, Visitor>();
const roles = ['clerk', 'auditor', 'reader', 'operator'] as const;

/** `get /records/:record` → who may. Told here once more, so that nobody is let in by mistake. */
const allowed: Record<string, readonly Role[] | 'public'> = {
  'get /sign-in': 'public',
  'post /sign-in': 'public',
  'post /sign-out': 'public',
  'get /language': 'public',
  'get /': ['clerk', 'auditor', 'reader', 'operator'],
  'get /worklist.xlsx': ['clerk', 'auditor'],
  'get /alarms': ['operator', 'auditor', 'clerk'],
  'get /imports': ['clerk', 'operator'],
  'post /imports': ['clerk'],
  'get /templates/:type': ['clerk'],
  'get /imports/:import': ['clerk', 'operator'],
  'get /imports/:import/refusals.xlsx': ['clerk'],
  'post /imports/:import/publish': ['clerk'],
  'post /imports/:import/discard': ['clerk'],
  'post /imports/:import/revocation': ['clerk'],
  'get /ask': ['clerk', 'auditor', 'reader'],
  'get /ask/report': ['clerk', 'auditor', 'reader'],
  'get /ask/answer.xlsx': ['clerk', 'auditor', 'reader'],
  'get /records/:record': ['clerk', 'auditor', 'reader'],
  'get /records/:record/steps/:step': ['clerk'],
  'post /records/:record/steps/:step': ['clerk'],
  'get /proposals': ['clerk', 'auditor'],
  'get /proposals/:proposal': ['clerk', 'auditor'],
  'post /proposals/:proposal/approval': ['clerk'],
  'post /proposals/:proposal/rejection': ['clerk'],
  'post /proposals/:proposal/withdrawal': ['clerk'],
  'get /bulletins/:jti/reissue': ['clerk'],
  'post /bulletins/:jti/reissue': ['clerk'],
};

beforeAll(async () => {
  network = await openNetwork({ running: ['310000'] });
  node = network.node('310000');
  for (const role of roles) {
    const visitor = createVisitor(node.url);
    await visitor.signIn(await node.createToken(role));
    visitors.set(role, visitor);
  }
});
afterAll(() => network.close());

const fill = (path: string) => path.replaceAll(/:\w+/g, '0198f3c2-7a51-7c3e-9b2f-3d5a1c9e7b10');

describe('the pages', () => {
  it('are these, for these roles', () => {
    const listed = pagesOf(node.node).map(({ method, path, access }) => [`${method} ${path}`, access]);
    expect(Object.fromEntries(listed)).toEqual(allowed);
  });

  it.each(Object.entries(allowed).filter(([, who]) => who !== 'public'))(
    '%s lets %s in and nobody else',
    async (name, who) => {
      const [method = '', path = ''] = name.split(' ');
      const call = (visitor: Visitor) => (method === 'get' ? visitor.get(fill(path)) : visitor.post(fill(path)));
      for (const [role, visitor] of visitors) {
        const { text } = await call(visitor);
        expect([role, text.includes('无权进行此操作')]).toEqual([role, !who.includes(role)]);
      }
      const out = await call(createVisitor(node.url));
      expect(method === 'get' ? out.path.split('?')[0] : out.status).toBe(method === 'get' ? '/sign-in' : 401);
    },
  );

  it('let a browser load our own style and script, send forms to us, and nothing else', async () => {
    const { headers, text } = await createVisitor(node.url).get('/sign-in');
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    const files = [...text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, file = '']) => file);
    expect(files.map((file) => file.replace(/-[0-9a-f]{12}\./, '.'))).toEqual([
      '/assets/console.css',
      '/assets/console.js',
    ]);
    for (const file of files) {
      const { status, headers } = await createVisitor(node.url).get(file);
      expect([status, headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
    }
  });

  it('tell nothing but a number of what failed here', async () => {
    const visitor = visitors.get('clerk');
    const { list } = node.node.worklists;
    node.node.worklists.list = () => Promise.reject(new Error('secret'));
    const { status, text, headers } = (await visitor?.get('/')) ?? { status: 0, text: '', headers: new Headers() };
    node.node.worklists.list = list;
    expect(status).toBe(500);
    expect(text).not.toContain('secret');
    expect(text).toContain(headers.get('x-correlation-id'));
  });
});

describe('what is no page', () => {
  it('is told to a browser as a page, and to a program as before', async () => {
    const page = await createVisitor(node.url).get('/nowhere');
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    const problem = await fetch(`${node.url}/nowhere`);
    expect(problem.headers.get('content-type')).toContain('application/problem+json');
    expect(((await problem.json()) as { code: string }).code).toBe('input/no-such-route');
  });

  it('is another method of a page', async () => {
    const { status, headers } = await createVisitor(node.url).post('/ask');
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('is a form that is larger than any of ours', async () => {
    const { status } =
      (await visitors.get('clerk')?.post('/proposals/0/approval', { reason: 'x'.repeat(1_100_000) })) ?? {};
    expect(status).toBe(413);
  });
});
