/** Outgoing calls over TLS: whom they trust, what they show, and the way through a proxy. */

import { X509Certificate } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { parseUtf8 } from '../node/base/bytes.ts';
import { peerPinOf, pinOf } from '../node/http/certificate.ts';
import { createOutbound, type Outbound, type OutboundNeeds } from '../node/outbound.ts';
import { hash } from './support/crypto.ts';
import { startProxy, type TestProxy } from './support/proxy.ts';
import { makeKey, makePair } from './support/tls.ts';

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const get = { method: 'GET', headers: {} };
const pinIn = (pem: string) => pinOf(new X509Certificate(pem), hash);
const own = makePair();

/** An HTTPS server that asks for a certificate and counts its connections and requests. */
async function serve(listener: RequestListener, pair = own) {
  const asking = { requestCert: true, rejectUnauthorized: false };
  const seen = { connections: 0, requests: 0 };
  const server = createServer({ ...pair, ...asking }, (request, response) => {
    seen.requests += 1;
    listener(request, response);
  });
  server.on('secureConnection', () => {
    seen.connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo; // it listens on a TCP port
  return { origin: `https://127.0.0.1:${port}`, port, server, seen };
}

function outboundTo(origin: string, needs: Partial<OutboundNeeds> = {}): Outbound {
  const outbound = createOutbound({ allowedOrigins: () => new Set([origin]), ...needs });
  closing.push(outbound.close);
  return outbound;
}

const sayHere: RequestListener = (_request, response) => response.end('here');
const saySeen: RequestListener = ({ socket }, response) => response.end(peerPinOf(socket, hash) ?? 'none');

it('takes a self-signed certificate that is pinned, whatever its name and its dates', async () => {
  const pair = makePair({ hosts: ['elsewhere.example'], until: new Date('2026-01-01T00:00:00Z') });
  const { origin } = await serve(sayHere, pair);
  const { fetch } = outboundTo(origin, { pinsOf: () => [pinIn(own.cert), pinIn(pair.cert)] });
  expect(parseUtf8((await fetch(origin, get)).body)).toBe('here');
});

it('sends nothing where another certificate is shown than one of those pinned', async () => {
  const { origin, seen } = await serve(sayHere);
  const { fetch } = outboundTo(origin, { pinsOf: () => [pinIn(makePair().cert)] });
  await expect(fetch(origin, get)).rejects.toMatchObject({
    code: 'peer/wrong-certificate',
    facts: { address: origin, shown: pinIn(own.cert) },
  });
  expect(seen.requests).toBe(0);
});

it('without pins believes the usual authorities only', async () => {
  const { origin, seen } = await serve(sayHere);
  await expect(outboundTo(origin).fetch(origin, get)).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  expect(seen.requests).toBe(0);
});

it('goes by the pins of the moment, over connections that are open too', async () => {
  const { origin, seen } = await serve(sayHere);
  let pins = [pinIn(own.cert)];
  const { fetch } = outboundTo(origin, { pinsOf: () => pins, connectionsPerOrigin: 1 });
  await fetch(origin, get);
  await fetch(origin, get);
  expect(seen).toEqual({ connections: 1, requests: 2 });
  pins = [pinIn(makePair().cert)];
  await expect(fetch(origin, get)).rejects.toMatchObject({ code: 'peer/wrong-certificate' });
  expect(seen.requests).toBe(2);
  pins = [pinIn(makePair().cert), pinIn(own.cert)];
  await fetch(origin, get);
  expect(seen.requests).toBe(3);
});

it('asks a server that has changed its certificate for the new one at each connection, session or no session', async () => {
  const key = makeKey();
  const { origin, server, seen } = await serve((_request, response) => response.setHeader('connection', 'close').end());
  const { fetch } = outboundTo(origin, { pinsOf: () => [pinIn(own.cert)] });
  await fetch(origin, get);
  await fetch(origin, get);
  expect(seen.requests).toBe(2);
  server.setSecureContext(makePair({ key }));
  await expect(fetch(origin, get)).rejects.toMatchObject({ code: 'peer/wrong-certificate' });
});

it('shows its own certificate, and after a change the new one, while what is under way goes on', async () => {
  const waiting: (() => void)[] = [];
  const { origin, seen } = await serve((request, response) => {
    if (request.url === '/slow') waiting.push(() => saySeen(request, response));
    else saySeen(request, response);
  });
  let identity = makePair();
  const first = pinIn(identity.cert);
  const { fetch } = outboundTo(origin, { pinsOf: () => [pinIn(own.cert)], identity: () => identity });
  const slow = fetch(`${origin}/slow`, get);
  while (waiting.length === 0) await new Promise(setImmediate);
  expect(parseUtf8((await fetch(origin, get)).body)).toBe(first);
  identity = makePair();
  expect(parseUtf8((await fetch(origin, get)).body)).toBe(pinIn(identity.cert));
  expect(seen.connections).toBe(3);
  waiting[0]?.();
  expect(parseUtf8((await slow).body)).toBe(first);
});

it('shows nothing when it has nothing', async () => {
  const { origin } = await serve(saySeen);
  const { fetch } = outboundTo(origin, { pinsOf: () => [pinIn(own.cert)] });
  expect(parseUtf8((await fetch(origin, get)).body)).toBe('none');
});

const far = 'https://credit.js.example';

async function serveBehindProxy(listener: RequestListener, bend?: Parameters<typeof startProxy>[1]) {
  const { port, origin, seen } = await serve(listener);
  const proxy: TestProxy = await startProxy((target) => (target === 'credit.js.example:443' ? port : undefined), bend);
  closing.push(proxy.close);
  return { proxy, seen, direct: origin };
}

it('goes through the proxy in a tunnel, shows its certificate and checks the pins at its far end', async () => {
  const { proxy, seen } = await serveBehindProxy(saySeen);
  const identity = makePair();
  let pins = [pinIn(own.cert)];
  const needs = { identity: () => identity, proxy: { url: proxy.url, except: [] } };
  const { fetch } = outboundTo(far, { ...needs, pinsOf: () => pins, connectionsPerOrigin: 1 });
  for (let i = 0; i < 3; i++) expect(parseUtf8((await fetch(`${far}/a`, get)).body)).toBe(pinIn(identity.cert));
  expect(proxy.asked).toEqual([{ target: 'credit.js.example:443' }]); // one tunnel for all
  pins = [pinIn(makePair().cert)];
  await expect(fetch(far, get)).rejects.toMatchObject({ code: 'peer/wrong-certificate' });
  expect(seen.requests).toBe(3);
});

it('checks the far end’s name and authority through the proxy when nothing is pinned', async () => {
  const { proxy, seen } = await serveBehindProxy(sayHere);
  const { fetch } = outboundTo(far, { proxy: { url: proxy.url, except: [] } });
  await expect(fetch(far, get)).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  expect(seen.requests).toBe(0);
});

it('keeps a tunnel longer than the time that it had to open it', async () => {
  const { proxy } = await serveBehindProxy((request, response) => {
    setTimeout(() => sayHere(request, response), 5_500); // a slow answer, not a wait of the test
  });
  const needs = { pinsOf: () => [pinIn(own.cert)], proxy: { url: proxy.url, except: [] } };
  const { fetch } = outboundTo(far, { ...needs, connectTimeoutMs: 5_000 }); // enough for a busy machine
  expect(parseUtf8((await fetch(far, get)).body)).toBe('here');
});

it('tells the proxy the user and password that its address names', async () => {
  const { proxy } = await serveBehindProxy(sayHere);
  const url = proxy.url.replace('http://', 'http://huxin:p%40ss@');
  const { fetch } = outboundTo(far, { pinsOf: () => [pinIn(own.cert)], proxy: { url, except: [] } });
  await fetch(far, get);
  const authorization = `Basic ${Buffer.from('huxin:p@ss').toString('base64')}`;
  expect(proxy.asked).toEqual([{ target: 'credit.js.example:443', authorization }]);
});

it('calls loopback and what is excepted without the proxy', async () => {
  const { proxy, direct } = await serveBehindProxy(sayHere);
  const { fetch } = outboundTo(direct, { pinsOf: () => [pinIn(own.cert)], proxy: { url: proxy.url, except: [] } });
  await fetch(direct, get);
  const excepted = outboundTo(far, { proxy: { url: proxy.url, except: ['.js.example'] } });
  await expect(excepted.fetch(far, get)).rejects.toMatchObject({
    code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT)$/), // in whichever way nobody answers for the name
  });
  expect(proxy.asked).toEqual([]);
});

