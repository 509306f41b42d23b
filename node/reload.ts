/** What is read again while the node runs, each by itself: what fails leaves the old in use, and the log says why. */

import type { Logger } from './base/ports.ts';
import { isProblem } from './base/problem.ts';
import { sentenceOf } from './base/sentences.ts';

/** What is read again, by name; the facts that it answers go to the log. */
export type Reloads = Readonly<Record<string, () => Promise<object>>>;

export async function reloadAll(reloads: Reloads, logger: Logger): Promise<void> {
  for (const [what, read] of Object.entries(reloads)) {
    try {
      logger.info({ what, ...(await read()) }, 'read again');
    } catch (error) {
      logger.error({ what, ...reasonOf(error) }, 'could not be read again: the old stays in use');
    }
  }
}

function reasonOf(error: unknown): object {
  if (!isProblem(error)) return { err: error };
  return { code: error.code, facts: error.facts, reason: sentenceOf(error).en };
}
