/**
 * What this node says: drafts → signed bulletins → leaves and steps, in one transaction. Signing happens before the
 * write transaction, because a signer may be slow; inside it we check that no governance entry came between, and sign
 * anew when one did (docs/protocol.md, Bulletin).
 */

import type { Agreements } from '../agreement/agreements.ts';
import { withoutOmitted } from '../agreement/policy.ts';
import { findUnsaid } from '../base/jws.ts';
import type { NewId, Now, Random, Signer } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { buildClaims, type Draft, signBulletin } from '../bulletin/build.ts';
import { type BulletinType, type Claims, hasRecord, maxBulletinBytes } from '../bulletin/bulletin.ts';
import { judgeContent } from '../bulletin/verify.ts';
import type { Gate } from '../log/gate.ts';
import type { Appended, Ledger } from '../log/ledger.ts';
import type { HeldLog, LogStore } from '../log/ports.ts';
import { answersOf, decidedOnOf } from '../registry/effects.ts';
import type { NewStep } from '../registry/ports.ts';
import type { Standing } from '../registry/record.ts';
import { retentionOf } from '../registry/retention.ts';
import type { Governing, Laws } from './law.ts';
import type { ExchangeStore } from './ports.ts';

/** A signed bulletin that waits for its place in our log. */
export interface Prepared {
  type: BulletinType;
  claims: Claims;
  jws: string;
  salt: Uint8Array;
  /** What governed our log when it was signed. */
  governing: Governing;
}

/** A private key that signs bulletins and peer requests, and its thumbprint. */
export interface BulletinKey {
  signer: Signer;
  kid: string;
}

export interface Publisher {
  /** Our own log, as it stands. @throws {Problem} log/unknown before it is created */
  log(within: LogStore): Promise<HeldLog>;
  /** Our log's governing version. @throws {Problem} agreement/not-in-force while our log has no adoption */
  governing(): Promise<Governing>;
  /** The newest of our keys that is in force in our log. @throws {Problem} bulletin/unknown-key when none is */
  key(): Promise<BulletinKey>;
  /**
   * Signs drafts under what governs our log now.
   *
   * @throws {Problem} log/locked, log/closed, log/struck; the code with which every receiver would refuse one of them
   */
  prepare(drafts: readonly Draft[]): Promise<Prepared[]>;
  /** Appends inside a transaction. @throws {Moved} when a governance entry came since they were signed */
  append(store: ExchangeStore, prepared: readonly Prepared[]): Promise<Appended>;
  /**
   * Prepares, appends and commits, signing anew while governance moves. `alongside` runs in the same transaction.
   *
   * @returns the index of the first
   */
  publish<T>(
    drafts: readonly Draft[],
    alongside: (store: ExchangeStore, first: number, prepared: readonly Prepared[]) => Promise<T>,
  ): Promise<T>;
  /** Says that a transaction with an append was committed. */
  committed(appended: Appended): void;
}

