/** The listening server, with a bound on everything that a caller could draw out, and its end. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { Problem } from '../base/problem.ts';

/** Milliseconds. An upload of 64 MiB has ten minutes; a connection on which nothing moves is dropped after five. */
const times = { headersTimeout: 20_000, requestTimeout: 600_000, keepAliveTimeout: 30_000, timeout: 300_000 };
const patienceMs = 10_000;
const betweenLooksMs = 50;

/**
 * Listens, once the promise is kept.
 *
 * @param port 0 takes a free one
 * @returns the address as `http://127.0.0.1:4310`
 * @throws {Problem} node/address-in-use; or the system's error
 */
export async function listen(
  app: Express,
  { host, port }: { host: string; port: number },
): Promise<{ server: Server; url: string }> {
  const server = createServer({ maxHeaderSize: 16 * 1024 }, app);
  Object.assign(server, times);
  server.listen(port, host);
  await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject)).catch(
    (error: NodeJS.ErrnoException) => {
      throw error.code === 'EADDRINUSE' ? new Problem('node/address-in-use', { host, port }, { cause: error }) : error;
    },
  );
  const { address, port: bound } = server.address() as AddressInfo; // it listens on a TCP port
  return { server, url: `http://${address.includes(':') ? `[${address}]` : address}:${bound}` };
}

/** Takes no new connection and answers what was asked already; whoever is not done after ten seconds is cut off. */
export async function shut(server: Server): Promise<void> {
  const idle = setInterval(() => server.closeIdleConnections(), betweenLooksMs); // an answered one would be kept open
  const late = setTimeout(() => server.closeAllConnections(), patienceMs);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearInterval(idle);
  clearTimeout(late);
}
