/** What goes on failing, so that the log says it when it begins, when it changes, once an hour, and when it is over. */

import type { Now } from '../base/ports.ts';
import { formatInstant } from '../base/time.ts';

const tellAgainMs = 3_600_000;

/** A trouble that is over. */
export interface Past {
  since: string;
  failures: number;
}

interface Trouble extends Past {
  word: string;
  toldAt: number;
}

export function createTroubles(now: Now) {
  const standing = new Map<string, Trouble>();

  return {
    /** Counts a failure of `what`, in one word. @returns whether an operator should be told */
    isNews(what: string, word: string): boolean {
      const at = now();
      const known = standing.get(what) ?? { since: formatInstant(at), failures: 0, word: '', toldAt: 0 };
      const isNews = known.word !== word || Math.abs(at.getTime() - known.toldAt) >= tellAgainMs;
      standing.set(what, {
        ...known,
        ...{ failures: known.failures + 1, word, toldAt: isNews ? at.getTime() : known.toldAt },
      });
      return isNews;
    },

    /** `what` went well: what had been wrong until now, if anything. */
    end(what: string): Past | undefined {
      const known = standing.get(what);
      standing.delete(what);
      return known && { since: known.since, failures: known.failures };
    },
  };
}
