/** Lengths of time in words. */

import type { Sentence } from './sentences.ts';

/** The two largest of days, hours and minutes, cut off: `3 h 5 min`, `3 小时 5 分`; below a minute `<1 min`. */
export function formatDuration(milliseconds: number): Sentence {
  const minutes = Math.floor(Math.max(0, milliseconds) / 60_000);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  if (minutes === 0) return { zh: '<1 分', en: '<1 min' };
  if (days > 0) return join([days, ' 天', ' d'], [hours, ' 小时', ' h']);
  return join([hours, ' 小时', ' h'], [rest, ' 分', ' min']);
}

function join(...parts: [n: number, zh: string, en: string][]): Sentence {
  const said = parts.filter(([n]) => n > 0);
  return { zh: said.map(([n, zh]) => n + zh).join(' '), en: said.map(([n, , en]) => n + en).join(' ') };
}

/** From one instant to another, in words. */
export function formatSince(from: string, to: string): Sentence {
  return formatDuration(Date.parse(to) - Date.parse(from));
}
