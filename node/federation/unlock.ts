/**
 * Opens the gate before our log key (docs/protocol.md, When things go wrong): every other member is asked for the largest
 * checkpoint of our log that it has seen. All answers suffice, or after a minute as many as the witness quorum; the rest
 * are asked on. Where they have seen more than we hold, our log comes back first. Nothing is ever signed from an old size.
 */

import type { Agreement } from '../agreement/agreement.ts';
import { isProblem, type Problem, type ProblemCode } from '../base/problem.ts';
import type { Gate } from '../log/gate.ts';
import type { HeldLog } from '../log/ports.ts';
import type { Client } from './client.ts';
import { findMissing, type RecoverNeeds, recoverLog } from './recover.ts';

const patienceMs = 60_000;
const askAgainMs = 60_000; // of those who have not answered once the gate is open

export interface UnlockNeeds extends RecoverNeeds {
  gate: Gate;
  origin: string;
  /** The version in force. */
  agreement: () => Agreement;
  /** Takes in a checkpoint that a member shows us. @throws {Problem} log/fork */
  see: (log: HeldLog, note: string) => Promise<{ checkpoint: { size: number } }>;
  /** Keeps the evidence of a fork. */
  stop: (log: HeldLog, error: Problem) => Promise<void>;
  /** Whether the operator has ordered it open; the order counts once. */
  takeOverride: () => Promise<boolean>;
  /** Names contents of our own that nobody has any more. */
  sayLost: (indexes: readonly number[]) => Promise<void>;
  /** Told each time it was opened. */
  onOpen: () => Promise<void>;
}

/** How it stands. */
export interface LockState {
  open: boolean;
  /** What each member has seen of our log, 0 for nothing; only those that answered. */
  answers: Record<string, number>;
  /** Members that have not answered. */
  silent: string[];
  /** Whether it was opened by the operator's order while some were silent. */
  overridden: boolean;
}

export function createUnlocker(needs: UnlockNeeds) {
  const { gate, store, origin, agreement, clients, now, logger } = needs;
  const answers = new Map<string, number>();
  let turn = gate.turn;
  let since = now().getTime();
  let askedAt = Number.NEGATIVE_INFINITY;
  let said = Number.NEGATIVE_INFINITY;
  let hasFork = false;
  let overridden = false;
  let underWay: Promise<void> | undefined;

  /** Since the gate was shut again, nothing of what was said before counts. */
  function renew(): void {
    if (turn === gate.turn) return;
    turn = gate.turn;
    since = now().getTime();
    answers.clear();
    overridden = false;
  }

  async function ask(log: HeldLog, member: string, client: Client): Promise<void> {
    try {
      const { checkpoint } = await needs.see(log, await client.checkpoint(origin));
      answers.set(member, checkpoint.size);
    } catch (error) {
      if (!isProblem(error)) throw error;
      if (isNone(error)) answers.set(member, 0);
      else if (error.code === 'log/fork') await fork(log, error);
      else
        logger.debug({ member, code: error.code, facts: error.facts }, 'no answer yet on how much of our log it holds');
    }
  }

  async function fork(log: HeldLog, error: Problem): Promise<void> {
    hasFork = true;
    await needs.stop(log, error);
  }

  async function turnOnce(): Promise<void> {
    renew();
    const log = await store.log.findLog(origin);
    if (!log) return;
    if (await needs.takeOverride()) {
      logger.warn(
        { answers: Object.fromEntries(answers) },
        'the log key was unlocked by the operator, without the members',
      );
      overridden = true;
      return open();
    }
    const at = now().getTime();
    const silent = silentOnes();
    if (!gate.isOpen() || (silent.length > 0 && at - askedAt >= askAgainMs)) {
      askedAt = at;
      await Promise.all(silent.map(([member, client]) => ask(log, member, client)));
    }
    const held = await bringBack((await store.log.findLog(origin)) ?? log);
    if (!gate.isOpen() && held && isAgreed()) await open();
    else if (!gate.isOpen()) sayWaiting();
    if (held && gate.isOpen()) await mend(held);
  }

  /** Our log at least as large as anybody has seen it; undefined while it is not. */
  async function bringBack(log: HeldLog): Promise<HeldLog | undefined> {
    if (hasFork) return undefined;
    const seen = await store.log.findLargestCheckpoint(log.id);
    if (!seen || seen.size <= log.size) return log;
    if (gate.isOpen()) {
      gate.shut();
      renew();
    }
    logger.warn(
      { held: log.size, signed: seen.size },
      'the store is older than what we signed: our log comes back from the members',
    );
    const checkpoint = { origin, size: seen.size, root: seen.root };
    for (const [member, client] of clients()) {
      if ((answers.get(member) ?? 0) < seen.size) continue;
      const current = (await store.log.findLog(origin)) ?? log;
      const held = await recoverLog(needs, { client, log: current, checkpoint }).catch(async (error: unknown) => {
        if (!isProblem(error)) throw error;
        if (error.code === 'log/fork') await fork(current, error);
        else logger.warn({ member, code: error.code, facts: error.facts }, 'this member cannot give our log back yet');
        return undefined;
      });
      if (held) return held;
    }
    return undefined;
  }

  /** Contents that nobody had shown yet; what nobody has any more is said once nothing else is wrong. */
  async function mend(log: HeldLog): Promise<void> {
    const { found, lost } = await findMissing(needs, log);
    if (found > 0) logger.info({ found }, 'contents of our own log came back');
    if (lost.length === 0) return;
    logger.error({ indexes: lost }, 'contents of our own log are lost: they are to be issued anew');
    await needs.sayLost(lost);
  }

  function silentOnes(): [string, Client][] {
    return [...clients()].filter(([member]) => !answers.has(member));
  }

  function isAgreed(): boolean {
    const silent = silentOnes().length;
    if (silent === 0) return true;
    return now().getTime() - since >= patienceMs && answers.size >= agreement().exchange.witnessQuorum;
  }

  async function open(): Promise<void> {
    gate.open();
    logger.info({ answers: Object.fromEntries(answers) }, 'the log key is unlocked');
    await needs.onOpen();
  }

  function sayWaiting(): void {
    if (now().getTime() - said < askAgainMs) return;
    said = now().getTime();
    const silent = silentOnes().map(([member]) => member);
    logger.warn(
      { silent, answers: Object.fromEntries(answers) },
      'the log key is locked until the members have answered',
    );
  }

  return {
    /** Asks, brings back, opens; one turn at a time, to be called again and again. */
    turn(): Promise<void> {
      underWay ??= turnOnce().finally(() => {
        underWay = undefined;
      });
      return underWay;
    },
    state(): LockState {
      const silent = silentOnes().map(([member]) => member);
      const byOrder = overridden && silent.length > 0;
      return { open: gate.isOpen(), answers: Object.fromEntries(answers), silent, overridden: byOrder };
    },
    settled: async () => underWay,
  };
}

/** "None" is an answer: that member holds nothing of our log. */
function isNone({ code, facts }: Problem): boolean {
  return code === 'peer/bad-answer' && facts.status === 404 && facts.code === ('log/unknown' satisfies ProblemCode);
}
