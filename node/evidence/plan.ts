/**
 * What a file shows and under which checkpoints: bulletins that it must show, and of the receipts those that a quorum
 * covers by now. What is not covered yet is not claimed.
 */

import { hasRecord } from '../bulletin/bulletin.ts';
import { readType } from '../bulletin/read.ts';
import type { Entry, HeldLog } from '../log/ports.ts';
import { type Chosen, chooseCheckpoint, lackOf } from './choose-checkpoint.ts';
import type { Part } from './evidence.ts';
import type { Use } from './export.ts';
import { type FoundReceipt, isOfOurTree, sortReceipts } from './find-receipts.ts';
import type { Session } from './session.ts';
import { notHeld, type Show } from './show-entry.ts';

/** An entry and the log in which it stands. */
export interface Place {
  log: HeldLog;
  entry: Entry;
}

export interface Plan {
  /** By origin, then by index. */
  bulletins: Place[];
  receipts: FoundReceipt[];
  /** The checkpoint of a log that is shown. */
  chosenOf(origin: string): Chosen;
}

/**
 * @throws {Problem} evidence/no-quorum, log/struck, when a bulletin cannot be shown yet, or ever
 */
export async function planShown(
  session: Session,
  bulletins: readonly Place[],
  receipts: readonly FoundReceipt[],
): Promise<Plan> {
  const indexes = new Map<string, Set<number>>();
  for (const { log, entry } of [...bulletins, ...receipts]) {
    indexes.set(log.origin, (indexes.get(log.origin) ?? new Set()).add(entry.index));
  }
  const chosen = new Map<string, Chosen>();
  for (const [origin, shown] of indexes) {
    const found = await chooseCheckpoint(
      session,
      origin,
      [...shown].sort((a, b) => a - b),
    );
    if (found) chosen.set(origin, found);
  }
  for (const { log, entry } of bulletins) {
    if (entry.index >= (chosen.get(log.origin)?.size ?? 0)) throw await lackOf(session, log.origin, entry.index);
  }
  const kept: FoundReceipt[] = [];
  for (const one of sortReceipts(receipts)) {
    const isShown = one.entry.index < (chosen.get(one.log.origin)?.size ?? 0);
    const isJoined = one.body.size <= (chosen.get(one.body.log)?.size ?? 0);
    if (isShown && isJoined && (await isOfOurTree(session, one.body))) kept.push(one);
  }
  return {
    bulletins: [...bulletins].sort(byPlace),
    receipts: kept,
    chosenOf(origin) {
      const found = chosen.get(origin);
      if (!found) throw new RangeError(`no checkpoint was chosen for ${origin}`);
      return found;
    },
  };
}

/**
 * The schemas of what is shown and of the governance below it, as they stand in a file.
 *
 * @param others digests of schemas that are needed besides
 */
export async function schemasFor(
  session: Session,
  places: readonly Place[],
  others: Iterable<string> = [],
): Promise<Part[]> {
  const digests = new Set(others);
  const highest = new Map<string, number>();
  const add = (digest: string | undefined) => digest !== undefined && digests.add(digest);
  for (const { log, entry } of places) {
    add(await session.view(log.origin).schemaOf(entry));
    highest.set(log.origin, Math.max(highest.get(log.origin) ?? 0, entry.index));
  }
  for (const [origin, index] of highest) {
    const view = session.view(origin);
    for (const entry of await view.governanceBelow(index)) add(await view.schemaOf(entry));
  }
  return session.schemaParts(digests);
}

/** Whose records of which types are shown: what reads them has to be allowed to. */
export function usesOf(places: readonly Place[]): Use[] {
  const found = places.flatMap(({ log, entry: { content } }): Use[] => {
    const type = content && readType(content.jws);
    return type && hasRecord(type) ? [{ from: log.member, type: type.name }] : [];
  });
  return [...new Map(found.map((use) => [`${use.from} ${use.type}`, use])).values()];
}

/** Each receipt as it stands in a file. */
export async function* receiptParts(show: Show, plan: Pick<Plan, 'receipts' | 'chosenOf'>): AsyncGenerator<Part> {
  for (const one of plan.receipts) {
    const value = await show.receipt(plan.chosenOf(one.log.origin), one, plan.chosenOf(one.body.log));
    yield { section: 'receipts', value };
  }
}

/** @throws {Problem} evidence/not-held when its content is not here */
export function checkHeld({ log, entry }: Place): void {
  if (!entry.content) throw notHeld(log.origin, entry);
}

/** Ids of who gave these receipts, ascending, each once. */
export function receiversOf(receipts: readonly FoundReceipt[]): string[] {
  return [...new Set(receipts.map(({ log }) => log.member))].sort();
}

/** The order of a file: by origin, then by index. */
export function byPlace(a: Place, b: Place): number {
  if (a.log.origin !== b.log.origin) return a.log.origin < b.log.origin ? -1 : 1;
  return a.entry.index - b.entry.index;
}
