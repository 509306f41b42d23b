/**
 * Somebody at the page, without script: keeps cookies, follows where it is sent, fills in forms, and holds every page
 * that comes against what a page must be (well formed, every control with its label, every id once).
 */

import { expect } from 'vitest';

export interface Visit {
  status: number;
  /** Path and query of the page that was shown in the end. */
  path: string;
  headers: Headers;
  text: string;
  bytes: Uint8Array;
}

/** Instead of what a browser sends; undefined leaves a header out. */
type Headings = Record<string, string | undefined>;

export interface Visitor {
  get(path: string, headers?: Headings): Promise<Visit>;
  /** Sends a form as a browser does from one of our own pages. */
  post(path: string, fields?: Record<string, string | string[]>, headers?: Headings): Promise<Visit>;
  upload(path: string, form: FormData): Promise<Visit>;
  /** Signs in, and is shown the first page. */
  signIn(token: string): Promise<Visit>;
  cookies: Map<string, string>;
  /** The last `Set-Cookie` lines, as they came. */
  setCookies: string[];
}

const ours = { 'sec-fetch-site': 'same-origin', accept: 'text/html' };

export function createVisitor(url: string, language = 'zh-CN'): Visitor {
  const cookies = new Map<string, string>();
  const visitor: Visitor = {
    cookies,
    setCookies: [],
    get: (path, headers) => visit('GET', path, undefined, headers),
    post: (path, fields = {}, headers = {}) => {
      const pairs = Object.entries(fields).flatMap(([name, value]) =>
        [value].flat().map((one): [string, string] => [name, one]),
      );
      return visit('POST', path, new URLSearchParams(pairs), headers);
    },
    upload: (path, form) => visit('POST', path, form),
    signIn: (token) => visitor.post('/sign-in', { token }),
  };

  async function visit(
    method: string,
    path: string,
    body?: URLSearchParams | FormData,
    more: Headings = {},
  ): Promise<Visit> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const sent = { ...ours, 'accept-language': language, ...(cookie && { cookie }), ...more };
    const response = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: Object.entries(sent).filter((entry): entry is [string, string] => entry[1] !== undefined),
      ...(body !== undefined && { body }),
    });
    visitor.setCookies = response.headers.getSetCookie();
    for (const line of visitor.setCookies) keep(line);
    const to = response.headers.get('location');
    if (response.status === 303 && to !== null) return visit('GET', to);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const text = new TextDecoder().decode(bytes);
    if (response.headers.get('content-type')?.startsWith('text/html')) checkPage(text, `${method} ${path}`);
    return { status: response.status, path, headers: response.headers, text, bytes };
  }

  function keep(line: string): void {
    const [pair = '', ...attributes] = line.split('; ');
    const [name = '', value = ''] = pair.split('=');
    const isOver = attributes.some((one) => /^expires=thu, 01 jan 1970/i.test(one));
    if (isOver) cookies.delete(name);
    else cookies.set(name, value);
  }

  return visitor;
}

const empty = new Set(['meta', 'link', 'input', 'br']);

/** @throws when the page is not what a page must be */
function checkPage(text: string, what: string): void {
  expect(text, what).toMatch(/^<!doctype html>\n<html lang="(zh-CN|en)">/);
  expect(text.match(/<h1[ >]/g), what).toHaveLength(1);
  expect(text, what).not.toMatch(/\son\w+="|<script>|style="|javascript:/i);
  const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size, `${what}: ids are unique`).toBe(ids.length);
  for (const [, id] of text.matchAll(/ (?:for|aria-labelledby|aria-describedby)="([^"]*)"/g)) {
    expect(ids, `${what} has ${id}`).toContain(id);
  }
  const labelled = [...text.matchAll(/ for="([^"]*)"/g)].map(([, id]) => id);
  for (const [tag] of text.matchAll(/<(?:input|select|textarea)\b[^>]*>/g)) {
    if (tag.includes('type="hidden"')) continue;
    expect(labelled, `${what}: ${tag} has a label`).toContain(/ id="([^"]*)"/.exec(tag)?.[1]);
  }
  for (const [tag] of text.matchAll(/<th\b[^>]*>/g)) expect(tag, what).toContain('scope="');
  checkNesting(text, what);
}

function checkNesting(text: string, what: string): void {
  const open: string[] = [];
  for (const [, slash, name = ''] of text.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/g)) {
    if (empty.has(name)) continue;
    if (slash === '') open.push(name);
    else expect(open.pop(), `${what}: </${name}> ends what was opened`).toBe(name);
  }
  expect(open, `${what}: every element is ended`).toEqual([]);
}
