import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { parseUtf8, utf8 } from '../node/base/bytes.ts';
import { createOutbound, type Outbound, type OutboundNeeds } from '../node/outbound.ts';
import { until } from './support/until.ts';

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

it('sends method, headers and body, and gives back status, headers and body', async () => {
  const { origin, outbound } = await serve((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      response.writeHead(202, { 'X-Seen': `${request.method} ${request.url} ${request.headers['x-word']}` });
      response.end(Buffer.concat(parts));
    });
  });
  const answer = await outbound.fetch(`${origin}/a?b=c`, {
    method: 'POST',
    headers: { 'x-word': 'huxin' },
    body: utf8('互信'),
  });
  expect(answer.status).toBe(202);
  expect(answer.headers.get('x-seen')).toBe('POST /a?b=c huxin');
  expect(answer.headers.get('X-SEEN')).toBe('POST /a?b=c huxin');
  expect(answer.headers.get('x-unsaid')).toBeNull();
  expect(parseUtf8(answer.body)).toBe('互信');
});

it('follows no redirect', async () => {
  let calls = 0;
  const { origin, outbound } = await serve((_, response) => {
    calls += 1;
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  expect((await outbound.fetch(origin, get)).status).toBe(302);
  expect(calls).toBe(1);
});

it('keeps its connections and opens no more than it may', async () => {
  let waiting: (() => void)[] = [];
  const { origin, outbound, server } = await serve(
    (_, response) => {
      waiting.push(() => response.end());
      if (waiting.length === 3) for (const answer of waiting) answer();
    },
    { connectionsPerOrigin: 3 },
  );
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  for (let round = 0; round < 5; round++) {
    waiting = [];
    await Promise.all([1, 2, 3].map(() => outbound.fetch(origin, get)));
  }
  expect(connections).toBe(3);
});

it('calls only the origins it was allowed, asked each time', async () => {
  const allowed = new Set<string>();
  const { origin, outbound } = await serve((_, response) => response.end(), { allowedOrigins: () => allowed });
  await expect(outbound.fetch(origin, get)).rejects.toMatchObject({ code: 'ERR_ADDRESS_NOT_ALLOWED' });
  allowed.add(origin);
  expect((await outbound.fetch(origin, get)).status).toBe(200);
  await expect(outbound.fetch(origin.replace('127.0.0.1', 'localhost'), get)).rejects.toMatchObject({
    code: 'ERR_ADDRESS_NOT_ALLOWED',
  });
});

it('speaks plain HTTP to loopback only, allowed or not', async () => {
  const outbound = createOutbound({ allowedOrigins: () => new Set(['http://192.0.2.1']) });
  closing.push(outbound.close);
  await expect(outbound.fetch('http://192.0.2.1/', get)).rejects.toThrow('plain HTTP stays on loopback');
});

it('takes an answer of the greatest size and refuses one byte more', async () => {
  const { origin, outbound } = await serve(
    (request, response) => response.end(Buffer.alloc(Number(request.url?.slice(1)))),
    { greatestAnswerBytes: 1_000 },
  );
  expect((await outbound.fetch(`${origin}/1000`, get)).body).toHaveLength(1_000);
  await expect(outbound.fetch(`${origin}/1001`, get)).rejects.toMatchObject({ code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' });
});

it('cuts off an answer that never ends, without keeping more of it than it may', async () => {
  let sent = 0;
  let isCutOff = false;
  const { origin, outbound } = await serve(
    (_, response) => {
      const pour = () => {
        if (response.destroyed) return;
        sent += 64 * 1024;
        response.write(Buffer.alloc(64 * 1024), () => setImmediate(pour));
      };
      response.once('close', () => {
        isCutOff = true;
      });
      pour(); // chunked: nothing says how long it will be
    },
    { greatestAnswerBytes: 1024 * 1024 },
  );
  await expect(outbound.fetch(origin, get)).rejects.toMatchObject({ code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' });
  await until('the connection is gone', () => isCutOff);
  expect(sent).toBeLessThan(16 * 1024 * 1024); // what the sockets between had room for
});

it('takes no headers without end', async () => {
  const { origin, outbound } = await serve((_, response) => {
    response.writeHead(200, { 'x-long': 'a'.repeat(64 * 1024) }).end();
  });
  await expect(outbound.fetch(origin, get)).rejects.toMatchObject({ code: 'UND_ERR_HEADERS_OVERFLOW' });
});

it('gives up on headers that do not come', async () => {
  const { origin, outbound } = await serve(() => {}, { headersTimeoutMs: 50 });
  await expect(outbound.fetch(origin, get)).rejects.toMatchObject({ code: 'UND_ERR_HEADERS_TIMEOUT' });
});

it('gives up on a body that stops', async () => {
  const { origin, outbound } = await serve((_, response) => void response.write('a'), { bodyTimeoutMs: 50 });
  await expect(outbound.fetch(origin, get)).rejects.toMatchObject({ code: 'UND_ERR_BODY_TIMEOUT' });
});

it('gives up on a body that drips for ever', async () => {
  const { origin, outbound } = await serve(
    (_, response) => {
      const drip = setInterval(() => response.write('a'), 5);
      response.on('close', () => clearInterval(drip));
    },
    { totalTimeoutMs: 100 },
  );
  await expect(outbound.fetch(origin, get)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
});

it('stops when the caller does', async () => {
  const { origin, outbound } = await serve(() => {});
  const caller = new AbortController();
  const answer = outbound.fetch(origin, { ...get, signal: caller.signal });
  caller.abort();
  await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
});

it('names the system’s code when nobody listens', async () => {
  const { origin, outbound, server } = await serve((_, response) => response.end());
  await new Promise((resolve) => server.close(resolve));
  await expect(outbound.fetch(origin, get)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

const get = { method: 'GET', headers: {} };

async function serve(
  listener: RequestListener,
  needs: Partial<OutboundNeeds> = {},
): Promise<{ origin: string; outbound: Outbound; server: Server }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('the server has no port');
  const origin = `http://127.0.0.1:${address.port}`;
  const outbound = createOutbound({ allowedOrigins: () => new Set([origin]), ...needs });
  closing.push(async () => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  }, outbound.close);
  return { origin, outbound, server };
}
