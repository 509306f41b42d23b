/**
 * What a struck bulletin key signed at or above its size, and what we took before we knew: it is refused now, as whoever
 * reads it today refuses it, moves no record any more, and a later receipt says so (docs/protocol.md, Strikes). Leaf and
 * content stay, as evidence.
 */

import type { Member } from '../agreement/agreement.ts';
import type { Agreements } from '../agreement/agreements.ts';
import type { ProblemCode } from '../base/problem.ts';
import { type BulletinType, hasRecord } from '../bulletin/bulletin.ts';
import { findTypeByName } from '../bulletin/catalogue.ts';
import { readKid, readType } from '../bulletin/read.ts';
import type { Checkpoint } from '../log/checkpoint.ts';
import type { Entry, HeldLog } from '../log/ports.ts';
import { replay } from '../registry/effects.ts';
import { believe, isMark, standingOf } from '../registry/record.ts';
import type { PullNeeds } from './apply.ts';
import type { ExchangeStore, Tally } from './ports.ts';
import { Moved, whileMoved } from './publish.ts';
import { buildSettling } from './receipt.ts';
import { listMoves, putStandings, type StepStanding } from './told-again.ts';

const entriesAtOnce = 1_000;
const refusedAtOnce = 200;
const struckCode: ProblemCode = 'bulletin/unknown-key';
const receiptType = findTypeByName('receipt') as BulletinType; // the catalogue has it

/** Whose log it is, as we hold it, and a checkpoint of it that its member signed. */
interface Source {
  owner: Member;
  log: HeldLog;
  checkpoint: Checkpoint;
}

/** A word that is said anew on an entry. */
interface Revision {
  log: number;
  index: number;
  before: 'taken' | 'noted';
  word: 'taken' | 'noted' | 'refused';
  code?: string;
}

/** What refusing some entries amounts to. */
interface Taking {
  /** Of entries that the key signed. */
  refused: (Revision & { jti?: string })[];
  /** Of others of their records, which act now, or no longer. */
  changed: Revision[];
  states: StepStanding[];
}

/** Looks through a log once for each set of strikes, and refuses what they reach. Our log key must be free to sign. */
export function createStruckKeys(needs: PullNeeds & { agreements: Pick<Agreements, 'strikes'> }) {
  const { store, agreements, laws, logger } = needs;
  const looked = new Map<number, string>();

  return async function refuseStruck(source: Source): Promise<void> {
    const { owner, log } = source;
    const struck = agreements.strikes().keysOf(owner.id);
    const mark = JSON.stringify(struck);
    if (struck.length === 0 || looked.get(log.id) === mark) return;
    for (let at = Math.min(...struck.map(({ size }) => size)); at < log.size; at += entriesAtOnce) {
      const starts = await store.log.listContentStarts(log.id, at, Math.min(at + entriesAtOnce, log.size));
      const bears = (index: number, kid?: string) => struck.some((one) => one.kid === kid && index >= one.size);
      const indexes = starts.flatMap(({ index, start }) => (bears(index, readKid(start)) ? [index] : [])).reverse();
      for (let i = 0; i < indexes.length; i += refusedAtOnce) {
        const some = indexes.slice(i, i + refusedAtOnce);
        await takeBack(needs, source, some);
        laws.forget(log.id); // governance among them governs no more
        logger.warn({ member: owner.id, origin: log.origin, indexes: some }, 'what a struck key signed counts no more');
      }
    }
    looked.set(log.id, mark);
  };
}

function takeBack(needs: PullNeeds, source: Source, indexes: readonly number[]): Promise<void> {
  const { store, publisher } = needs;
  const { log, owner } = source;
  return whileMoved(async () => {
    const receipted = (await store.log.findLog(log.origin))?.receipted ?? 0;
    const taking = await decideTaking(store, source, indexes);
    const drafts = receiptsOf(taking, source, receipted).map((body) => ({
      type: receiptType,
      audience: [owner.id],
      body,
    }));
    const prepared = drafts.length > 0 ? await publisher.prepare(drafts) : [];
    const appended = await store.transaction(async (within) => {
      const current = await within.log.lockLog(log.id);
      const again = await decideTaking(within, source, indexes);
      if (current.receipted !== receipted || JSON.stringify(again) !== JSON.stringify(taking)) throw new Moved();
      await putTaking(within, needs, source, taking);
      return prepared.length > 0 ? publisher.append(within, prepared) : undefined;
    });
    if (appended) publisher.committed(appended);
  });
}

/** What is not receipted yet is said in its turn. */
function receiptsOf({ refused, changed }: Taking, { log, checkpoint }: Source, receipted: number) {
  const ofThisLog = [...refused, ...changed].filter((one) => one.log === log.id && one.index < receipted);
  const said = ofThisLog.map(({ index, code }) => ({ index, ...(code !== undefined && { code }) }));
  return buildSettling(checkpoint, receipted, said);
}

async function decideTaking(store: ExchangeStore, { owner, log }: Source, indexes: readonly number[]): Promise<Taking> {
  const taking: Taking = { refused: [], changed: [], states: [] };
  for (const index of indexes) {
    const [entry] = await store.log.listEntries(log.id, index, index + 1);
    if (!entry?.content || (entry.word !== 'taken' && entry.word !== 'noted')) continue;
    const { word: before, jti } = entry;
    const revision = { log: log.id, index, before, word: 'refused' as const, code: struckCode };
    taking.refused.push({ ...revision, ...(jti !== undefined && { jti }) });
  }
  const gone = new Set(taking.refused.map(({ index }) => index));
  const [first = 0, last = -1] = [indexes.at(0), indexes.at(-1)];
  const marks = await store.registry.listStepMarks(log.id, first, last + 1);
  const txns = new Set(marks.flatMap((one) => (gone.has(one.index) && !isMark(one) ? [one.txn] : [])));
  for (const txn of txns) {
    const held = await listMoves(store, { member: owner.id, txn });
    const left = held.filter((one) => one.log !== log.id || !gone.has(one.index));
    for (const [i, effect] of replay(left.map(believe)).entries()) {
      const { log: of, index, code: before } = left[i] as (typeof left)[0]; // one effect for each
      const code = 'code' in effect ? effect.code : undefined;
      taking.states.push({ log: of, index, ...('after' in effect && standingOf(effect.after)) });
      if (code === before) continue;
      taking.changed.push({ log: of, index, before: wordOf(before), word: wordOf(code), ...(code && { code }) });
    }
  }
  return taking;
}

function wordOf(code: string | undefined): 'taken' | 'noted' {
  return code === undefined ? 'taken' : 'noted';
}

async function putTaking(
  within: ExchangeStore,
  { me }: PullNeeds,
  { owner, log }: Source,
  { refused, changed, states }: Taking,
): Promise<void> {
  const tallies: Tally[] = [];
  for (const { log: of, index, before, word, code } of [...refused, ...changed]) {
    const [entry] = await within.log.listEntries(of, index, index + 1);
    const { code: _, ...rest } = entry as Entry; // it was just found
    await within.log.putWord(of, { ...rest, word, ...(code !== undefined && { code }) });
    const type = readType(rest.content?.jws ?? '');
    if (word !== 'refused' || (type && hasRecord(type))) tallies.push({ log: of, member: me, what: before, n: -1 });
    tallies.push({ log: of, member: me, what: word, n: 1 });
  }
  await within.peers.addTallies(tallies);
  await within.peers.dropReceipts(
    owner.id,
    refused.flatMap(({ jti }) => jti ?? []),
  );
  await within.registry.dropStepsAt(
    log.id,
    refused.map(({ index }) => index),
  );
  await putStandings(within, states);
}
