/**
 * What governs a log at an index, read from the log itself: its governance entries in order (docs/protocol.md,
 * Governance entries). The governing version is that of the issuer's log, never the receiver's.
 */

import { type Agreement, findEntry, findMember } from '../agreement/agreement.ts';
import type { Agreements } from '../agreement/agreements.ts';
import { decideAdoption, decideSend } from '../agreement/policy.ts';
import { parseBase64url, parseUtf8 } from '../base/bytes.ts';
import { thumbprint } from '../base/jws.ts';
import type { PublicJwk } from '../base/ports.ts';
import type { Check } from '../base/schema.ts';
import type { Claims } from '../bulletin/bulletin.ts';
import { type Adoption, adoption } from '../bulletin/types/adoption.ts';
import type { Law } from '../bulletin/verify.ts';
import type { Entry, HeldLog, LogStore } from '../log/ports.ts';

/** A version of the agreement as it governs one log from one index on. */
export interface Governing {
  digest: string;
  agreement: Agreement;
  /** Index of the last governance entry, whether or not it changed anything: what bulletins above it name as `after`. */
  since: number;
  /** The log's owner's bulletin keys, by thumbprint. */
  keys: ReadonlyMap<string, PublicJwk>;
}

const adoptionEvent: string = adoption.event;

export type Laws = ReturnType<typeof createLaws>;

/** @param checks compiled schemas by their digest, as agreements pin them */
export function createLaws({ agreements, checks }: { agreements: Agreements; checks: ReadonlyMap<string, Check> }) {
  /**
   * What an adoption, entry 0 of that member's log, puts in force; undefined unless the document in it is whole, rightly
   * signed, and a version that we hold.
   */
  async function adopt(
    { iat, events }: Pick<Claims, 'iat' | 'events'>,
    member: string,
  ): Promise<Governing | undefined> {
    const adopted = await agreements.judge((events[adoptionEvent] as Partial<Adoption> | undefined)?.agreement);
    const held = adopted && (await agreements.findByDigest(adopted.digest));
    if (!held || !decideAdoption({ adopted, at: iat }).allowed) return undefined;
    const listed = findMember(adopted.agreement, member);
    if (!listed) return undefined;
    return { digest: adopted.digest, agreement: adopted.agreement, since: 0, keys: await keysOf(listed.keys.bulletin) };
  }

  return {
    adopt,
    /** What governs entries of a held log above its last governance entry below `index`; undefined for an empty log. */
    async governing(store: LogStore, log: HeldLog, index = Number.MAX_SAFE_INTEGER): Promise<Governing | undefined> {
      const since = await store.findLastGovernance(log.id, index);
      const [first] = since === undefined ? [] : await store.listEntries(log.id, 0, 1);
      const adopted = first && (await adopt(claimsOf(first), log.member));
      return adopted && since !== undefined ? { ...adopted, since } : undefined;
    },
    /** The law for bulletins of `member` that stand above `governing.since`. */
    toLaw(governing: Governing, member: string): Law {
      return lawOf(governing, member, governing.since, checks);
    },
    /** The law for entry 0, which its own adoption makes. */
    toFirstLaw(governing: Governing, member: string): Law {
      return lawOf(governing, member, undefined, checks);
    },
  };
}

function lawOf(
  { digest, agreement, keys }: Governing,
  member: string,
  after: number | undefined,
  checks: ReadonlyMap<string, Check>,
): Law {
  return {
    digest,
    after,
    keys,
    findCheck: (type) => checks.get(findEntry(agreement, type.name)?.schema ?? ''),
    decideFlow: (type, claims) => {
      const receivers = type.kind === 'governance' ? claims.aud : membersAmong(agreement, claims);
      for (const to of receivers) {
        const body = Object.values(claims.events)[0];
        const word = decideSend({
          agreement,
          from: member,
          to,
          type: type.name,
          kind: type.kind,
          at: claims.iat,
          body,
        });
        if (!word.allowed) return word.code;
      }
      return undefined;
    },
  };
}

/** Ids in `aud` that are no member address nobody. */
function membersAmong(agreement: Agreement, { aud }: Claims): string[] {
  return aud.filter((id) => findMember(agreement, id));
}

async function keysOf(keys: readonly PublicJwk[]): Promise<Map<string, PublicJwk>> {
  return new Map(await Promise.all(keys.map(async (key) => [await thumbprint(key), key] as const)));
}

function claimsOf({ content }: Entry): Claims {
  const payload = parseUtf8(parseBase64url(content?.jws.split('.')[1] ?? '') ?? new Uint8Array());
  return JSON.parse(payload ?? '{}') as Claims; // judged good when it was stored
}
