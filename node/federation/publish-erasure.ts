/**
 * Say that content of our own log is erased, and erase it in the same transaction: a record on the word of a clerk, and
 * each day what was kept long enough. Peers erase when they read it (docs/protocol.md, Governance entries).
 */

import type { Hash, Logger, Now } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { dayOf, formatInstant } from '../base/time.ts';
import { type Erasure, erasure } from '../bulletin/types/erasure.ts';
import { formatRecordId, type RecordId } from '../registry/record.ts';
import type { Asker } from '../registry/tokens.ts';
import { eraseEntries } from './erase.ts';
import type { ErasureLedger, ExchangeStore } from './ports.ts';
import { Moved, type Prepared, type Publisher, whileMoved } from './publish.ts';

const mostIndexes = 5_000; // the schema's bound
const recordsAtOnce = 200;

export type ErasureGround = Erasure['ground'];

/** Why a record is erased; the reason is for our own log of work and never leaves this node. */
export interface ErasureRequest {
  ground: ErasureGround;
  reason?: string;
}

/** What was said last, and how many entries are gone. */
export interface ErasureDone {
  jti: string;
  index: number;
  erased: number;
}

export type Eraser = ReturnType<typeof createEraser>;

export function createEraser({
  store,
  publisher,
  erasureLedger,
  member,
  ownAuthority,
  hash,
  now,
  logger,
}: {
  store: ExchangeStore;
  publisher: Publisher;
  erasureLedger: ErasureLedger;
  /** Our own member id, and the USCC of the authority that may erase any record of ours. */
  member: string;
  ownAuthority: string;
  hash: Hash;
  now: Now;
  logger: Logger;
}) {
  /** Erases what `list` finds, looked at again once our log is locked; undefined when it finds nothing. */
  function publish(
    ground: ErasureGround,
    list: (within: ExchangeStore) => Promise<number[]>,
  ): Promise<ErasureDone | undefined> {
    return whileMoved(async () => {
      const indexes = await list(store);
      if (indexes.length === 0) return undefined;
      const body: Erasure = { indexes, ground };
      const prepared = await publisher.prepare([{ type: erasure, audience: ['*'], body }]);
      const { claims } = prepared[0] as Prepared; // one for the one draft
      const appended = await store.transaction(async (within) => {
        const appended = await publisher.append(within, prepared);
        if (String(await list(within)) !== String(indexes)) throw new Moved();
        const own = await publisher.log(within.log);
        const toErase = { ...body, by: appended.first, at: formatInstant(now()) };
        await erasureLedger.add(await eraseEntries(within, own, toErase, member, hash));
        return appended;
      });
      publisher.committed(appended);
      return { jti: claims.jti, index: appended.first, erased: indexes.length };
    });
  }

  async function ownLog(): Promise<number> {
    return (await publisher.log(store.log)).id;
  }

  /** Whole records as long as one bulletin holds them, and at least the first. */
  async function indexesOf(within: ExchangeStore, log: number, records: readonly RecordId[]): Promise<number[]> {
    if (records.length === 0) return [];
    const held = await within.erasures.listOfRecords(log, records);
    const indexes: number[] = [];
    for (const { txn } of records) {
      const ofRecord = held.filter(({ record }) => record.txn === txn).map(({ index }) => index);
      if (indexes.length > 0 && indexes.length + ofRecord.length > mostIndexes) break;
      indexes.push(...ofRecord);
    }
    return indexes.slice(0, mostIndexes).sort((a, b) => a - b);
  }

  async function eraseEnded(): Promise<number> {
    const log = await ownLog();
    const today = dayOf(now());
    const list = async (within: ExchangeStore) =>
      indexesOf(within, log, await within.erasures.listEndedRecords(log, member, today, recordsAtOnce));
    let erased = 0;
    for (;;) {
      const done = await publish('retention-ended', list);
      if (!done) return erased;
      erased += done.erased;
    }
  }

  /** Marks, and what only the ledger knows of; by ground, since an erasure has one. */
  async function eraseOthers(): Promise<number> {
    const log = await ownLog();
    const today = dayOf(now());
    let erased = 0;
    for (;;) {
      const [first] = await store.erasures.listDue(log, today, recordsAtOnce);
      if (!first) return erased;
      const list = async (within: ExchangeStore) => {
        const due = (await within.erasures.listDue(log, today, recordsAtOnce)).filter(
          ({ ground }) => ground === first.ground,
        );
        return [...new Set(due.map(({ index }) => index))].sort((a, b) => a - b);
      };
      erased += (await publish(first.ground as ErasureGround, list))?.erased ?? 0; // read back from an erasure
    }
  }

  return {
    /**
     * Erases one of our records: every bulletin of ours about it, here and everywhere.
     *
     * @throws {Problem} registry/not-ours, registry/not-found, registry/erased, auth/not-your-authority,
     *   log/struck of one that a struck log of ours speaks of, erasure/unwritable-ledger
     */
    async eraseRecord(id: RecordId, { ground, reason }: ErasureRequest, asker: Asker): Promise<ErasureDone> {
      const record = formatRecordId(id);
      if (id.member !== member) throw new Problem('registry/not-ours', { record });
      const own = await store.registry.findOwn(id);
      if (!own) {
        const isKnown = (await store.registry.listRecordSteps(id)).length > 0;
        throw new Problem(isKnown ? 'registry/erased' : 'registry/not-found', { record });
      }
      if (asker.authority !== own.authority && asker.authority !== ownAuthority)
        throw new Problem('auth/not-your-authority', { authority: own.authority });
      const { id: log, origin } = await publisher.log(store.log);
      const steps = await store.registry.listRecordSteps(id);
      const struck = steps.find((step) => step.author === member && step.origin !== origin && !step.erased);
      if (struck) throw new Problem('log/struck', { log: struck.origin, record }); // no bulletin erases there any more
      let last: ErasureDone | undefined;
      for (;;) {
        const done = await publish(ground, (within) => indexesOf(within, log, [id]));
        if (!done) break;
        last = { ...done, erased: done.erased + (last?.erased ?? 0) };
      }
      if (!last) throw new Problem('registry/erased', { record }); // someone was faster
      const { authority, person } = asker;
      logger.info({ record, ground, reason, authority, person, entries: last.erased }, 'a record was erased');
      return last;
    },

    /** Erases what was kept long enough, our marks on erased records, and what the ledger alone erased. Returns how many entries. */
    async eraseDue(): Promise<number> {
      const erased = (await eraseEnded()) + (await eraseOthers());
      if (erased > 0) logger.info({ entries: erased }, 'content was erased when its time had come');
      return erased;
    },
  };
}
