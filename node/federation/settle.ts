/**
 * Content that came late: what a peer withheld is asked for again, judged by what governed it where it stands, and said
 * in a later receipt as settled (docs/protocol.md, Receipt). The states of its record are said anew, and so is our word on
 * bulletins of that record which act now, or no longer.
 */

import type { Member } from '../agreement/agreement.ts';
import type { ProblemCode } from '../base/problem.ts';
import { formatInstant } from '../base/time.ts';
import { type BulletinType, hasRecord } from '../bulletin/bulletin.ts';
import { findTypeByName } from '../bulletin/catalogue.ts';
import type { Checkpoint } from '../log/checkpoint.ts';
import type { Entry, HeldLog, Word } from '../log/ports.ts';
import { answersOf, decidedOnOf, deedOf, replay } from '../registry/effects.ts';
import type { NewStep } from '../registry/ports.ts';
import { believe, markedBy, type Standing, standingOf } from '../registry/record.ts';
import { type Admission, addressedTo, admitLate, refuseRepeats } from './admit.ts';
import type { PullNeeds } from './apply.ts';
import type { Client } from './client.ts';
import { keepReceipt } from './keep-receipt.ts';
import type { ExchangeStore, Tally } from './ports.ts';
import { Moved, whileMoved } from './publish.ts';
import { buildSettling } from './receipt.ts';
import { listMoves, putStandings, type StepStanding } from './told-again.ts';

const atOnce = 50;
const receiptType = findTypeByName('receipt') as BulletinType; // the catalogue has it

/** Whose log it is, as we hold it, and the checkpoint under which the content came. */
interface Source {
  client: Client;
  owner: Member;
  log: HeldLog;
  checkpoint: Checkpoint;
}

/** A word that is said anew on an entry. */
interface Revision {
  /** Which log of the member: a record may be moved in one and have been opened in another. */
  log: number;
  index: number;
  word: Word;
  code?: string;
}

/** What late content amounts to: our words, its step, and the states of its record's steps. */
interface Late {
  /** The entry itself, then others of its record. */
  revisions: [Revision, ...Revision[]];
  step?: NewStep;
  states: StepStanding[];
}

/** Asks for withheld content, some of it each time and all of it in turn: what never comes does not hold up the rest. */
export function createSettler(needs: PullNeeds) {
  const nextOf = new Map<number, number>();

  /** Returns how many entries were settled. */
  return async function settleWithheld(source: Source): Promise<number> {
    const { client, log } = source;
    const waiting = await needs.store.log.listByWord(log.id, 'withheld', atOnce, nextOf.get(log.id) ?? 0);
    const last = waiting.at(-1);
    nextOf.set(log.id, last && waiting.length === atOnce ? last.index + 1 : 0);
    let settled = 0;
    for (const entry of waiting) {
      const { entries } = await client.entries(log.origin, entry.index, entry.index + 1);
      const governing = await needs.laws.governing(needs.store.log, log, entry.index);
      const [shown] = entries;
      if (!shown?.jws || shown.leaf !== entry.leaf || !governing) continue;
      const late = await admitLate(shown, entry.index, governing, {
        ...needs,
        owner: source.owner,
        reads: addressedTo(needs.me),
      });
      if (late.word === 'withheld') continue;
      const jtis = late.jti === undefined ? [] : [late.jti];
      const [admission] = refuseRepeats([late], await needs.store.log.findKnownJtis(log.id, jtis, entry.index));
      if (await storeLate(needs, source, admission as Admission)) settled++;
    }
    return settled;
  };
}

/** False when another process was faster. */
async function storeLate(needs: PullNeeds, source: Source, admission: Admission): Promise<boolean> {
  let failed = false;
  return whileMoved(async () => {
    try {
      return await storeOnce(needs, source, admission, failed);
    } catch (error) {
      if (!(error instanceof EffectFailed)) throw error;
      needs.logger.error(
        { member: source.owner.id, index: admission.index, cause: String(error.cause) },
        'an effect failed and is noted',
      );
      failed = true;
      throw new Moved();
    }
  });
}

class EffectFailed extends Error {}

