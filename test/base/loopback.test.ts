import { expect, it } from 'vitest';
import { isLoopback, isSafeAddress } from '../../node/base/loopback.ts';

it.each(['127.0.0.1', '127.255.0.9', '::1', '[::1]', 'localhost', 'LOCALHOST'])('%s is this machine', (host) => {
  expect(isLoopback(host)).toBe(true);
});

it.each(['0.0.0.0', '::', '10.0.0.1', '128.0.0.1', '127.0.0.1.example', '127.0.0.256', 'localhost.example', ''])(
  '%s is not',
  (host) => {
    expect(isLoopback(host)).toBe(false);
  },
);

it.each(['https://credit.sh.example', 'http://127.0.0.1:8310/api', 'http://[::1]:1/', 'http://2130706433/'])(
  '%s is safe to call',
  (address) => {
    expect(isSafeAddress(address)).toBe(true);
  },
);

it.each([
  'http://credit.sh.example',
  'http://127.0.0.1.example/',
  'http://127.0.0.1@credit.sh.example/',
  'ftp://127.0.0.1/',
  'file:///etc/hosts',
  'nonsense',
])('%s is not safe to call', (address) => {
  expect(isSafeAddress(address)).toBe(false);
});
