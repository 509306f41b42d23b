/** What the doctor makes of the other members. */

import { describe, expect, it } from 'vitest';
import { decideAnswered, decideClock, decideExchange, decideHeard } from '../../node/federation/check-peers.ts';
import type { PeerReport } from '../../node/federation/report.ts';

const name = { zh: '江苏省', en: 'Jiangsu' };

describe('clocks', () => {
  const offsets = (...seconds: number[]) =>
    seconds.map((one, i) => ({ member: `${i}`, name, seconds: one, within: 1 }));
  it.each([
    [[], ['unknown']],
    [[0.4, -0.5, 1], ['ok']],
    [[30, 31, 29], ['warning']],
    [[-3600, -3601, -3599], ['problem']],
    [[3600], ['problem']],
    [
      [0, 0, 3600],
      ['ok', 'warning'],
    ],
    [
      [0, 3600],
      ['problem', 'warning', 'warning'],
    ],
  ])('%j seconds ahead of ours: %j', (seconds, grades) => {
    expect(decideClock(offsets(...seconds), 10).map(({ grade }) => grade)).toEqual(grades);
  });
  it('tells which way ours is wrong', () => {
    expect(decideClock(offsets(3600, 3600), 10)[0]?.found.en).toMatch(
      /^our clock is 1 h behind that of 2 members: they refuse/,
    );
    expect(decideClock(offsets(-90, -90), 10)[0]?.found.en).toMatch(/^our clock is 90 s ahead of that of 2 members$/);
    expect(decideClock(offsets(0, 0, -3600), 10)[1]).toMatchObject({
      member: '2',
      found: { en: 'Jiangsu’s clock is 1 h behind the others' },
    });
  });
});

it.each([
  [{}, 'ok'],
  [{ member: '330000' }, 'problem'],
  [{ origin: 'elsewhere/log' }, 'problem'],
  [{ agreement: 'sha-256:other' }, 'warning'],
])('a node that says %j of itself: %s', (differs, grade) => {
  const says = { member: '320000', origin: 'o/log', agreement: 'sha-256:a', ...differs };
  const wanted = { endpoint: 'https://x.example', origin: 'o/log', agreement: 'sha-256:a' };
  expect(decideAnswered({ member: '320000', name, says, wanted }).grade).toBe(grade);
});

it.each([
  ['2026-11-29T01:50:00.000Z', '2026-11-01T00:00:00.000Z', 'ok', /10 min ago/],
  ['2026-11-28T01:50:00.000Z', '2026-11-01T00:00:00.000Z', 'warning', /1 d ago/],
  [undefined, '2026-11-29T01:55:00.000Z', 'unknown', /not called us since the start 5 min ago/],
  [undefined, '2026-11-29T00:00:00.000Z', 'warning', /nor has it cosigned/],
])('called at %s, listening since %s: %s', (calledAt, since, grade, words) => {
  const now = '2026-11-29T02:00:00.000Z';
  const verdict = decideHeard({ member: '320000', name, since, now, ...(calledAt && { calledAt }) });
  expect(verdict.grade).toBe(grade);
  expect(verdict.found.en).toMatch(words);
});

it('tells what the store knows and a call does not', () => {
  const now = '2026-11-29T02:00:00.000Z';
  const theirs: PeerReport['theirs'] = {
    ...{ origin: 'o/log', held: 1, seen: 5000, taken: 0, noted: 0, refused: 0, withheld: 0, receipted: 0 },
    behind: { entries: 4999, since: '2026-11-28T02:00:00.000Z' },
  };
  const ours: PeerReport['ours'] = {
    ...{ issued: 1, receipts: 0, receipted: 0, joined: true, refused: 0, withheld: 0, behind: { entries: 0 } },
    oldestUnreceipted: { index: 7, jti: 'the-jti', at: '2026-11-28T02:00:00.000Z' },
  };
  const peer = { member: '320000', name, theirs, ours, stopped: 'log/fork' } as const;
  const bounds = { entriesBehind: 1000, unreceiptedMinutes: 60 };
  expect(decideExchange(peer, now, bounds)).toMatchObject([
    { grade: 'problem', about: 'log', member: '320000' },
    { grade: 'warning', found: { en: 'we are 4999 entries behind Jiangsu’s log, for 1 d' } },
    { grade: 'warning', cure: { en: 'huxin explain the-jti' } },
  ]);
  const { stopped: _, ...well } = peer;
  expect(decideExchange(well, now, { entriesBehind: 5000, unreceiptedMinutes: 10_000 })).toEqual([]);
});
