/**
 * Decide: which alarms stand, from what was read and the bounds. One rule a code. What could not be read is not judged:
 * its alarms neither rise nor clear. One that stands goes on standing until its cause is a tenth below the bound, so that
 * it does not come and go with every minute.
 */

import type { ExchangeTerms } from '../agreement/agreement.ts';
import { type Alarm, type AlarmCode, type AlarmFacts, alarmCodes } from './alarm.ts';
import type { LockSight } from './lock-watch.ts';
import type { Peer } from './peer.ts';
import type { PeerReport } from './report.ts';

/** What the agreement and this node's configuration bear. */
export interface AlarmBounds {
  exchange: Pick<ExchangeTerms, 'alarms' | 'dailyVolume' | 'greatestLagMinutes'>;
  /** The version of the agreement in force, and the instant from which it is. */
  version: number;
  from: string;
  diskFreeBytes: number;
  certificateDays: number;
}

/** What was read. A part that is absent could not be. */
export interface AlarmState {
  peers: readonly PeerReport[];
  /**
   * Our own log: what we hold, since when, the largest that anyone showed us, and whether it was found to contradict
   * itself.
   */
  own: { member: string; held: number; since?: string; shown: number; stopped?: NonNullable<Peer['stopped']> };
  /** Of whom we hold two signatures on successors of one version, and the number of these successors. */
  signedTwice: readonly { member: string; version: number }[];
  /** Versions of the agreement, in force or to come, that pin what this program does not have. */
  unreadable: readonly { version: number; types: string }[];
  /** The agreement's outside witnesses, by name, and when each last cosigned our log. */
  outside: readonly { name: string; cosignedAt?: string }[];
  /** By how many seconds other clocks are ahead of ours. */
  clocks: readonly { member: string; seconds: number }[];
  /** The bulletin of each member that was signed furthest ahead of our clock, among its newest. */
  early: readonly { member: string; jti: string; seconds: number }[];
  /** How many entries each log grew by, over how many days. */
  growth: readonly { member: string; entries: number; days: number }[];
  /** Since when our log key is locked, or who had not answered when it was opened by order; absent when nothing new can be said. */
  lock?: LockSight;
  overdue?: { items: number; oldest: string };
  disks?: readonly { name: string; freeBytes: number }[];
  certificates?: readonly { name: string; until: string }[];
}

export interface AlarmDecision {
  standing: Alarm[];
  /** Codes of which nothing can be said. */
  unjudged: AlarmCode[];
}

interface Judging {
  state: AlarmState;
  bounds: AlarmBounds;
  /** Whether a value is beyond its bound, for what is already told a tenth sooner. */
  isOver(about: string, value: number, bound: number): boolean;
  /** The same of the time since an instant; what never was counts from when it could have been. */
  isOld(about: string, since: string | undefined, boundMs: number): boolean;
  /** When what never was could have been first: once we took part, and the version was in force. */
  first: string;
  at: Date;
}

type Rule = (judging: Judging) => readonly Omit<Alarm, 'code'>[] | undefined;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const lockedForMs = 5 * minuteMs; // at every start it is, for a moment
const mib = 1024 * 1024;

