/**
 * One log as an auditor follows it: every leaf, and the content of governance and receipts, judged and stored as members
 * do it. Contents are whole where they were read from the log's owner: `receipted` of the held log is the first index of
 * which that cannot be said, because another member's node shows only the receipts that it gave or was given.
 */

import type { Member } from '../agreement/agreement.ts';
import { Problem } from '../base/problem.ts';
import { formatInstant } from '../base/time.ts';
import { readType } from '../bulletin/read.ts';
import { type Admission, admitLate, entriesPerPage, type Reader, refuseRepeats } from '../federation/admit.ts';
import { type PageToStore, toEntry } from '../federation/apply.ts';
import type { Client, ShownEntry } from '../federation/client.ts';
import { compareSeen } from '../federation/evidence.ts';
import { type Course, followLog, verifyGrowth } from '../federation/pull.ts';
import { audienceOf } from '../log/leaf.ts';
import type { Entry, HeldLog } from '../log/ports.ts';
import type { MirrorNeeds } from './mirror-ports.ts';

/** An auditor reads receipts, and leaves alone whatever else it is shown. */
function readsReceipts(audience: readonly string[], { jws }: ShownEntry): boolean {
  return audience.length === 1 && jws !== undefined && readType(jws)?.kind === 'receipt';
}

/**
 * Brings the mirror's copy of a log up to a checkpoint, reading from one node.
 *
 * @returns the log as it is held then
 * @throws {Problem} peer/… for an outage or a bad answer, log/fork with evidence
 */
export async function mirrorLog(needs: MirrorNeeds, course: Course & { isOwner: boolean }): Promise<HeldLog> {
  const { store, hash } = needs;
  if (course.isOwner) await verifyGrowth(store.log, course.client, course.log, course.checkpoint, hash);
  const putPage = async (page: PageToStore) => {
    const stored = await storePage(needs, page, course.isOwner);
    if (stored) needs.onPage?.(page.log.origin, page.growth.size, page.checkpoint.size);
    return stored;
  };
  return followLog({ ...needs, reads: readsReceipts, putPage }, course);
}

async function storePage(
  { store, agreements, hash, now }: MirrorNeeds,
  { log, growth, admissions }: PageToStore,
  isOwner: boolean,
): Promise<{ receipted: number } | undefined> {
  const at = formatInstant(now());
  const { size, root, tiles } = growth;
  const isStruck = agreements.strikes().logEnd(log.origin) !== undefined;
  return store.transaction(async (within) => {
    const current = await within.log.lockLog(log.id);
    if (current.size !== log.size) return undefined; // another process of the same mirror was faster
    const receipted = isOwner && current.receipted === current.size ? size : current.receipted;
    const entries = admissions.map((one) => toEntry(one, at));
    await within.log.putEntries(log.id, entries);
    await within.log.putTiles(log.id, tiles);
    await within.log.putHead(log.id, { size, root, receipted });
    // Of a struck log the agreement says which side counts, whatever was shown of the other.
    if (!isStruck) await compareSeen(within.log, { ...log, size, root }, log.size, hash);
    return { receipted };
  });
}

/**
 * Asks the log's owner for receipts among the leaves that came from others.
 *
 * @returns the log as it is held then
 * @throws {Problem} peer/…
 */
export async function readContents(
  needs: MirrorNeeds,
  { client, owner, log }: { client: Client; owner: Member; log: HeldLog },
): Promise<HeldLog> {
  let held = log;
  while (held.receipted < held.size) {
    const from = held.receipted;
    const to = Math.min(from + entriesPerPage, held.size);
    const { entries: shown, next } = await client.entries(held.origin, from, to);
    const stored = await needs.store.log.listEntries(held.id, from, next);
    const late: Entry[] = [];
    for (const [i, entry] of stored.entries()) {
      const told = shown[i];
      if (told?.leaf !== entry.leaf)
        throw new Problem('peer/bad-answer', { log: held.origin, index: entry.index, reason: 'another leaf' });
      const admission = await judgeLate(needs, owner, held, entry, told);
      if (admission) late.push({ ...toEntry(admission, formatInstant(needs.now())), at: entry.at });
    }
    const moved = await storeContents(needs, held, next, late);
    if (!moved) return (await needs.store.log.findLog(held.origin)) ?? held;
    held = { ...held, receipted: next };
  }
  return held;
}

async function judgeLate(
  needs: MirrorNeeds,
  owner: Member,
  log: HeldLog,
  entry: Entry,
  shown: ShownEntry,
): Promise<Admission | undefined> {
  if (entry.governance || entry.content || !readsReceipts(audienceOf(entry.leaf), shown)) return;
  const governing = await needs.laws.governing(needs.store.log, log, entry.index);
  if (!governing) return;
  const reader: Reader = { ...needs, owner, reads: readsReceipts };
  const late = await admitLate(shown, entry.index, governing, reader);
  const jtis = late.jti === undefined ? [] : [late.jti];
  return refuseRepeats([late], await needs.store.log.findKnownJtis(log.id, jtis, entry.index))[0];
}

function storeContents({ store }: MirrorNeeds, log: HeldLog, next: number, late: readonly Entry[]): Promise<boolean> {
  return store.transaction(async (within) => {
    const current = await within.log.lockLog(log.id);
    if (current.receipted !== log.receipted || current.size !== log.size) return false;
    for (const entry of late) await within.log.putWord(log.id, entry);
    await within.log.putHead(log.id, { size: current.size, root: current.root, receipted: next });
    return true;
  });
}
