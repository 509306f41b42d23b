/** When each member last called us with a request that it signed: in this process's memory, no longer. */

import type { Now } from '../base/ports.ts';
import { formatInstant } from '../base/time.ts';

export interface LastCalls {
  /** Instant at which this process began to remember. */
  since: string;
  note(member: string): void;
  lastOf(member: string): string | undefined;
}

export function createLastCalls(now: Now): LastCalls {
  const last = new Map<string, string>();
  return {
    since: formatInstant(now()),
    note: (member) => void last.set(member, formatInstant(now())),
    lastOf: (member) => last.get(member),
  };
}
