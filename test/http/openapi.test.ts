/** The document against its own standard, and against what is mounted, both ways. */

import { Validator } from '@seriousme/openapi-schema-validator';
import type { Router } from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { besides, compileAt, createApi, document, operations, pointerTo } from '../support/api.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';

let network: Network;
let node: RunningNode;

beforeAll(async () => {
  network = await openNetwork({ running: ['310000'] });
  node = network.node('310000');
});
afterAll(() => network.close());

/** `get /api/v1/imports/{import}` of everything that express has mounted. */
function mountedRoutes(): string[] {
  return node.node.app.router.stack.flatMap(({ route }) => {
    if (!route) return [];
    const path = route.path.replaceAll(/[:*](\w+)/g, '{$1}');
    const methods = route.stack.map(({ method }) => method).filter((method) => method !== undefined);
    return [...new Set(methods)].map((method) => `${method} ${path}`);
  });
}

describe('the document', () => {
  it('is OpenAPI 3.1', async () => {
    const validator = new Validator();
    for (const [name, schema] of besides) await validator.addSpecRef({ ...schema }, name);
    const { valid, errors } = await validator.validate(structuredClone(document));
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  it('describes every route that is mounted, and mounts every route that it describes', () => {
    const described = operations.map(({ method, path }) => `${method} ${path}`);
    expect(mountedRoutes().sort()).toEqual(described.sort());
    expect(described.length).toBeGreaterThan(20);
  });

  it('leaves out one nested router, that of the pages for people, where no call of the API hides', () => {
    const nested = node.node.app.router.stack.flatMap(({ handle }) => ('stack' in handle ? [handle as Router] : []));
    const paths = nested.flatMap(({ stack }) => stack.flatMap(({ route }) => (route ? [route.path] : [])));
    expect(nested).toHaveLength(1);
    expect(paths).toContain('/sign-in');
    expect(paths.filter((path) => /^\/(api|federation)\b/.test(path))).toEqual([]);
  });

  it('names every operation once and in both languages', () => {
    expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
    for (const { path, method } of operations) {
      expect(String(document.paths?.[path]?.[method]?.summary)).toMatch(/\p{Script=Han}.* · [A-Z]/u);
    }
  });

  it('gives examples that fit its schemas', () => {
    let seen = 0;
    const walk = (value: unknown, pointer: string): void => {
      if (typeof value !== 'object' || value === null) return;
      const { schema, example } = value as { schema?: object; example?: unknown };
      if (schema && example !== undefined) {
        const validate = compileAt(`${pointer}/schema`);
        expect(validate(example), `${pointer}: ${JSON.stringify(validate.errors)}`).toBe(true);
        seen++;
      }
      for (const [name, part] of Object.entries(value)) walk(part, `${pointer}${pointerTo(name)}`);
    };
    walk(document, '');
    expect(seen).toBeGreaterThan(10);
  });
});

describe('who may call', () => {
  const roles = ['clerk', 'auditor', 'operator', 'reader'] as const;
  const fill = (path: string) => path.replaceAll(/\{\w+\}/g, '0');

  it.each(operations.filter(({ security }) => security === 'token'))(
    '$method $path asks for a token',
    async ({ method, path }) => {
      const answer = await createApi(node.url)(method.toUpperCase(), fill(path));
      expect(answer).toMatchObject({ status: 401, body: { code: 'auth/missing-token' } });
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    },
  );

  it.each(operations.filter(({ security }) => security === 'token'))(
    '$method $path lets $roles pass and nobody else',
    async ({ method, path, roles: allowed = [] }) => {
      for (const role of roles) {
        const { body } = await createApi(node.url, await node.createToken(role))(method.toUpperCase(), fill(path));
        expect([role, body.code === 'auth/role-not-allowed']).toEqual([role, !allowed.includes(role)]);
      }
    },
  );

  it.each(operations.filter(({ security }) => security === 'peer'))(
    '$method $path asks who the peer is',
    async ({ method, path }) => {
      const call = createApi(node.url);
      expect(await call(method.toUpperCase(), fill(path))).toMatchObject({
        status: 401,
        body: { code: 'auth/missing-token' },
      });
      const token = await node.createToken('operator');
      const told = await call(method.toUpperCase(), fill(path), { token });
      expect(told).toMatchObject({ status: 401, body: { code: 'request/malformed' } });
    },
  );

  it('answers the public ones to anyone', async () => {
    const open = operations.filter(({ security }) => security === 'public');
    const plain = ['/healthz', '/readyz', '/checkpoint', '/.well-known/huxin'];
    const about = ['/tile/{path}', '/witness/add-checkpoint', '/witness/{log}/checkpoint']; // test/http/{tile,witness}.test.ts
    expect(open.map(({ path }) => path).sort()).toEqual([...plain, ...about].sort());
    for (const path of plain) expect((await createApi(node.url)('GET', path)).status).toBe(200);
  });
});
