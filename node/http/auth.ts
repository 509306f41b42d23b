/**
 * Who asks: a person by a bearer token (RFC 6750 §2.1), a member's node or an auditor of the agreement by a request that
 * it signed (docs/protocol.md, Talking to a peer). What each role may do stands with the routes.
 */

import type { Request, RequestHandler } from 'express';
import { type Agreement, findMember, type Member } from '../agreement/agreement.ts';
import type { Hash, Now, VerifySignature } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import type { Callers } from '../federation/callers.ts';
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

/** Lets callers of these roles pass. @throws {Problem} auth/role-not-allowed */
export function allowCallers(roles: readonly Caller['role'][]): RequestHandler {
  return (_request, response, next) => {
    const { caller } = localsOf(response);
    if (caller && roles.includes(caller.role)) return next();
    throw new Problem('auth/role-not-allowed', { role: caller?.role, needed: roles });
  };
}

/** What knowing a calling member takes. */
export interface PeerAuthParts {
  config: { tls?: { endedBy: 'node' | 'proxy'; clientCertificates: 'pinned' | 'none' } };
  store: { peers: Pick<PeerStore, 'addRequest'> };
  version: { agreement: Agreement };
  callers: Callers;
  /** Our own entry in the agreement. */
  self: Member;
  hash: Hash;
  verifySignature: VerifySignature;
  now: Now;
}

/** Finds the calling member or auditor, by its key in force. @throws {Problem} auth/missing-token, request/… */
export function authenticatePeer(parts: PeerAuthParts): RequestHandler {
  const { callers, config, version, self, store, hash, verifySignature, now } = parts;
  const { endedBy, clientCertificates } = config.tls ?? {};
  const seesCertificates = endedBy === 'node' && clientCertificates === 'pinned';
  const checkCertificate = createCertificateCheck(hash);
  const isNew = (jti: string, expires: number) => store.peers.addRequest(jti, expires);
  const ports = { issuer: self.issuer, findCaller: callers.find, isNew, now, hash, verifySignature };

  return async (request, response, next) => {
    const url = `${self.endpoint}${request.originalUrl.split('?')[0]}`; // the agreement's word, never the Host header's
    const body = request.body instanceof Uint8Array ? request.body : undefined;
    const target = { method: request.method, url, ...(body && { body }) };
    const caller = await verifyRequest(bearerOf(request), target, ports);
    localsOf(response).caller = caller;
    const member = caller.role === 'member' ? findMember(version.agreement, caller.id) : undefined;
    const pins = member?.certificatePins ?? []; // an auditor calls from anywhere: the agreement pins no certificate of it
    if (seesCertificates) checkCertificate(request.socket, caller.id, pins);
    next();
  };
}

function bearerOf(request: Request): string {
  const [, token] = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(request.get('authorization') ?? '') ?? [];
  if (!token) throw new Problem('auth/missing-token');
  return token;
}
