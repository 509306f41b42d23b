/**
 * The one way out: what the nouns see as `Fetch`. It reaches the addresses that the agreement names and no others,
 * follows no redirect, and bounds how long and how large an answer is. The door of `undici`.
 */

import { Agent, request } from 'undici';
import { isSafeAddress } from './base/loopback.ts';
import type { Fetch } from './base/ports.ts';

export interface OutboundNeeds {
  /** Origins as `new URL(…).origin` spells them; asked at every request, so that a change of agreement acts at once. */
  allowedOrigins: () => ReadonlySet<string>;
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
  fetch: Fetch;
  /** Ends every connection; requests under way fail. */
  close(): Promise<void>;
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
  connectTimeoutMs = 5_000,
  headersTimeoutMs = 30_000,
  bodyTimeoutMs = 15_000,
  totalTimeoutMs = 120_000,
  greatestAnswerBytes = 16 * 1024 * 1024,
  connectionsPerOrigin = 8,
}: OutboundNeeds): Outbound {
  const agent = new Agent({
    connect: { timeout: connectTimeoutMs },
    connections: connectionsPerOrigin,
    keepAliveTimeout: 30_000,
    maxResponseSize: greatestAnswerBytes,
  });

  return {
    fetch: async (address, { method, headers, body, signal }) => {
      const { origin } = new URL(address);
      if (!allowedOrigins().has(origin)) throw refuse(origin, 'the agreement does not name it');
      if (!isSafeAddress(origin)) throw refuse(origin, 'plain HTTP stays on loopback');
      const deadline = AbortSignal.timeout(totalTimeoutMs);
      try {
        const answer = await request(address, {
          dispatcher: agent,
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
    close: () => agent.destroy(),
  };
}

function refuse(origin: string, reason: string): Outage {
  return new Outage('ERR_ADDRESS_NOT_ALLOWED', `not calling ${origin}: ${reason}`);
}

function header(headers: Record<string, string | string[] | undefined>, name: string): string | null {
  const value = headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(', ') : (value ?? null);
}