const rules: Readonly<Record<AlarmCode, Rule>> = {
  'alarm/withheld': ofPeers(({ theirs }) => theirs.withheld > 0 && { entries: theirs.withheld }),
  'alarm/withheld-by-us': ofPeers(({ ours }) => ours.withheld > 0 && { entries: ours.withheld }),
  'alarm/fork': stopped('log/fork'),
  'alarm/shrunk': stopped('log/shrunk'),
  'alarm/signed-twice': ({ state, bounds }) => {
    const open = state.signedTwice.filter(({ version }) => version >= bounds.version); // a later one settles it
    return [...new Map(open.map((one) => [one.member, one]))].map(([about, { version }]) => ({
      about,
      facts: { version },
    }));
  },
  'alarm/unreadable-agreement': ({ state }) =>
    state.unreadable.map(({ version, types }) => ({ about: `v${version}`, facts: { version, types } })),
  'alarm/own-log-ahead': ({ state: { own } }) =>
    own.shown > own.held ? [{ about: '', facts: { held: own.held, shown: own.shown } }] : [],
  'alarm/log-locked': ({ state: { lock }, isOld }) => {
    if (!lock) return undefined;
    const { since } = lock;
    return since !== undefined && isOld('', since, lockedForMs) ? [{ about: '', facts: { since } }] : [];
  },
  'alarm/log-overridden': ({ state: { lock } }) => {
    if (!lock) return undefined;
    return lock.silent ? [{ about: '', facts: { silent: lock.silent.join(', ') } }] : [];
  },
  'alarm/behind': ofPeers(({ member, stopped: isStopped, theirs: { behind } }, { bounds, isOver, isOld }) => {
    const { entries, since } = behind;
    if (entries === 0 || isStopped) return false; // what contradicts itself is behind for good, and said to be stopped
    const isFar = isOver(member, entries, bounds.exchange.alarms.entriesBehind);
    const isLate = since !== undefined && isOld(member, since, bounds.exchange.greatestLagMinutes * minuteMs);
    return (isFar || isLate) && { entries, ...(since !== undefined && { since }) };
  }),
  'alarm/peer-behind': ofPeers(({ member, ours: { behind } }, { bounds, isOver }) => {
    const { entries, since } = behind;
    return (
      isOver(member, entries, bounds.exchange.alarms.entriesBehind) && {
        entries,
        ...(since !== undefined && { since }),
      }
    );
  }),
  'alarm/no-round': ofPeers(
    ({ member, stopped: isStopped, lastOkAt, failures, lastError }, { bounds, first, isOld }) => {
      if (isStopped || failures === 0) return false;
      const isLate = isOld(member, lastOkAt, bounds.exchange.greatestLagMinutes * minuteMs);
      return isLate && { since: lastOkAt ?? first, ...(lastError !== undefined && { code: lastError }) };
    },
  ),
  'alarm/unreceipted': ofPeers(({ member, ours: { oldestUnreceipted: oldest } }, { bounds, isOld }) => {
    if (!oldest) return false;
    const isLate = isOld(member, oldest.at, bounds.exchange.alarms.unreceiptedMinutes * minuteMs);
    return isLate && { since: oldest.at, index: oldest.index, jti: oldest.jti };
  }),
  'alarm/cosignature-old': ofPeers(({ member, ours: { cosigned } }, { state, bounds, first, isOld }) => {
    if (state.own.held === 0) return false; // nothing to cosign
    const isLate = isOld(member, cosigned?.at, bounds.exchange.alarms.cosignatureAgeHours * hourMs);
    return isLate && { since: cosigned?.at ?? first };
  }),
  'alarm/cosigning-late': ofPeers(
    ({ member, stopped: isStopped, theirs: { cosignedAt } }, { bounds, first, isOld }) => {
      if (isStopped) return false;
      const isLate = isOld(member, cosignedAt, bounds.exchange.alarms.cosignatureAgeHours * hourMs);
      return isLate && { since: cosignedAt ?? first };
    },
  ),
  'alarm/outside-witness-late': ({ state, bounds, first, isOld }) =>
    state.outside
      .filter(
        ({ name, cosignedAt }) =>
          state.own.held > 0 && isOld(name, cosignedAt, bounds.exchange.alarms.cosignatureAgeHours * hourMs),
      )
      .map(({ name, cosignedAt }) => ({ about: name, facts: { since: cosignedAt ?? first } })),
  'alarm/clock-skew': ({ state, bounds, isOver }) =>
    state.clocks
      .filter(({ member, seconds }) => isOver(member, Math.abs(seconds), bounds.exchange.alarms.clockSkewSeconds))
      .map(({ member, seconds }) => ({ about: member, facts: { seconds } })),
  'alarm/future-iat': ({ state, bounds, isOver }) =>
    state.early
      .filter(({ member, seconds }) => isOver(member, seconds, bounds.exchange.alarms.clockSkewSeconds))
      .map(({ member, ...facts }) => ({ about: member, facts })),
  'alarm/volume': ({ state, bounds }) =>
    state.growth.flatMap(({ member, entries, days }) => {
      const most = bounds.exchange.dailyVolume * days;
      return entries > most ? [{ about: member, facts: { entries, most } }] : [];
    }),
  'alarm/overdue': ({ state: { overdue } }) =>
    overdue && (overdue.items > 0 ? [{ about: '', facts: { ...overdue } }] : []),
  'alarm/disk-low': ({ state, bounds, isOver }) =>
    state.disks
      ?.filter(({ name, freeBytes }) => isOver(name, bounds.diskFreeBytes, freeBytes))
      .map(({ name, freeBytes }) => ({
        about: name,
        facts: { freeMib: Math.floor(freeBytes / mib), leastMib: Math.floor(bounds.diskFreeBytes / mib) },
      })),
  'alarm/certificate-ending': ({ state, bounds, at }) =>
    state.certificates
      ?.filter(({ until }) => Date.parse(until) - at.getTime() < bounds.certificateDays * 24 * hourMs)
      .map(({ name, until }) => ({ about: name, facts: { until } })),
};

/** @param told what stands so far */
export function decideAlarms(
  state: AlarmState,
  bounds: AlarmBounds,
  at: Date,
  told: readonly Pick<Alarm, 'code' | 'about'>[],
): AlarmDecision {
  const decision: AlarmDecision = { standing: [], unjudged: [] };
  for (const code of alarmCodes) {
    const stands = new Set(told.filter((one) => one.code === code).map(({ about }) => about));
    const isOver = (about: string, value: number, bound: number) => value > bound * (stands.has(about) ? 0.9 : 1);
    const { since: begun = at.toISOString() } = state.own; // before we take part nobody owes us anything
    const first = begun > bounds.from ? begun : bounds.from;
    const isOld = (about: string, since = first, boundMs: number) =>
      isOver(about, at.getTime() - Date.parse(since), boundMs);
    const found = rules[code]({ state, bounds, at, first, isOver, isOld });
    if (found) decision.standing.push(...found.map((alarm) => ({ code, ...alarm })));
    else decision.unjudged.push(code);
  }
  return decision;
}

function ofPeers(judge: (peer: PeerReport, judging: Judging) => AlarmFacts | false): Rule {
  return (judging) =>
    judging.state.peers.flatMap((peer) => {
      const facts = judge(peer, judging);
      return facts ? [{ about: peer.member, facts }] : [];
    });
}

function stopped(code: NonNullable<Peer['stopped']>): Rule {
  return ({ state: { peers, own } }) =>
    [...peers, own].filter((one) => one.stopped === code).map(({ member }) => ({ about: member, facts: {} }));
}
