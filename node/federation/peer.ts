/** A peer: how the pull of its log stands. Its name, keys and address are the agreement's to say. */

import { isProblem, type ProblemCode, problemCodes } from '../base/problem.ts';

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

/** The code of a failure; where the peer refused what we signed, its own word, which tells what to do. */
export function lastErrorOf(error: unknown): ProblemCode | 'internal' {
  if (!isProblem(error)) return 'internal';
  const theirs = problemCodes.find((code) => code === error.facts.code);
  return error.code === 'peer/bad-answer' && theirs?.startsWith('request/') ? theirs : error.code;
}
