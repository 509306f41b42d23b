/**
 * The listening server, with a bound on everything that a caller could draw out, and its end. HTTPS where there is a
 * certificate, TLS 1.2 at least; whose client certificate is good is decided in `auth.ts`.
 */

import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { Problem } from '../base/problem.ts';

/** Milliseconds. An upload of 64 MiB has ten minutes; a connection on which nothing moves is dropped after five. */
const times = { headersTimeout: 20_000, requestTimeout: 600_000, keepAliveTimeout: 30_000, timeout: 300_000 };
const handshakeTimeoutMs = 10_000;
const patienceMs = 10_000;
const betweenLooksMs = 50;

/** Forward secrecy and authenticated encryption only: those of TLS 1.3, and the like of TLS 1.2. */
const ciphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/** Certificate and key, PEM. */
export interface PemPair {
  cert: string;
  key: string;
}

export interface Listening {
  server: Server | TlsServer;
  /** `http://127.0.0.1:4310`, or `https://…` */
  url: string;
}

/**
 * Listens, once the promise is kept.
 *
 * @param port 0 takes a free one
 * @param tls `asks`: whether callers are asked for a certificate; whoever has none is let in all the same
 * @throws {Problem} node/address-in-use; or the system's error
 */
export async function listen(
  app: RequestListener,
  { host, port }: { host: string; port: number },
  tls?: { pair: PemPair; asks: boolean },
): Promise<Listening> {
  const server = tls ? createSecure(app, tls) : createServer({ maxHeaderSize }, app);
  Object.assign(server, times);
  server.listen(port, host);
  await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject)).catch(
    (error: NodeJS.ErrnoException) => {
      throw error.code === 'EADDRINUSE' ? new Problem('node/address-in-use', { host, port }, { cause: error }) : error;
    },
  );
  const { address, port: bound } = server.address() as AddressInfo; // it listens on a TCP port
  const name = address.includes(':') ? `[${address}]` : address;
  return { server, url: `${tls ? 'https' : 'http'}://${name}:${bound}` };
}

const maxHeaderSize = 16 * 1024;

/** No authority is asked about a caller's certificate: the agreement's pins say which are good. */
function createSecure(app: RequestListener, { pair, asks }: { pair: PemPair; asks: boolean }): TlsServer {
  const asking = { requestCert: asks, rejectUnauthorized: false };
  return createTlsServer({ ...contextOf(pair), ...asking, maxHeaderSize, handshakeTimeout: handshakeTimeoutMs }, app);
}

/** Another certificate for connections from now on; those that are open go on. */
export function showCertificate(server: Server | TlsServer, pair: PemPair): void {
  if ('setSecureContext' in server) server.setSecureContext(contextOf(pair));
}

function contextOf({ cert, key }: PemPair): SecureContextOptions {
  return { cert, key, ciphers, minVersion: 'TLSv1.2' };
}

/** Takes no new connection and answers what was asked already; whoever is not done after ten seconds is cut off. */
export async function shut(server: Server | TlsServer): Promise<void> {
  const idle = setInterval(() => server.closeIdleConnections(), betweenLooksMs); // an answered one would be kept open
  const late = setTimeout(() => server.closeAllConnections(), patienceMs);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearInterval(idle);
  clearTimeout(late);
}
