/**
 * Instants, days and NumericDates. An instant is RFC 3339 UTC text with milliseconds, a day is `YYYY-MM-DD`, a
 * NumericDate is whole seconds since 1970 (RFC 7519 §2). A day begins and ends as it does in China, wherever the machine stands.
 */

const dayMs = 24 * 3_600_000;
const chinaOffsetMs = 8 * 3_600_000; // UTC+8 all year since 1991

/** `2026-01-02T03:04:05.678Z` */
export function formatInstant(date: Date): string {
  return date.toISOString();
}

/** Whole seconds since 1970. */
export function toNumericDate(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

/** NumericDate → instant. */
export function fromNumericDate(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

/** The day asked for last: bulletins come by the thousand from few days. */
let latestDay = { number: Number.NaN, text: '' };

/** The day in China at that instant. */
export function dayOf(date: Date): string {
  const number = Math.floor((date.getTime() + chinaOffsetMs) / dayMs);
  if (number !== latestDay.number) latestDay = { number, text: new Date(number * dayMs).toISOString().slice(0, 10) };
  return latestDay.text;
}

/** The instant as people in China read it: `2026-01-02 11:04`. */
export function formatChinaTime(instant: string): string {
  return new Date(Date.parse(instant) + chinaOffsetMs).toISOString().slice(0, 16).replace('T', ' ');
}

/** The NumericDate at which the day begins in China. */
export function startOfDay(day: string): number {
  return (Date.parse(`${day}T00:00:00Z`) - chinaOffsetMs) / 1000;
}

/** The last instant of the day in China. */
export function endOfDay(day: string): string {
  return new Date(startOfDay(day) * 1000 + dayMs - 1).toISOString();
}

/** Whether the text is a real day of the calendar, written `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(text)) return false;
  if (text.slice(8) <= '28') return true; // asked by the hundred thousand
  const time = Date.parse(`${text}T00:00:00Z`);
  return new Date(time).getUTCDate() === Number(text.slice(8)); // a day too many runs over into the next month
}

/** A day as it is, or an instant as we write them; of one without milliseconds their beginning. Undefined of all else. */
export function readDayOrInstant(text: string): string | undefined {
  const instant = text.replace(/(:\d{2})Z$/, '$1.000Z');
  return isDay(text) || isInstant(instant) ? instant : undefined;
}

/** Whether the text is an instant as we write them. */
export function isInstant(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString() === text;
}
