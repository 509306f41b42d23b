/**
 * A client of a node that holds every answer against `schemas/openapi.yaml`: one that the document does not describe
 * fails the test that received it, and so does a body that was taken though the document does not allow it.
 */

import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { isDay, isInstant } from '../../node/base/time.ts';

type Json = { [name: string]: Json };

const folder = new URL('../../schemas/', import.meta.url);
const base = 'https://huxin.example/schemas/';

/** The document as it is written. */
export const document: Json = parse(readFileSync(new URL('openapi.yaml', folder), 'utf8'));

/** The schemas beside the document that it refers to, by their names in it. */
export const besides: ReadonlyMap<string, object> = new Map(
  [...JSON.stringify(document).matchAll(/"\$ref":"([^#"]+)"/g)].map(([, name = '']) => [
    name,
    JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as object, // every schema file holds an object
  ]),
);

export interface Operation {
  method: string;
  /** As the document writes it: `/api/v1/imports/{import}`. */
  path: string;
  id: string;
  /** Absent where no token is asked for. */
  roles?: string[];
  security: 'public' | 'peer' | 'token';
  /** Pointer into the document. */
  pointer: string;
}

/** Every operation of the document. */
export const operations: readonly Operation[] = Object.entries(document.paths as Json).flatMap(([path, item]) =>
  Object.keys(item)
    .filter((key) => ['get', 'put', 'post', 'delete', 'patch'].includes(key))
    .map((method) => {
      const {
        operationId,
        security,
        'x-roles': roles,
      } = item[method] as unknown as {
        operationId: string;
        security?: Record<string, unknown>[];
        'x-roles'?: string[];
      };
      const kind = security === undefined ? 'token' : security.length === 0 ? 'public' : 'peer';
      return {
        method,
        path,
        id: operationId,
        security: kind,
        pointer: pointerTo('paths', path, method),
        ...(roles && { roles }),
      };
    }),
);

export interface Answer {
  status: number;
  headers: Headers;
  /** Parsed when it is JSON, text otherwise. */
  // biome-ignore lint/suspicious/noExplicitAny: what it is, each test says in its expectation
  body: any;
}

export interface Call {
  query?: Record<string, string>;
  /** Sent as JSON, unless it is bytes. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Instead of the client's own token. */
  token?: string;
}

export type Api = (method: string, path: string, call?: Call) => Promise<Answer>;

/** Calls the node at that URL, with that token. */
export function createApi(url: string, token?: string): Api {
  return async (method, path, { query = {}, body, headers = {}, token: other = token } = {}) => {
    const search = Object.keys(query).length > 0 ? `?${new URLSearchParams(query)}` : '';
    const bytes = body instanceof Uint8Array;
    const response = await fetch(`${url}${path}${search}`, {
      method,
      headers: {
        ...(other !== undefined && { authorization: `Bearer ${other}` }),
        ...(body !== undefined && { 'content-type': bytes ? 'application/octet-stream' : 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: bytes ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
    });
    const text = await response.text();
    const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
    const answer = { status: response.status, headers: response.headers, body: isJson(type) ? JSON.parse(text) : text };
    checkExchange({ method: method.toLowerCase(), path, body }, type, answer);
    return answer;
  };
}

/** Compiles what stands at a place of the document; references are followed, to the schemas beside it too. */
export function compileAt(pointer: string): ValidateFunction {
  const known = compiled.get(pointer) ?? ajv.compile({ $ref: `${base}openapi.yaml#${pointer}` });
  compiled.set(pointer, known);
  return known;
}

/** A pointer (RFC 6901) as it stands in a URI's fragment. */
export function pointerTo(...names: readonly string[]): string {
  return names.map((name) => `/${encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');
}

/** What stands at a place of the document, after following a reference there, and that place. */
function findAt(pointer: string): { value: Json | undefined; pointer: string } {
  let value: Json | undefined = document;
  for (const name of pointer.split('/').slice(1)) {
    value = value?.[decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  const to = value?.$ref as unknown as string | undefined;
  return to?.startsWith('#') ? findAt(to.slice(1)) : { value, pointer };
}

const ajv = createAjv();
const compiled = new Map<string, ValidateFunction>();

function createAjv(): Ajv2020 {
  const made = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true, strictRequired: false });
  for (const format of ['day', 'date']) made.addFormat(format, isDay);
  made.addFormat('instant', isInstant);
  made.addVocabulary(['openapi', 'info', 'servers', 'tags', 'security', 'paths', 'components']);
  made.addSchema(document, `${base}openapi.yaml`);
  for (const [name, schema] of besides) made.addSchema(schema, `${base}${name}`);
  return made;
}

function checkExchange(
  { method, path, body }: { method: string; path: string; body: unknown },
  type: string,
  { status, headers, body: answer }: Answer,
): void {
  const what = `${method} ${path} answered ${status}`;
  if (!headers.get('x-correlation-id')) throw new Error(`${what} without x-correlation-id`);
  const operation = operations.find((one) => one.method === method && toPattern(one.path).test(path));
  const listed = operation && findAt(`${operation.pointer}/responses`).value;
  if (!operation || !listed) {
    expectForm(compileAt('/components/schemas/Problem'), answer, what); // no such route or method
    return;
  }
  const key = String(status) in listed ? String(status) : 'default';
  const found = findAt(`${operation.pointer}/responses/${key}`);
  if (key === 'default' && status < 400) throw new Error(`${what}, which the document does not list`);
  for (const [name, header] of Object.entries(found.value?.headers ?? {})) {
    if (header && !headers.get(name)) throw new Error(`${what} without ${name}`);
  }
  const content = found.value?.content;
  if (!content) {
    if (answer !== '') throw new Error(`${what} with a body, which the document does not have`);
    return;
  }
  if (!(type in content)) throw new Error(`${what} as ${type}, which the document does not have`);
  expectForm(compileAt(`${found.pointer}/content${pointerTo(type)}/schema`), answer, what);
  if (status < 300 && body !== undefined && !(body instanceof Uint8Array)) {
    expectForm(
      compileAt(
        `${operation.pointer}/requestBody/content/application~1json/schema`
          .replaceAll('{', '%7B')
          .replaceAll('}', '%7D'),
      ),
      body,
      `the body of ${method} ${path}`,
    );
  }
}

function expectForm(validate: ValidateFunction, value: unknown, what: string): void {
  if (validate(value)) return;
  throw new Error(`${what}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`);
}

/** `{path}` stands for several segments, all others for one. */
function toPattern(path: string): RegExp {
  return new RegExp(
    `^${path
      .replaceAll('.', '\\.')
      .replaceAll('{path}', '.+')
      .replaceAll(/\{\w+\}/g, '[^/]+')}$`,
  );
}

function isJson(type: string): boolean {
  return type === 'application/json' || type === 'application/problem+json';
}
