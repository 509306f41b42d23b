/**
 * The members that we exchange with, as the version in force lists them today, and a client for each. Members come, go and
 * move while a node runs; what a log's key was stays known for as long as its entries are kept.
 */

import { findMember, type Member } from '../agreement/agreement.ts';
import type { Agreements } from '../agreement/agreements.ts';
import type { Fetch, Hash } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { parseVkey, type Vkey } from '../log/note.ts';
import { type Client, createClient, type SignTarget } from './client.ts';

export type Members = ReturnType<typeof createMembers>;

/** @param me our own member id */
export function createMembers({
  agreements,
  me,
  fetch,
  sign,
  hash,
}: {
  agreements: Agreements;
  me: string;
  fetch: Fetch;
  sign: SignTarget;
  hash: Hash;
}) {
  const clients = new Map<string, { member: Member; client: Client }>();

  function clientFor(member: Member): Client {
    const { id, issuer, endpoint } = member;
    const known = clients.get(id);
    if (known && known.member.issuer === issuer && known.member.endpoint === endpoint) return known.client;
    const client = createClient({ member: id, issuer, endpoint, fetch, sign, hash });
    clients.set(id, { member, client });
    return client;
  }

  const members = {
    /** All but ourselves. */
    others: (): Member[] => agreements.live.agreement.members.filter(({ id }) => id !== me),

    /** @throws {Problem} agreement/unknown-member */
    get(id: string): Member {
      const member = findMember(agreements.live.agreement, id);
      if (!member) throw new Problem('agreement/unknown-member', { member: id });
      return member;
    },

    /** @throws {Problem} agreement/unknown-member */
    client: (id: string): Client => clientFor(members.get(id)),

    /** A client for each member but ourselves, by id. */
    clients: (): ReadonlyMap<string, Client> =>
      new Map(members.others().map((member) => [member.id, clientFor(member)])),

    /** Every log that a version gave a member, oldest first, each with the member as the last such version lists it. */
    logsOf(id: string): Member[] {
      const byOrigin = new Map<string, Member>();
      const today = agreements.live.agreement.version;
      for (const { agreement } of agreements.inForce()) {
        if (agreement.version > today) break; // its first day is still to come
        const listed = findMember(agreement, id);
        if (listed) byOrigin.set(listed.origin, listed);
      }
      return [...byOrigin.values()];
    },

    /** The keys that a log of that name has had, by whichever version, newest first; empty for a log that no version lists. */
    logKeys(origin: string): Vkey[] {
      const listed = agreements.inForce().flatMap(({ agreement }) => agreement.members);
      const texts = listed.filter((member) => member.origin === origin).map(({ keys }) => keys.log);
      return [...new Set(texts.reverse())].map((text) => readVkey(text, hash));
    },

    /** The witness keys of today's members but that one's own, without those that are struck. */
    witnessKeys(owner: string): Vkey[] {
      const strikes = agreements.strikes();
      return agreements.live.agreement.members
        .filter(({ id, keys }) => id !== owner && !strikes.isWitnessStruck(keys.witness))
        .map(({ keys }) => readVkey(keys.witness, hash));
    },

    /** The keys of the outside witnesses of today's version, without those that are struck. */
    outsideKeys(): Vkey[] {
      const strikes = agreements.strikes();
      const listed = (agreements.live.agreement.witnesses ?? []).filter(({ vkey }) => !strikes.isWitnessStruck(vkey));
      return listed.map(({ vkey }) => readVkey(vkey, hash));
    },
  };
  return members;
}

function readVkey(text: string, hash: Hash): Vkey {
  const vkey = parseVkey(hash, text);
  if (!vkey) throw new RangeError('the agreement was checked, yet a key in it cannot be read');
  return vkey;
}
