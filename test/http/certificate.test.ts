/** What a calling node shows on its connection, over real ones. */

import { X509Certificate } from 'node:crypto';
import { Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent, request } from 'node:https';
import { afterEach, expect, it } from 'vitest';
import { isProblem } from '../../node/base/problem.ts';
import { createCertificateCheck, pinOf } from '../../node/http/certificate.ts';
import { listen, shut } from '../../node/http/listen.ts';
import { hash } from '../support/crypto.ts';
import { makePair } from '../support/tls.ts';

const server = makePair();
const [known, other] = [makePair(), makePair()];
const pinIn = ({ cert }: { cert: string }) => pinOf(new X509Certificate(cert), hash);

let closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});

/** Answers what the check says of each call: `taken`, or the code with what it says was shown. */
async function serve(pins: () => readonly string[], tls?: { asks: boolean }) {
  const check = createCertificateCheck(hash);
  const listening = await listen(
    ({ socket }, response) => {
      try {
        check(socket, '320000', pins());
        response.end('taken');
      } catch (error) {
        if (!isProblem(error)) throw error;
        response.end(`${error.code} ${error.facts.member} ${error.facts.shown ?? error.facts.reason}`);
      }
    },
    { host: '127.0.0.1', port: 0 },
    tls && { pair: server, ...tls },
  );
  closing.push(() => shut(listening.server));
  return listening;
}

function caller(options: object = {}) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: server.cert, ...options });
  closing.push(async () => agent.destroy());
  return (url: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const ask = url.startsWith('https:') ? request(url, { agent }) : plainRequest(url, { agent: new PlainAgent() });
      ask.once('error', reject).once('response', async (answer) => {
        const parts: Buffer[] = [];
        for await (const part of answer) parts.push(part as Buffer);
        resolve(Buffer.concat(parts).toString());
      });
      ask.end();
    });
}

it('takes the member’s own certificate, by any of its pins', async () => {
  const { url } = await serve(() => [pinIn(other), pinIn(known)], { asks: true });
  expect(await caller(known)(url)).toBe('taken');
});

it('refuses another certificate, none, and what is not TLS at all', async () => {
  const pins = () => [pinIn(known)];
  const { url } = await serve(pins, { asks: true });
  expect(await caller(other)(url)).toBe(`request/wrong-certificate 320000 ${pinIn(other)}`);
  expect(await caller()(url)).toBe('request/wrong-certificate 320000 none');
  const unasked = await serve(pins, { asks: false });
  expect(await caller(known)(unasked.url)).toBe('request/wrong-certificate 320000 none');
  const clear = await serve(pins);
  expect(await caller(known)(clear.url)).toBe('request/wrong-certificate 320000 none');
});

it('goes by the pins of the moment, over a connection that stays open', async () => {
  let pins = [pinIn(known)];
  const { server: running, url } = await serve(() => pins, { asks: true });
  let connections = 0;
  running.on('secureConnection', () => {
    connections += 1;
  });
  const call = caller(known);
  expect(await call(url)).toBe('taken');
  pins = [pinIn(other)];
  expect(await call(url)).toBe(`request/wrong-certificate 320000 ${pinIn(known)}`);
  pins = [pinIn(other), pinIn(known)];
  expect(await call(url)).toBe('taken');
  expect(connections).toBe(1);
});

it('knows the certificate in a session that was taken up again', async () => {
  const { server: running, url } = await serve(() => [pinIn(known)], { asks: true });
  const reused: boolean[] = [];
  running.on('secureConnection', (socket: { isSessionReused(): boolean }) => reused.push(socket.isSessionReused()));
  const call = caller({ ...known, keepAlive: false });
  for (let i = 0; i < 3; i++) expect(await call(url)).toBe('taken');
  expect(reused).toContain(true);
});

it('asks nothing of a member without pins', async () => {
  const { url } = await serve(() => [], { asks: true });
  expect(await caller()(url)).toBe('taken');
  expect(await caller(other)(url)).toBe('taken');
});
