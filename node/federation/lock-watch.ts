/**
 * How long our log key has been locked, for the alarm about it. Each process has a lock of its own: one that is open says
 * so once, and has nothing to say of another's after that.
 */

import type { Now } from '../base/ports.ts';
import { formatInstant } from '../base/time.ts';

/** @returns what is known at each look: locked since an instant, open, or undefined for nothing new */
export function createLockWatch(isOpen: () => boolean, now: Now): () => { since?: string } | undefined {
  let since: string | undefined = formatInstant(now()); // every process starts locked

  return () => {
    if (!isOpen()) {
      since ??= formatInstant(now());
      return { since };
    }
    const wasShut = since !== undefined;
    since = undefined;
    return wasShut ? {} : undefined;
  };
}
