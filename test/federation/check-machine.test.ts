/** What the doctor makes of the machine. */

import { expect, it } from 'vitest';
import { decideCertificate, decideDisk, decideHolidays, decideRuntime } from '../../node/federation/check-machine.ts';

const now = new Date('2026-11-29T02:00:00Z');

it.each([
  ['20.19.0', 4, 4, 'ok'],
  ['22.1.0', undefined, 2, 'ok'],
  ['20.18.9', 4, 4, 'problem'],
  ['18.20.0', 8, 4, 'problem'],
  ['20.19.0', undefined, 8, 'warning'],
] as const)('Node %s with %s threads on %i cores: %s', (version, threads, cores, grade) => {
  expect(decideRuntime({ version, wanted: '20.19', threads, cores }).grade).toBe(grade);
});

it.each([
  [100, 1000, 'problem'],
  [900, 10_000, 'warning'],
  [2000, 100_000, 'warning'],
  [20_000, 100_000, 'ok'],
])('%i of %i MiB free: %s', (free, size, grade) => {
  const mebibyte = 1024 * 1024;
  expect(decideDisk({ name: 'd', freeBytes: free * mebibyte, sizeBytes: size * mebibyte }).grade).toBe(grade);
});

it.each([
  ['2026-01-01', '2027-11-29', undefined, 'ok'],
  ['2026-01-01', '2027-11-29', true, 'ok'],
  ['2026-01-01', '2027-11-29', false, 'problem'],
  ['2026-01-01', '2026-12-15', undefined, 'warning'],
  ['2026-01-01', '2026-11-28', undefined, 'problem'],
  ['2026-12-01', '2027-11-29', undefined, 'problem'],
])('a certificate from %s to %s, pinned %s: %s', (from, to, isPinned, grade) => {
  const certificate = { notBefore: `${from}T00:00:00.000Z`, notAfter: `${to}T00:00:00.000Z` };
  expect(decideCertificate(certificate, now, isPinned).grade).toBe(grade);
});

it.each([
  [[2026, 2027], '2026-12-31', 'ok'],
  [[2026], '2026-06-01', 'ok'],
  [[2026], '2026-11-29', 'warning'],
  [[2026], '2027-01-02', 'problem'],
])('holidays of %j on %s: %s', (years, day, grade) => {
  expect(decideHolidays(new Set(years), new Date(`${day}T04:00:00Z`)).grade).toBe(grade);
});
