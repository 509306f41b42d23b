/**
 * Our records in force, issued anew to a member that joined: the version by which it did may say so, and older content
 * reaches nobody otherwise (docs/protocol.md, A member that joins). A batch a transaction, with the position beside it in
 * the same one: a process that is killed goes on where it was, and of several over one store each batch is one's.
 */

import { findMember } from '../agreement/agreement.ts';
import type { Agreements } from '../agreement/agreements.ts';
import { joinersOf } from '../agreement/amendment.ts';
import { addresseesOf } from '../agreement/policy.ts';
import type { Logger } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { dayOf, formatInstant } from '../base/time.ts';
import { bulletinTypes } from '../bulletin/catalogue.ts';
import { readClaims } from '../bulletin/read.ts';
import { audienceOf } from '../log/leaf.ts';
import { isInForce } from '../registry/lifecycle.ts';
import type { Opener, OwnRecord } from '../registry/ports.ts';
import { dayStatesOf, foldRecords, formatRecordId } from '../registry/record.ts';
import type { Governing } from './law.ts';
import { type OwnToldRecord, planTelling } from './mend.ts';
import type { ExchangeStore, History } from './ports.ts';
import { Changed, type DecidedMove, decideDrafts, type PublishNeeds, publishMoves } from './publish-steps.ts';

export interface HistoryNeeds extends PublishNeeds {
  agreements: Agreements;
  logger: Logger;
}

/** Who joined, by which version. */
interface Joined {
  member: string;
  digest: string;
  version: number;
}

const recordsAtOnce = 100;

/** What speaks against a bulletin itself, whoever says it and whenever. */
const ofBulletins = /^(bulletin|subject|registry)\/|^agreement\/flow-not-allowed$/;

export type Histories = ReturnType<typeof createHistories>;

