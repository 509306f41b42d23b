/**
 * Bulletin keys changed by our own log (docs/protocol.md, Governance entries): a `key` entry, signed with a key in force,
 * lists all that count from the next entry on. A new key overlaps with the old ones until these are retired; a peer that was
 * away meanwhile reads the entry when it comes back. Log, witness and agreement keys change by amendment only.
 */

import { findMember } from '../agreement/agreement.ts';
import type { Agreements } from '../agreement/agreements.ts';
import { thumbprint } from '../base/jws.ts';
import type { PublicJwk } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import type { BulletinType } from '../bulletin/bulletin.ts';
import { findTypeByName } from '../bulletin/catalogue.ts';
import type { Laws } from './law.ts';
import type { ExchangeStore } from './ports.ts';
import { type BulletinKey, Moved, type Publisher, whileMoved } from './publish.ts';

const keyType = findTypeByName('key') as BulletinType; // the catalogue has it

/** What a change of keys comes to, or would come to. */
export interface KeyChanged {
  /** Thumbprints that count before, and from the next entry on; newest first. */
  before: string[];
  after: string[];
  /** Index of the entry that says so; in a rehearsal, where it would stand. */
  index: number;
  /** Whether this was only a rehearsal: nothing was made and nothing said. */
  rehearsed: boolean;
  /** Keys in force that the agreement does not list: the next version puts in force exactly those that it lists. */
  unlisted: string[];
}

export type KeyChanges = ReturnType<typeof createKeyChanges>;

export function createKeyChanges({
  store,
  publisher,
  laws,
  agreements,
  member,
  keys,
  addKey,
  rehearse,
}: {
  store: ExchangeStore;
  publisher: Publisher;
  laws: Laws;
  agreements: Agreements;
  /** Our own member id. */
  member: string;
  /** Our bulletin keys, newest first. */
  keys: () => readonly BulletinKey[];
  /** Makes one more and keeps it. @throws {Problem} key/… */
  addKey: () => Promise<BulletinKey>;
  /** Makes one that nobody keeps. */
  rehearse: () => Promise<BulletinKey>;
}) {
  async function inForce(): Promise<{ keys: ReadonlyMap<string, PublicJwk>; size: number; since: number }> {
    const { size } = await publisher.log(store.log);
    const governing = await publisher.governing();
    return { keys: laws.keysAt(governing, member, size), size, since: governing.since };
  }

  async function unlistedOf(kids: readonly string[]): Promise<string[]> {
    const listed = findMember(agreements.live.agreement, member)?.keys.bulletin ?? [];
    const known = await Promise.all(listed.map(thumbprint));
    return kids.filter((kid) => !known.includes(kid));
  }

  /** Says what `change` makes of the keys in force; anew when another word of governance came between. */
  function say(
    rehearsed: boolean,
    change: (before: ReadonlyMap<string, PublicJwk>) => ReadonlyMap<string, PublicJwk>,
  ): Promise<KeyChanged> {
    return whileMoved(async () => {
      const { keys: before, size, since } = await inForce();
      const after = change(before);
      const prepared = await publisher.prepare([
        { type: keyType, audience: ['*'], body: { keys: [...after.values()] } },
      ]);
      const kids = [...after.keys()];
      const changed = { before: [...before.keys()], after: kids, rehearsed, unlisted: await unlistedOf(kids) };
      if (rehearsed) return { ...changed, index: size }; // judged and signed, and thrown away
      if (prepared[0]?.governing.since !== since) throw new Moved();
      const appended = await store.transaction((within) => publisher.append(within, prepared));
      publisher.committed(appended);
      return { ...changed, index: appended.first };
    });
  }

  return {
    inForce,

    /**
     * Brings one more bulletin key into force, beside those that are.
     *
     * @param kid of a key that we hold already; without it one is made
     * @throws {Problem} key/not-found, log/closed, log/struck
     */
    async rotate({ kid, rehearsed }: { kid?: string; rehearsed: boolean }): Promise<KeyChanged> {
      await inForce(); // before a key is made
      const added =
        kid === undefined ? await (rehearsed ? rehearse() : addKey()) : keys().find((key) => key.kid === kid);
      if (!added) throw new Problem('key/not-found', { kid, use: 'bulletin' });
      return say(rehearsed, (before) => new Map([[added.kid, added.signer.publicKey], ...before]));
    },

    /**
     * Takes a bulletin key out of force, by a `key` entry that is signed with one of the others.
     *
     * @throws {Problem} key/not-found when it is not in force, key/last, bulletin/unknown-key when we hold none of the others
     */
    async retire({ kid, rehearsed }: { kid: string; rehearsed: boolean }): Promise<KeyChanged> {
      return say(rehearsed, (before) => {
        if (!before.has(kid)) throw new Problem('key/not-found', { kid, use: 'bulletin' });
        const after = new Map([...before].filter(([one]) => one !== kid));
        if (after.size === 0) throw new Problem('key/last', { kid });
        if (!keys().some((key) => after.has(key.kid)))
          throw new Problem('bulletin/unknown-key', { kid: [...after.keys()][0] });
        return after;
      });
    },
  };
}
