/** What peers and auditors call (docs/protocol.md, Talking to a peer): checkpoints, entries, proofs, announcements. */

import type { Request } from 'express';
import { type Agreement, findMember } from '../agreement/agreement.ts';
import type { Agreements } from '../agreement/agreements.ts';
import { formatBase64, formatHex, parseUtf8, utf8 } from '../base/bytes.ts';
import { Problem } from '../base/problem.ts';
import { readType } from '../bulletin/read.ts';
import type { Circular } from '../federation/circulate.ts';
import { mostForks } from '../federation/client.ts';
import { type ShownFork, showFork } from '../federation/conviction.ts';
import type { Federation } from '../federation/federation.ts';
import type { ExchangeStore } from '../federation/ports.ts';
import type { Caller } from '../federation/request.ts';
import { audienceOf } from '../log/leaf.ts';
import { treeOf } from '../log/ledger.ts';
import type { Entry, HeldLog } from '../log/ports.ts';
import { consistencyProof, inclusionProof } from '../log/proof.ts';
import type { PeerAuthParts } from './auth.ts';
import { bodyForm, checkForm, count, pathText, readPath } from './input.ts';
import type { PeerRoute } from './route.ts';

export interface FederationParts extends PeerAuthParts {
  version: { agreement: Agreement };
  store: ExchangeStore;
  federation: Federation;
  agreements: Agreements;
  schemas: ReadonlyMap<string, object>;
}

const mostEntries = 1_000;
const readAtOnce = 100; // of 256 KiB each, where their issuer wants it so: what does not fit into an answer is not read
const mostAnswerBytes = 4 * 1024 * 1024;

export function federationRoutes({
  store,
  federation,
  agreements,
  version,
  hash,
  schemas,
}: FederationParts): PeerRoute[] {
  const announcement = bodyForm(schemas, 'announcement');
  const circular = bodyForm(schemas, 'circular');
  const { circulation } = federation;

  const findLog = async (request: Request): Promise<HeldLog> => {
    const name = pathText(request, 'log');
    const log = (await store.log.listLogs()).find(({ origin }) => formatHex(hash(utf8(origin))) === name);
    if (!log) throw new Problem('log/unknown', { log: name.slice(0, 64) });
    return log;
  };

  /** Our own log may be an old copy until the lock is open: whoever saw it shorter than it was would pull it no more. */
  const isToBeShown = ({ origin }: HeldLog): boolean =>
    origin !== federation.self.origin || federation.lockState().open;

  /** The newest that we found. */
  const listForks = async (logs: readonly HeldLog[]): Promise<ShownFork[]> => {
    const found = (await store.peers.listFindings()).filter(({ code }) => code === 'log/fork');
    const shown = found.flatMap(({ log: id, evidence }) => {
      const log = logs.find((one) => one.id === id);
      return (log && showFork(log.origin, evidence)) ?? [];
    });
    return shown.slice(-mostForks);
  };

  return [
    {
      method: 'get',
      path: '/checkpoints',
      access: 'peer',
      auditors: true,
      async answer(_request, response) {
        const logs = (await store.log.listLogs()).filter(isToBeShown);
        const seen = await Promise.all(
          logs.map(async ({ id, origin }) => ({ origin, note: (await store.log.findLargestCheckpoint(id))?.note })),
        );
        response.json({ checkpoints: seen.filter(({ note }) => note !== undefined), forks: await listForks(logs) });
      },
    },
    {
      method: 'get',
      path: '/logs/:log/checkpoint',
      access: 'peer',
      auditors: true,
      async answer(request, response) {
        const log = await findLog(request);
        if (!isToBeShown(log)) throw new Problem('log/locked');
        const checkpoint = await store.log.findLargestCheckpoint(log.id);
        if (!checkpoint) throw new Problem('log/unknown', { log: log.origin, reason: 'no checkpoint seen yet' });
        response.type('text/plain').send(checkpoint.note);
      },
    },
    {
      method: 'get',
      path: '/logs/:log/entries/:from/:to',
      access: 'peer',
      auditors: true,
      async answer(request, response, caller) {
        const log = await findLog(request);
        const { from, to } = readRange(request, log);
        if (from === to) throw new Problem('log/out-of-range', { from, to, size: log.size });
        const read = (at: number, end: number) => store.log.listEntries(log.id, at, end);
        response.type('json').send(await formatPage(read, from, Math.min(to, from + mostEntries), caller, log));
      },
    },
    {
      method: 'get',
      path: '/logs/:log/consistency/:from/:to',
      access: 'peer',
      auditors: true,
      async answer(request, response) {
        const log = await findLog(request);
        const { from, to } = readRange(request, log);
        const proof = await consistencyProof(treeOf(store.log, log, hash), from, to);
        response.json({ proof: proof.map(formatBase64) });
      },
    },
    {
      method: 'get',
      path: '/logs/:log/inclusion/:index/:size',
      access: 'peer',
      auditors: true,
      async answer(request, response) {
        const log = await findLog(request);
        const { index, size } = readPath(request, { index: count(), size: count() });
        if (index >= size || size > log.size) throw new Problem('log/out-of-range', { index, size: log.size });
        const proof = await inclusionProof(treeOf(store.log, log, hash), index, size);
        response.json({ proof: proof.map(formatBase64) });
      },
    },
    {
      method: 'post',
      path: '/announcements',
      access: 'peer',
      async answer(request, response, caller) {
        const value = pick(parseJson(request.body), ['origin', 'size']);
        checkForm(announcement, value);
        const { origin, size } = value as { origin: string; size: number }; // its form was just checked
        await hear(version.agreement, caller.id, origin, size);
        response.status(202).json({});
      },
    },
    {
      method: 'get',
      path: '/agreements/:digest',
      access: 'peer',
      async answer(request, response) {
        const digest = pathText(request, 'digest');
        const found = await agreements.findByDigest(digest);
        if (!found) throw new Problem('agreement/not-found', { digest: digest.slice(0, 64) });
        response.json(await circulation.circularOf(found));
      },
    },
    {
      method: 'put',
      path: '/agreements/:digest',
      access: 'peer',
      async answer(request, response) {
        const value = pick(parseJson(request.body), ['agreement', 'refusals']);
        checkForm(circular, value);
        const said = pathText(request, 'digest');
        const { digest } = await circulation.take(value as Circular, said); // its form was just checked
        await federation.start(); // it may be in force by now
        response.json({ digest });
      },
    },
  ];

  /** A hint, never data: what it leads to is a pull. */
  async function hear(agreement: Agreement, member: string, origin: string, size: number): Promise<void> {
    if (findMember(agreement, member)?.origin !== origin)
      throw new Problem('input/invalid', { reason: 'a member announces its own log only', origin });
    const log = await store.log.findLog(origin);
    if (!log || log.size < size) await federation.heard(member);
  }
}

