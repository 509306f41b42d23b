/** The listening server: where it is, and that every wait has an end. */

import { X509Certificate } from 'node:crypto';
import { Agent, request } from 'node:https';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import express from 'express';
import { expect, it } from 'vitest';
import { peerPinOf, pinOf } from '../../node/http/certificate.ts';
import { listen, showCertificate, shut } from '../../node/http/listen.ts';
import { hash } from '../support/crypto.ts';
import { makePair } from '../support/tls.ts';

const loopback = { host: '127.0.0.1', port: 0 };

it('answers where it says, and bounds every wait', async () => {
  const app = express().get('/', (_request, response) => response.send('here'));
  const { server, url } = await listen(app, loopback);
  expect(await (await fetch(url)).text()).toBe('here');
  const { headersTimeout, requestTimeout, keepAliveTimeout, timeout } = server;
  for (const ms of [headersTimeout, requestTimeout, keepAliveTimeout, timeout]) expect(ms).toBeGreaterThan(0);
  expect(headersTimeout).toBeLessThan(requestTimeout);
  server.closeAllConnections();
  server.close();
});

it('fails when the port is taken', async () => {
  const { server, url } = await listen(express(), loopback);
  await expect(listen(express(), { ...loopback, port: Number(new URL(url).port) })).rejects.toThrow(
    'node/address-in-use',
  );
  server.close();
});

it('ends when every request under way is answered, without waiting for connections that only stay open', async () => {
  const app = express();
  let answer = () => {};
  const asked = new Promise<void>((resolve) => {
    app.get('/', (_request, response) => {
      answer = () => response.send('late');
      resolve();
    });
  });
  const { server, url } = await listen(app, loopback);
  const answered = fetch(url);
  await asked;
  let isShut = false;
  const ended = shut(server).then(() => {
    isShut = true;
  });
  await expect(fetch(url)).rejects.toThrow();
  expect(isShut).toBe(false);
  answer();
  expect(await (await answered).text()).toBe('late');
  const before = performance.now();
  await ended;
  expect(performance.now() - before).toBeLessThan(5_000); // the connection may idle for thirty
});

const server = makePair();

it('speaks HTTPS with a certificate, TLS 1.3 by preference and 1.2 at least', async () => {
  const app = express().get('/', (request, response) => response.send(request.secure ? 'sealed' : 'open'));
  const listening = await listen(app, loopback, { pair: server, asks: false });
  expect(listening.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  expect((await get(listening.url, { ca: server.cert })).text).toBe('sealed');
  expect(await protocolOf(listening.url)).toBe('TLSv1.3');
  expect(await protocolOf(listening.url, { maxVersion: 'TLSv1.2' })).toBe('TLSv1.2');
  const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  await expect(protocolOf(listening.url, old)).rejects.toThrow(/protocol version/);
  const weak = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' } as const; // neither AEAD
  await expect(protocolOf(listening.url, weak)).rejects.toThrow(/handshake failure/);
  await shut(listening.server);
});

it.each([true, false])('lets in whoever has a certificate and whoever has none, and asks for one: %s', async (asks) => {
  const app = express().get('/', (request, response) => response.send(peerPinOf(request.socket, hash) ?? 'none'));
  const listening = await listen(app, loopback, { pair: server, asks });
  const client = makePair();
  const pin = pinOf(new X509Certificate(client.cert), hash);
  expect((await get(listening.url, { ca: server.cert })).text).toBe('none');
  expect((await get(listening.url, { ca: server.cert, ...client })).text).toBe(asks ? pin : 'none');
  await shut(listening.server);
});

it('shows another certificate from now on, and drops no connection for it', async () => {
  const app = express().get('/', (_request, response) => response.send('here'));
  const { server: running, url } = await listen(app, loopback, { pair: server, asks: true });
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: server.cert });
  const before = await get(url, { agent });
  const next = makePair();
  showCertificate(running, next);
  const after = await get(url, { agent });
  expect(after).toEqual(before); // over the same connection
  expect((await get(url, { ca: next.cert })).text).toBe('here');
  await expect(get(url, { ca: server.cert })).rejects.toThrow();
  expect(await protocolOf(url)).toBe('TLSv1.3');
  await expect(protocolOf(url, { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' })).rejects.toThrow();
  agent.destroy();
  await shut(running);
});

function get(url: string, options: object): Promise<{ text: string; port: number | undefined }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { ...options }, (answer) => {
      const port = answer.socket.localPort;
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => resolve({ text, port }));
    });
    asked.on('error', reject).end();
  });
}

function protocolOf(url: string, options: ConnectionOptions = {}): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const { hostname: host, port } = new URL(url);
    const socket: TLSSocket = connect({ host, port: Number(port), rejectUnauthorized: false, ...options }, () => {
      resolve(socket.getProtocol());
      socket.destroy();
    });
    socket.on('error', reject);
  });
}