async function storeOnce(
  needs: PullNeeds,
  { owner, log, checkpoint }: Source,
  admission: Admission,
  failed: boolean,
): Promise<boolean> {
  const { store, publisher, now } = needs;
  const at = formatInstant(now());
  const receipted = (await store.log.findLog(log.origin))?.receipted ?? log.receipted;
  const late = await decideLate(store, log, owner.id, admission, failed, at);
  const ofThisLog = late.revisions.filter((one) => one.log === log.id); // a receipt speaks of one log
  const said = ofThisLog.map(({ index, code }) => ({ index, ...(code !== undefined && { code }) }));
  const bodies = buildSettling(checkpoint, receipted, said);
  const receipts = await publisher.prepare(bodies.map((body) => ({ type: receiptType, audience: [owner.id], body })));
  const appended = await store.transaction(async (within) => {
    const current = await within.log.lockLog(log.id);
    const [entry] = await within.log.listEntries(log.id, admission.index, admission.index + 1);
    if (entry?.word !== 'withheld' || entry.erased) return undefined;
    const again = await decideLate(within, log, owner.id, admission, failed, at);
    if (current.receipted !== receipted || JSON.stringify(again) !== JSON.stringify(late)) throw new Moved();
    await putLate(within, needs, log.id, admission, late);
    const { bulletin } = admission;
    if (bulletin?.type.kind === 'receipt') await keepReceipt(within, needs, { member: owner.id, bulletin, at });
    return publisher.append(within, receipts);
  });
  if (appended) publisher.committed(appended);
  return appended !== undefined;
}

async function putLate(
  within: ExchangeStore,
  { me }: PullNeeds,
  log: number,
  { bulletin, content, jti }: Admission,
  { revisions, step, states }: Late,
): Promise<void> {
  const changes: Tally[] = [];
  for (const [i, { log, index, word, code }] of revisions.entries()) {
    const [entry] = await within.log.listEntries(log, index, index + 1);
    const { code: _, word: before = 'withheld', ...rest } = entry as Entry; // it was just found
    const late = i === 0 && { ...(content && { content }), ...(jti !== undefined && { jti }) };
    await within.log.putWord(log, { ...rest, word, ...(code !== undefined && { code }), ...late });
    if (before !== 'issued') changes.push({ log, member: me, what: before, n: -1 });
    const isCounted = i > 0 || !bulletin || hasRecord(bulletin.type);
    if (word !== 'issued' && isCounted) changes.push({ log, member: me, what: word, n: 1 });
  }
  await within.peers.addTallies(changes);
  if (!step) return;
  try {
    await within.savepoint(async () => {
      await within.registry.putSteps(log, [step]);
      await putStandings(within, states);
    });
  } catch (cause) {
    throw new EffectFailed('an effect failed', { cause });
  }
}

/** Puts the late bulletin where it belongs among those of its record. */
async function decideLate(
  store: ExchangeStore,
  log: HeldLog,
  member: string,
  { index, word = 'taken', code, bulletin }: Admission,
  failed: boolean,
  at: string,
): Promise<Late> {
  if (!bulletin || !hasRecord(bulletin.type))
    return { revisions: [{ log: log.id, index, word, ...(code !== undefined && { code }) }], states: [] };
  if (failed) {
    const noted = 'registry/effect-failed' satisfies ProblemCode;
    return { revisions: [{ log: log.id, index, word: 'noted', code: noted }], states: [] };
  }
  const deed = deedOf(bulletin);
  const { jti, txn } = bulletin.claims as typeof bulletin.claims & { txn: string }; // hasRecord: the verdict saw to it
  const isOfMark = bulletin.type.kind === 'marks';
  const step: NewStep = {
    ...(isOfMark ? markedBy(bulletin) : { member, txn }),
    ...{ type: deed.type, uscc: deed.uscc, jti, index, at },
    decidedOn: decidedOnOf(bulletin.claims),
    ...answersOf(deed),
  };
  if (isOfMark) return { revisions: [{ log: log.id, index, word: 'taken' }], step, states: [] };
  const held = await listMoves(store, { member, txn });
  const above = held.findIndex((one) => one.log > log.id || (one.log === log.id && one.index > index));
  const place = above < 0 ? held.length : above;
  const deeds = [...held.slice(0, place), { ...deed, log: log.id, index }, ...held.slice(place)];
  const effects = replay(deeds.map(believe));
  const words = deeds.map((one, i): Revision & Partial<Standing> => {
    const effect = effects[i];
    const { log, index } = one;
    if (effect && 'after' in effect) return { log, index, word: 'taken', ...standingOf(effect.after) };
    return { log, index, word: 'noted', ...(effect && { code: effect.code }) };
  });
  const [own] = words.splice(place, 1) as [Revision];
  const changed = words.filter(({ code }, i) => code !== held[i]?.code);
  const revisions = [own, ...changed].map(({ log, index, word, code }) => ({
    log,
    index,
    word,
    ...(code !== undefined && { code }),
  }));
  const states = [...words, own].map(({ log, index, state, until }: Revision & Partial<Standing>) => ({
    log,
    index,
    ...(state && { state }),
    ...(until !== undefined && { until }),
  }));
  return { revisions: revisions as [Revision, ...Revision[]], step, states };
}
