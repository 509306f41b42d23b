/**
 * Whose request it may be: today's members, each by a bulletin key that is in force in its log as we hold it, or that the
 * version in force lists and its log has still to say; and today's auditors, each by the one key that the version lists
 * (docs/protocol.md, Talking to a peer). Nobody answers a struck key.
 */

import type { Agreement, Member } from '../agreement/agreement.ts';
import type { Agreements } from '../agreement/agreements.ts';
import { thumbprint } from '../base/jws.ts';
import type { PublicJwk } from '../base/ports.ts';
import type { LogStore } from '../log/ports.ts';
import type { Laws } from './law.ts';
import type { Caller } from './request.ts';

export interface Callers {
  /** The member of that issuer URL, or the auditor of that id, when that thumbprint is of one of its keys. */
  find(kid: string, issuer: string): Promise<Caller | undefined>;
}

/** @param me our own member id: we do not call ourselves */
export function createCallers({
  store,
  agreements,
  laws,
  me,
}: {
  store: { log: LogStore };
  agreements: Agreements;
  laws: Laws;
  me: string;
}): Callers {
  async function findKey(member: Member, kid: string): Promise<PublicJwk | undefined> {
    if (agreements.strikes().keyEnd(member.id, kid) !== undefined) return undefined;
    const log = await store.log.findLog(member.origin);
    const governing = log && (await laws.governing(store.log, log));
    const said = governing?.keys.get(kid);
    const { version } = agreements.live.agreement;
    if (said || (governing && governing.agreement.version >= version)) return said;
    for (const key of member.keys.bulletin) if ((await thumbprint(key)) === kid) return key;
    return undefined;
  }

  return {
    async find(kid, issuer) {
      const { agreement } = agreements.live;
      const member = agreement.members.find((one) => one.issuer === issuer && one.id !== me);
      if (!member) return findAuditor(agreement, kid, issuer);
      const key = await findKey(member, kid);
      return key && { role: 'member', id: member.id, issuer, key };
    },
  };
}

/** An id is no URL, so it is no member's issuer. */
async function findAuditor({ auditors = [] }: Agreement, kid: string, id: string): Promise<Caller | undefined> {
  const auditor = auditors.find((one) => one.id === id);
  if (!auditor || (await thumbprint(auditor.key)) !== kid) return undefined;
  return { role: 'auditor', id, issuer: id, key: auditor.key };
}
