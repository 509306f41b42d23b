/**
 * What governs a log at an index, read from the log itself: the fold of its governance entries in order
 * (docs/protocol.md, Governance entries). The governing version is that of the issuer's log, never the receiver's; strikes
 * bind whoever knows them.
 */

import { type Agreement, findEntry, findMember } from '../agreement/agreement.ts';
import type { Agreements } from '../agreement/agreements.ts';
import { decideAdoption, decideSend } from '../agreement/policy.ts';
import { parseBase64url, parseUtf8 } from '../base/bytes.ts';
import { thumbprint, toPublicJwk } from '../base/jws.ts';
import type { PublicJwk } from '../base/ports.ts';
import { Problem, type ProblemCode } from '../base/problem.ts';
import type { Check } from '../base/schema.ts';
import type { Claims } from '../bulletin/bulletin.ts';
import { type Adoption, adoption } from '../bulletin/types/adoption.ts';
import { closing } from '../bulletin/types/closing.ts';
import { type KeyChange, key as keyType } from '../bulletin/types/key.ts';
import type { Law } from '../bulletin/verify.ts';
import type { Entry, HeldLog, LogStore } from '../log/ports.ts';

/** A version of the agreement as it governs one log from one index on. */
export interface Governing {
  digest: string;
  agreement: Agreement;
  /** Index of the last governance entry, whether or not it changed anything: what bulletins above it name as `after`. */
  since: number;
  /** The log's owner's bulletin keys, by thumbprint, as its log says them: strikes are not taken off yet. */
  keys: ReadonlyMap<string, PublicJwk>;
  /** Whether the log is closed: nothing may follow. */
  closed: boolean;
}

/** Whose log it is: a member id and the log's name. */
export interface LogOwner {
  id: string;
  origin: string;
}

const governanceAtOnce = 100;
const adoptionEvent: string = adoption.event;
const keyEvent: string = keyType.event;
const closingEvent: string = closing.event;

/** Only who opened the lower bulletin sees a repeated `jti`, and what governs a log must be the same for all: it acts. */
const repeated: ProblemCode = 'bulletin/duplicate';

export type Laws = ReturnType<typeof createLaws>;

