/**
 * The work list: what is due for a bureau, by which day, on whose word, and the command that does it. Pure; what is read
 * for it is `federation/read-tasks.ts`. A day that no pack and no agreement sets is not invented: then there is none.
 */

import { type Agreement, findEntry } from '../agreement/agreement.ts';
import { addDays, addWorkingDays, type Calendar, isWorkingDay, type Reckoned } from '../base/calendar.ts';
import { textAt } from '../base/pointer.ts';
import type { Sentence } from '../base/sentences.ts';
import { dayOf } from '../base/time.ts';
import type { Proposal } from './proposals.ts';
import type { CreditRecord } from './record.ts';
import type { Confidence, Duty, Rules } from './rules.ts';
import { deadlineOf, type Opening, openingOf } from './terms.ts';

export const workKinds = [
  'publish',
  'objection',
  'repair',
  'approval',
  'refused',
  'objection-answer',
  'provisional',
] as const;
export type WorkKind = (typeof workKinds)[number];

/** On whose word something is due: a rule pack's or the agreement's, by its id. */
export interface Citation {
  pack?: string;
  agreement?: string;
  article: Sentence;
  /** Of a pack: how sure we are of what it says. */
  confidence?: Confidence;
}

/** A day by which something must be done. */
export interface DueDay extends Reckoned {
  citation: Citation;
  /** The day after an extension of the clock, where there may be one. */
  atMost?: string;
}

/** One thing to do. */
export interface Task {
  kind: WorkKind;
  /** USCC of the bureau whose task it is. */
  authority: string;
  /** One plain sentence. */
  what: Sentence;
  /** The command that does it. */
  cure: string;
  due?: DueDay;
  /** `310000.0198f3c2-…` */
  record?: string;
  import?: string;
  /** `jti` */
  bulletin?: string;
  proposal?: string;
  uscc?: string;
  /** The subject's name. */
  subject?: string;
}

/** A task as it is shown on a day. */
export interface WorkItem extends Omit<Task, 'due'> {
  due?: string;
  atMost?: string;
  citation?: Citation;
  /** Whether a year without a table of holidays took part in the day. */
  provisional: boolean;
  overdue: boolean;
  /** Working days after today until the day, the day included: 0 on the day itself. Absent when it is over. */
  workingDaysLeft?: number;
  /** Days since the day. */
  daysOverdue?: number;
}

const dayMs = 24 * 3_600_000;

/** By when an opener must be published: the agreement's word or the packs', whichever is sooner. */
export function publishDay(rules: Rules, agreement: Agreement, title: Sentence, opening: Opening): DueDay | undefined {
  const { type, decidedOn } = opening;
  const days = findEntry(agreement, type)?.publishWithinWorkingDays;
  const agreed = days !== undefined && {
    ...addWorkingDays(rules.calendar, decidedOn, days),
    citation: {
      agreement: agreement.id,
      article: {
        zh: `目录“${title.zh}”：自决定之日起 ${days} 个工作日`,
        en: `catalogue, “${title.en}”: ${days} working days from the decision`,
      },
    },
  };
  const ruled = dutyDay(rules, opening, 'publish', decidedOn);
  if (!agreed) return ruled;
  return ruled && ruled.day <= agreed.day ? ruled : agreed;
}

/** By when a duty that arose on a day must be done; undefined where no pack says. */
export function dutyDay(rules: Rules, opening: Opening, duty: Duty, from: string): DueDay | undefined {
  const term = deadlineOf(rules, opening, duty, from);
  if (!term) return undefined;
  const { day, provisional, pack, article, confidence, atMost } = term;
  return { day, provisional, citation: { pack, article, confidence }, ...(atMost !== undefined && { atMost }) };
}

/** By when a proposed step must be decided, where its pack says and the day on which that clock began is known. */
export function proposalDay(rules: Rules, record: CreditRecord, proposal: Proposal): DueDay | undefined {
  const { type, body, proposedAt } = proposal;
  const opening = record.body && openingOf(record.type, record.body);
  if (!opening) return undefined;
  const proposedOn = dayOf(new Date(proposedAt));
  if (type === 'repair') return dutyDay(rules, opening, 'repair-decision', textAt(body, 'appliedOn') ?? proposedOn);
  if (type === 'objection-decision') {
    const mark = record.marks.find(({ jti }) => jti === body.objection);
    return mark && dutyDay(rules, opening, 'objection-decision', dayOf(new Date(mark.at)));
  }
  const fell = textAt(body, 'document.date') ?? textAt(body, 'revokedOn'); // the day on which the decision fell
  return type === 'revocation' && fell !== undefined ? dutyDay(rules, opening, 'revocation', fell) : undefined;
}

/** The tasks as they are shown on a day: soonest first, so that what is overdue leads; what has no day comes last. */
export function showTasks(tasks: readonly Task[], calendar: Calendar, today: string): WorkItem[] {
  const left = new Map<string, number>();
  const countLeft = (day: string) => {
    const known = left.get(day) ?? workingDaysBetween(calendar, today, day);
    left.set(day, known);
    return known;
  };
  const sorted = tasks.toSorted((a, b) => compare(keyOf(a), keyOf(b)));
  return sorted.map(({ due, ...task }): WorkItem => {
    if (!due) return { ...task, provisional: false, overdue: false };
    const { day, provisional, citation, atMost } = due;
    const overdue = day < today;
    return {
      ...{ ...task, due: day, citation, provisional, overdue },
      ...(atMost !== undefined && { atMost }),
      ...(overdue ? { daysOverdue: daysBetween(day, today) } : { workingDaysLeft: countLeft(day) }),
    };
  });
}

function keyOf({ due, kind }: Task): string {
  return `${due?.day ?? '9999-99-99'} ${workKinds.indexOf(kind)}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Working days after the first day until the last, which is included. */
function workingDaysBetween(calendar: Calendar, from: string, until: string): number {
  let count = 0;
  for (let day = from; day < until; ) {
    day = addDays(day, 1);
    if (isWorkingDay(calendar, day)) count++;
  }
  return count;
}

function daysBetween(from: string, until: string): number {
  return (Date.parse(until) - Date.parse(from)) / dayMs;
}
