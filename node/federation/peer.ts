/** A peer: how the pull of its log stands. Its name, keys and address are the agreement's to say. */

import type { ProblemCode } from '../base/problem.ts';

export interface Peer {
  /** Member id. */
  member: string;
  /** Rounds in a row that failed without bringing anything. */
  failures: number;
  /** Instant before which we do not try again; absent when nothing holds us. */
  nextTryAt?: string;
  lastOkAt?: string;
  /** Code of the last failure, kept after it was overcome. */
  lastError?: string;
  lastErrorAt?: string;
  /** The finding that stopped the pull of this member's log. */
  stopped?: Extract<ProblemCode, 'log/fork' | 'log/shrunk'>;
}
