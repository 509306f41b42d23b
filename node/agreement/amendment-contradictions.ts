/** Where an amendment contradicts itself, or the version that it amends: strikes of what goes on, members and logs that vanish. */

import { formatBase64url } from '../base/bytes.ts';
import { canonicalBytes } from '../base/canonical.ts';
import type { Hash, PublicJwk } from '../base/ports.ts';
import type { Strike } from './agreement.ts';
import type { ReviewContext, Say, Unsigned } from './contradictions.ts';

export function findAmendmentContradictions(agreement: Unsigned, { before, hash }: ReviewContext, say: Say): void {
  reviewStruck(agreement, hash, say);
  reviewQuorum(agreement, say);
  if (!before) return;
  reviewOrder(agreement, before, say);
  reviewPeriods(agreement, before.agreement, say);
  reviewVanished(agreement, before.agreement, say);
  reviewStrikes(agreement, before.agreement, say);
}

/** Strikes of what the same version goes on using. */
function reviewStruck({ members, strikes = [] }: Unsigned, hash: Hash, say: Say): void {
  const kidOf = (key: PublicJwk) => formatBase64url(hash(canonicalBytes(key))); // RFC 7638: these members, in this order
  for (const [i, member] of members.entries()) {
    const own = strikes.filter((strike) => strike.member === member.id);
    const at = `/members/${i}`;
    const bulletin = member.keys?.bulletin ?? [];
    const isStruck = bulletin.map((key) => own.some((one) => one.kind === 'bulletin-key' && one.kid === kidOf(key)));
    if (bulletin.length > 0 && isStruck.every(Boolean)) say(`${at}/keys/bulletin`, 'struck-all', { member: member.id });
    else
      for (const [k, struck] of isStruck.entries())
        if (struck) say(`${at}/keys/bulletin/${k}`, 'struck-in-use', { member: member.id });
    if (own.some((one) => one.kind === 'log' && one.origin === member.origin))
      say(`${at}/origin`, 'struck-log-in-use', { value: member.origin });
    if (isWitnessStruck(strikes, member.keys?.witness))
      say(`${at}/keys/witness`, 'struck-in-use', { member: member.id });
  }
}

function isWitnessStruck(strikes: readonly Strike[], key: string | undefined): boolean {
  return strikes.some((one) => one.kind === 'witness-key' && one.key === key);
}

/** A struck witness key cosigns nothing that counts. */
function reviewQuorum({ members, strikes = [], exchange: { witnessQuorum: quorum } }: Unsigned, say: Say): void {
  const able = members.filter(({ keys }) => !isWitnessStruck(strikes, keys?.witness)).map(({ id }) => id);
  const short = members.find(({ id }) => able.filter((one) => one !== id).length < quorum);
  if (!short || able.length === members.length) return; // without strikes `check.ts` sees to it
  const most = able.filter((one) => one !== short.id).length;
  say('/exchange/witnessQuorum', 'quorum-unreachable', { member: short.id, most, quorum });
}

function reviewOrder(
  { id, version, previous }: Unsigned,
  { agreement, digest }: NonNullable<ReviewContext['before']>,
  say: Say,
): void {
  const wrong = (name: string, expected: string | number) => say(`/${name}`, 'not-the-next', { name, expected });
  if (id !== agreement.id) wrong('id', agreement.id);
  if (version !== agreement.version + 1) wrong('version', agreement.version + 1);
  if (previous !== digest) wrong('previous', digest);
}

function reviewPeriods({ effective }: Unsigned, before: Unsigned, say: Say): void {
  const { from, until } = before.effective;
  if (effective.from < from) say('/effective/from', 'begins-before', { from: effective.from, earlier: from });
  if (until !== undefined && effective.from > dayAfter(until))
    say('/effective/from', 'period-gap', { until, from: effective.from });
}

function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 24 * 3_600_000).toISOString().slice(0, 10);
}

/** Members, logs and log keys that are there no more and that no strike speaks of. */
function reviewVanished({ members, strikes = [] }: Unsigned, before: Unsigned, say: Say): void {
  for (const old of before.members) {
    const at = members.findIndex(({ id }) => id === old.id);
    const isStruck = (kind: Strike['kind']) => strikes.some((one) => one.kind === kind && one.member === old.id);
    const now = members[at];
    if (!now) {
      if (!isStruck('member')) say('/members', 'member-left', { member: old.id });
      continue;
    }
    if (now.origin !== old.origin && !isStruck('log')) say(`/members/${at}/origin`, 'log-left', { value: old.origin });
    const isOther = old.keys && now.keys && old.keys.log !== now.keys.log;
    if (now.origin === old.origin && isOther) say(`/members/${at}/keys/log`, 'log-key-changed', { value: old.origin });
    if (now.issuer !== old.issuer) say(`/members/${at}/issuer`, 'issuer-changed', { from: old.issuer, to: now.issuer });
  }
}

/** Strikes of members, logs and witness keys that nobody has. A bulletin key may be known from a log alone. */
function reviewStrikes({ members, strikes = [] }: Unsigned, before: Unsigned, say: Say): void {
  const known = [...members, ...before.members];
  for (const [i, strike] of strikes.entries()) {
    const own = known.filter(({ id }) => id === strike.member);
    const isKnown =
      strike.kind === 'log'
        ? own.some(({ origin }) => origin === strike.origin)
        : strike.kind === 'witness-key'
          ? own.some(({ keys }) => keys?.witness === strike.key)
          : own.length > 0;
    const isOld = before.strikes?.some((one) => JSON.stringify(one) === JSON.stringify(strike)) ?? false;
    if (!isKnown && !isOld) say(`/strikes/${i}`, 'strike-unknown', { member: strike.member });
  }
}
