/** An HTTP proxy that opens tunnels (CONNECT), and knows by itself where a name of the tests leads. */

import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';

export interface TestProxy {
  /** `http://127.0.0.1:…` */
  url: string;
  /** Every target that it was asked for, and with which credentials. */
  asked: { target: string; authorization?: string }[];
  close(): Promise<void>;
}

/**
 * @param portOf where a target such as `credit.js.example:443` leads on loopback; what leads nowhere is refused with 403
 * @param bend answers in its own way when it returns true
 */
export async function startProxy(
  portOf: (target: string) => number | undefined,
  bend: (request: IncomingMessage, socket: Duplex) => boolean = () => false,
): Promise<TestProxy> {
  const asked: TestProxy['asked'] = [];
  const open = new Set<Duplex>();
  const server = createServer((_request, response) => response.writeHead(405).end());
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    const target = request.url ?? '';
    const { 'proxy-authorization': authorization } = request.headers;
    asked.push({ target, ...(authorization && { authorization }) });
    open.add(socket);
    socket.on('error', () => {});
    if (bend(request, socket)) return;
    const port = portOf(target);
    if (port === undefined) return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const far = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      far.pipe(socket).pipe(far);
    });
    open.add(far);
    far.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // it listens on a TCP port
    asked,
    close() {
      for (const socket of open) socket.destroy();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
