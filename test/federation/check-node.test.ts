/** What the doctor makes of keys, agreement and database. */

import { describe, expect, it } from 'vitest';
import {
  decideAgreement,
  decideKeys,
  decideOpened,
  decidePending,
  decideStore,
} from '../../node/federation/check-node.ts';

const now = new Date('2026-11-29T02:00:00Z');

it('warns of keys that lie unencrypted, and names them', () => {
  const key = (use: string, encrypted: boolean) => ({ file: `${use}.json`, use, encrypted });
  expect(decideKeys('/k', [key('log', true), key('witness', true)]).grade).toBe('ok');
  const { grade, found, cure } = decideKeys('/k', [key('log', true), key('witness', false)]);
  expect({ grade, cure }).toMatchObject({
    grade: 'warning',
    cure: { en: expect.stringContaining('huxin keys encrypt') },
  });
  expect(found.en).toMatch(/unencrypted: witness$/);
  expect(found.zh).toBe('/k 中有日志、见证密钥，与协议相符，但未加密：见证');
  expect(decideKeys('/k', [key('witness', true)], ['log']).found.en).toMatch(
    /witness in \/k; log with a program that signs/,
  );
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
