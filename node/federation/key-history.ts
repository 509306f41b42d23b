/**
 * Every key of every member and since when it counts: bulletin keys as each log says them (docs/protocol.md, Governance
 * entries), the others as the versions of the agreement list them. What they signed last is for key-report.ts.
 */

import { type Agreement, findMember, type Member } from '../agreement/agreement.ts';
import type { Agreements } from '../agreement/agreements.ts';
import { thumbprint } from '../base/jws.ts';
import type { Hash, Now, PublicJwk } from '../base/ports.ts';
import { dayOf, fromNumericDate } from '../base/time.ts';
import type { Claims } from '../bulletin/bulletin.ts';
import { readClaims } from '../bulletin/read.ts';
import { adoption } from '../bulletin/types/adoption.ts';
import { parseVkey, type Vkey } from '../log/note.ts';
import type { HeldLog, LogStore } from '../log/ports.ts';
import { type Governing, type Laws, readGovernance } from './law.ts';

/** An entry of the member's log with the instant at which it was signed, or a version with its first day. */
export type KeyPoint = { index: number; at: string } | { version: number; on: string };

export interface KeyStanding {
  use: 'bulletin' | 'log' | 'witness' | 'agreement';
  /** RFC 7638 thumbprint. */
  kid: string;
  /** `coming`: in a version whose first day, or whose adoption, is still to come. */
  state: 'in-force' | 'coming' | 'retired' | 'struck';
  since: KeyPoint;
  /** When it was taken out of force. */
  until?: KeyPoint;
}

/** A key with what finds its signatures. */
export interface KnownKey extends KeyStanding {
  member: string;
  vkey?: Vkey;
}

interface Folded {
  next: number;
  governing?: Governing;
  keys: Map<string, { since: KeyPoint; until?: KeyPoint }>;
}

