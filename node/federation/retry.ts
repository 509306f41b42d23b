/** Decide: try again, and when. Nothing expires: a peer that was away for a year is still asked. */

const firstDelayMs = 2_000;
/** Nobody waits longer, in milliseconds. */
export const greatestDelayMs = 300_000;

/** How long to wait after that many failures in a row, in milliseconds: doubling, five minutes at most. */
export function delayAfter(failures: number): number {
  return Math.min(firstDelayMs * 2 ** Math.min(failures - 1, 20), greatestDelayMs);
}
