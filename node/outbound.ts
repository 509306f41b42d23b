/**
 * The one way out: what the nouns see as `Fetch`. It reaches the addresses that the agreement names and no others,
 * follows no redirect, and bounds how long and how large an answer is. A member with pins in the agreement is known by
 * its certificate's key alone (RFC 7469 §2.4), any other by the usual authorities. The door of `undici`.
 */

import { buildConnector, Pool, request } from 'undici';
import { isLoopback, isSafeAddress } from './base/loopback.ts';
import type { Fetch } from './base/ports.ts';
import { Problem } from './base/problem.ts';
import { hash } from './crypto.ts';
import { peerPinOf } from './http/certificate.ts';
import type { PemPair } from './http/listen.ts';
import { type HttpProxy, isProxied, openTunnel } from './tunnel.ts';

export interface OutboundNeeds {
  /** Origins as `new URL(…).origin` spells them; asked at every request, so that a change of agreement acts at once. */
  allowedOrigins: () => ReadonlySet<string>;
  /** The pins of an origin, asked at every request; none: the certificate is checked as usual. */
  pinsOf?: (origin: string) => readonly string[];
  /** What is shown to whoever asks for a certificate; asked at every request. */
  identity?: () => PemPair | undefined;
  /** Calls to loopback never go through it. */
  proxy?: HttpProxy | undefined;
  connectTimeoutMs?: number;
  /** From the end of the request to the answer's headers. */
  headersTimeoutMs?: number;
  /** Between two pieces of the answer's body. */
  bodyTimeoutMs?: number;
  /** For the whole, so that a peer cannot drip an answer for ever. */
  totalTimeoutMs?: number;
  greatestAnswerBytes?: number;
  connectionsPerOrigin?: number;
}

export interface Outbound {
  /** @throws {Problem} peer/wrong-certificate, before anything is sent */
  fetch: Fetch;
  /** Ends every connection; requests under way fail. */
  close(): Promise<void>;
}

/** Whom an origin's connections trust, and what they show. */
interface Trust {
  pins: readonly string[];
  identity: PemPair | undefined;
}

/** What went wrong on the way: the system's code, or ours for an address or a time that is not allowed. */
class Outage extends Error {
  override readonly name = 'Outage';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function createOutbound({
  allowedOrigins,
  pinsOf = () => [],
  identity = () => undefined,
  proxy,
  connectTimeoutMs = 5_000,
  headersTimeoutMs = 30_000,
  bodyTimeoutMs = 15_000,
  totalTimeoutMs = 120_000,
  greatestAnswerBytes = 16 * 1024 * 1024,
  connectionsPerOrigin = 8,
}: OutboundNeeds): Outbound {
  const pools = new Map<string, { pool: Pool; trust: Trust }>();

  /** Its connections were made under the trust of this moment: when that changes they are given up. */
  function poolOf(origin: string): Pool {
    const trust = { pins: pinsOf(origin), identity: identity() };
    const known = pools.get(origin);
    if (known && isSame(known.trust.pins, trust.pins)) {
      if (known.trust.identity === trust.identity) return known.pool;
      void known.pool.close(); // what is under way is finished
    } else if (known) void known.pool.destroy();
    const pool = new Pool(origin, {
      connect: createConnect(origin, trust, proxy, connectTimeoutMs),
      connections: connectionsPerOrigin,
      keepAliveTimeout: 30_000,
      maxResponseSize: greatestAnswerBytes,
    });
    pools.set(origin, { pool, trust });
    return pool;
  }

  return {
    fetch: async (address, { method, headers, body, signal }) => {
      const { origin } = new URL(address);
      if (!allowedOrigins().has(origin)) throw refuse(origin, 'the agreement does not name it');
      if (!isSafeAddress(origin)) throw refuse(origin, 'plain HTTP stays on loopback');
      const deadline = AbortSignal.timeout(totalTimeoutMs);
      try {
        const answer = await request(address, {
          dispatcher: poolOf(origin),
          method,
          headers,
          body: body ?? null,
          signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
          headersTimeout: headersTimeoutMs,
          bodyTimeout: bodyTimeoutMs,
        });
        const bytes = await answer.body.bytes();
        return { status: answer.statusCode, headers: { get: (name) => header(answer.headers, name) }, body: bytes };
      } catch (error) {
        if (!deadline.aborted) throw error;
        throw new Outage('ETIMEDOUT', `no whole answer within ${totalTimeoutMs} ms`, { cause: error });
      }
    },
    close: async () => {
      await Promise.all([...pools.values()].map(({ pool }) => pool.destroy()));
    },
  };
}

/** Connects, through the proxy if need be, and lets nobody speak before the far end has shown a pinned key. */
function createConnect(origin: string, { pins, identity }: Trust, proxy: HttpProxy | undefined, timeoutMs: number) {
  const isPinned = pins.length > 0 && origin.startsWith('https:');
  const connect = buildConnector({
    ...{ timeout: timeoutMs, minVersion: 'TLSv1.2' },
    ...(identity && { cert: identity.cert, key: identity.key }),
    maxCachedSessions: 0, // in a resumed session nobody shows a certificate
    rejectUnauthorized: !isPinned,
  });
  const { hostname, port } = new URL(origin);
  const through = proxy && !isLoopback(hostname) && isProxied(hostname, proxy) ? proxy : undefined;

  return (options: buildConnector.Options, callback: buildConnector.Callback): void => {
    const check: buildConnector.Callback = (error, socket) => {
      if (error) return callback(error, null);
      const shown = isPinned ? peerPinOf(socket, hash) : undefined;
      if (!isPinned || (shown && pins.includes(shown))) return callback(null, socket);
      socket.destroy();
      callback(new Problem('peer/wrong-certificate', { address: origin, shown }), null);
    };
    if (!through) return void connect(options, check);
    openTunnel(`${hostname}:${port || 443}`, through, timeoutMs).then(
      (httpSocket) => connect({ ...options, httpSocket }, check),
      (error: Error) => callback(error, null),
    );
  };
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one) => others.includes(one));
}

function refuse(origin: string, reason: string): Outage {
  return new Outage('ERR_ADDRESS_NOT_ALLOWED', `not calling ${origin}: ${reason}`);
}

function header(headers: Record<string, string | string[] | undefined>, name: string): string | null {
  const value = headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(', ') : (value ?? null);
}
