/**
 * The next version of an agreement: who is asked to sign it and with which key, when enough have, and what its strikes
 * take away (docs/protocol.md, Amendments). Pure; the signatures themselves are `signatures.ts`.
 */

import { canonicalText } from '../base/canonical.ts';
import type { PublicJwk } from '../base/ports.ts';
import { type Agreement, findMember, type Strike } from './agreement.ts';

/** Who signs a version, and with which agreement key: member id → key. */
export type Signatories = ReadonlyMap<string, PublicJwk>;

/**
 * Of version 1 all its members. Of a later one the members of its predecessor, each with the key that the predecessor
 * lists, and whoever joins, with its own.
 */
export function signatoriesOf(agreement: Agreement, predecessor?: Agreement): Signatories {
  const before = predecessor?.members ?? [];
  const joining = joinersOf(agreement, predecessor);
  return new Map([...before, ...joining].map(({ id, keys }) => [id, keys.agreement]));
}

/** Members that the predecessor does not have; of version 1 all. */
export function joinersOf(agreement: Agreement, predecessor?: Agreement) {
  return agreement.members.filter(({ id }) => !predecessor || !findMember(predecessor, id));
}

/** Members of the predecessor that the version does not have. */
export function leaversOf(agreement: Agreement, predecessor?: Agreement) {
  return (predecessor?.members ?? []).filter(({ id }) => !findMember(agreement, id));
}

/** Whether enough have signed, or whose signatures are lacking and how many of these it takes. */
export type Enough = { enough: true } | { enough: false; missing: string[]; lacking: number };

/**
 * Whether the signatures of these members put a version in force: of version 1 those of all; of a later one as many as its
 * predecessor's governance requires, and those of all who join. A version that does nothing but strike needs all members
 * but those concerned, and still more than half.
 */
export function decideEnough(
  agreement: Agreement,
  predecessor: Agreement | undefined,
  signedBy: readonly string[],
): Enough {
  const lackingOf = (ids: readonly string[]) => ids.filter((id) => !signedBy.includes(id));
  const joining = lackingOf(joinersOf(agreement, predecessor).map(({ id }) => id));
  if (!predecessor) return answer(joining, joining.length);
  const members = predecessor.members.map(({ id }) => id);
  const unsigned = lackingOf(members);
  const { required } = predecessor.governance;
  const needed = required === 'all' ? members.length : required;
  const lacking = Math.max(0, needed - (members.length - unsigned.length));
  if (lacking > 0 && strikesOnly(agreement, predecessor)) {
    const concerned = (agreement.strikes ?? []).map(({ member }) => member);
    const others = members.filter((id) => !concerned.includes(id));
    if (others.length * 2 > members.length) return answer(lackingOf(others), lackingOf(others).length);
  }
  return answer(lacking > 0 ? [...unsigned, ...joining] : joining, lacking + joining.length);
}

function answer(missing: readonly string[], lacking: number): Enough {
  return lacking === 0 ? { enough: true } : { enough: false, missing: [...missing].sort(), lacking };
}

/**
 * Whether a version differs from its predecessor by its strikes alone: by them, its number and first day, and the absence
 * of struck members with what speaks of them.
 */
export function strikesOnly(agreement: Agreement, predecessor: Agreement): boolean {
  if (!agreement.strikes) return false;
  const gone = agreement.strikes.filter(({ kind }) => kind === 'member').map(({ member }) => member);
  return canonicalText(frameOf(agreement)) === canonicalText(frameOf(without(predecessor, gone)));
}

/** The document but for what each version says anew. */
function frameOf({ version: _, previous: __, effective: ___, strikes: ____, ...frame }: Agreement): object {
  return frame;
}

/** The document without these members; numbers that they were counted in shrink as far as they must. */
function without(agreement: Agreement, gone: readonly string[]): Agreement {
  const stays = (id: string) => !gone.includes(id);
  const members = agreement.members.filter(({ id }) => stays(id));
  const { exchange, governance } = agreement;
  return {
    ...agreement,
    members,
    catalogue: agreement.catalogue.flatMap((entry) => {
      const flows = entry.flows
        .map((flow) => ({ ...flow, from: flow.from.filter(stays), to: flow.to.filter(stays) }))
        .filter(({ from, to }) => from.length > 0 && to.length > 0);
      return flows.length > 0 || entry.flows.length === 0 ? { ...entry, flows } : []; // a type that only they used
    }),
    exchange: { ...exchange, witnessQuorum: Math.min(exchange.witnessQuorum, members.length - 1) },
    governance: {
      required: governance.required === 'all' ? 'all' : Math.min(governance.required, members.length),
    },
  };
}

/** What the strikes of all known versions amount to. A strike binds whoever knows it, adopted by the struck or not. */
export interface Strikes {
  /** Index from which on a bulletin key of that member counts no more; undefined while it is not struck. */
  keyEnd(member: string, kid: string): number | undefined;
  /** The struck bulletin keys of that member, each with the index from which on it counts no more. */
  keysOf(member: string): readonly { kid: string; size: number }[];
  /** The last size and root of a struck log. */
  logEnd(origin: string): { size: number; root: string } | undefined;
  isWitnessStruck(key: string): boolean;
  isMemberStruck(member: string): boolean;
}

export function collectStrikes(versions: readonly Agreement[]): Strikes {
  const strikes = versions.flatMap((one) => one.strikes ?? []);
  const of = <K extends Strike['kind']>(kind: K) =>
    strikes.filter((strike): strike is Extract<Strike, { kind: K }> => strike.kind === kind);
  const [keys, logs, witnesses] = [of('bulletin-key'), of('log'), of('witness-key')];
  return {
    keyEnd(member, kid) {
      const ends = keys.filter((one) => one.member === member && one.kid === kid).map(({ size }) => size);
      return ends.length > 0 ? Math.min(...ends) : undefined;
    },
    keysOf: (member) => keys.flatMap((one) => (one.member === member ? [{ kid: one.kid, size: one.size }] : [])),
    logEnd: (origin) => logs.find((one) => one.origin === origin),
    isWitnessStruck: (key) => witnesses.some((one) => one.key === key),
    /** Struck, and not a member again by a later version. */
    isMemberStruck(member) {
      const last = versions.findLastIndex((one) =>
        one.strikes?.some((strike) => strike.kind === 'member' && strike.member === member),
      );
      return last >= 0 && !versions.slice(last).some((one) => findMember(one, member));
    },
  };
}
