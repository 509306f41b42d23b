/**
 * Working days over a given table of holidays, and months and years as 民法典 arts 200–204 count them. Days are text,
 * `YYYY-MM-DD`; no machine's time zone takes part. Which years the table knows is said by whoever hands it in.
 */

import { isDay } from './time.ts';

/** One year of the State Council's arrangement; the form of `config/holidays/<year>.yaml`. */
export interface HolidayTable {
  year: number;
  /** Where the year's days come from. */
  source: { zh: string; en: string };
  /** Days off, weekends within a holiday among them. */
  holidays: { name: { zh: string; en: string }; days: string[] }[];
  /** 调休: Saturdays and Sundays on which people work. */
  workdays: string[];
}

export interface Calendar {
  /** Years that have a table. */
  years: ReadonlySet<number>;
  holidays: ReadonlySet<string>;
  workdays: ReadonlySet<string>;
}

/** A day, and whether one that had to be judged on the way lies in a year without a table. */
export interface Reckoned {
  day: string;
  provisional: boolean;
}

const dayMs = 24 * 3_600_000;

export function buildCalendar(tables: readonly HolidayTable[]): Calendar {
  return {
    years: new Set(tables.map(({ year }) => year)),
    holidays: new Set(tables.flatMap(({ holidays }) => holidays.flatMap(({ days }) => days))),
    workdays: new Set(tables.flatMap(({ workdays }) => workdays)),
  };
}

/** 工作日; in a year without a table Monday to Friday. */
export function isWorkingDay({ holidays, workdays }: Calendar, day: string): boolean {
  if (workdays.has(day)) return true;
  const weekday = new Date(timeOf(day)).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !holidays.has(day);
}

/**
 * The `count`-th working day after `day`, which itself is not counted (民法典 art. 201); `day` itself when `count` is 0.
 *
 * @throws {RangeError} when that is no day, or `count` no whole number from 0
 */
export function addWorkingDays(calendar: Calendar, day: string, count: number): Reckoned {
  checkCount(count);
  let reckoned: Reckoned = { day: addDays(day, 0), provisional: false };
  for (let left = count; left > 0; left--) {
    const { day: next, provisional } = rollForward(calendar, addDays(reckoned.day, 1));
    reckoned = { day: next, provisional: reckoned.provisional || provisional };
  }
  return reckoned;
}

/**
 * The last day of a period that would end on `day`: a day off gives way to the next working day (民法典 art. 203).
 * For what must be done by a day; the end of a publicity period stays where it is.
 */
export function rollForward(calendar: Calendar, day: string): Reckoned {
  let next = day;
  let provisional = !isPublished(calendar, next);
  while (!isWorkingDay(calendar, next)) {
    next = addDays(next, 1);
    provisional ||= !isPublished(calendar, next);
  }
  return { day: next, provisional };
}

/** @throws {RangeError} when that is no day, or `count` no whole number from 0 */
export function addDays(day: string, count: number): string {
  checkCount(count);
  return formatDay(timeOf(day) + count * dayMs);
}

/**
 * The corresponding day so many months on, or the last day of a month that has none (民法典 art. 202).
 *
 * @throws {RangeError} when that is no day, or `count` no whole number from 0
 */
export function addMonths(day: string, count: number): string {
  checkCount(count);
  const start = new Date(timeOf(day));
  const [year, month] = [start.getUTCFullYear(), start.getUTCMonth() + count];
  const lastOfMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return formatDay(Date.UTC(year, month, Math.min(start.getUTCDate(), lastOfMonth)));
}

/** Like `addMonths`: from 29 February it is 28 February in a common year. */
export function addYears(day: string, count: number): string {
  return addMonths(day, 12 * count);
}

function isPublished({ years }: Calendar, day: string): boolean {
  return years.has(Number(day.slice(0, 4)));
}

function timeOf(day: string): number {
  if (!isDay(day)) throw new RangeError(`${day} is no day`);
  return Date.parse(`${day}T00:00:00Z`);
}

function formatDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function checkCount(count: number): void {
  if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`${count} is no whole number from 0`);
}
