/**
 * Rounds of pull, settle, cosign and compare with every other member, each peer for itself: what stops one stops no other,
 * and no outage needs a restart. How a peer stands after a round is `standing.ts`.
 */

import { findMember, type Member } from '../agreement/agreement.ts';
import type { Agreements } from '../agreement/agreements.ts';
import { isProblem, Problem } from '../base/problem.ts';
import { formatInstant } from '../base/time.ts';
import { type Checkpoint, parseCheckpoint } from '../log/checkpoint.ts';
import type { Gate } from '../log/gate.ts';
import { parseNote } from '../log/note.ts';
import type { HeldLog } from '../log/ports.ts';
import type { PullNeeds } from './apply.ts';
import type { Circulation } from './circulate.ts';
import type { Client } from './client.ts';
import { isConvicting, isConviction, type ShownFork } from './conviction.ts';
import type { Cosigner } from './cosign.ts';
import { createEarlierLogs } from './earlier-logs.ts';
import type { Members } from './members.ts';
import { sayOwed } from './owe.ts';
import type { Peer } from './peer.ts';
import { pullLog, verifyGrowth } from './pull.ts';
import { createSettler } from './settle.ts';
import type { Standings } from './standing.ts';
import { createStruckKeys } from './struck-keys.ts';

export type Rounds = ReturnType<typeof createRounds>;

