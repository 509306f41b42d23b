import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  addDays,
  addMonths,
  addWorkingDays,
  addYears,
  buildCalendar,
  type HolidayTable,
  isWorkingDay,
  rollForward,
} from '../../node/base/calendar.ts';
import { rules } from '../support/rules.ts';

const { calendar } = rules;
const first = '2004-01-01';
const days = fc.integer({ min: 0, max: 8_200 }).map((n) => addDays(first, n)); // to June 2026
const counts = fc.integer({ min: 0, max: 40 });

const golden: [day: string, count: number, result: string][] = [
  ['2024-09-27', 7, '2024-10-12'],
  ['2025-01-23', 7, '2025-02-08'],
  ['2026-02-13', 7, '2026-03-02'],
  ['2025-12-30', 7, '2026-01-09'],
  ['2020-01-22', 7, '2020-02-10'],
  ['2024-04-30', 20, '2024-05-30'],
];

describe('working days', () => {
  it.each(golden)('from %s, %i of them, end on %s', (day, count, result) => {
    expect(addWorkingDays(calendar, day, count)).toEqual({ day: result, provisional: false });
  });

  it('none at all are the day itself, a holiday or not', () => {
    expect(addWorkingDays(calendar, '2026-10-01', 0)).toEqual({ day: '2026-10-01', provisional: false });
  });

  it('are those of the kept library on every day of every year', () => {
    const script = `
      const { isWorkday } = require('chinese-days');
      const days = [];
      for (let t = Date.UTC(2004, 0, 1); t < Date.UTC(2027, 0, 1); t += 864e5) {
        const day = new Date(t).toISOString().slice(0, 10);
        if (isWorkday(day)) days.push(day);
      }
      process.stdout.write(JSON.stringify(days));`;
    const env = { ...process.env, TZ: 'Asia/Shanghai' };
    const theirs: unknown = JSON.parse(execFileSync(process.execPath, ['-e', script], { env, encoding: 'utf8' }));
    const ours: string[] = [];
    for (let day = first; day < '2027-01-01'; day = addDays(day, 1)) if (isWorkingDay(calendar, day)) ours.push(day);
    expect(ours).toEqual(theirs);
  });

  it('end on a working day, so many after the start', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 40 }), (day, count) => {
        const end = addWorkingDays(calendar, day, count);
        expect(isWorkingDay(calendar, end.day)).toBe(true);
        let passed = 0;
        for (let next = addDays(day, 1); next <= end.day; next = addDays(next, 1)) {
          if (isWorkingDay(calendar, next)) passed++;
        }
        expect(passed).toBe(count);
      }),
      { seed: 24 },
    );
  });

  it('some and then some more are all of them', () => {
    fc.assert(
      fc.property(days, counts, counts, (day, some, more) => {
        const half = addWorkingDays(calendar, day, some);
        expect(addWorkingDays(calendar, half.day, more).day).toBe(addWorkingDays(calendar, day, some + more).day);
      }),
      { seed: 25 },
    );
  });

  it('never end earlier for a later start or for more of them', () => {
    fc.assert(
      fc.property(days, days, counts, counts, (a, b, n, m) => {
        const [from, to] = [a, b].sort() as [string, string];
        const [least, most] = [Math.min(n, m), Math.max(n, m)];
        expect(addWorkingDays(calendar, from, least).day <= addWorkingDays(calendar, to, most).day).toBe(true);
      }),
      { seed: 26 },
    );
  });

  it('are provisional as soon as one lies beyond the last published year', () => {
    expect(addWorkingDays(calendar, '2026-12-24', 5)).toEqual({ day: '2026-12-31', provisional: false });
    expect(addWorkingDays(calendar, '2026-12-24', 6)).toEqual({ day: '2027-01-01', provisional: true });
    expect(addWorkingDays(calendar, '2026-12-24', 6 + 3)).toEqual({ day: '2027-01-06', provisional: true });
  });

  it('are final, and other days, once that year has its table', () => {
    const grown = buildCalendar([...tablesLike(2026), ...tablesLike(2027)]);
    expect(addWorkingDays(buildCalendar(tablesLike(2026)), '2026-12-31', 1)).toEqual({
      day: '2027-01-01',
      provisional: true,
    });
    expect(addWorkingDays(grown, '2026-12-31', 1)).toEqual({ day: '2027-01-02', provisional: false });
  });

  it.each([-1, 0.5, Number.NaN])('are not counted by %s', (count) => {
    expect(() => addWorkingDays(calendar, '2026-01-05', count)).toThrow(RangeError);
  });

  it.each(['2026-02-30', '2026-2-3', 'today', ''])('do not count from %j', (day) => {
    expect(() => addWorkingDays(calendar, day, 0)).toThrow(RangeError);
    expect(() => addMonths(day, 1)).toThrow(RangeError);
  });
});

