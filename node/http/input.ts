/** Path, query and body → checked values. */

import { Problem } from '../base/problem.ts';

/** A size or an index: decimal digits, at most 15, no leading zero. @throws {Problem} input/invalid */
export function parseCount(text: string | undefined, name: string): number {
  if (text === undefined || !/^(0|[1-9]\d{0,14})$/.test(text))
    throw new Problem('input/invalid', { name, value: text ?? '' });
  return Number(text);
}

/** [from, to) within a log. @throws {Problem} input/invalid, log/out-of-range */
export function parseRange(params: { from?: string; to?: string }, size: number): { from: number; to: number } {
  const from = parseCount(params.from, 'from');
  const to = parseCount(params.to, 'to');
  if (from > to || to > size) throw new Problem('log/out-of-range', { from, to, size });
  return { from, to };
}
