/** Waiting for what other tasks or processes bring about: no fixed time, one deadline. */

/** It costs nothing when all is well: long enough for what runs once a minute, twice, on a busy machine. */
const longestMs = 300_000;

/**
 * Until the condition holds, asked again after each short turn.
 *
 * @throws {Error} naming `what` when it does not hold in time
 */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + longestMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`it did not come to this: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
