/**
 * Which checkpoint of a log a file bears: the largest that enough members cosigned, below the end of a struck log and
 * within the leaves that we hold. How many are enough says the version that governs the last entry shown.
 */

import { isEqual } from '../base/bytes.ts';
import { Problem } from '../base/problem.ts';
import type { StoredCheckpoint } from '../log/ports.ts';
import { rootAt } from '../log/tile.ts';
import type { LogView } from './log-view.ts';
import type { Session } from './session.ts';

export interface Chosen {
  view: LogView;
  size: number;
  /** In the one form that evidence has. */
  note: string;
  /** Instant at which the quorum was reached. */
  quorumAt: string;
}

const atOnce = 20;

/**
 * The largest checkpoint under which the last of these entries that it holds has its quorum; undefined while none holds any.
 *
 * @param shown indexes, ascending
 */
export async function chooseCheckpoint(
  session: Session,
  origin: string,
  shown: readonly number[],
): Promise<Chosen | undefined> {
  const view = session.view(origin);
  let most = endOf(session, view);
  for (;;) {
    const page = await session.store.log.listCosigned(view.log.id, most, atOnce);
    for (const checkpoint of page) {
      const last = shown.findLast((index) => index < checkpoint.size);
      if (last === undefined) return undefined;
      const chosen = await weigh(session, view, checkpoint, last);
      if (chosen) return chosen;
    }
    const smallest = page.at(-1);
    if (!smallest || page.length < atOnce) return undefined;
    most = smallest.size - 1;
  }
}

/** The smallest checkpoint of at least that size that has its quorum for all that it holds, and passes. */
export async function chooseFrom(
  session: Session,
  origin: string,
  size: number,
  passes: (chosen: Chosen) => boolean = () => true,
): Promise<Chosen | undefined> {
  const view = session.view(origin);
  const end = endOf(session, view);
  for (let below = Math.max(size, 1) - 1; ; ) {
    const checkpoint = await session.store.log.findCheckpointBeyond(view.log.id, below, true);
    if (!checkpoint || checkpoint.size > end) return undefined;
    const chosen = await weigh(session, view, checkpoint, checkpoint.size - 1);
    if (chosen && passes(chosen)) return chosen;
    below = checkpoint.size;
  }
}

/** The largest checkpoint of at most that size that has its quorum for all that it holds, and passes. */
export async function chooseUpTo(
  session: Session,
  origin: string,
  size: number,
  passes: (chosen: Chosen) => boolean = () => true,
): Promise<Chosen | undefined> {
  const view = session.view(origin);
  let most = Math.min(size, endOf(session, view));
  for (;;) {
    const page = await session.store.log.listCosigned(view.log.id, most, atOnce);
    for (const checkpoint of page) {
      const chosen = checkpoint.size > 0 && (await weigh(session, view, checkpoint, checkpoint.size - 1));
      if (chosen && passes(chosen)) return chosen;
    }
    const smallest = page.at(-1);
    if (!smallest || page.length < atOnce) return undefined;
    most = smallest.size - 1;
  }
}

/** Says what is missing before entry `index` of a log can be shown. */
export async function lackOf(session: Session, origin: string, index: number): Promise<Problem> {
  const { view, end } = { view: session.view(origin), end: session.strikes.logEnd(origin)?.size };
  if (end !== undefined && index >= end) return new Problem('log/struck', { origin, size: end });
  const need = (await view.agreementAt(index))?.exchange.witnessQuorum;
  const above = await session.store.log.findCheckpointBeyond(view.log.id, index);
  const have = above ? session.signers.listCosigned(above.note, view.log.member).length : 0;
  return new Problem('evidence/no-quorum', { log: origin, index, size: above?.size ?? index + 1, have, need });
}

/** How far a log counts and is held. */
function endOf({ strikes }: Session, { log }: LogView): number {
  return Math.min(log.size, strikes.logEnd(log.origin)?.size ?? log.size);
}

async function weigh(
  { signers }: Session,
  view: LogView,
  { size, root, note: kept }: StoredCheckpoint,
  last: number,
): Promise<Chosen | undefined> {
  const { origin, member } = view.log;
  const note = signers.normalize(kept, origin);
  const need = (await view.agreementAt(last))?.exchange.witnessQuorum;
  if (note === undefined || need === undefined) return undefined;
  const quorumAt = signers.listCosigned(note, member)[need - 1]?.at;
  if (quorumAt === undefined || !isEqual(await rootAt(view.tree, size), root)) return undefined;
  return { view, size, note, quorumAt };
}
