/**
 * Alarms as they come and go: every minute what stands is held against what was told. A new one is kept, said in the log
 * and handed to the webhook, once, however many processes share the store: the row decides who says it. One whose cause is
 * gone is cleared in the same way.
 */

import type { Agreement } from '../agreement/agreement.ts';
import { findMember } from '../agreement/agreement.ts';
import type { Logger, NewId, Now } from '../base/ports.ts';
import type { Sentence } from '../base/sentences.ts';
import { formatInstant, fromNumericDate, startOfDay } from '../base/time.ts';
import { type AlarmCode, alarmCodes, type HeldAlarm } from './alarm.ts';
import { alarmWords, type Severity } from './alarm-words.ts';
import { type AlarmBounds, type AlarmState, decideAlarms } from './decide-alarms.ts';

export interface AlarmStore {
  /** Keeps an alarm, unless one of that code about the same stands already: then false. */
  raise(alarm: HeldAlarm): Promise<boolean>;
  /** False when somebody else was faster. */
  clear(id: string, at: string): Promise<boolean>;
  putFacts(id: string, facts: HeldAlarm['facts']): Promise<void>;
  /** Those that stand, oldest first. */
  listStanding(): Promise<HeldAlarm[]>;
  /** All, newest first. */
  listAlarms(limit: number): Promise<HeldAlarm[]>;
  /** Forgets those that were cleared before that instant. */
  forgetAlarms(before: string): Promise<void>;
}

/** An alarm in words. */
export interface ShownAlarm extends HeldAlarm, Sentence {
  severity: Severity;
  cure: Sentence;
}

/** What became of an alarm. */
export type AlarmEvent = 'raised' | 'cleared';

export type Alarms = ReturnType<typeof createAlarms>;

const keptMs = 366 * 24 * 3_600_000;

/** @param tell puts the news where the webhook finds it, in the transaction that decides whose news it is */
export function createAlarms<Within extends { alarms: AlarmStore }>({
  store,
  version,
  diskFreeBytes,
  certificateDays,
  readState,
  tell,
  now,
  newId,
  logger,
}: {
  store: Within & { transaction<T>(work: (store: Within) => Promise<T>): Promise<T> };
  /** The agreement in force, asked anew each time. */
  version: { readonly agreement: Agreement };
  diskFreeBytes: number;
  certificateDays: number;
  readState: () => Promise<AlarmState>;
  tell: (within: Within, event: AlarmEvent, alarm: ShownAlarm) => Promise<void>;
  now: Now;
  newId: NewId;
  logger: Logger;
}) {
  function bounds(): AlarmBounds {
    const { exchange, effective, version: number } = version.agreement;
    return {
      exchange,
      version: number,
      from: fromNumericDate(startOfDay(effective.from)),
      diskFreeBytes,
      certificateDays,
    };
  }

  function show(alarm: HeldAlarm): ShownAlarm {
    const { severity, say, cure } = alarmWords[alarm.code];
    const name = findMember(version.agreement, alarm.about)?.name ?? { zh: alarm.about, en: alarm.about };
    return { ...alarm, severity, ...say(name, alarm.facts), cure };
  }

  /** In the log: of what stands as grave as it is, of what is over as news. */
  function say(event: AlarmEvent, { id, code, about, facts, severity, zh, en }: ShownAlarm): void {
    const line = { alarm: id, code, about, facts, severity, zh, en };
    if (event === 'cleared') logger.info(line, 'alarm cleared');
    else if (severity === 'critical') logger.error(line, 'alarm raised');
    else logger.warn(line, 'alarm raised');
  }

  /** Does it, tells of it, and says it in the log if this process was the one. */
  async function bring(
    event: AlarmEvent,
    alarm: HeldAlarm,
    change: (alarms: AlarmStore) => Promise<boolean>,
  ): Promise<void> {
    const shown = show(alarm);
    const isOurs = await store.transaction(async (within) => {
      const changed = await change(within.alarms);
      if (changed) await tell(within, event, shown);
      return changed;
    });
    if (isOurs) say(event, shown);
  }

  return {
    /** Once a minute. Safe to run in several processes at once. */
    async evaluate(): Promise<void> {
      const told = await store.alarms.listStanding(); // before the state is read: what is raised meanwhile is not cleared by it
      const state = await readState();
      const at = now();
      const { standing, unjudged } = decideAlarms(state, bounds(), at, told);
      const isSame = (a: { code: string; about: string }, b: { code: string; about: string }) =>
        a.code === b.code && a.about === b.about;
      for (const alarm of standing) {
        const known = told.find((one) => isSame(one, alarm));
        if (!known) {
          const raised = { id: newId(), ...alarm, raisedAt: formatInstant(at) };
          await bring('raised', raised, (alarms) => alarms.raise(raised));
        } else if (JSON.stringify(known.facts) !== JSON.stringify(alarm.facts)) {
          await store.alarms.putFacts(known.id, alarm.facts);
        }
      }
      for (const known of told) {
        if (standing.some((one) => isSame(one, known)) || unjudged.includes(known.code)) continue;
        const clearedAt = formatInstant(at);
        await bring('cleared', { ...known, clearedAt }, (alarms) => alarms.clear(known.id, clearedAt));
      }
    },

    /** Those that stand, oldest first, or all that are kept, newest first. */
    async list(which: { all: boolean; limit: number }): Promise<ShownAlarm[]> {
      const { alarms } = store;
      const held = which.all ? await alarms.listAlarms(which.limit) : await alarms.listStanding();
      return held.filter(({ code }) => code in alarmWords).map(show);
    },

    /** How many of each code stand. */
    async count(): Promise<[code: AlarmCode, severity: Severity, standing: number][]> {
      const standing = await store.alarms.listStanding();
      return alarmCodes.map((code) => [
        code,
        alarmWords[code].severity,
        standing.filter((one) => one.code === code).length,
      ]);
    },

    /** Forgets what was cleared a year ago. */
    async prune(): Promise<void> {
      await store.alarms.forgetAlarms(formatInstant(new Date(now().getTime() - keptMs)));
    },
  };
}
