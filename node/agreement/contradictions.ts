/**
 * Where a well-formed agreement contradicts itself: what nobody can use, ask for or reach, and what is said twice and means
 * two things. For those who write one, never for those who verify one: what was signed must stay readable, so these rules
 * may change (`check.ts` has those that may not). The catalogue's own are in `catalogue-contradictions.ts`,
 * those of amendments in `amendment-contradictions.ts`.
 */

import { isLoopback } from '../base/loopback.ts';
import type { Hash } from '../base/ports.ts';
import type { Facts } from '../base/problem.ts';
import type { Sentence } from '../base/sentences.ts';
import type { Agreement, Member } from './agreement.ts';
import { findAmendmentContradictions } from './amendment-contradictions.ts';
import { findCatalogueContradictions } from './catalogue-contradictions.ts';
import { type Contradiction, type ContradictionCode, contradictionAt } from './contradiction-words.ts';
import { isAboutRecord, passagesOf } from './passages.ts';
import { greatestGapMinutes } from './pull-schedule.ts';

/** What is known beside the page. */
export interface ReviewContext {
  /** The day in China. */
  today: string;
  /** JSON Schemas by name, such as `bulletin/penalty`. */
  schemas: ReadonlyMap<string, object>;
  hash: Hash;
  /** The types that can move a record which that type opened. */
  movesOf(opener: string): readonly string[];
  /** The version that is amended, where it is at hand. */
  before?: { agreement: Unsigned; digest: string };
}

export type Say = (pointer: string, code: ContradictionCode, facts?: Facts) => void;

/** An agreement whose members may still be without keys. */
export type Unsigned = Omit<Agreement, 'members'> & {
  members: (Omit<Member, 'keys'> & Partial<Pick<Member, 'keys'>>)[];
};

/** Every contradiction of an agreement that `checkAgreement` finds well formed, keys aside. */
export function findContradictions(agreement: Unsigned, context: ReviewContext): Contradiction[] {
  const found: Contradiction[] = [];
  const say: Say = (pointer, code, facts) => found.push(contradictionAt(pointer, code, facts));
  reviewWords(agreement, say);
  reviewTerms(agreement, context, say);
  reviewMembers(agreement, say);
  reviewAddresses(agreement, say);
  reviewQuorum(agreement, say);
  reviewExchange(agreement, say);
  findCatalogueContradictions(agreement, context, say);
  findAmendmentContradictions(agreement, context, say);
  return found;
}

/** What `agreement init` writes where only people know what to write. */
export const placeholder: Sentence = { zh: '待填写', en: 'to be filled in' };

/** Whether a text is still the placeholder. */
function isPlaceholder(text: string): boolean {
  return text.includes(placeholder.zh) || text.toLowerCase().includes(placeholder.en);
}

/** Begins the organisation code of every authority that is invented in samples; no registry gives these out. */
export const inventedCode = 'HX';

function reviewWords({ title, members, purposes, measures = [], auditors = [], notice }: Unsigned, say: Say): void {
  const texts: [pointer: string, Sentence][] = [
    ['/title', title],
    ...members.map(({ name }, i): [string, Sentence] => [`/members/${i}/name`, name]),
    ...auditors.map(({ name }, i): [string, Sentence] => [`/auditors/${i}/name`, name]),
    ...purposes.map((purpose, i): [string, Sentence] => [`/purposes/${i}`, purpose]),
    ...measures.map((measure, i): [string, Sentence] => [`/measures/${i}`, measure]),
    ['/notice', notice],
  ];
  for (const [pointer, { zh, en }] of texts) {
    for (const [language, text] of [
      ['zh', zh],
      ['en', en],
    ] as const) {
      const isSwapped = /\p{Script=Han}/u.test(text) !== (language === 'zh');
      if (isPlaceholder(text)) say(`${pointer}/${language}`, 'placeholder');
      else if (isSwapped) say(`${pointer}/${language}`, 'words-swapped', { value: shorten(text) });
    }
  }
  reviewAlike(
    purposes.map((purpose, i) => ({ name: purpose.id, ...purpose, at: `/purposes/${i}`, field: 'id' })),
    say,
  );
  reviewAlike(
    measures.map((measure, i) => ({ name: measure.code, ...measure, at: `/measures/${i}`, field: 'code' })),
    say,
  );
}

interface Named extends Sentence {
  name: string;
  at: string;
  field: string;
}

/** Two names for one thing, and two things whose names nobody can tell apart. */
function reviewAlike(items: readonly Named[], say: Say): void {
  for (const [i, item] of items.entries()) {
    const before = items.slice(0, i);
    const alike = before.find(({ name }) => name !== item.name && skeleton(name) === skeleton(item.name));
    if (alike) say(`${item.at}/${item.field}`, 'alike', { value: item.name, other: alike.name, first: alike.at });
    const same = before.find(({ zh, en }) => plain(zh) === plain(item.zh) || plain(en) === plain(item.en));
    if (same) say(item.at, 'same-words', { first: same.at });
  }
}

/** A name without what the eye passes over: case, hyphens, leading zeros, O for 0, I and L for 1. */
function skeleton(name: string): string {
  const same = name.toUpperCase().replaceAll('-', '').replaceAll('O', '0').replace(/[IL]/g, '1');
  return same.replace(/(?<!\d)0+(?=\d)/g, '');
}

