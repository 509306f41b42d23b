/** The listening server: where it is, and that every wait has an end. */

import express from 'express';
import { expect, it } from 'vitest';
import { listen, shut } from '../../node/http/listen.ts';

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
