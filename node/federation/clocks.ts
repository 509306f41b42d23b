/**
 * How far peers' clocks are from ours, seen in the `Date` of their answers (RFC 9110 §6.6.1). It says whole seconds, and
 * the answer was under way for a while: what both can explain is not held against a clock.
 */

import type { Answer, Fetch, Logger, Now } from '../base/ports.ts';

/** By how many seconds a member's clock is ahead of ours; behind is less than 0. */
export interface ClockReading {
  member: string;
  seconds: number;
  /** When it was read, by our clock. */
  at: string;
}

const tellAgainMs = 10 * 60_000;

/**
 * A way out that notes the clocks of whom it calls. Written down is what changed, and now and then what did not.
 *
 * @param memberAt whose address a URL is; undefined for nobody's
 */
export function watchClocks(
  fetch: Fetch,
  {
    memberAt,
    put,
    now,
    logger,
  }: {
    memberAt: (url: string) => string | undefined;
    put: (reading: ClockReading) => Promise<void>;
    now: Now;
    logger: Logger;
  },
): Fetch {
  const last = new Map<string, ClockReading>();

  async function note(member: string, answer: Answer, asked: Date): Promise<void> {
    const answered = now();
    const seconds = secondsApart(answer.headers.get('date'), asked, answered);
    if (seconds === undefined) return;
    const known = last.get(member);
    const isOld = !known || answered.getTime() - Date.parse(known.at) >= tellAgainMs;
    if (!isOld && Math.abs(seconds - known.seconds) <= 1) return;
    const reading = { member, seconds, at: answered.toISOString() };
    last.set(member, reading);
    await put(reading).catch((error: unknown) => logger.warn({ member, err: error }, 'a clock was not noted'));
  }

  return async (url, request) => {
    const asked = now();
    const answer = await fetch(url, request);
    const member = memberAt(url);
    if (member !== undefined) await note(member, answer, asked);
    return answer;
  };
}

/** The least by which the other clock must be off; undefined when the answer does not say. */
export function secondsApart(date: string | null, asked: Date, answered: Date): number | undefined {
  const theirs = Date.parse(date ?? '');
  if (Number.isNaN(theirs)) return undefined;
  if (theirs > answered.getTime()) return Math.floor((theirs - answered.getTime()) / 1000);
  if (theirs + 1000 <= asked.getTime()) return -Math.floor((asked.getTime() - theirs - 1000) / 1000) || 0;
  return 0;
}