export function createKeyHistory({
  logs,
  agreements,
  laws,
  hash,
  now,
}: {
  logs: LogStore;
  agreements: Agreements;
  laws: Laws;
  hash: Hash;
  now: Now;
}) {
  const folded = new Map<number, Folded>();

  /** The bulletin keys that a log has put in force, each with its entries; what was read before is not read again. */
  async function fold(log: HeldLog): Promise<Folded> {
    const before = folded.get(log.id) ?? { next: 0, keys: new Map() };
    const after: Folded = { ...before, keys: new Map(before.keys) };
    const owner = { id: log.member, origin: log.origin };
    for await (const { index, word, content } of readGovernance(logs, log.id, before.next)) {
      after.next = index + 1;
      const claims = content && (word === 'taken' || word === 'issued') ? readClaims(content.jws) : undefined;
      if (!claims) continue;
      const judged = claims as unknown as Claims; // it was judged good
      const { events, iat } = judged;
      const isAdoption = adoption.event in events;
      const governing = isAdoption
        ? await laws.adopt(judged, owner, after.governing)
        : after.governing && (await laws.change(after.governing, { events }, index));
      if (!governing) continue;
      note(after.keys, governing, { index, at: fromNumericDate(iat) });
      after.governing = governing;
    }
    folded.set(log.id, after);
    return after;
  }

  async function listBulletinKeys(member: Member, versions: readonly Agreement[]): Promise<KnownKey[]> {
    const log = await logs.findLog(member.origin);
    const { keys, governing } = log ? await fold(log) : { keys: new Map(), governing: undefined };
    const strikes = agreements.strikes();
    const own = { member: member.id, use: 'bulletin' as const };
    const said = [...(keys as Folded['keys'])].map(([kid, { since, until }]): KnownKey => {
      const isStruck = strikes.keyEnd(member.id, kid) !== undefined || strikes.isMemberStruck(member.id);
      const state = isStruck ? 'struck' : until ? 'retired' : 'in-force';
      return { ...own, kid, state, since, ...(until && { until }) };
    });
    const listed = await listByVersion(versions, member.id, ({ keys: { bulletin } }) =>
      Promise.all(bulletin.map(nameOf)),
    );
    const adopted = governing?.agreement.version ?? 0;
    const others = listed.filter(({ kid, version }) => !keys.has(kid) && version > adopted);
    return [
      ...said,
      ...others.map(({ kid, version, on }): KnownKey => {
        const state = governing || on > dayOf(now()) ? 'coming' : 'in-force'; // without its log, what the members signed
        return { ...own, kid, state, since: { version, on } };
      }),
    ];
  }

  async function listOthers(id: string, versions: readonly Agreement[]): Promise<KnownKey[]> {
    const strikes = agreements.strikes();
    const isGone = strikes.isMemberStruck(id);
    const read = async (use: 'log' | 'witness' | 'agreement', isStruck: (vkey?: Vkey) => boolean) => {
      const listed = await listByVersion<{ kid: string; vkey?: Vkey }>(versions, id, async ({ keys }) => {
        if (use === 'agreement') return [await nameOf(keys.agreement)];
        const vkey = parseVkey(hash, keys[use]);
        return vkey ? [{ ...(await nameOf(vkey.publicKey)), vkey }] : [];
      });
      return listed.map(({ kid, vkey, version, on, until }): KnownKey => {
        const day = dayOf(now());
        const isOver = until !== undefined && until.on <= day;
        const state = isGone || isStruck(vkey) ? 'struck' : on > day ? 'coming' : isOver ? 'retired' : 'in-force';
        return { member: id, use, kid, state, since: { version, on }, ...(until && { until }), ...(vkey && { vkey }) };
      });
    };
    return [
      ...(await read('log', (vkey) => vkey !== undefined && strikes.logEnd(vkey.name) !== undefined)),
      ...(await read('witness', (vkey) => vkey !== undefined && strikes.isWitnessStruck(vkey.text))),
      ...(await read('agreement', () => false)),
    ];
  }

  /** The keys of all who are or were members, member by member. */
  return async function listKeys(): Promise<KnownKey[]> {
    const versions = agreements.inForce().map(({ agreement }) => agreement);
    const members = new Map(versions.flatMap((one) => one.members.map((member) => [member.id, member] as const)));
    const lists = [...members.values()].map(async (member) => [
      ...(await listBulletinKeys(member, versions)),
      ...(await listOthers(member.id, versions)),
    ]);
    return (await Promise.all(lists)).flat();
  };
}

function note(keys: Folded['keys'], { keys: inForce }: Governing, point: KeyPoint): void {
  for (const [kid, known] of keys) {
    if (!known.until && !inForce.has(kid)) keys.set(kid, { ...known, until: point });
  }
  for (const kid of inForce.keys()) {
    const known = keys.get(kid);
    if (!known || known.until) keys.set(kid, { since: known?.since ?? point });
  }
}

/** What the versions list for a member, each key once: since which version, and until which. */
async function listByVersion<T extends { kid: string }>(
  versions: readonly Agreement[],
  id: string,
  keysOf: (member: Member) => Promise<T[]>,
): Promise<(T & { version: number; on: string; until?: { version: number; on: string } })[]> {
  const found = new Map<string, T & { version: number; on: string; until?: { version: number; on: string } }>();
  for (const one of versions) {
    const member = findMember(one, id);
    const keys = member ? await keysOf(member) : [];
    const point = { version: one.version, on: one.effective.from };
    for (const [kid, known] of found) {
      if (!known.until && !keys.some((key) => key.kid === kid)) known.until = point;
    }
    for (const key of keys) {
      const known = found.get(key.kid);
      if (known) delete known.until;
      else found.set(key.kid, { ...key, ...point });
    }
  }
  return [...found.values()];
}

async function nameOf(key: PublicJwk): Promise<{ kid: string }> {
  return { kid: await thumbprint(key) };
}
