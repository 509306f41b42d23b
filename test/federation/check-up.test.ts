/** What the doctor makes of what it measured on this node. */

import { describe, expect, it } from 'vitest';
import {
  type Check,
  decideAgreement,
  decideCertificate,
  decideDisk,
  decideHolidays,
  decideKeys,
  decideOpened,
  decidePending,
  decideRuntime,
  decideStore,
  inOrder,
} from '../../node/federation/check-up.ts';

const now = new Date('2026-11-29T02:00:00Z');
const gradeOf = ({ grade }: { grade: string } | undefined = { grade: 'nothing' }) => grade;

it.each([
  ['20.19.0', 4, 4, 'ok'],
  ['22.1.0', undefined, 2, 'ok'],
  ['20.18.9', 4, 4, 'problem'],
  ['18.20.0', 8, 4, 'problem'],
  ['20.19.0', undefined, 8, 'warning'],
] as const)('Node %s with %s threads on %i cores: %s', (version, threads, cores, grade) => {
  expect(gradeOf(decideRuntime({ version, wanted: '20.19', threads, cores }))).toBe(grade);
});

it('warns of keys that lie unencrypted, and names them', () => {
  const key = (use: string, encrypted: boolean) => ({ file: `${use}.json`, use, encrypted });
  expect(gradeOf(decideKeys('/k', [key('log', true), key('witness', true)]))).toBe('ok');
  const { grade, found, cure } = decideKeys('/k', [key('log', true), key('witness', false)]);
  expect({ grade, cure }).toMatchObject({
    grade: 'warning',
    cure: { en: expect.stringContaining('huxin keys encrypt') },
  });
  expect(found.en).toMatch(/unencrypted: witness$/);
});

describe('the agreement', () => {
  const agreement = (from: string, until?: string) => ({ version: 1, effective: { from, ...(until && { until }) } });
  it.each([
    ['2026-01-01', undefined, 'ok', /in force/],
    ['2026-01-01', '2026-11-29', 'warning', /ends in/],
    ['2026-01-01', '2027-01-20', 'warning', /ends in 5\d days/],
    ['2026-01-01', '2027-06-01', 'ok', /in force/],
    ['2026-01-01', '2026-11-28', 'problem', /has ended/],
    ['2026-12-01', undefined, 'warning', /not in force yet/],
  ])('from %s to %s: %s', (from, until, grade, words) => {
    const verdict = decideAgreement(agreement(from, until), now, []);
    expect(verdict.grade).toBe(grade);
    expect(verdict.found.en).toMatch(words);
  });
  it('with a type that this program lacks is a problem', () => {
    expect(decideAgreement(agreement('2026-01-01'), now, ['permit'])).toMatchObject({ grade: 'problem' });
  });
  it('that waits beyond its day is a warning', () => {
    const pending = { version: 2, from: '2026-12-01', signatures: 2, members: 4 };
    expect(decidePending(pending, '2026-11-29')).toMatchObject({ grade: 'ok' });
    expect(decidePending({ ...pending, from: '2026-11-01' }, '2026-11-29')).toMatchObject({ grade: 'warning' });
  });
});

it.each([
  [{}, 'ok'],
  [{ newer: ['0099-x'], pending: ['0002-y'] }, 'problem'],
  [{ pending: ['0002-y'] }, 'warning'],
  [{ isNew: true, pending: ['0001-start'] }, 'warning'],
  [{ journalMode: 'delete' }, 'warning'],
  [{ journalMode: 'wal' }, 'ok'],
  [{ standbys: '' }, 'warning'],
  [{ standbys: 'ANY 1 (b)' }, 'ok'],
])('a store with %j: %s', (found, grade) => {
  expect(decideStore({ url: 'x', pending: [], newer: [], isNew: false, ...found }).grade).toBe(grade);
});

it('tells who has a file open, and says when that cannot be seen', () => {
  const url = 'sqlite:/x.db';
  expect(decideOpened({ url, openedBy: [] })).toBeUndefined();
  expect(decideOpened({ url: 'postgres://x/y' })).toBeUndefined();
  expect(decideOpened({ url, openedBy: [17] })).toMatchObject({
    grade: 'warning',
    found: { en: expect.stringContaining('17') },
  });
  expect(decideOpened({ url })).toMatchObject({ grade: 'unknown' });
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

it('puts the worst first', () => {
  const check = (about: Check['about'], grade: Check['grade']): Check => ({ about, grade, found: { zh: '', en: '' } });
  const sorted = inOrder([
    check('clock', 'ok'),
    check('disk', 'unknown'),
    check('keys', 'warning'),
    check('log', 'problem'),
    check('keys', 'problem'),
  ]);
  expect(sorted.map(({ about, grade }) => `${grade} ${about}`)).toEqual([
    'problem keys',
    'problem log',
    'warning keys',
    'unknown disk',
    'ok clock',
  ]);
});