/** @param checks compiled schemas by their digest, as agreements pin them */
export function createLaws({
  agreements,
  checks,
}: {
  agreements: Agreements;
  checks: Pick<ReadonlyMap<string, Check>, 'get' | 'has'>;
}) {
  const folded = new Map<number, Governing>();

  /**
   * What an adoption puts in force for that log: of entry 0 without, of a later one with what governed before. Undefined
   * unless the document in it is whole, rightly signed and in force, follows what governs, and lists the log. A version that
   * we did not hold is held from then on: it binds us too.
   *
   * @throws {Problem} agreement/unknown-schema when this program lacks a schema that the version pins: nothing can be judged then
   */
  async function adopt(
    { iat, events }: Pick<Claims, 'iat' | 'events'>,
    owner: LogOwner,
    governing?: Governing,
  ): Promise<Governing | undefined> {
    const value = (events[adoptionEvent] as Partial<Adoption> | undefined)?.agreement;
    const adopted = await agreements.judge(value);
    if (!adopted || !decideAdoption({ adopted, at: iat, ...(governing && { governing }) }).allowed) return undefined;
    const { digest, agreement } = adopted;
    const listed = findMember(agreement, owner.id);
    if (!listed || listed.origin !== owner.origin) return undefined;
    const held = agreements.inForce();
    if (held.length > 0 && held[0]?.agreement.id !== agreement.id) return undefined; // a log belongs to one agreement
    const unknown = agreement.catalogue.filter(({ schema }) => !checks.has(schema)).map(({ type }) => type);
    if (unknown.length > 0)
      throw new Problem('agreement/unknown-schema', { version: agreement.version, types: unknown });
    if (!held.some((one) => one.digest === digest)) await agreements.put(value);
    const since = governing?.since ?? 0;
    return { digest, agreement, since, keys: await keysOf(listed.keys.bulletin), closed: false };
  }

  /** What a governance entry that was judged good makes of what governed before it. */
  async function change(governing: Governing, { events }: Pick<Claims, 'events'>, index: number): Promise<Governing> {
    const change = events[keyEvent] as KeyChange | undefined;
    const keys = change && (await keysOf(change.keys.flatMap((one) => toPublicJwk({ ...one }) ?? [])));
    return { ...governing, since: index, ...(keys && { keys }), ...(closingEvent in events && { closed: true }) };
  }

  async function fold(store: LogStore, log: HeldLog, since: number, from?: Governing): Promise<Governing | undefined> {
    const owner = { id: log.member, origin: log.origin };
    let governing = from;
    for await (const entry of readGovernance(store, log.id, from ? from.since + 1 : 0)) {
      const { index } = entry;
      if (index > since) break;
      const claims = claimsOf(entry);
      const isGood = entry.word === 'taken' || entry.word === 'issued' || entry.code === repeated;
      if (isGood && adoptionEvent in claims.events) {
        const adopted = await adopt(claims, owner, governing);
        if (!adopted && !governing) return undefined;
        governing = { ...(adopted ?? (governing as Governing)), since: index };
      } else if (governing) {
        governing = isGood ? await change(governing, claims, index) : { ...governing, since: index };
      }
    }
    return governing;
  }

  return {
    adopt,
    change,

    /** What governs entries of a held log above its last governance entry below `index`; undefined for an empty log. */
    async governing(store: LogStore, log: HeldLog, index = Number.MAX_SAFE_INTEGER): Promise<Governing | undefined> {
      const since = await store.findLastGovernance(log.id, index);
      if (since === undefined) return undefined;
      const before = folded.get(log.id);
      if (before?.since === since) return before;
      const governing = await fold(store, log, since, before && before.since < since ? before : undefined);
      if (governing && since >= (before?.since ?? 0)) folded.set(log.id, governing);
      return governing;
    },

    /** Words on governance of that log have changed: it is folded anew. */
    forget: (log: number): void => void folded.delete(log),

    /** The law for a bulletin of `member` at `index`, above `governing.since`; of a later adoption, with what it adopts. */
    toLaw: (governing: Governing, member: string, index: number): Law =>
      lawOf(governing, member, governing.since, index),

    /** The law for entry 0, which its own adoption makes. */
    toFirstLaw: (governing: Governing, member: string): Law => lawOf(governing, member, undefined, 0),

    /** Whether a log was struck: then the agreement says how it ends, whatever its key signed. */
    isStruck: (origin: string): boolean => agreements.strikes().logEnd(origin) !== undefined,

    /** The bulletin keys of a member that count at that index of its log. */
    keysAt: (governing: Governing, member: string, index: number) => unstruck(governing.keys, member, index),
  };

  function unstruck(
    keys: ReadonlyMap<string, PublicJwk>,
    member: string,
    index: number,
  ): ReadonlyMap<string, PublicJwk> {
    const strikes = agreements.strikes();
    const counts = (kid: string) => index < (strikes.keyEnd(member, kid) ?? Number.POSITIVE_INFINITY);
    return [...keys.keys()].every(counts) ? keys : new Map([...keys].filter(([kid]) => counts(kid)));
  }

  function lawOf(
    { digest, agreement, keys }: Governing,
    member: string,
    after: number | undefined,
    index: number,
  ): Law {
    return {
      digest,
      after,
      keys: unstruck(keys, member, index),
      findCheck: (type) => checks.get(findEntry(agreement, type.name)?.schema ?? ''),
      decideFlow: (type, claims) => {
        const receivers = type.kind === 'governance' ? claims.aud : membersAmong(agreement, claims);
        for (const to of receivers) {
          const body = Object.values(claims.events)[0];
          const sent = { agreement, from: member, to, type: type.name, kind: type.kind, at: claims.iat, body };
          const word = decideSend(sent);
          if (!word.allowed) return word.code;
        }
        return undefined;
      },
    };
  }
}

/** Governance entries from there on, some at a time: how many there are, and how long, is for the log's owner to say. */
export async function* readGovernance(store: LogStore, log: number, from: number): AsyncGenerator<Entry> {
  for (let next = from; ; ) {
    const some = await store.listGovernance(log, next, governanceAtOnce);
    yield* some;
    const last = some.at(-1);
    if (!last || some.length < governanceAtOnce) return;
    next = last.index + 1;
  }
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
  return { events: {}, ...(JSON.parse(payload ?? '{}') as object) } as Claims; // judged good when it was stored, or passed over
}
