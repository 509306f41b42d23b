/**
 * A peer's API as functions over the handed fetch. What comes back is believed in its form only; every answer that is
 * not of that form is `peer/bad-answer`, every outage `peer/unreachable`.
 */

import { formatHex, parseBase64, parseUtf8, utf8 } from '../base/bytes.ts';
import type { Answer, Fetch, Hash } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import type { Circular } from './circulate.ts';
import { isShownFork, type ShownFork } from './conviction.ts';
import type { Target } from './request.ts';

/** A peer shows so many forks, and we look at no more. */
export const mostForks = 16;

/** One entry as a peer gives it. Salt and content only where we are an addressee or may read governance. */
export interface ShownEntry {
  leaf: string;
  salt?: string;
  jws?: string;
}

export interface EntryPage {
  entries: ShownEntry[];
  /** Index after the last entry given: a page may stop early for its size. */
  next: number;
}

/** What we ask of one member. */
export interface Client {
  /** The largest checkpoint it has seen of each log, as signed notes. */
  checkpoints(): Promise<{ origin: string; note: string }[]>;
  /** The same, with the forks that it found. */
  view(): Promise<{ checkpoints: { origin: string; note: string }[]; forks: ShownFork[] }>;
  checkpoint(origin: string): Promise<string>;
  entries(origin: string, from: number, to: number): Promise<EntryPage>;
  consistency(origin: string, from: number, to: number): Promise<Uint8Array[]>;
  inclusion(origin: string, index: number, size: number): Promise<Uint8Array[]>;
  announce(origin: string, size: number): Promise<void>;
  /** Hands over what is known of a version of the agreement: signatures and refusals. */
  putAgreement(digest: string, circular: Circular): Promise<void>;
}

/** Signs with the newest of our keys in force, or with the `nth` older one, from 0; undefined when there is none. */
export type SignTarget = (target: Target, audience: string, nth: number) => Promise<string | undefined>;

export function createClient({
  member,
  issuer,
  endpoint,
  fetch,
  sign,
  hash,
}: {
  member: string;
  issuer: string;
  endpoint: string;
  fetch: Fetch;
  sign: SignTarget;
  hash: Hash;
}): Client {
  async function call(method: string, path: string, body?: Uint8Array): Promise<Uint8Array> {
    const url = `${endpoint}${path}`;
    // A peer that was away has not read yet that we changed keys: it still knows an older one.
    let refusal: Problem | undefined;
    for (let nth = 0; ; nth++) {
      const authorization = await sign({ method, url, ...(body && { body }) }, issuer, nth);
      if (authorization === undefined) throw refusal ?? new Problem('bulletin/unknown-key');
      const headers = { authorization, ...(body && { 'content-type': 'application/json' }) };
      const answer = await attempt(() => fetch(url, { method, headers, ...(body && { body }) }), member);
      if (answer.status >= 200 && answer.status < 300) return answer.body;
      const code = codeOf(answer.body);
      refusal = new Problem('peer/bad-answer', { member, path, status: answer.status, code });
      if (code !== 'request/unknown-key') throw refusal;
    }
  }

  const logPath = (origin: string) => `/federation/v1/logs/${formatHex(hash(utf8(origin)))}`;
  const bad = (path: string) => new Problem('peer/bad-answer', { member, path });

  async function getJson(path: string): Promise<Record<string, unknown>> {
    const value = parseJson(await call('GET', path));
    if (typeof value !== 'object' || value === null) throw bad(path);
    return value as Record<string, unknown>; // an object: just checked
  }

  async function getProof(path: string): Promise<Uint8Array[]> {
    const { proof } = await getJson(path);
    if (!Array.isArray(proof) || proof.length > 128) throw bad(path);
    return proof.map((text: unknown) => {
      const bytes = typeof text === 'string' ? parseBase64(text) : undefined;
      if (bytes?.length !== 32) throw bad(path);
      return bytes;
    });
  }

  const client: Client = {
    checkpoints: async () => (await client.view()).checkpoints,
    async view() {
      const path = '/federation/v1/checkpoints';
      const { checkpoints, forks } = await getJson(path);
      if (!Array.isArray(checkpoints) || !checkpoints.every(isShownCheckpoint)) throw bad(path);
      if (new Set(checkpoints.map(({ origin }) => origin)).size < checkpoints.length) throw bad(path); // one of each log
      // Earlier releases show no forks, later ones perhaps more of them.
      return { checkpoints, forks: Array.isArray(forks) ? forks.filter(isShownFork).slice(0, mostForks) : [] };
    },
    async checkpoint(origin) {
      const path = `${logPath(origin)}/checkpoint`;
      const text = parseUtf8(await call('GET', path));
      if (text === undefined) throw bad(path);
      return text;
    },
    async entries(origin, from, to) {
      const path = `${logPath(origin)}/entries/${from}/${to}`;
      const { entries, next } = await getJson(path);
      const most = to - from;
      if (!Array.isArray(entries) || entries.length === 0 || entries.length > most || next !== from + entries.length)
        throw bad(path);
      if (!entries.every(isShownEntry)) throw bad(path);
      return { entries, next };
    },
    consistency: (origin, from, to) => getProof(`${logPath(origin)}/consistency/${from}/${to}`),
    inclusion: (origin, index, size) => getProof(`${logPath(origin)}/inclusion/${index}/${size}`),
    async announce(origin, size) {
      await call('POST', '/federation/v1/announcements', utf8(JSON.stringify({ origin, size })));
    },
    async putAgreement(digest, circular) {
      await call('PUT', `/federation/v1/agreements/${digest}`, utf8(JSON.stringify(circular)));
    },
  };
  return client;
}

/** @throws {Problem} peer/unreachable, of whatever goes wrong on the way */
export async function attempt(work: () => Promise<Answer>, member: string): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Problem) throw error;
    const { code } = error as { code?: unknown };
    throw new Problem(
      'peer/unreachable',
      { member, reason: typeof code === 'string' ? code : 'unknown' },
      { cause: error },
    );
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(parseUtf8(bytes) ?? '');
  } catch {
    return undefined;
  }
}

function codeOf(body: Uint8Array): string | undefined {
  const code = (parseJson(body) as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code.slice(0, 100) : undefined;
}

function isShownEntry(value: unknown): value is ShownEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { leaf, salt, jws } = value as Record<string, unknown>; // an object: just checked
  return typeof leaf === 'string' && isTextOrAbsent(salt) && isTextOrAbsent(jws);
}

function isShownCheckpoint(value: unknown): value is { origin: string; note: string } {
  if (typeof value !== 'object' || value === null) return false;
  const { origin, note } = value as Record<string, unknown>; // an object: just checked
  return typeof origin === 'string' && typeof note === 'string';
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}
