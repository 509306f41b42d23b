/** What alarms are judged by, read from the store and from what the machine says. Short and by indexes: it runs every minute. */

import { parsePayload } from '../base/jws.ts';
import type { Now } from '../base/ports.ts';
import { dayOf, startOfDay } from '../base/time.ts';
import { readClaims } from '../bulletin/read.ts';
import type { HeldLog } from '../log/ports.ts';
import type { ClockReading } from './clocks.ts';
import type { AlarmState } from './decide-alarms.ts';
import type { ExchangeStore, Finding } from './ports.ts';
import type { ReportPeers } from './report.ts';

/** How long a log was at an evaluation, the last of its day. */
export interface LogSize {
  log: number;
  /** Day in China. */
  day: string;
  size: number;
}

export interface WatchStore {
  putClock(reading: ClockReading): Promise<void>;
  listClocks(): Promise<ClockReading[]>;
  putSize(size: LogSize): Promise<void>;
  /** Of each log the newest of a day before that one. */
  listSizesBefore(day: string): Promise<LogSize[]>;
  /** Forgets those of days before that one. */
  forgetSizes(before: string): Promise<void>;
}

/** What lies outside the store. What throws is not judged this time. */
export interface AlarmProbes {
  disks(): Promise<NonNullable<AlarmState['disks']>>;
  certificates(): Promise<NonNullable<AlarmState['certificates']>>;
  /** Items of every bureau's work list whose day is over. */
  overdue(): Promise<NonNullable<AlarmState['overdue']>>;
}

const newestLookedAt = 50;
const overdueEveryMs = 30 * 60_000;
const clockReadingLastsMs = 60 * 60_000;

export function createAlarmReading({
  store,
  watch,
  me,
  reportPeers,
  listUnreadable,
  lookAtLock,
  listOutside,
  probes,
  now,
  onBlind,
}: {
  store: ExchangeStore;
  watch: WatchStore;
  me: string;
  reportPeers: ReportPeers;
  /** Versions of the agreement, in force or to come, that pin what this program does not have. */
  listUnreadable: () => AlarmState['unreadable'];
  lookAtLock: () => AlarmState['lock'];
  listOutside: () => Promise<AlarmState['outside']>;
  probes: AlarmProbes;
  now: Now;
  /** Told which probe failed. */
  onBlind: (probe: keyof AlarmProbes, error: unknown) => void;
}): () => Promise<AlarmState> {
  let overdue: { at: number; value: NonNullable<AlarmState['overdue']> } | undefined;
  const knownSizes = new Map<number, string>();

  async function probe<Name extends keyof AlarmProbes>(name: Name, ask: AlarmProbes[Name]) {
    try {
      return { [name]: await ask() } as Pick<AlarmState, Name>;
    } catch (error) {
      onBlind(name, error);
      return {};
    }
  }

  /** A work list is long to read, and changes with the day. */
  async function askOverdue(at: Date) {
    if (!overdue || at.getTime() - overdue.at >= overdueEveryMs)
      overdue = { at: at.getTime(), value: await probes.overdue() };
    return overdue.value;
  }

  async function readGrowth(logs: readonly HeldLog[], at: Date): Promise<AlarmState['growth']> {
    const today = dayOf(at);
    const before = new Map((await watch.listSizesBefore(today)).map((one) => [one.log, one]));
    for (const { id, size } of logs) {
      if (knownSizes.get(id) === `${today} ${size}`) continue;
      await watch.putSize({ log: id, day: today, size });
      knownSizes.set(id, `${today} ${size}`);
    }
    return logs.flatMap(({ id, member, size }) => {
      const last = before.get(id);
      if (!last) return []; // the first day on which we look: how it grew is not known
      const days = Math.round((startOfDay(today) - startOfDay(last.day)) / 86_400);
      return [{ member, entries: size - last.size, days }];
    });
  }

  async function readEarly(logs: readonly HeldLog[], at: Date): Promise<AlarmState['early']> {
    const found: AlarmState['early'][number][] = [];
    for (const { id, member, own, size } of logs) {
      if (own) continue;
      const entries = await store.log.listEntries(id, Math.max(0, size - newestLookedAt), size);
      const ahead = entries.flatMap(({ jti, content }) => {
        const iat = content && readClaims(content.jws)?.iat;
        const seconds = Math.floor(Number(iat) - at.getTime() / 1000);
        return jti !== undefined && seconds > 0 ? [{ member, jti, seconds }] : [];
      });
      found.push(...ahead.sort((a, b) => b.seconds - a.seconds).slice(0, 1));
    }
    return found;
  }

  return async () => {
    const at = now();
    const peers = await reportPeers();
    const members = new Set([me, ...peers.map(({ member }) => member)]);
    const logs = (await store.log.listLogs()).filter(({ member }) => members.has(member));
    const own = logs.findLast((log) => log.own);
    const { stopped } = await store.peers.findPeer(me);
    const [first] = own ? await store.log.listEntries(own.id, 0, 1) : [];
    const findings = await store.peers.listFindings();
    const lock = lookAtLock();
    const freshFrom = new Date(at.getTime() - clockReadingLastsMs).toISOString();
    return {
      peers,
      own: {
        member: me,
        held: own?.size ?? 0,
        ...(first && { since: first.at }),
        shown: (own && (await store.log.findLargestCheckpoint(own.id))?.size) ?? 0,
        ...(stopped && { stopped }),
      },
      signedTwice: findings.flatMap(readSignedTwice),
      unreadable: listUnreadable(),
      ...(lock && { lock }),
      outside: await listOutside(),
      clocks: (await watch.listClocks()).filter((one) => members.has(one.member) && one.at >= freshFrom),
      early: await readEarly(logs, at),
      growth: await readGrowth(logs, at),
      ...(await probe('overdue', () => askOverdue(at))),
      ...(await probe('disks', probes.disks)),
      ...(await probe('certificates', probes.certificates)),
    };
  };
}

/** Whom a finding convicts of having signed two versions of one number, and which number that is. */
function readSignedTwice({ code, evidence }: Finding): AlarmState['signedTwice'] {
  if (code !== 'agreement/signed-twice') return [];
  const { member, agreements } = evidence as { member: string; agreements: { payload: string }[] }; // kept by us
  const reading = parsePayload(agreements[0]?.payload ?? '');
  return 'flaw' in reading ? [] : [{ member, version: Number(reading.value.version) }];
}
