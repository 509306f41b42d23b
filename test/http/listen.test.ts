/** The listening server: where it is, and that every wait has an end. */

import express from 'express';
import { expect, it } from 'vitest';
import { listen } from '../../node/http/listen.ts';

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
  await expect(listen(express(), { ...loopback, port: Number(new URL(url).port) })).rejects.toThrow('EADDRINUSE');
  server.close();
});
