/** What peers call (docs/protocol.md, Talking to a peer): checkpoints, entries, proofs, announcements. */

import { type RequestHandler, Router } from 'express';
import { type Agreement, findMember, type Member } from '../agreement/agreement.ts';
import { formatBase64, formatHex, utf8 } from '../base/bytes.ts';
import { thumbprint } from '../base/jws.ts';
import type { Hash, Now, VerifySignature } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import type { Federation } from '../federation/federation.ts';
import type { ExchangeStore } from '../federation/ports.ts';
import { type Caller, verifyRequest } from '../federation/request.ts';
import { parseLeaf } from '../log/leaf.ts';
import { treeOf } from '../log/ledger.ts';
import type { Entry, HeldLog } from '../log/ports.ts';
import { consistencyProof, inclusionProof } from '../log/proof.ts';
import { parseCount, parseRange } from './input.ts';

export interface FederationParts {
  store: ExchangeStore;
  federation: Federation;
  version: { agreement: Agreement };
  /** Our own entry in the agreement. */
  self: Member;
  hash: Hash;
  verifySignature: VerifySignature;
  now: Now;
}

const mostEntries = 1_000;
const mostAnswerBytes = 4 * 1024 * 1024;

/** Handlers of `/federation/v1`. The body of a request has been read as bytes before. */
export function federationRoutes(parts: FederationParts): Router {
  const { store, federation, hash } = parts;
  const router = Router();

  const findLog = async (name: string | undefined): Promise<HeldLog> => {
    const log = (await store.log.listLogs()).find(({ origin }) => formatHex(hash(utf8(origin))) === name);
    if (!log) throw new Problem('log/unknown', { log: name });
    return log;
  };

  router.use(authenticate(parts));

  router.get('/checkpoints', async (_request, response) => {
    const logs = await store.log.listLogs();
    const seen = await Promise.all(
      logs.map(async ({ id, origin }) => ({ origin, note: (await store.log.findLargestCheckpoint(id))?.note })),
    );
    response.json({ checkpoints: seen.filter(({ note }) => note !== undefined) });
  });

  router.get('/logs/:log/checkpoint', async (request, response) => {
    const log = await findLog(request.params.log);
    const checkpoint = await store.log.findLargestCheckpoint(log.id);
    if (!checkpoint) throw new Problem('log/unknown', { log: log.origin, reason: 'no checkpoint seen yet' });
    response.set('cache-control', 'no-store').type('text/plain').send(checkpoint.note);
  });

  router.get('/logs/:log/entries/:from/:to', async (request, response) => {
    const log = await findLog(request.params.log);
    const { from, to } = parseRange(request.params, log.size);
    if (from === to) throw new Problem('log/out-of-range', { from, to });
    const entries = await store.log.listEntries(log.id, from, Math.min(to, from + mostEntries));
    response.type('json').send(formatPage(entries, from, (response.locals as Locals).caller.id, log));
  });

  router.get('/logs/:log/consistency/:from/:to', async (request, response) => {
    const log = await findLog(request.params.log);
    const { from, to } = parseRange(request.params, log.size);
    const proof = await consistencyProof(treeOf(store.log, log, hash), from, to);
    response.json({ proof: proof.map(formatBase64) });
  });

  router.get('/logs/:log/inclusion/:index/:size', async (request, response) => {
    const log = await findLog(request.params.log);
    const index = parseCount(request.params.index, 'index');
    const size = parseCount(request.params.size, 'size');
    if (index >= size || size > log.size) throw new Problem('log/out-of-range', { index, size });
    const proof = await inclusionProof(treeOf(store.log, log, hash), index, size);
    response.json({ proof: proof.map(formatBase64) });
  });

  router.post('/announcements', async (request, response) => {
    const { origin, size } = parseAnnouncement(request.body);
    const { caller } = response.locals as Locals;
    const owner = findMember(parts.version.agreement, caller.id);
    if (owner?.origin !== origin)
      throw new Problem('input/invalid', { reason: 'a member announces its own log only', origin });
    const log = await store.log.findLog(origin);
    if (!log || log.size < size) await federation.heard(caller.id);
    response.status(202).json({});
  });

  return router;
}

interface Locals {
  caller: Caller;
}

/** Only members call, each with a bulletin key in force. */
function authenticate({ version, self, store, hash, verifySignature, now }: FederationParts): RequestHandler {
  const callers = new Map<string, Caller>();
  const findCaller = async (kid: string): Promise<Caller | undefined> => {
    if (callers.size === 0) {
      for (const { id, issuer, keys } of version.agreement.members) {
        if (id !== self.id) for (const key of keys.bulletin) callers.set(await thumbprint(key), { id, issuer, key });
      }
    }
    return callers.get(kid);
  };
  const isNew = (jti: string, expires: number) => store.peers.addRequest(jti, expires);

  return async (request, response, next) => {
    const [scheme, token] = (request.get('authorization') ?? '').split(' ');
    if (scheme !== 'Bearer' || !token) throw new Problem('auth/missing-token');
    const body = request.body instanceof Uint8Array ? request.body : undefined;
    const target = {
      method: request.method,
      url: `${self.endpoint}${request.originalUrl.split('?')[0]}`,
      ...(body && { body }),
    };
    const caller = await verifyRequest(token, target, {
      issuer: self.issuer,
      findCaller,
      isNew,
      now,
      hash,
      verifySignature,
    });
    (response.locals as Locals).caller = caller;
    next();
  };
}

/** As JSON text, so that the size of the answer is known while it grows. A page has at least one entry. */
function formatPage(entries: readonly Entry[], from: number, caller: string, log: HeldLog): string {
  const shown: string[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const text = JSON.stringify(show(entry, caller, log));
    if (shown.length > 0 && bytes + text.length > mostAnswerBytes) break;
    bytes += text.length + 1;
    shown.push(text);
  }
  return `{"entries":[${shown.join(',')}],"next":${from + shown.length}}`;
}

/** Content goes to addressees and to the log's own issuer, governance to every member. */
function show(
  { leaf, governance, content }: Entry,
  caller: string,
  log: HeldLog,
): { leaf: string; salt?: string; jws?: string } {
  const mayRead = governance || caller === log.member || parseLeaf(leaf)?.audience.includes(caller);
  return mayRead && content ? { leaf, ...content } : { leaf };
}

function parseAnnouncement(body: unknown): { origin: string; size: number } {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(body as Uint8Array)); // bytes, or JSON.parse refuses what decode makes of them
  } catch {
    throw new Problem('input/invalid', { reason: 'the body is no JSON' });
  }
  const { origin, size } = (value ?? {}) as Record<string, unknown>; // each is checked below
  if (typeof origin !== 'string' || !Number.isSafeInteger(size))
    throw new Problem('input/invalid', { reason: 'not {"origin","size"}' });
  return { origin, size: size as number };
}
