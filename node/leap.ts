/**
 * Notices that the clock was set, or that the machine slept: the time of day went on otherwise than the time that passed.
 * A timetable has to be set anew then; the package that keeps it would work through every time that it missed, which after
 * a month's sleep takes minutes in which nothing else happens.
 */

import type { Now } from './base/ports.ts';

/** @returns by how many milliseconds the clock leapt since the last look, forwards or (negative) back */
export function createLeapWatch(now: Now, steadyMs: () => number): () => number {
  let clock = now().getTime();
  let steady = steadyMs();
  return () => {
    const [was, passed] = [clock, steadyMs() - steady];
    clock = now().getTime();
    steady += passed;
    return clock - was - passed;
  };
}
