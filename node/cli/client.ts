/**
 * A small client of a node's own API, for the commands that change a running node. A refusal of the node
 * (problem+json, RFC 9457) becomes the same `Problem` here.
 */

import type { Command } from 'commander';
import { isSafeAddress } from '../base/loopback.ts';
import { Problem, type ProblemCode, problemCodes } from '../base/problem.ts';
import { Misuse } from './terminal.ts';

export interface ClientOptions {
  /** The node's base URL. */
  node?: string;
  token?: string;
}

export type Query = Record<string, string | undefined>;

/** `T` is what the caller knows of the node's answer; nothing here checks it. */
export interface Client {
  /** The JSON that the path below the node's URL answers. */
  get<T = unknown>(path: string, query?: Query): Promise<T>;
  /** What the path answers, as it comes. */
  download(path: string, query?: Query): AsyncIterable<Uint8Array>;
  /** Sends a value as JSON. */
  post<T = unknown>(path: string, value?: unknown): Promise<T>;
  /** Sends a file as it is, from where it lies. */
  upload<T = unknown>(path: string, file: Blob, query?: Query): Promise<T>;
  delete(path: string): Promise<void>;
}

/** Adds the options by which a command finds the node. */
export function withNode(command: Command): Command {
  return command
    .option('--node <url>', '节点地址，默认取 HUXIN_NODE · the node, by default HUXIN_NODE')
    .option('--token <token>', '令牌，默认取 HUXIN_TOKEN · the token, by default HUXIN_TOKEN');
}

/**
 * @throws {Misuse} without a node or a token, or when the token would travel in clear
 */
export function createClient({ node, token }: ClientOptions, fetch: typeof globalThis.fetch): Client {
  if (!node) throw new Misuse({ zh: '缺少节点地址：--node 或 HUXIN_NODE', en: 'no node: give --node or HUXIN_NODE' });
  if (token && !/^[\x21-\x7e]+$/.test(token)) {
    throw new Misuse({
      zh: '令牌中有不应有的字符，请核对 --token 或 HUXIN_TOKEN',
      en: 'the token holds characters that no token has: check --token or HUXIN_TOKEN',
    });
  }
  if (!token) throw new Misuse({ zh: '缺少令牌：--token 或 HUXIN_TOKEN', en: 'no token: give --token or HUXIN_TOKEN' });
  if (!isSafeAddress(node)) {
    throw new Misuse({
      zh: `节点地址须为 https://，本机可用 http://：${node}`,
      en: `the node's address is https://, or http:// on this machine: ${node}`,
    });
  }
  const base = node.replace(/\/+$/, '');

  async function request(method: string, path: string, given: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json', ...given.headers };
    return fetch(`${base}${path}`, { ...given, method, headers, redirect: 'error' }).catch(lose);
  }

  function lose(cause: unknown): never {
    const reason = reasonOf(cause);
    if (/CERT|^UNABLE_TO_VERIFY|^ERR_TLS_/.test(reason))
      throw new Problem('node/untrusted-certificate', { node: base, reason }, { cause });
    throw new Problem('node/unreachable', { node: base }, { cause });
  }

  async function send<T>(method: string, path: string, body?: string | Blob, type?: string): Promise<T> {
    const given = { ...(body !== undefined && { body }), ...(type && { headers: { 'content-type': type } }) };
    return (await read(await request(method, path, given), base)) as T; // the node's word for it
  }

  return {
    get: (path, query) => send('GET', path + formatQuery(query)),
    async *download(path, query) {
      const answer = await request('GET', path + formatQuery(query), { headers: { accept: '*/*' } });
      if (!answer.ok || !answer.body) return void (await read(answer, base));
      const reader = answer.body.getReader();
      for (;;) {
        const { done, value } = await reader.read().catch(lose); // it may break off in the middle
        if (done) return;
        yield value;
      }
    },
    post: (path, value) =>
      send('POST', path, value === undefined ? undefined : JSON.stringify(value), 'application/json'),
    upload: (path, file, query) => send('POST', path + formatQuery(query), file, 'application/octet-stream'),
    delete: (path) => send('DELETE', path),
  };
}

async function read(answer: Response, node: string): Promise<unknown> {
  if (answer.status === 204) return undefined;
  const value: unknown = await answer.json().catch(() => undefined);
  if (answer.ok && value !== undefined) return value;
  const { code, facts } = (value ?? {}) as { code?: unknown; facts?: unknown }; // each is checked below
  if (!isCode(code)) throw new Problem('node/bad-answer', { node, status: answer.status });
  throw new Problem(code, typeof facts === 'object' && facts !== null ? { ...facts } : {});
}

/** The system's code, or OpenSSL's name, for what went wrong below `fetch`. */
function reasonOf(error: unknown): string {
  const { code } = ((error as { cause?: unknown }).cause ?? error) as { code?: unknown }; // looked at, not believed
  return typeof code === 'string' ? code : '';
}

/** Whether this program has a sentence for that code. */
export function isCode(code: unknown): code is ProblemCode {
  return problemCodes.includes(code as ProblemCode);
}

function formatQuery(query: Query = {}): string {
  const entries = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return entries.length === 0 ? '' : `?${new URLSearchParams(entries)}`;
}