export function createPublisher({
  store,
  ledger,
  laws,
  member,
  issuer,
  keys,
  agreements,
  now,
  newId,
  random,
  gate,
  onAppended,
}: {
  store: ExchangeStore;
  ledger: Ledger;
  laws: Laws;
  /** Our own member id and issuer URL. */
  member: string;
  issuer: string;
  /** Our bulletin keys, newest first; read at each use. */
  keys: () => readonly BulletinKey[];
  agreements: Pick<Agreements, 'strikes'>;
  now: Now;
  newId: NewId;
  random: Random;
  /** Whether our log key may sign. */
  gate: Pick<Gate, 'check'>;
  /** Told after each commit, so that peers can be. */
  onAppended: (size: number) => void;
}): Publisher {
  async function ownLog(within: LogStore): Promise<HeldLog> {
    const log = await within.findLog(ledger.origin);
    if (!log) throw new Problem('log/unknown', { log: ledger.origin });
    return log;
  }

  async function governing(): Promise<Governing> {
    const current = await laws.governing(store.log, await ownLog(store.log));
    if (current) return current;
    gate.check(); // at a first start the adoption waits for the members' answers, and so does whatever comes after it
    throw new Problem('agreement/not-in-force', { reason: 'our log holds no adoption yet' });
  }

  async function findKey(under: Governing): Promise<BulletinKey> {
    const { size } = await ownLog(store.log);
    const counting = laws.keysAt(under, member, size);
    const key = keys().find(({ kid }) => counting.has(kid));
    if (!key) throw new Problem('bulletin/unknown-key', { kid: keys()[0]?.kid });
    return key;
  }

  function checkOpen(under: Governing): void {
    if (under.closed) throw new Problem('log/closed', { log: ledger.origin });
    const end = agreements.strikes().logEnd(ledger.origin);
    if (end) throw new Problem('log/struck', { log: ledger.origin, size: end.size });
  }

  async function prepareOne(given: Draft, under: Governing, { signer, kid }: BulletinKey): Promise<Prepared> {
    const { type, audience } = given;
    const flow = { agreement: under.agreement, from: member, to: audience, type: type.name };
    const draft = { ...given, body: withoutOmitted({ ...flow, body: given.body as object }) }; // schemas want objects
    const claims = buildClaims(draft, { issuer, agreement: { digest: under.digest, after: under.since }, now, newId });
    const unsaid = findUnsaid(draft.body);
    if (unsaid) throw new Problem('bulletin/malformed', { reason: unsaid });
    const standing = { jws: '', audience: claims.aud, owner: issuer };
    const word = judgeContent(standing, laws.toLaw(under, member, Number.MAX_SAFE_INTEGER), claims);
    if ('code' in word) throw new Problem(word.code, word.facts);
    const jws = await signBulletin(signer, kid, claims);
    if (jws.length > maxBulletinBytes) throw new Problem('bulletin/too-large', { bytes: jws.length });
    return {
      type: draft.type,
      claims,
      jws,
      salt: random(32),
      governing: under,
    };
  }

  const publisher: Publisher = {
    log: ownLog,
    governing,
    key: async () => findKey(await governing()),
    async prepare(drafts) {
      gate.check();
      const under = await governing();
      checkOpen(under);
      const key = await findKey(under);
      return Promise.all(drafts.map((draft) => prepareOne(draft, under, key)));
    },
    async append(within, prepared) {
      const held = await ownLog(within.log);
      const appended = await ledger.append(
        within.log,
        prepared.map(({ jws, salt, claims }) => ({ jws, salt, jti: claims.jti, audience: claims.aud })),
      );
      // The head is locked now, so what governs can no longer change under us.
      const since = prepared[0]?.governing.since;
      const moved = (await within.log.listGovernance(held.id, (since ?? -1) + 1)).some(
        ({ index }) => index < appended.first,
      );
      if (moved) throw new Moved();
      await within.peers.addTallies(tally(held.id, prepared));
      return appended;
    },
    publish(drafts, alongside) {
      return whileMoved(async () => {
        const prepared = await publisher.prepare(drafts);
        const { appended, result } = await store.transaction(async (within) => {
          const appended = await publisher.append(within, prepared);
          return { appended, result: await alongside(within, appended.first, prepared) };
        });
        publisher.committed(appended);
        return result;
      });
    },
    committed(appended) {
      ledger.remember(appended);
      onAppended(appended.size);
    },
  };
  return publisher;
}

/** A governance entry came between signing and appending. */
export class Moved extends Error {}

/** Does the work again for as long as governance moves under it. */
export async function whileMoved<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Moved)) throw error;
    }
  }
}

/** The step that one of our own bulletins is, to be stored with it. `own` is what makes it findable for the importer. */
export function stepOf(
  { type, claims, governing }: Prepared,
  {
    member,
    index,
    state,
    until,
    at,
    own,
  }: Standing & { member: string; index: number; at: string; own: NonNullable<NewStep['own']> },
): NewStep {
  const { txn, sub_id, jti } = claims;
  if (!txn || !sub_id) throw new RangeError(`a ${type.name} is no step`);
  const decidedOn = decidedOnOf(claims);
  const standing = {
    state,
    ...(until !== undefined && { until }),
    ...retentionOf({ type, claims }, governing.agreement),
    ...answersOf({ type: type.name, body: Object.values(claims.events)[0] }),
  };
  return { member, txn, type: type.name, uscc: sub_id.uscc, jti, decidedOn, ...standing, index, at, own };
}

function tally(log: number, prepared: readonly Prepared[]) {
  const counts = new Map<string, number>();
  for (const { type, claims } of prepared) {
    if (hasRecord(type)) for (const to of claims.aud) counts.set(to, (counts.get(to) ?? 0) + 1);
  }
  return [...counts].map(([member, n]) => ({ log, member, what: 'issued' as const, n }));
}