/** [from, to) within the log. @throws {Problem} input/invalid, log/out-of-range */
function readRange(request: Request, log: HeldLog): { from: number; to: number } {
  const { from, to } = readPath(request, { from: count(), to: count() });
  if (from > to || to > log.size) throw new Problem('log/out-of-range', { from, to, size: log.size });
  return { from, to };
}

/** As JSON text, so that the size of the answer is known while it grows. A page has at least one entry. */
async function formatPage(
  read: (from: number, to: number) => Promise<Entry[]>,
  from: number,
  to: number,
  caller: Caller,
  log: HeldLog,
): Promise<string> {
  const shown: string[] = [];
  let bytes = 0;
  for (let at = from; at < to && at === from + shown.length; at += readAtOnce) {
    for (const entry of await read(at, Math.min(at + readAtOnce, to))) {
      const text = JSON.stringify(show(entry, caller, log));
      if (shown.length > 0 && bytes + text.length > mostAnswerBytes) break;
      bytes += text.length + 1;
      shown.push(text);
    }
  }
  return `{"entries":[${shown.join(',')}],"next":${from + shown.length}}`;
}

/** As a caller may see it. */
function show(entry: Entry, caller: Caller, log: HeldLog): { leaf: string; salt?: string; jws?: string } {
  const { leaf, content } = entry;
  return content && mayRead(entry, content.jws, caller, log) ? { leaf, ...content } : { leaf };
}

/** Content goes to addressees and to the log's own issuer, governance to everyone, receipts to auditors. */
function mayRead({ leaf, governance }: Entry, jws: string, { role, id }: Caller, log: HeldLog): boolean {
  if (governance) return true;
  const audience = audienceOf(leaf);
  if (role === 'member') return id === log.member || audience.includes(id);
  return audience.length === 1 && readType(jws)?.kind === 'receipt'; // a receipt is for one, and reading is the dearer
}

/** What we know of an object: a later release may say more around what is signed, and that is passed over. */
function pick(value: unknown, names: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => names.includes(name)));
}

/** Undefined when the bytes are no JSON, which no schema takes. */
function parseJson(bytes: unknown): unknown {
  const text = bytes instanceof Uint8Array ? parseUtf8(bytes) : undefined;
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
