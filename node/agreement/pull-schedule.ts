/**
 * How long members may lie still between two pulls, by the agreement's schedule: five or six cron fields in China's
 * time, all of which must match, as the timetable reads them.
 */

/** Least and greatest value of each field; a sixth, for seconds, comes first. */
const bounds = [
  [0, 59],
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;

const minutesOfDay = 24 * 60;
const dayMs = 24 * 3_600_000;
const daysLookedAt = 8 * 366; // between two 29 Februaries lie at most eight years
const firstDayMs = Date.UTC(2024, 0, 1);

/** The longest time between two pulls in minutes, seconds left aside; undefined of a schedule that never comes or is none. */
export function greatestGapMinutes(schedule: string): number | undefined {
  const texts = schedule.split(' ');
  const fields = (texts.length === 5 ? ['0', ...texts] : texts).map(parseField);
  if (fields.length !== bounds.length || fields.some((field) => field === undefined)) return undefined;
  const [, minutes, hours, days, months, weekdays] = fields as Set<number>[]; // none is undefined
  const times = [...(hours ?? [])].flatMap((hour) => [...(minutes ?? [])].map((minute) => hour * 60 + minute));
  times.sort((a, b) => a - b);
  const isPullDay = (date: Date) =>
    days?.has(date.getUTCDate()) &&
    months?.has(date.getUTCMonth() + 1) &&
    (weekdays?.has(date.getUTCDay()) || (date.getUTCDay() === 0 && weekdays?.has(7)));
  const found = Array.from({ length: daysLookedAt }, (_, n) => n).filter((n) =>
    isPullDay(new Date(firstDayMs + n * dayMs)),
  );
  const [first, last] = [times[0], times.at(-1)];
  if (found.length < 2 || first === undefined || last === undefined) return undefined;
  const within = greatestStep(times);
  const overNight = greatestStep(found) * minutesOfDay - last + first;
  return Math.max(within, overNight);
}

/** A star, a number or a range such as `22-2`, with or without a step as in `1-10/3`, or several with commas between. */
function parseField(text: string, at: number): Set<number> | undefined {
  const [least, greatest] = bounds[at] ?? [0, 0];
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const read = /^(?:(\*)|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
    if (!read) return undefined;
    const [, star, one, other, every] = read;
    const from = star ? least : Number(one);
    const to = star ? greatest : Number(other ?? one);
    const step = Number(every ?? 1);
    if (Math.min(from, to) < least || Math.max(from, to) > greatest || step < 1) return undefined;
    if (from <= to) for (let value = from; value <= to; value += step) values.add(value);
    else for (let value = from; value <= to + greatest + 1 - least; value += step) values.add(wrap(value, at));
  }
  return values;
}

function wrap(value: number, at: number): number {
  const [least, greatest] = bounds[at] ?? [0, 0];
  return value > greatest ? value - (greatest + 1 - least) : value;
}

/** The widest space between neighbours; 0 of fewer than two. */
function greatestStep(ascending: readonly number[]): number {
  return ascending.slice(1).reduce((widest, value, i) => Math.max(widest, value - (ascending[i] ?? value)), 0);
}