/** @param needs.hold starts holding a member's log, or finds it */
export function createRounds(
  needs: PullNeeds & {
    agreements: Agreements;
    members: Members;
    circulation: Circulation;
    cosigner: Cosigner;
    standings: Standings;
    gate: Gate;
    hold: (member: Member) => Promise<HeldLog>;
    /** Whether our log can still say what it thinks of others. */
    isOpen: () => Promise<boolean>;
  },
) {
  const {
    store,
    agreements,
    members,
    circulation,
    cosigner,
    standings,
    hold,
    isOpen,
    gate,
    hash,
    verifySignature,
    now,
    logger,
  } = needs;
  const settleWithheld = createSettler(needs);
  const refuseStruck = createStruckKeys(needs);
  const earlier = createEarlierLogs({ ...needs, checkGrowth, settleWithheld });
  const underWay = new Map<string, Promise<void>>();
  const again = new Set<string>();
  /** Logs whose owed receipts were said since the gate was opened. */
  const said = new Map<number, number>();

  /** One round with one member. Whatever goes wrong is remembered with the peer. */
  async function round(id: string): Promise<void> {
    const member = findMember(agreements.live.agreement, id);
    if (!member || !(await isOpen())) return; // it has left, or we have
    const peer = await store.peers.findPeer(member.id);
    if (peer.stopped) return;
    const before = members.logsOf(id).filter(({ origin }) => origin !== member.origin);
    for (const one of before) await hold(one); // a member's logs are folded in the order in which they are held
    const log = await hold(member);
    try {
      for (const one of before) await followEarlier(one);
      await follow(member, log);
      await circulation.tell(id, members.client(id));
      await standings.succeed(log);
    } catch (error) {
      await standings.fail(log, error);
    }
  }

  async function follow(member: Member, log: HeldLog): Promise<void> {
    const client = members.client(member.id);
    if (agreements.strikes().logEnd(log.origin)) return earlier.followStruck(client, member, log);
    const seen = await store.log.findLargestCheckpoint(log.id);
    const shown = await client.checkpoint(log.origin);
    const { checkpoint } = await cosigner.see(log, shown);
    if (checkpoint.size < log.size) {
      const notes = [seen?.note, shown];
      throw new Problem('log/shrunk', { log: log.origin, seen: log.size, shown: checkpoint.size, notes });
    }
    if (seen && checkpoint.size < seen.size) {
      logger.error(
        { member: member.id, seen: seen.size, shown: checkpoint.size },
        'a log shows us less than it has shown others',
      );
    }
    await checkGrowth(client, log, checkpoint);
    // What is owed comes first: with the next page it may be more than one receipt holds.
    const settled = await sayWaiting(member, log, checkpoint);
    const pulled = await pullLog(needs, { client, owner: member, log: settled, checkpoint });
    const held = await sayWaiting(member, pulled, checkpoint);
    if (gate.isOpen()) {
      await refuseStruck({ owner: member, log: held, checkpoint });
      await settleWithheld({ client, owner: member, log: held, checkpoint });
    }
    await cosigner.cosign(held);
    await compare(member, client);
  }

  /** Says what is owed since the gate was shut last, once it is open. Returns the log as it is held then. */
  async function sayWaiting(owner: Member, log: HeldLog, checkpoint: Checkpoint): Promise<HeldLog> {
    if (!gate.isOpen() || said.get(log.id) === gate.turn) return log;
    const { turn } = gate;
    await sayOwed(needs, { owner, log, checkpoint });
    said.set(log.id, turn);
    return (await store.log.findLog(log.origin)) ?? log;
  }

  /** What goes wrong with a log that its member left behind says nothing of the one in which it speaks. */
  async function followEarlier(owner: Member): Promise<void> {
    const log = await hold(owner);
    try {
      await earlier.follow(members.client(owner.id), owner, log);
    } catch (error) {
      if (!isProblem(error) || error.code === 'log/head-changed') throw error;
      const { code, facts } = error;
      logger.warn({ member: owner.id, origin: log.origin, code, facts }, 'an earlier log is not read to its end');
    }
  }

  function checkGrowth(client: Client, log: HeldLog, checkpoint: Checkpoint): Promise<void> {
    return verifyGrowth(store.log, client, log, checkpoint, hash);
  }

  /** Every round, the peer's view of all logs beside ours. A finding here is about the log shown, not about who shows it. */
  async function compare(member: Member, client: Client): Promise<void> {
    const { checkpoints, forks } = await client.view();
    for (const { origin, note } of checkpoints) await lookAt(member, origin, note);
    for (const fork of forks) await hearFork(member, fork);
  }

  async function lookAt(member: Member, origin: string, note: string): Promise<void> {
    const log = await store.log.findLog(origin);
    if (!log || agreements.strikes().logEnd(origin)) return; // what a struck log says no more counts
    try {
      const { sight, checkpoint } = await cosigner.see(log, note);
      if (sight === 'ahead' && log.own) {
        logger.error(
          { member: member.id, ours: log.size, shown: checkpoint.size },
          'a peer holds more of our own log than we do',
        );
        gate.shut(); // until it has come back
      }
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === 'log/fork') await standings.stop(log, error, 'log/fork');
      else
        logger.warn({ member: member.id, origin, code: error.code }, 'a peer shows a checkpoint that we do not take');
    }
  }

  /** What a peer found: its notes beside the leaves that we hold, and if these say nothing, its own proof. */
  async function hearFork(member: Member, fork: ShownFork): Promise<void> {
    const log = await store.log.findLog(fork.log);
    if (!log || agreements.strikes().logEnd(fork.log) || (await isConvicted(log))) return;
    for (const note of fork.notes) await lookAt(member, fork.log, note);
    const keys = members.logKeys(fork.log);
    if ((await isConvicted(log)) || !(await isConvicting(fork, { keys, hash, verifySignature }))) return;
    const sizes = fork.notes.map((note) => parseCheckpoint(parseNote(note)?.text ?? '')?.size ?? 0); // they were just read
    const facts = { ...fork, size: Math.min(...sizes), from: member.id };
    await standings.stop(log, new Problem('log/fork', facts), 'log/fork');
  }

  async function isConvicted({ id }: HeldLog): Promise<boolean> {
    return (await store.peers.listFindings()).some(({ log, evidence }) => log === id && isConviction(evidence));
  }

  function pull(member: string): Promise<void> {
    const running = underWay.get(member);
    if (running) {
      again.add(member);
      return running;
    }
    const started = (async () => {
      do {
        again.delete(member);
        await round(member);
      } while (again.has(member));
    })().finally(() => underWay.delete(member));
    underWay.set(member, started);
    return started;
  }

  async function pullWhere(isDue: (peer: Peer, at: string) => boolean): Promise<void> {
    const at = formatInstant(now());
    const peers = await Promise.all(members.others().map(({ id }) => standings.find(id)));
    await Promise.all(peers.filter((peer) => !peer.stopped && isDue(peer, at)).map(({ member }) => pull(member)));
  }

  return {
    /** A round with that member now; a second call while one runs asks for one more after it. */
    pull,

    /** A round with every member, whatever held us back from it before: at the start of the process. */
    pullAll: () => pullWhere(() => true),

    /** A round with every member that nothing holds us back from and none is under way with. */
    pullDue: () =>
      pullWhere(({ member, nextTryAt }, at) => !underWay.has(member) && (nextTryAt === undefined || nextTryAt <= at)),

    /** A round with every member whose last one failed and whose time has come: an outage ends sooner than the schedule asks. */
    retryDue: () =>
      pullWhere(({ member, nextTryAt }, at) => !underWay.has(member) && nextTryAt !== undefined && nextTryAt <= at),

    /** Until none is under way. */
    async settled(): Promise<void> {
      while (underWay.size > 0) await Promise.all(underWay.values());
    },
  };
}