export function createHistories(needs: HistoryNeeds) {
  const { store, publisher, agreements, member, now, logger } = needs;
  let underWay: Promise<void> | undefined;
  let isStopped = false;

  /** Those who joined by a version that our log has adopted, and are to have our records. */
  function listJoined({ digest, agreement }: Governing): Joined[] {
    const versions = agreements.inForce();
    const adopted = versions.slice(0, versions.findIndex((one) => one.digest === digest) + 1);
    return adopted.flatMap((one) =>
      one.predecessor
        ? joinersOf(one.agreement, one.predecessor.agreement)
            .filter(({ id, history }) => history === 'records' && id !== member && findMember(agreement, id))
            .map(({ id }) => ({ member: id, digest: one.digest, version: one.agreement.version }))
        : [],
    );
  }

  function typesFor(to: string, { agreement }: Governing): string[] {
    const opening = bulletinTypes.filter(({ kind }) => kind === 'opens').map(({ name }) => name);
    return opening.filter((type) => addresseesOf({ agreement, from: member, type }).includes(to));
  }

  /** Whether an opener went to it since it joined: a record that was opened under that version, or issued anew. */
  function isTold(openers: readonly Opener[], { member: to, version }: Joined): boolean {
    return openers.some(({ leaf, jws }) => {
      if (!audienceOf(leaf).includes(to)) return false;
      const said = readClaims(jws ?? '')?.agreement as { digest?: string } | undefined; // we wrote it
      const under = agreements.inForce().find(({ digest }) => digest === said?.digest);
      return under !== undefined && under.agreement.version >= version;
    });
  }

  /** Of these records those in force today that it was not told. */
  async function listUntold(joined: Joined, txns: readonly string[]): Promise<OwnToldRecord[]> {
    const today = dayOf(now());
    const records = foldRecords(await store.registry.listStepsOf(txns.map((txn) => ({ member, txn }))));
    const untold: OwnToldRecord[] = [];
    for (const record of records) {
      const { body, id } = record;
      const own: OwnRecord | undefined = body && (await store.registry.findOwn(id));
      if (!body || !own || isTold(await store.registry.listOpeners(id), joined)) continue;
      // A newer grade of the same subject ends an older one.
      const ofSubject = record.state === 'current' ? await store.registry.listSubjectSteps(record.uscc) : [];
      const beside = foldRecords(ofSubject).filter((one) => formatRecordId(one.id) !== formatRecordId(id));
      const [state] = dayStatesOf([record, ...beside], today);
      if (state && isInForce(state)) untold.push({ record: { ...record, body }, own });
    }
    return untold;
  }

  /** Issues these and moves on, all or nothing. False when another process moved on, or a record was moved, meanwhile. */
  async function issue(from: History, records: readonly OwnToldRecord[], to: History): Promise<boolean> {
    const move = async (within: ExchangeStore) => {
      if (!(await within.histories.moveHistory(from, to))) throw new Changed();
    };
    const moves: DecidedMove[] = records.flatMap((one) =>
      decideDrafts(needs, one.own, planTelling(one, [from.member])),
    );
    try {
      if (moves.length === 0) await store.transaction(move);
      else await publishMoves(needs, moves, move);
      return true;
    } catch (error) {
      if (error instanceof Changed) return false;
      throw error;
    }
  }

  /** The same record by record, passing over what receivers would refuse; one of these must not hold up the others. */
  async function issueOneByOne(from: History, records: readonly OwnToldRecord[], to: History): Promise<boolean> {
    let at = from;
    for (const one of records) {
      const next = { ...at, upto: one.own.txn, issued: at.issued + 1 };
      try {
        if (!(await issue(at, [one], next))) return false;
        at = next;
      } catch (error) {
        if (!isOfBulletin(error)) throw error;
        const record = formatRecordId(one.record.id);
        logger.error({ member: from.member, record, code: error.code, facts: error.facts }, 'not issued to who joined');
        const passed = { ...at, upto: one.own.txn, failed: at.failed + 1 };
        if (!(await issue(at, [], passed))) return false;
        at = passed;
      }
    }
    return issue(at, [], { ...to, issued: at.issued, failed: at.failed });
  }

  /** The next batch; false when nothing is left of it. */
  async function issueNext(joined: Joined, governing: Governing): Promise<boolean> {
    const types = typesFor(joined.member, governing);
    const from = await find(joined, types);
    if (from.finishedAt !== undefined) return false;
    const txns = await store.registry.listOwnTxns(member, types, from.upto, recordsAtOnce);
    const last = txns.at(-1);
    if (last === undefined) {
      const done = { ...from, finishedAt: formatInstant(now()) };
      if (await issue(from, [], done)) logger.info({ ...done }, 'our records in force were issued to who joined');
      return false;
    }
    const untold = await listUntold(joined, txns);
    const to = { ...from, upto: last, looked: from.looked + txns.length, issued: from.issued + untold.length };
    const isDone = await issue(from, untold, to).catch((error: unknown) => {
      if (isOfBulletin(error)) return issueOneByOne(from, untold, { ...to, failed: from.failed });
      throw error;
    });
    if (isDone) logger.info({ ...to }, 'issuing our records in force to who joined');
    return true;
  }

  async function find({ member: to, digest }: Joined, types: readonly string[]): Promise<History> {
    const known = await store.histories.findHistory(to, digest);
    if (known) return known;
    const total = types.length > 0 ? await store.registry.countOwn(member, types) : 0;
    const begun = { upto: '', total, looked: 0, issued: 0, failed: 0, begunAt: formatInstant(now()) };
    await store.histories.addHistory({ member: to, digest, ...begun });
    return (await store.histories.findHistory(to, digest)) ?? { member: to, digest, ...begun };
  }

  async function issueAll(): Promise<void> {
    const log = await publisher.log(store.log);
    if (log.size === 0) return; // nothing was ever said
    const governing = await publisher.governing();
    for (const joined of listJoined(governing)) {
      try {
        while (!isStopped && (await issueNext(joined, governing)));
      } catch (error) {
        if (error instanceof Problem && (error.code === 'log/closed' || error.code === 'log/struck')) return;
        throw error;
      }
    }
  }

  return {
    /** Issues what is still to be issued. Safe to repeat; while it runs, a second call waits for the first. */
    issueDue(): Promise<void> {
      underWay ??= issueAll().finally(() => {
        underWay = undefined;
      });
      return underWay;
    },

    /** Ends after the batch that is under way; the rest is issued by the next process. */
    async stop(): Promise<void> {
      isStopped = true;
      await underWay?.catch(() => undefined); // whoever started it was told
    },
  };
}

function isOfBulletin(error: unknown): error is Problem {
  return error instanceof Problem && ofBulletins.test(error.code) && error.code !== 'bulletin/unknown-key';
}
