/**
 * Decide: may we cosign this checkpoint, and what does one that we are shown tell us? (C2SP tlog-witness, tlog-cosignature.)
 * A cosignature says that the tree only grew; it says nothing of content.
 */

import { isEqual } from '../base/bytes.ts';
import type { Checkpoint } from '../log/checkpoint.ts';

/** How a checkpoint that someone showed us stands to the tree that we hold. */
export type Sight = 'ours' | 'ahead' | 'fork';

/**
 * @param rootThen root of our first `checkpoint.size` leaves; undefined when we hold fewer
 */
export function decideSight(checkpoint: Checkpoint, rootThen: Uint8Array | undefined): Sight {
  if (!rootThen) return 'ahead';
  return isEqual(rootThen, checkpoint.root) ? 'ours' : 'fork';
}

/**
 * The NumericDate to cosign with, or undefined when there is nothing new to say. It never goes back for one log.
 *
 * @param ours NumericDate of our clock
 * @param before NumericDates of our newest cosignature on this checkpoint, and on any of this log
 * @param freshAfterSeconds how old our word may grow before we say it again
 */
export function decideCosign(
  ours: number,
  before: { here: number | undefined; any: number | undefined },
  freshAfterSeconds: number,
): number | undefined {
  if (before.here !== undefined && ours - before.here < freshAfterSeconds) return undefined;
  return Math.max(ours, before.any ?? 0);
}
