import { expect, it } from 'vitest';
import { isProxied } from '../node/tunnel.ts';

it.each([
  ['credit.js.example', [], true],
  ['credit.js.example', ['credit.js.example'], false],
  ['CREDIT.js.example', ['credit.JS.example'], false],
  ['credit.js.example', ['js.example'], true],
  ['credit.js.example', ['.js.example'], false],
  ['js.example', ['.js.example'], true],
  ['notjs.example', ['.js.example', 'js.example'], true],
  ['10.1.2.3', ['10.1.2.3'], false],
  ['[fd00::1]', ['fd00::1'], false],
])('%s, all but %j: through the proxy %s', (host, except, is) => {
  expect(isProxied(host, { url: 'http://proxy.example:3128', except })).toBe(is);
});
