/**
 * The exchange with every other member: rounds of pull, settle, cosign and compare, each peer for itself. Position,
 * back-off and last error are in the store; no outage needs a restart, and what stops one peer stops no other.
 */

import { findMember, type Member } from '../agreement/agreement.ts';
import type { Agreements } from '../agreement/agreements.ts';
import type { AgreementRefusalStore } from '../agreement/ports.ts';
import { formatBase64, parseBase64 } from '../base/bytes.ts';
import type { Fetch, Hash, Logger, NewId, Now, Random, Signer, VerifySignature } from '../base/ports.ts';
import { isProblem, Problem } from '../base/problem.ts';
import { formatInstant } from '../base/time.ts';
import type { BulletinType } from '../bulletin/bulletin.ts';
import { findTypeByName } from '../bulletin/catalogue.ts';
import type { Checkpoint } from '../log/checkpoint.ts';
import type { Gate } from '../log/gate.ts';
import type { Ledger } from '../log/ledger.ts';
import { emptyRoot } from '../log/merkle.ts';
import type { Vkey } from '../log/note.ts';
import type { HeldLog } from '../log/ports.ts';
import { isConsistent } from '../log/proof.ts';
import { createAdopter } from './adopt.ts';
import { createAnnouncer } from './announce.ts';
import type { PullNeeds } from './apply.ts';
import { createCirculation } from './circulate.ts';
import type { Client, SignTarget } from './client.ts';
import { createCosigner } from './cosign.ts';
import { createEarlierLogs } from './earlier-logs.ts';
import { eraseEntries } from './erase.ts';
import type { Laws } from './law.ts';
import { createMembers } from './members.ts';
import { sayOwed } from './owe.ts';
import { lastErrorOf, type Peer } from './peer.ts';
import type { ErasureLedger, ExchangeStore } from './ports.ts';
import { type BulletinKey, createPublisher } from './publish.ts';
import { pullLog } from './pull.ts';
import { signRequest } from './request.ts';
import { delayAfter, greatestDelayMs } from './retry.ts';
import { createSettler } from './settle.ts';
import { createTroubles } from './trouble.ts';
import { createUnlocker } from './unlock.ts';

const erasureType = findTypeByName('erasure') as BulletinType; // the catalogue has it

const closingType = findTypeByName('closing') as BulletinType; // the catalogue has it

export interface FederationNeeds {
  store: ExchangeStore & { agreements: AgreementRefusalStore };
  agreements: Agreements;
  /** Our own entry in the agreement, as it was when the node started. */
  self: Member;
  ledger: Ledger;
  /** Shut until the other members agree how large our log is. */
  gate: Gate;
  erasureLedger: ErasureLedger;
  laws: Laws;
  /** Our bulletin keys, newest first; read at each use, because keys are added while we run. */
  bulletinKeys: () => readonly BulletinKey[];
  witness: { signer: Signer; vkey: Vkey };
  fetch: Fetch;
  hash: Hash;
  verifySignature: VerifySignature;
  now: Now;
  newId: NewId;
  random: Random;
  logger: Logger;
}

export type Federation = ReturnType<typeof createFederation>;

