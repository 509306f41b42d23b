/**
 * Says in our own log which version of the agreement governs it from there on: entry 0, and each later version on its day
 * (docs/protocol.md, Governance entries). What a version binds begins with its first day; what our log obeys begins here.
 */

import { findMember } from '../agreement/agreement.ts';
import type { Agreements } from '../agreement/agreements.ts';
import type { SignedAgreement } from '../agreement/signatures.ts';
import type { Logger, NewId, Now, Random } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { dayOf } from '../base/time.ts';
import { buildClaims, signBulletin } from '../bulletin/build.ts';
import type { BulletinType } from '../bulletin/bulletin.ts';
import { findTypeByName } from '../bulletin/catalogue.ts';
import type { Appended, Ledger } from '../log/ledger.ts';
import type { HeldLog } from '../log/ports.ts';
import type { Governing, Laws } from './law.ts';
import type { ExchangeStore } from './ports.ts';
import type { BulletinKey } from './publish.ts';

const adoptionType = findTypeByName('adoption') as BulletinType; // the catalogue has it

export interface AdoptNeeds {
  store: ExchangeStore;
  agreements: Agreements;
  laws: Laws;
  ledger: Ledger;
  /** Our own member id and issuer URL. */
  member: string;
  issuer: string;
  /** Our bulletin keys, newest first. */
  keys: () => readonly BulletinKey[];
  now: Now;
  newId: NewId;
  random: Random;
  logger: Logger;
  onAppended: (appended: Appended) => void;
}

/** @returns what brings our log to the version in force today; safe to repeat */
export function createAdopter(needs: AdoptNeeds) {
  const { store, agreements, laws, ledger, member, issuer, keys, now, newId, random, logger, onAppended } = needs;

  /** What follows what governs our log, if its first day has come and it lists this log. */
  function findNext(governing: Governing | undefined): SignedAgreement | undefined {
    const today = dayOf(now());
    const next = governing
      ? agreements.inForce().find(({ agreement }) => agreement.previous === governing.digest)
      : agreements.current();
    if (!next || next.agreement.effective.from > today) return undefined;
    return findMember(next.agreement, member)?.origin === ledger.origin ? next : undefined;
  }

  async function adopt(log: HeldLog, next: SignedAgreement, governing: Governing | undefined): Promise<boolean> {
    const after = governing && { after: governing.since };
    const draft = { type: adoptionType, audience: ['*'], body: { agreement: next.jws } };
    const claims = buildClaims(draft, { issuer, agreement: { digest: next.digest, ...after }, now, newId });
    const made = await laws.adopt(claims, { id: member, origin: ledger.origin }, governing);
    const key = made && keys().find(({ kid }) => laws.keysAt(made, member, log.size).has(kid));
    if (!key)
      throw new Problem('key/not-in-agreement', { member, uses: ['bulletin'], version: next.agreement.version });
    const jws = await signBulletin(key.signer, key.kid, claims);
    const appended = await store.transaction(async (within) => {
      const { id, size } = await within.log.lockLog(log.id);
      const since = await within.log.findLastGovernance(id, size);
      if (since !== governing?.since) return undefined; // another process was faster
      return ledger.append(within.log, [{ jws, jti: claims.jti, salt: random(32), audience: ['*'] }]);
    });
    if (!appended) return false;
    onAppended(appended);
    const { version } = next.agreement;
    logger.info(
      { version, digest: next.digest, index: appended.first },
      'our log has adopted a version of the agreement',
    );
    return true;
  }

  let isSaid = false;

  /** Said once in a process: what is to be done takes a new key and a restart. */
  function sayStruck({ origin, size }: HeldLog): void {
    const next = findMember(agreements.live.agreement, member)?.origin;
    if (!isSaid)
      logger.error({ origin, size, next }, 'our log was struck: we speak again once the node runs with the next one');
    isSaid = true;
  }

  return async function adoptDue(log: HeldLog): Promise<void> {
    for (;;) {
      const held = (await store.log.findLog(log.origin)) ?? log;
      if (agreements.strikes().logEnd(held.origin)) return sayStruck(held);
      const governing = await laws.governing(store.log, held);
      const next = governing?.closed ? undefined : findNext(governing);
      if (!next || (held.size > 0 && !governing)) return;
      if (!(await adopt(held, next, governing))) return;
    }
  };
}
