/** How far another clock is off, seen in the answers of its node. */

import { describe, expect, it } from 'vitest';
import { type ClockReading, secondsApart, watchClocks } from '../../node/federation/clocks.ts';

const logger = { debug() {}, info() {}, warn() {}, error() {} };
const at = (time: string) => new Date(`2026-11-20T02:00:${time}Z`);

describe('a clock', () => {
  it.each([
    ['right', '00', '10.000', '10.400', 'Fri, 20 Nov 2026 02:00:10 GMT', 0],
    ['right, though the second began before we asked', '', '10.900', '11.100', 'Fri, 20 Nov 2026 02:00:10 GMT', 0],
    ['right, as far as a slow answer tells', '', '10.000', '25.000', 'Fri, 20 Nov 2026 02:00:20 GMT', 0],
    ['ahead', '', '10.000', '10.400', 'Fri, 20 Nov 2026 02:01:20 GMT', 69],
    ['behind', '', '10.000', '10.400', 'Fri, 20 Nov 2026 01:59:10 GMT', -59],
  ])('is %s', (_, __, asked, answered, date, expected) => {
    expect(secondsApart(date, at(asked), at(answered))).toBe(expected);
  });

  it('is not known from an answer that does not say it', () => {
    expect(secondsApart(null, at('10.000'), at('10.000'))).toBeUndefined();
    expect(secondsApart('soon', at('10.000'), at('10.000'))).toBeUndefined();
  });
});

describe('a way out that watches', () => {
  const begin = (dates: (string | null)[]) => {
    const clock = { now: at('10.000') };
    const put: ClockReading[] = [];
    const fetch = watchClocks(
      async () => ({ status: 200, headers: { get: () => dates.shift() ?? null }, body: new Uint8Array() }),
      {
        memberAt: (url) => (url.includes('js.example') ? '320000' : undefined),
        put: async (reading) => void put.push(reading),
        now: () => clock.now,
        logger,
      },
    );
    return { clock, put, call: (url = 'https://credit.js.example/a') => fetch(url, { method: 'GET', headers: {} }) };
  };

  it('notes what changed, and now and then what did not', async () => {
    const date = (seconds: number) => new Date(at('10.000').getTime() + seconds * 1000).toUTCString();
    const { clock, put, call } = begin([date(0), date(1), date(90), date(90), date(690)]);
    for (let n = 0; n < 4; n++) await call();
    clock.now = new Date(clock.now.getTime() + 600_000);
    await call();
    expect(put.map(({ seconds, at: when }) => [seconds, when.slice(14, 19)])).toEqual([
      [0, '00:10'],
      [90, '00:10'],
      [90, '10:10'],
    ]);
  });

  it('notes nobody’s clock but a member’s', async () => {
    const { put, call } = begin(['Fri, 20 Nov 2026 05:00:00 GMT']);
    await call('https://alarms.example/');
    expect(put).toEqual([]);
  });
});
