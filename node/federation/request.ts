/**
 * How peers sign requests to each other and check them: a JWT as bearer (RFC 7523), bound to method, target and body in
 * the manner of DPoP (RFC 9449 §4.2), for one call within a minute (docs/protocol.md, Talking to a peer).
 */

import { formatBase64url } from '../base/bytes.ts';
import { isSignedBy, parseCompact, signCompact } from '../base/jws.ts';
import type { Hash, NewId, Now, PublicJwk, Signer, VerifySignature } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { toNumericDate } from '../base/time.ts';

export const requestTyp = 'peer-request+jwt';
const lifetimeSeconds = 60;
const greatestSkewSeconds = 300;
const maxRequestChars = 4096;

/** The claims, exactly these; `digest` only with a body. */
interface RequestClaims {
  iss: string;
  aud: string;
  iat: number;
  exp: number;
  jti: string;
  htm: string;
  htu: string;
  digest?: string;
}

/** What is called. */
export interface Target {
  method: string;
  /** The agreement's endpoint and the path, without query. */
  url: string;
  body?: Uint8Array;
}

/** The value of an `Authorization` header for one call. */
export async function signRequest(
  { method, url, body }: Target,
  {
    signer,
    kid,
    issuer,
    audience,
    now,
    newId,
    hash,
  }: { signer: Signer; kid: string; issuer: string; audience: string; now: Now; newId: NewId; hash: Hash },
): Promise<string> {
  const iat = toNumericDate(now());
  const claims: RequestClaims = {
    iss: issuer,
    aud: audience,
    iat,
    exp: iat + lifetimeSeconds,
    jti: newId(),
    htm: method,
    htu: url,
    ...(body && { digest: formatBase64url(hash(body)) }),
  };
  return `Bearer ${await signCompact(signer, kid, requestTyp, claims)}`;
}

/** Who may call: a member by a bulletin key in force, an auditor by the key that the agreement lists. */
export interface Caller {
  role: 'member' | 'auditor';
  /** Member id, or auditor id, which may be spelt like one. */
  id: string;
  /** What stands in `iss`: a member's issuer URL, an auditor's id. */
  issuer: string;
  key: PublicJwk;
}

/**
 * Who signed a request that was made to us, now, for this target and body. Seen ids are remembered.
 *
 * @throws {Problem} request/… for whatever is wrong with it
 */
export async function verifyRequest(
  token: string,
  target: Target,
  {
    issuer,
    findCaller,
    isNew,
    now,
    hash,
    verifySignature,
  }: {
    /** Our own issuer URL. */
    issuer: string;
    findCaller: (kid: string, issuer: string) => Promise<Caller | undefined>;
    /** Remembers an id until that NumericDate; false when it was seen. */
    isNew: (jti: string, expires: number) => Promise<boolean>;
    now: Now;
    hash: Hash;
    verifySignature: VerifySignature;
  },
): Promise<Caller> {
  if (token.length > maxRequestChars) throw new Problem('request/malformed', { reason: 'too long' });
  const reading = parseCompact(token, requestTyp);
  if ('flaw' in reading) throw new Problem('request/malformed', { reason: reading.flaw });
  const { jws } = reading;
  const claims = parseClaims(jws.payload);
  const caller = await findCaller(jws.header.kid, claims.iss);
  if (!caller || caller.issuer !== claims.iss) throw new Problem('request/unknown-key', { kid: jws.header.kid });
  if (!(await isSignedBy(jws, caller.key, verifySignature)))
    throw new Problem('request/bad-signature', { kid: jws.header.kid });
  if (claims.aud !== issuer) throw new Problem('request/wrong-audience', { aud: claims.aud });
  if (claims.htm !== target.method || claims.htu !== target.url) {
    throw new Problem('request/wrong-target', {
      signed: `${claims.htm} ${claims.htu}`,
      called: `${target.method} ${target.url}`,
    });
  }
  const digest = target.body && target.body.length > 0 ? formatBase64url(hash(target.body)) : undefined;
  if (claims.digest !== digest) throw new Problem('request/body-mismatch');
  checkTimes(claims, toNumericDate(now()));
  if (!(await isNew(claims.jti, claims.exp + greatestSkewSeconds)))
    throw new Problem('request/replayed', { jti: claims.jti });
  return caller;
}

function checkTimes({ iat, exp }: RequestClaims, ours: number): void {
  if (exp > iat + lifetimeSeconds || exp < iat)
    throw new Problem('request/malformed', { reason: 'exp is more than a minute after iat' });
  if (ours > exp + greatestSkewSeconds) throw new Problem('request/expired', { exp, ours });
  if (Math.abs(iat - ours) > greatestSkewSeconds)
    throw new Problem('request/clock-skew', { seconds: Math.abs(iat - ours), iat, ours });
}

function parseClaims(payload: Record<string, unknown>): RequestClaims {
  const names = ['aud', 'exp', 'htm', 'htu', 'iat', 'iss', 'jti'];
  const texts = ['aud', 'htm', 'htu', 'iss', 'jti'].every((name) => typeof payload[name] === 'string');
  const times = Number.isSafeInteger(payload.iat) && Number.isSafeInteger(payload.exp);
  const digest = payload.digest === undefined || typeof payload.digest === 'string';
  const only = Object.keys(payload).every((name) => names.includes(name) || name === 'digest');
  if (!texts || !times || !digest || !only)
    throw new Problem('request/malformed', { reason: 'not the claims of a peer request' });
  return payload as unknown as RequestClaims; // every member was just checked
}
