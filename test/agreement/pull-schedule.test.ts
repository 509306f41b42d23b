import { describe, expect, it } from 'vitest';
import { greatestGapMinutes } from '../../node/agreement/pull-schedule.ts';

describe('greatestGapMinutes', () => {
  it.each([
    ['*/5 * * * *', 5],
    ['*/5 * * * * *', 1], // every five seconds: within the minute
    ['*/7 * * * *', 7], // 56 past, then the full hour
    ['0 * * * *', 60],
    ['30 8,20 * * *', 720],
    ['0 8-18 * * *', 14 * 60],
    ['0 22-2 * * *', 20 * 60], // over midnight
    ['0 3 * * 1', 7 * 24 * 60],
    ['0 3 * * 7', 7 * 24 * 60], // Sunday, as 0
    ['0 3 1 * *', 31 * 24 * 60],
    ['0 0 29 2 *', 1461 * 24 * 60],
    ['0-59/70 * * * *', 60],
  ])('of %s is %i', (schedule, minutes) => {
    expect(greatestGapMinutes(schedule)).toBe(minutes);
  });

  it.each(['0 0 31 2 *', '60 * * * *', '* * * *', '5/x * * * *', '0 0 0 * *', '1,,2 * * * *', '*/0 * * * *', ''])(
    'is none of %s, which never comes or cannot be read',
    (schedule) => {
      expect(greatestGapMinutes(schedule)).toBeUndefined();
    },
  );
});