const patient = 60_000; // for what answers by itself

it.each<[string, string, Parameters<typeof startProxy>[1], number]>([
  ['refuses', 'ERR_PROXY_REFUSED', (_request, socket) => !!socket.end('HTTP/1.1 407 Who are you\r\n\r\n'), patient],
  ['says nothing', 'ETIMEDOUT', () => true, 100],
  ['hangs up', 'ECONNRESET', (_request, socket) => !!socket.destroy(), patient],
  ['speaks no HTTP', 'HPE_INVALID_CONSTANT', (_request, socket) => !!socket.end('220 mail\r\n'), patient],
])('gives up on a proxy that %s', async (_, code, bend, connectTimeoutMs) => {
  const { proxy } = await serveBehindProxy(sayHere, bend);
  const { fetch } = outboundTo(far, { proxy: { url: proxy.url, except: [] }, connectTimeoutMs });
  await expect(fetch(far, get)).rejects.toMatchObject({ code });
});

it('gives up on a far end that never shakes hands', async () => {
  const { proxy } = await serveBehindProxy(
    sayHere,
    (_request, socket) => !!socket.write('HTTP/1.1 200 Connection established\r\n\r\n'),
  );
  const { fetch } = outboundTo(far, { proxy: { url: proxy.url, except: [] }, connectTimeoutMs: 3_000 });
  await expect(fetch(far, get)).rejects.toMatchObject({ code: 'UND_ERR_CONNECT_TIMEOUT' });
});
