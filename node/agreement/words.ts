/** The agreement's own terms in words, for tables and articles. */

import type { Sentence } from '../base/sentences.ts';
import type { BulletinKind } from '../bulletin/bulletin.ts';
import type { Agreement, ExchangeTerms, Member, Strike, StrikeGround } from './agreement.ts';

/** What types of a kind do. */
export const kindWords: Readonly<Record<BulletinKind, Sentence>> = {
  opens: { zh: '开立信用记录', en: 'These open a credit record' },
  moves: { zh: '变动已开立的记录', en: 'These move a record' },
  marks: { zh: '针对其他成员的记录', en: 'These speak of another member’s record' },
  journal: { zh: '逐日的查询情况', en: 'What was asked, day by day' },
  receipt: { zh: '回执', en: 'Receipts' },
  governance: { zh: '治理通报', en: 'These govern a log' },
};

/** Of a type that this program does not know. */
export const unknownKind: Sentence = { zh: '本程序不认识的类型', en: 'Unknown to this program' };

/** `7 个工作日`; a dash where the agreement says nothing. */
export function sayDeadline(days: number | undefined): Sentence {
  return days === undefined
    ? { zh: '—', en: '—' }
    : { zh: `${days} 个工作日`, en: `${days} working ${days === 1 ? 'day' : 'days'}` };
}

export function sayRetention(years: number | undefined): Sentence {
  return years === undefined
    ? { zh: '—', en: '—' }
    : { zh: `${years} 年`, en: `${years} ${years === 1 ? 'year' : 'years'}` };
}

/** `上海市（310000）` */
export function named({ id, name }: Pick<Member, 'id' | 'name'>): Sentence {
  return { zh: `${name.zh}（${id}）`, en: `${name.en} (${id})` };
}

/** `甲、乙`, `A, B and C`. */
export function listOf(items: readonly Sentence[]): Sentence {
  const english = items.map(({ en }) => en);
  const last = english.at(-1) ?? '';
  return {
    zh: items.map(({ zh }) => zh).join('、'),
    en: english.length < 2 ? last : `${english.slice(0, -1).join(', ')} and ${last}`,
  };
}

/** The last day, or that there is none. */
export function sayUntil({ effective: { until } }: Pick<Agreement, 'effective'>): Sentence {
  return until === undefined ? { zh: '长期', en: 'no end' } : { zh: until, en: until };
}

/** How many members sign an amendment. */
export function sayGovernance({
  governance: { required },
  members,
}: Pick<Agreement, 'governance'> & { members: readonly unknown[] }): Sentence {
  return required === 'all'
    ? { zh: '全体成员', en: 'all members' }
    : { zh: `${members.length} 个成员中的 ${required} 个`, en: `${required} of ${members.length} members` };
}

/** The terms of exchange one by one, each with its name and unit. */
export const exchangeTerms: readonly {
  code: string;
  name: Sentence;
  read: (exchange: ExchangeTerms) => string | number;
}[] = [
  {
    code: 'pull-schedule',
    name: { zh: '拉取时间表（cron，中国时间）', en: 'pull schedule (cron, China time)' },
    read: (e) => e.pullSchedule,
  },
  {
    code: 'greatest-lag',
    name: { zh: '从联署到回执的最长时间（分钟）', en: 'greatest lag from cosignature to receipt (minutes)' },
    read: (e) => e.greatestLagMinutes,
  },
  { code: 'witness-quorum', name: { zh: '见证法定数', en: 'witness quorum' }, read: (e) => e.witnessQuorum },
  {
    code: 'daily-volume',
    name: { zh: '每成员每日通报量（条）', en: 'bulletins of one member in a day' },
    read: (e) => e.dailyVolume,
  },
  {
    code: 'alarm-entries-behind',
    name: { zh: '告警：落后条目数', en: 'alarm: entries behind' },
    read: (e) => e.alarms.entriesBehind,
  },
  {
    code: 'alarm-unreceipted',
    name: { zh: '告警：未回执（分钟）', en: 'alarm: without receipt (minutes)' },
    read: (e) => e.alarms.unreceiptedMinutes,
  },
  {
    code: 'alarm-cosignature-age',
    name: { zh: '告警：无新联署（小时）', en: 'alarm: without a fresh cosignature (hours)' },
    read: (e) => e.alarms.cosignatureAgeHours,
  },
  {
    code: 'alarm-clock-skew',
    name: { zh: '告警：时钟偏差（秒）', en: 'alarm: clocks apart (seconds)' },
    read: (e) => e.alarms.clockSkewSeconds,
  },
];

/** Why something was struck. */
export const strikeGrounds: Readonly<Record<StrikeGround, Sentence>> = {
  lost: { zh: '遗失', en: 'lost' },
  stolen: { zh: '被盗', en: 'stolen' },
  forked: { zh: '分叉', en: 'forked' },
  withdrawn: { zh: '退出', en: 'withdrawn' },
  other: { zh: '其他', en: 'other' },
};

/** What a strike takes away, of whom and why. */
export function describeStrike(strike: Strike, member?: Pick<Member, 'id' | 'name'>): Sentence {
  const who = member ? named(member) : { zh: strike.member, en: strike.member };
  const why = strikeGrounds[strike.ground];
  const say = (zh: string, en: string): Sentence => ({ zh: `${zh}（${why.zh}）`, en: `${en} (${why.en})` });
  switch (strike.kind) {
    case 'bulletin-key':
      return say(
        `注销${who.zh}的通报公钥 ${strike.kid}：在其日志的前 ${strike.size} 条中有效，此后无效`,
        `the bulletin key ${strike.kid} of ${who.en} is struck: it counts in the first ${strike.size} entries of its log and no further`,
      );
    case 'log':
      return say(
        `注销${who.zh}的日志 ${strike.origin}：止于 ${strike.size} 条，根 ${strike.root}`,
        `the log ${strike.origin} of ${who.en} is struck: it ends at ${strike.size} entries with the root ${strike.root}`,
      );
    case 'witness-key':
      return say(`注销${who.zh}的见证公钥 ${strike.key}`, `the witness key ${strike.key} of ${who.en} is struck`);
    case 'member':
      return say(`注销成员${who.zh}：此后不再应答`, `member ${who.en} is struck: nobody answers it any more`);
  }
}

/** A matrix of more members than these is said in words where the same holds for all. */
export const mostInSquare = 8;

/** What a square whose cells are all the same says. */
export function sayEverywhere(mark: string): Sentence {
  return { zh: `每一成员发给其他全体成员：${mark}`, en: `Every member to every other: ${mark}` };
}