export function createFederation(needs: FederationNeeds) {
  const { store, agreements, self, ledger, gate, erasureLedger, laws, bulletinKeys, witness, fetch } = needs;
  const { hash, verifySignature, now, newId, random, logger } = needs;
  const { id: me, issuer } = self;
  const agreement = () => agreements.live.agreement;

  const sign: SignTarget = async (target, audience, nth) => {
    const key = (await keysForRequests())[nth];
    return key && signRequest(target, { ...key, issuer, audience, now, newId, hash });
  };
  const members = createMembers({ agreements, me, fetch, sign, hash });
  const announcer = createAnnouncer({ origin: self.origin, clients: members.clients, logger });
  const publisher = createPublisher({
    ...{ store, ledger, laws, now, newId, random, agreements, issuer },
    ...{ keys: bulletinKeys, gate },
    member: me,
    onAppended: announcer.announce,
  });
  const adoptDue = createAdopter({
    ...{ store, agreements, laws, ledger, issuer, now, newId, random, logger },
    member: me,
    keys: bulletinKeys,
    onAppended: publisher.committed,
  });
  const circulation = createCirculation({ store, agreements, verifySignature, me, now, newId, logger });
  const cosigner = createCosigner({ store, agreement, members, witness, hash, verifySignature, now });
  const pullNeeds: PullNeeds = { store, laws, publisher, gate, erasureLedger, me, hash, verifySignature, now, logger };
  const settleWithheld = createSettler(pullNeeds);
  const unlocker = createUnlocker({
    ...{ store, laws, erasureLedger, me, clients: members.clients, hash, now, logger, gate, agreement },
    origin: self.origin,
    see: cosigner.see,
    stop: (log, error) => stop(log, error, 'log/fork'),
    takeOverride: () => store.locks.takeUnlock(me),
    sayLost,
    onOpen: opened,
  });
  const openers: (() => Promise<void>)[] = [];
  /** Logs whose owed receipts were said since the gate was opened. */
  const said = new Map<number, number>();

  /** The newest key that our log has in force first; without a log all that we hold. */
  async function keysForRequests(): Promise<readonly BulletinKey[]> {
    const log = await store.log.findLog(self.origin);
    const governing = log && (await laws.governing(store.log, log));
    if (!log || !governing) return bulletinKeys();
    const counting = laws.keysAt(governing, me, log.size);
    const isInForce = ({ kid }: BulletinKey) => counting.has(kid);
    return [...bulletinKeys().filter(isInForce), ...bulletinKeys().filter((key) => !isInForce(key))];
  }

  const earlier = createEarlierLogs({ ...pullNeeds, agreements, cosigner, checkGrowth, settleWithheld });

  const underWay = new Map<string, Promise<void>>();
  const again = new Set<string>();
  const troubles = createTroubles(now);
  /** Whom not to ask before then, as long as the store cannot be told. */
  const waits = new Map<string, { failures: number; nextTryAt: string }>();

  async function hold(member: Member, own: boolean): Promise<HeldLog> {
    const held = await store.log.findLog(member.origin);
    return held ?? store.log.addLog({ origin: member.origin, member: member.id, own, emptyRoot: emptyRoot(hash) });
  }

  /** Whether our log can still say what it thinks of others. */
  async function isOpen(): Promise<boolean> {
    const own = await store.log.findLog(self.origin);
    return !own || !(await laws.governing(store.log, own))?.closed;
  }

  /** One round with one member. Whatever goes wrong is remembered with the peer. */
  async function round(id: string): Promise<void> {
    const member = findMember(agreement(), id);
    if (!member || !(await isOpen())) return; // it has left, or we have
    const peer = await store.peers.findPeer(member.id);
    if (peer.stopped) return;
    const before = members.logsOf(id).filter(({ origin }) => origin !== member.origin);
    for (const one of before) await hold(one, false); // a member's logs are folded in the order in which they are held
    const log = await hold(member, false);
    try {
      for (const one of before) await followEarlier(one);
      await follow(member, log);
      await circulation.tell(id, members.client(id));
      await amend(log, ({ nextTryAt: _, ...rest }) => ({ ...rest, failures: 0, lastOkAt: formatInstant(now()) }));
      waits.delete(id);
      const past = troubles.end(id);
      if (past) logger.info({ member: id, ...past }, 'rounds go well again');
    } catch (error) {
      await fail(log, error);
    }
  }

  /** Says anew how a peer stands, from how it stands now: a round with another one may have stopped it meanwhile. */
  function amend(log: HeldLog, change: (peer: Peer, held: HeldLog) => Peer): Promise<Peer> {
    return store.transaction(async (within) => {
      const held = await within.log.lockLog(log.id);
      const peer = change(await within.peers.findPeer(log.member), held);
      await within.peers.putPeer(peer);
      return peer;
    });
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
    const held = await pullLog(pullNeeds, { client, owner: member, log, checkpoint });
    if (gate.isOpen()) {
      if (said.get(held.id) !== gate.turn) await sayOwed(pullNeeds, { owner: member, log: held, checkpoint });
      said.set(held.id, gate.turn);
      await settleWithheld({ client, owner: member, log: held, checkpoint });
    }
    await cosigner.cosign(held);
    await compare(member, client);
  }

  /** What goes wrong with a log that its member left behind says nothing of the one in which it speaks. */
  async function followEarlier(owner: Member): Promise<void> {
    const log = await hold(owner, false);
    try {
      await earlier.follow(members.client(owner.id), owner, log);
    } catch (error) {
      if (!isProblem(error) || error.code === 'log/head-changed') throw error;
      const { code, facts } = error;
      logger.warn({ member: owner.id, origin: log.origin, code, facts }, 'an earlier log is not read to its end');
    }
  }

  /** A member that was pulled no more is pulled again once the log that contradicted itself was struck. */
  async function resume({ id, origin }: Member): Promise<void> {
    const { stopped } = await store.peers.findPeer(id);
    const log = stopped && (await store.log.findLog(origin));
    if (!log) return;
    const findings = await store.peers.listFindings();
    const isStanding = findings.some((one) => one.log === log.id && one.code === stopped);
    if (isStanding && !agreements.strikes().logEnd(origin)) return;
    await amend(log, ({ stopped: _, ...rest }) => rest);
    logger.info({ member: id, origin, stopped }, 'the log that contradicted itself was struck');
  }

  /** What we hold must lead to the checkpoint, before a single leaf is asked for. */
  async function checkGrowth(client: Client, log: HeldLog, { origin, size, root }: Checkpoint): Promise<void> {
    if (log.size === 0 || log.size >= size) return;
    const proof = await client.consistency(origin, log.size, size);
    if (isConsistent(hash, { from: log.size, to: size, fromRoot: log.root, toRoot: root, proof })) return;
    const notes = [await store.log.findCheckpoint(log.id, log.size), await store.log.findCheckpoint(log.id, size)];
    throw new Problem('log/fork', {
      ...{ log: origin, held: log.size, shown: size, root: formatBase64(log.root) },
      ...{ notes: notes.map((one) => one?.note), proof: proof.map(formatBase64) },
    });
  }

  /** Every round, the peer's view of all logs beside ours. A finding here is about the log shown, not about who shows it. */
  async function compare(member: Member, client: Client): Promise<void> {
    for (const { origin, note } of await client.checkpoints()) {
      const log = await store.log.findLog(origin);
      if (!log || agreements.strikes().logEnd(origin)) continue; // what a struck log says no more counts
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
        if (error.code === 'log/fork') await stop(log, error, 'log/fork');
        else
          logger.warn({ member: member.id, origin, code: error.code }, 'a peer shows a checkpoint that we do not take');
      }
    }
  }

  async function fail(log: HeldLog, error: unknown): Promise<void> {
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

  /** Keeps the evidence, once, and pulls that log no more; of our own log it is kept too. */
  async function stop(log: HeldLog, error: Problem, code: NonNullable<Peer['stopped']>): Promise<void> {
    const at = formatInstant(now());
    const isNews = await store.transaction(async (within) => {
      await within.log.lockLog(log.id);
      const peer = await within.peers.findPeer(log.member);
      if (peer.stopped) return false;
      await within.peers.putFinding({ id: newId(), log: log.id, code, evidence: { ...error.facts }, at });
      await within.peers.putPeer({ ...peer, stopped: code, lastError: code, lastErrorAt: at });
      return true;
    });
    const facts = { member: log.member, origin: log.origin, code, facts: error.facts };
    if (isNews) logger.error(facts, 'a log contradicts itself and is pulled no more');
  }

  /** What was held back goes on: our adoption, what the node waits with, and the receipts that we owe. */
  async function opened(): Promise<void> {
    await start();
    await announce();
    for (const go of openers) await go().catch((error: unknown) => logger.error({ err: error }, 'not yet'));
    void pullAll().catch((error: unknown) => logger.error({ err: error }, 'round failed'));
  }

  /** Contents of our own that nobody has: an erasure names them, so that nobody waits for them. */
  async function sayLost(indexes: readonly number[]): Promise<void> {
    const body = { indexes: [...indexes], ground: 'lost' };
    await publisher.publish([{ type: erasureType, audience: ['*'], body }], async (within, by) => {
      const own = await publisher.log(within.log);
      const toErase = { indexes, ground: 'lost', by, at: formatInstant(now()) };
      await erasureLedger.add(await eraseEntries(within, own, toErase, me, hash));
    });
  }

  async function start(): Promise<void> {
    await agreements.refresh(); // another process of this node may have put one
    for (const { id } of members.others()) for (const listed of members.logsOf(id)) await hold(listed, false);
    for (const member of [...members.others(), self]) await resume(member);
    const own = await hold(self, true);
    if (gate.isOpen()) await adoptDue(own);
  }

  async function announce(): Promise<void> {
    const log = await store.log.findLog(self.origin);
    if (log && log.size > 0) announcer.announce(log.size);
  }

  /** A round with every member, whatever held us back from it before: at the start of the process. */
  const pullAll = () => pullWhere(() => true);

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
    const latest = formatInstant(new Date(now().getTime() + greatestDelayMs));
    const peers = await Promise.all(
      members.others().map(async ({ id }): Promise<Peer> => {
        const { nextTryAt: kept, ...peer } = await store.peers.findPeer(id);
        const nextTryAt = waits.get(id)?.nextTryAt ?? kept;
        if (nextTryAt === undefined) return peer;
        return { ...peer, nextTryAt: nextTryAt > latest ? at : nextTryAt }; // said by a clock that was ahead
      }),
    );
    await Promise.all(peers.filter((peer) => !peer.stopped && isDue(peer, at)).map(({ member }) => pull(member)));
  }

  return {
    publisher,

    /** Our bulletin keys, the newest that our log has in force first: for what others check by the agreement. */
    keysForRequests,
    members,
    circulation,
    self,

    /**
     * Holds every member's log, and says in ours which version of the agreement governs it. Safe to repeat: at the start, and
     * whenever a version may have come into force.
     */
    start,

    /**
     * Asks the other members how much of our log they have seen, brings back what we lack, and opens the gate when it may be
     * opened. To be called every few seconds, also once it is open.
     */
    unlock: unlocker.turn,
    lockState: unlocker.state,
    /** What is to go on each time the gate is opened. */
    whenOpen: (go: () => Promise<void>): void => {
      openers.push(go);
    },

    /**
     * Says the last word in our log: nothing follows it, nothing is pulled any more.
     *
     * @throws {Problem} log/closed, log/struck
     */
    async close(ground: string): Promise<{ index: number }> {
      const draft = { type: closingType, audience: ['*'], body: { ground } };
      const index = await publisher.publish([draft], async (_within, first) => first);
      logger.warn({ index, ground }, 'our log is closed');
      return { index };
    },

    /** A round with that member now; a second call while one runs asks for one more after it. */
    pull,

    pullAll,

    /** A round with every member that nothing holds us back from and none is under way with. */
    pullDue: () =>
      pullWhere(({ member, nextTryAt }, at) => !underWay.has(member) && (nextTryAt === undefined || nextTryAt <= at)),

    /** A round with every member whose last one failed and whose time has come: an outage ends sooner than the schedule asks. */
    retryDue: () =>
      pullWhere(({ member, nextTryAt }, at) => !underWay.has(member) && nextTryAt !== undefined && nextTryAt <= at),

    /** A peer hints that its log grew: what held us back from it no longer counts. */
    async heard(member: string): Promise<void> {
      void pull(member).catch((error: unknown) => logger.error({ member, err: error }, 'round failed'));
    },

    /** Tells every peer how large our log is. */
    announce,

    /** Until no round and no announcement is under way. */
    async settled(): Promise<void> {
      await unlocker.settled();
      while (underWay.size > 0) await Promise.all(underWay.values());
      await announcer.settled();
    },
  };
}
