/**
 * How long our log key has been locked, for the alarm about it. Each process has a lock of its own: one that is open says
 * so once, and has nothing to say of another's after that.
 */

import type { Now } from '../base/ports.ts';
import { formatInstant } from '../base/time.ts';
import type { LockState } from './unlock.ts';

/** What is to be said of the lock: since when it is shut, or who had not answered when the operator had it opened. */
export interface LockSight {
  since?: string;
  silent?: readonly string[];
}

/** @returns what is known at each look: locked since an instant, open by order, open, or undefined for nothing new */
export function createLockWatch(state: () => Omit<LockState, 'answers'>, now: Now): () => LockSight | undefined {
  let since: string | undefined = formatInstant(now()); // every process starts locked
  let wasByOrder = false;

  return () => {
    const { open, overridden, silent } = state();
    if (!open) {
      since ??= formatInstant(now());
      return { since };
    }
    const isNews = since !== undefined || overridden || wasByOrder;
    since = undefined;
    wasByOrder = overridden;
    if (overridden) return { silent };
    return isNews ? {} : undefined;
  };
}
