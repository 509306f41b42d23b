/** Waiting for what other tasks or processes bring about: no fixed time, one deadline. */

/**
 * Until the condition holds, asked again after each short turn.
 *
 * @throws {Error} naming `what` when it does not hold in time
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  deadlineMs = 20_000,
): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`it did not come to this: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
