/**
 * Who asks: a person by a bearer token (RFC 6750 §2.1), a member's node by a request that it signed (docs/protocol.md,
 * Talking to a peer). What each role may do stands with the routes.
 */

import type { Request, RequestHandler } from 'express';
import { type Agreement, findMember, type Member } from '../agreement/agreement.ts';
import { thumbprint } from '../base/jws.ts';
import type { Hash, Now, VerifySignature } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import type { PeerStore } from '../federation/ports.ts';
import { type Caller, verifyRequest } from '../federation/request.ts';
import type { Role, Tokens } from '../registry/tokens.ts';
import { createCertificateCheck } from './certificate.ts';
import { localsOf, type Refused } from './route.ts';

/** Finds the asker. @throws {Problem} auth/missing-token, auth/unknown-token */
export function authenticate(tokens: Pick<Tokens, 'find'>): RequestHandler {
  return async (request, response, next) => {
    localsOf(response).asker = await tokens.find(bearerOf(request));
    next();
  };
}

/** Lets these roles pass, and tells `refused` of any other. @throws {Problem} auth/role-not-allowed */
export function allow(roles: readonly Role[], refused?: Refused): RequestHandler {
  return async (request, response, next) => {
    const { asker } = localsOf(response);
    if (asker && roles.includes(asker.role)) return next();
    const problem = new Problem('auth/role-not-allowed', { role: asker?.role, needed: roles });
    if (asker) await refused?.(request, asker, problem.code);
    throw problem;
  };
}

/** What knowing a calling member takes. */
export interface PeerAuthParts {
  config: { tls?: { endedBy: 'node' | 'proxy'; clientCertificates: 'pinned' | 'none' } };
  store: { peers: Pick<PeerStore, 'addRequest'> };
  version: { agreement: Agreement };
  /** Our own entry in the agreement. */
  self: Member;
  hash: Hash;
  verifySignature: VerifySignature;
  now: Now;
}

/** Finds the calling member, by one of its bulletin keys. @throws {Problem} auth/missing-token, request/… */
export function authenticatePeer(parts: PeerAuthParts): RequestHandler {
  const { config, version, self, store, hash, verifySignature, now } = parts;
  const { endedBy, clientCertificates } = config.tls ?? {};
  const seesCertificates = endedBy === 'node' && clientCertificates === 'pinned';
  const checkCertificate = createCertificateCheck(hash);
  const others = version.agreement.members.filter(({ id }) => id !== self.id);
  const callers = callersOf(others);
  const findCaller = async (kid: string) => (await callers).get(kid);
  const isNew = (jti: string, expires: number) => store.peers.addRequest(jti, expires);
  const ports = { issuer: self.issuer, findCaller, isNew, now, hash, verifySignature };

  return async (request, response, next) => {
    const url = `${self.endpoint}${request.originalUrl.split('?')[0]}`; // the agreement's word, never the Host header's
    const body = request.body instanceof Uint8Array ? request.body : undefined;
    const target = { method: request.method, url, ...(body && { body }) };
    const caller = await verifyRequest(bearerOf(request), target, ports);
    localsOf(response).caller = caller;
    const pins = findMember(version.agreement, caller.id)?.certificatePins ?? [];
    if (seesCertificates) checkCertificate(request.socket, caller.id, pins);
    next();
  };
}

/** Members by the thumbprint of each bulletin key. */
async function callersOf(members: readonly Member[]): Promise<ReadonlyMap<string, Caller>> {
  const callers = new Map<string, Caller>();
  for (const { id, issuer, keys } of members) {
    for (const key of keys.bulletin) callers.set(await thumbprint(key), { id, issuer, key });
  }
  return callers;
}

function bearerOf(request: Request): string {
  const [, token] = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(request.get('authorization') ?? '') ?? [];
  if (!token) throw new Problem('auth/missing-token');
  return token;
}
