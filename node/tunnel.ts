/** A way through an HTTP proxy: a tunnel (RFC 9110 §9.3.6) in which TLS is then spoken with the far end itself. */

import { request } from 'node:http';
import type { Socket } from 'node:net';

export interface HttpProxy {
  /** `http://host:port`, perhaps with a user and a password. */
  url: string;
  /** Hosts that are called without it; `.suffix` means all below a domain. */
  except: readonly string[];
}

/** Whether calls to that host, as a URL spells it, go through the proxy. */
export function isProxied(hostname: string, { except }: HttpProxy): boolean {
  const host = bare(hostname.toLowerCase());
  return !except.some((one) => {
    const name = one.toLowerCase();
    return name.startsWith('.') ? host.endsWith(name) : host === name;
  });
}

/**
 * Asks the proxy to connect to the far end.
 *
 * @param target host and port, such as `credit.js.example:443`
 * @throws {Error} the system's; with `code` `ERR_PROXY_REFUSED` and the status when the proxy says no
 */
export function openTunnel(target: string, proxy: HttpProxy, timeoutMs: number): Promise<Socket> {
  const { hostname, port, username, password } = new URL(proxy.url);
  const secret = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  const headers = { host: target, ...(username && { 'proxy-authorization': `Basic ${secret}` }) };
  return new Promise((resolve, reject) => {
    const asked = request({
      ...{ host: bare(hostname), port: port || 80, agent: false },
      ...{ method: 'CONNECT', path: target, headers },
    });
    const late = setTimeout(() => asked.destroy(failure('ETIMEDOUT', 'the proxy did not answer')), timeoutMs);
    asked.once('close', () => clearTimeout(late));
    asked.once('connect', ({ statusCode = 0 }, socket, head) => {
      clearTimeout(late);
      if (statusCode === 200 && head.length === 0) return resolve(socket as Socket); // the far end speaks second
      socket.destroy();
      reject(refused(statusCode));
    });
    asked.once('response', ({ statusCode = 0 }) => {
      asked.destroy();
      reject(refused(statusCode));
    });
    asked.once('error', reject).end();
  });
}

/** A URL puts an IPv6 address in brackets. */
function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function refused(status: number): Error {
  return failure('ERR_PROXY_REFUSED', `the proxy answered ${status}`);
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