describe('rolling forward', () => {
  it.each([
    ['2026-10-01', '2026-10-08'], // the last day is a holiday
    ['2026-10-10', '2026-10-10'], // a Saturday on which people work
    ['2026-10-11', '2026-10-12'], // a Sunday
    ['2026-10-09', '2026-10-09'],
  ])('takes %s to %s', (day, result) => {
    expect(rollForward(calendar, day)).toEqual({ day: result, provisional: false });
  });

  it('says when the year is not published', () => {
    expect(rollForward(calendar, '2027-05-01')).toEqual({ day: '2027-05-03', provisional: true });
    expect(rollForward(calendar, '2027-05-04')).toEqual({ day: '2027-05-04', provisional: true });
    const without = buildCalendar([...tablesLike(2026, ['2026-12-31'])]);
    expect(rollForward(without, '2026-12-31')).toEqual({ day: '2027-01-01', provisional: true });
  });

  it('comes to the first working day, and stays there', () => {
    fc.assert(
      fc.property(days, (day) => {
        const { day: result } = rollForward(calendar, day);
        expect(result >= day && isWorkingDay(calendar, result)).toBe(true);
        for (let next = day; next < result; next = addDays(next, 1)) expect(isWorkingDay(calendar, next)).toBe(false);
        expect(rollForward(calendar, result).day).toBe(result);
      }),
      { seed: 27 },
    );
  });
});

describe('months and years', () => {
  it.each([
    ['2026-08-31', 6, '2027-02-28'],
    ['2023-08-31', 6, '2024-02-29'],
    ['2026-01-31', 1, '2026-02-28'],
    ['2026-03-31', 3, '2026-06-30'],
    ['2026-11-30', 3, '2027-02-28'],
    ['2026-12-15', 1, '2027-01-15'],
    ['2026-04-01', 0, '2026-04-01'],
    ['2026-04-01', 36, '2029-04-01'],
  ])('from %s, %i months, end on %s', (day, count, result) => expect(addMonths(day, count)).toBe(result));

  it.each([
    ['2024-02-29', 1, '2025-02-28'],
    ['2024-02-29', 4, '2028-02-29'],
    ['2026-03-02', 3, '2029-03-02'],
  ])('from %s, %i years, end on %s', (day, count, result) => expect(addYears(day, count)).toBe(result));

  it('end on the corresponding day, or on the last of a shorter month', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: 600 }), (day, count) => {
        const result = addMonths(day, count);
        const [year, month] = day.split('-').map(Number) as [number, number];
        const [resultYear, resultMonth] = result.split('-').map(Number) as [number, number];
        expect(resultYear * 12 + resultMonth).toBe(year * 12 + month + count);
        const isLast = addDays(result, 1).endsWith('-01');
        expect(result.slice(8) === day.slice(8) || (isLast && result.slice(8) < day.slice(8))).toBe(true);
      }),
      { seed: 28 },
    );
  });

  it('never end earlier for a later start', () => {
    fc.assert(
      fc.property(days, days, counts, (a, b, count) => {
        const [from, to] = [a, b].sort() as [string, string];
        expect(addMonths(from, count) <= addMonths(to, count)).toBe(true);
      }),
      { seed: 29 },
    );
  });
});

describe('the machine’s zone', () => {
  const zone = process.env.TZ;
  afterAll(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });
  const reckon = () => [
    golden.map(([day, count]) => addWorkingDays(calendar, day, count)),
    ['2024-02-29', '2026-03-29', '2026-10-25', '2026-12-31'].map((day) => [
      ...[addDays(day, 1), addMonths(day, 1), addYears(day, 1)],
      ...[rollForward(calendar, day), isWorkingDay(calendar, day)],
    ]),
  ];

  it('has no say', () => {
    process.env.TZ = 'Asia/Shanghai';
    const here = reckon();
    const offsets = ['Pacific/Kiritimati', 'America/Los_Angeles', 'Pacific/Apia', 'Europe/Berlin'].map((other) => {
      process.env.TZ = other;
      expect(reckon()).toEqual(here);
      return new Date('2026-07-01T00:00:00Z').getTimezoneOffset();
    });
    expect(offsets).toEqual([-840, 420, -780, -120]); // the zone did change
  });
});

/** A table of a year whose first day is off. */
function tablesLike(year: number, holidays = [`${year}-01-01`]): HolidayTable[] {
  const name = { zh: '样例', en: 'sample' };
  return [{ year, source: name, holidays: [{ name, days: holidays }], workdays: [`${year}-01-02`] }];
}
