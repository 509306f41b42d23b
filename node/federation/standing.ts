/**
 * How each peer stands after a round with it: what failed last, when to try again, and what stopped the pull of its log.
 * Position, back-off and last error are in the store, and in memory while that cannot be written.
 */

import type { Member } from '../agreement/agreement.ts';
import type { Agreements } from '../agreement/agreements.ts';
import type { Logger, NewId, Now } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { formatInstant } from '../base/time.ts';
import type { HeldLog } from '../log/ports.ts';
import { isConviction } from './conviction.ts';
import { lastErrorOf, type Peer } from './peer.ts';
import type { ExchangeStore } from './ports.ts';
import { delayAfter, greatestDelayMs } from './retry.ts';
import { createTroubles } from './trouble.ts';

export type Standings = ReturnType<typeof createStandings>;

export function createStandings({
  store,
  agreements,
  now,
  newId,
  logger,
}: {
  store: ExchangeStore;
  agreements: Agreements;
  now: Now;
  newId: NewId;
  logger: Logger;
}) {
  const troubles = createTroubles(now);
  /** Whom not to ask before then, as long as the store cannot be told. */
  const waits = new Map<string, { failures: number; nextTryAt: string }>();

  /** Says anew how a peer stands, from how it stands now: a round with another one may have stopped it meanwhile. */
  function amend(log: HeldLog, change: (peer: Peer, held: HeldLog) => Peer): Promise<Peer> {
    return store.transaction(async (within) => {
      const held = await within.log.lockLog(log.id);
      const peer = change(await within.peers.findPeer(log.member), held);
      await within.peers.putPeer(peer);
      return peer;
    });
  }

  /** Says with the peer that a round failed and when the next may be: in memory while the store cannot be written. */
  async function holdBack(log: HeldLog, code: ReturnType<typeof lastErrorOf>): Promise<string | undefined> {
    const at = now();
    const lastErrorAt = formatInstant(at);
    const after = (failures: number) => formatInstant(new Date(at.getTime() + delayAfter(failures)));
    const failures = (waits.get(log.member)?.failures ?? 0) + 1;
    try {
      const peer = await amend(log, (before, held) => {
        const failures = held.size > log.size ? 1 : before.failures + 1; // a round that brought something failed late, not again
        return { ...before, failures, nextTryAt: after(failures), lastError: code, lastErrorAt };
      });
      waits.delete(log.member);
      return peer.nextTryAt;
    } catch (error) {
      if (lastErrorOf(error) !== 'store/unwritable') throw error;
      waits.set(log.member, { failures, nextTryAt: after(failures) });
      return after(failures);
    }
  }

  /**
   * Keeps the evidence, once, and pulls that log no more; of our own log it is kept too. What convicts is kept beside what
   * did not yet.
   */
  async function stop(log: HeldLog, error: Problem, code: NonNullable<Peer['stopped']>): Promise<void> {
    const at = formatInstant(now());
    const isNews = await store.transaction(async (within) => {
      await within.log.lockLog(log.id);
      const peer = await within.peers.findPeer(log.member);
      if (peer.stopped) {
        const kept = (await within.peers.listFindings()).filter((one) => one.log === log.id);
        if (!isConviction(error.facts) || kept.some(({ evidence }) => isConviction(evidence))) return false;
      }
      await within.peers.putFinding({ id: newId(), log: log.id, code, evidence: { ...error.facts }, at });
      await within.peers.putPeer({ ...peer, stopped: peer.stopped ?? code, lastError: code, lastErrorAt: at });
      return true;
    });
    const facts = { member: log.member, origin: log.origin, code, facts: error.facts };
    if (isNews) logger.error(facts, 'a log contradicts itself and is pulled no more');
  }

  return {
    stop,

    /** How a peer stands, with what only this process knows. A next try that a clock which was ahead set does not count. */
    async find(member: string): Promise<Peer> {
      const latest = formatInstant(new Date(now().getTime() + greatestDelayMs));
      const { nextTryAt: kept, ...peer } = await store.peers.findPeer(member);
      const nextTryAt = waits.get(member)?.nextTryAt ?? kept;
      if (nextTryAt === undefined) return peer;
      return { ...peer, nextTryAt: nextTryAt > latest ? formatInstant(now()) : nextTryAt };
    },

    /** A round went well. */
    async succeed(log: HeldLog): Promise<void> {
      await amend(log, ({ nextTryAt: _, ...rest }) => ({ ...rest, failures: 0, lastOkAt: formatInstant(now()) }));
      waits.delete(log.member);
      const past = troubles.end(log.member);
      if (past) logger.info({ member: log.member, ...past }, 'rounds go well again');
    },

    /** A round failed. @throws {Problem} log/head-changed: then this process must end */
    async fail(log: HeldLog, error: unknown): Promise<void> {
      const { member } = log;
      if (error instanceof Problem && (error.code === 'log/fork' || error.code === 'log/shrunk'))
        return stop(log, error, error.code);
      if (error instanceof Problem && error.code === 'log/head-changed') throw error;
      const code = lastErrorOf(error);
      const nextTryAt = await holdBack(log, code);
      const line = {
        member,
        code,
        ...(code === 'internal' ? { err: error } : { facts: (error as Problem).facts }),
        nextTryAt,
      };
      if (!troubles.isNews(member, code)) logger.debug(line, 'round failed');
      else if (code === 'internal') logger.error(line, 'round failed');
      else logger.warn(line, 'round failed');
    },

    /** A member that was pulled no more is pulled again once the log that contradicted itself was struck. */
    async resume({ id, origin }: Member): Promise<void> {
      const { stopped } = await store.peers.findPeer(id);
      const log = stopped && (await store.log.findLog(origin));
      if (!log) return;
      const findings = await store.peers.listFindings();
      const isStanding = findings.some((one) => one.log === log.id && one.code === stopped);
      if (isStanding && !agreements.strikes().logEnd(origin)) return;
      await amend(log, ({ stopped: _, ...rest }) => rest);
      logger.info({ member: id, origin, stopped }, 'the log that contradicted itself was struck');
    },
  };
}