/** Words without case, width, blanks and punctuation. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

function reviewTerms({ effective, governance, members }: Unsigned, { today }: ReviewContext, say: Say): void {
  const { until } = effective;
  if (until !== undefined && until < today) say('/effective/until', 'period-over', { until, today });
  const { required } = governance;
  if (required === members.length) say('/governance/required', 'governance-all-by-number', { required });
}

function reviewMembers(agreement: Unsigned, say: Say): void {
  const { members } = agreement;
  const moving = passagesOf(agreement).filter(isAboutRecord);
  for (const [i, { id, name, authority, keys, certificatePins }] of members.entries()) {
    const at = `/members/${i}`;
    if (!keys) say(at, 'member-without-key', { member: id });
    const same = members.findIndex(
      ({ name: other }) => plain(other.zh) === plain(name.zh) || plain(other.en) === plain(name.en),
    );
    if (same < i) say(`${at}/name`, 'name-twice', { first: `/members/${same}/name`, value: name.zh });
    if (isInventedCode(authority)) say(`${at}/authority`, 'invented', { value: authority });
    else if (authority.slice(2, 4) !== id.slice(0, 2))
      say(`${at}/authority`, 'authority-elsewhere', { value: authority, member: id });
    if (!moving.some(({ from, to }) => from === id || to === id)) say(at, 'member-idle', { member: id });
    for (const [k, pin] of (certificatePins ?? []).entries()) {
      const other = members.findIndex(({ certificatePins: pins = [] }) => pins.includes(pin));
      if (other < i) say(`${at}/certificatePins/${k}`, 'pins-shared', { first: `/members/${other}` });
    }
  }
}

function isInventedCode(authority: string): boolean {
  return authority.slice(8, 10) === inventedCode;
}

function reviewAddresses({ members }: Unsigned, say: Say): void {
  const isLocal = members.map(({ endpoint }) => isLoopback(new URL(endpoint).hostname));
  const isMixed = new Set(isLocal).size > 1;
  for (const [i, { id, issuer, endpoint, certificatePins }] of members.entries()) {
    const at = `/members/${i}`;
    const other = members.find((one) => one.id !== id && one.issuer === endpoint && issuer !== endpoint);
    if (other) say(`${at}/endpoint`, 'address-of-another', { member: id, other: other.id });
    if (isMixed && isLocal[i]) say(`${at}/endpoint`, 'addresses-mixed', { value: endpoint });
    if (endpoint.startsWith('http://') && certificatePins)
      say(`${at}/certificatePins`, 'pins-unused', { value: endpoint });
    for (const [name, address] of [
      ['issuer', issuer],
      ['endpoint', endpoint],
    ] as const) {
      if (isReserved(address) && (name === 'issuer' || address !== issuer))
        say(`${at}/${name}`, 'invented', { value: address });
    }
  }
}

/** Whether the host bears one of the names that no one can own (RFC 2606 §2). */
function isReserved(address: string): boolean {
  return /\.(example|test|invalid)$/.test(new URL(address).hostname);
}

function reviewQuorum({ members, exchange: { witnessQuorum: quorum } }: Unsigned, say: Say): void {
  const others = members.length - 1;
  const least = Math.floor(others / 2) + 1;
  if (quorum === others && quorum > least) say('/exchange/witnessQuorum', 'quorum-of-all', { quorum, least });
}

/** Peers refuse a request whose clock is so far from theirs (docs/protocol.md, Talking to a peer). */
const greatestSkewSeconds = 300;

function reviewExchange({ exchange }: Unsigned, say: Say): void {
  const { pullSchedule, greatestLagMinutes: lag, dailyVolume, alarms } = exchange;
  const { unreceiptedMinutes, cosignatureAgeHours, entriesBehind, clockSkewSeconds } = alarms;
  const gap = greatestGapMinutes(pullSchedule);
  if (gap === undefined) say('/exchange/pullSchedule', 'schedule-never', { value: pullSchedule });
  const least = (name: string, pointer: string, minutes: number) => {
    if (gap !== undefined && minutes < gap) say(pointer, 'below-pulls', { name, minutes, gap });
  };
  least('greatestLagMinutes', '/exchange/greatestLagMinutes', lag);
  least('unreceiptedMinutes', '/exchange/alarms/unreceiptedMinutes', unreceiptedMinutes);
  least('cosignatureAgeHours', '/exchange/alarms/cosignatureAgeHours', cosignatureAgeHours * 60);
  if (unreceiptedMinutes < lag)
    say('/exchange/alarms/unreceiptedMinutes', 'alarm-below-lag', { minutes: unreceiptedMinutes, lag });
  const between = Math.ceil((dailyVolume * (gap ?? 0)) / (24 * 60));
  if (entriesBehind < between)
    say('/exchange/alarms/entriesBehind', 'entries-below-volume', {
      volume: dailyVolume,
      between,
      value: entriesBehind,
    });
  if (clockSkewSeconds > greatestSkewSeconds)
    say('/exchange/alarms/clockSkewSeconds', 'skew-never', { value: clockSkewSeconds, most: greatestSkewSeconds });
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
