/** The exchange with every other member: its parts put together, and what a node does with them as a whole. */

import type { Member } from '../agreement/agreement.ts';
import type { Agreements } from '../agreement/agreements.ts';
import type { AgreementRefusalStore } from '../agreement/ports.ts';
import type { Fetch, Hash, Logger, NewId, Now, Random, Signer, VerifySignature } from '../base/ports.ts';
import { formatInstant } from '../base/time.ts';
import type { BulletinType } from '../bulletin/bulletin.ts';
import { findTypeByName } from '../bulletin/catalogue.ts';
import type { Gate } from '../log/gate.ts';
import type { Ledger } from '../log/ledger.ts';
import { emptyRoot } from '../log/merkle.ts';
import type { Vkey } from '../log/note.ts';
import type { HeldLog } from '../log/ports.ts';
import { createWitness } from './add-checkpoint.ts';
import { createAdopter } from './adopt.ts';
import { createAnnouncer } from './announce.ts';
import type { PullNeeds } from './apply.ts';
import { createCirculation } from './circulate.ts';
import type { SignTarget } from './client.ts';
import { createCosigner } from './cosign.ts';
import { eraseEntries } from './erase.ts';
import type { Laws } from './law.ts';
import { createMembers } from './members.ts';
import { createOutsideWitnesses } from './outside-witness.ts';
import type { ErasureLedger, ExchangeStore } from './ports.ts';
import { type BulletinKey, createPublisher } from './publish.ts';
import { signRequest } from './request.ts';
import { createRounds } from './rounds.ts';
import { createStandings } from './standing.ts';
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
  const outside = createOutsideWitnesses({
    ...{
      store,
      agreement,
      origin: self.origin,
      logKey: ledger.vkey,
      members,
      gate,
      fetch,
      hash,
      verifySignature,
      now,
      logger,
    },
  });
  const publisher = createPublisher({
    ...{ store, ledger, laws, now, newId, random, agreements, issuer },
    ...{ keys: bulletinKeys, gate },
    member: me,
    onAppended: grown,
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
  const standings = createStandings({ store, agreements, now, newId, logger });
  const rounds = createRounds({
    ...{ ...pullNeeds, gate, agreements, members, circulation, cosigner, standings, isOpen },
    hold: (member) => hold(member, false),
  });
  const unlocker = createUnlocker({
    ...{ store, laws, erasureLedger, me, clients: members.clients, hash, now, logger, gate, agreement },
    origin: self.origin,
    see: cosigner.see,
    stop: (log, error) => standings.stop(log, error, 'log/fork'),
    takeOverride: () => store.locks.takeUnlock(me),
    sayLost,
    onOpen: opened,
  });
  const answerAsWitness = createWitness({
    ...{
      store,
      agreements,
      members,
      cosigner,
      standings,
      rounds,
      gate,
      vkey: witness.vkey,
      hash,
      verifySignature,
      now,
    },
  });
  const openers: (() => Promise<void>)[] = [];

  /** The newest key that our log has in force first; without a log all that we hold. */
  async function keysForRequests(): Promise<readonly BulletinKey[]> {
    const log = await store.log.findLog(self.origin);
    const governing = log && (await laws.governing(store.log, log));
    if (!log || !governing) return bulletinKeys();
    const counting = laws.keysAt(governing, me, log.size);
    const isInForce = ({ kid }: BulletinKey) => counting.has(kid);
    return [...bulletinKeys().filter(isInForce), ...bulletinKeys().filter((key) => !isInForce(key))];
  }

  /** Peers and outside witnesses are told; whoever appended waits for none of them. */
  function grown(size: number): void {
    announcer.announce(size);
    void outside.askDue().catch((error: unknown) => logger.error({ err: error }, 'outside witnesses were not asked'));
  }

  async function hold(member: Member, own: boolean): Promise<HeldLog> {
    const held = await store.log.findLog(member.origin);
    return held ?? store.log.addLog({ origin: member.origin, member: member.id, own, emptyRoot: emptyRoot(hash) });
  }

  /** Whether our log can still say what it thinks of others. */
  async function isOpen(): Promise<boolean> {
    const own = await store.log.findLog(self.origin);
    return !own || !(await laws.governing(store.log, own))?.closed;
  }

  /** What was held back goes on: our adoption, what the node waits with, and the receipts that we owe. */
  async function opened(): Promise<void> {
    await start();
    await announce();
    for (const go of openers) await go().catch((error: unknown) => logger.error({ err: error }, 'not yet'));
    void rounds.pullAll().catch((error: unknown) => logger.error({ err: error }, 'round failed'));
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
    for (const member of [...members.others(), self]) await standings.resume(member);
    const own = await hold(self, true);
    if (gate.isOpen()) await adoptDue(own);
  }

  async function announce(): Promise<void> {
    const log = await store.log.findLog(self.origin);
    if (log && log.size > 0) announcer.announce(log.size);
  }

  return {
    publisher,

    /** Our bulletin keys, the newest that our log has in force first: for what others check by the agreement. */
    keysForRequests,
    members,
    circulation,
    /** Our witness key, for whoever asks. */
    witness: answerAsWitness,
    /** The agreement's outside witnesses, whom we ask. */
    outside,
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

    pull: rounds.pull,
    pullAll: rounds.pullAll,
    pullDue: rounds.pullDue,
    retryDue: rounds.retryDue,

    /** A peer hints that its log grew: what held us back from it no longer counts. */
    async heard(member: string): Promise<void> {
      void rounds.pull(member).catch((error: unknown) => logger.error({ member, err: error }, 'round failed'));
    },

    /** Tells every peer how large our log is. */
    announce,

    /** Until no round and no announcement is under way. */
    async settled(): Promise<void> {
      await unlocker.settled();
      await rounds.settled();
      await announcer.settled();
      await outside.settled();
    },
  };
}
