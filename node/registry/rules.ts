/**
 * Rule packs: what law and standing orders say of periods, repair, clocks and retention, as dated data. Here are their
 * shapes and the choice among them; what follows for one record is `terms.ts`, whether they agree is `rule-check.ts`.
 * Their form is `schemas/rules.json`. No pack is named and no period written in code.
 */

import {
  addDays,
  addMonths,
  addWorkingDays,
  addYears,
  buildCalendar,
  type Calendar,
  type HolidayTable,
  type Reckoned,
} from '../base/calendar.ts';

/** What a pack can claim to rule. */
export type Aspect = 'publicity' | 'repair' | 'objection' | 'retention' | 'grading';

/** What an authority must have done by a day. Packs speak to each duty that they state, without claiming it. */
export type Duty =
  | 'publish'
  | 'repair-decision'
  | 'repair-effect'
  | 'objection-mark'
  | 'objection-forward'
  | 'objection-decision'
  | 'revocation'
  | 'correction';

/** How sure we are of a value: read in the statute itself, or known with more or less certainty. */
export type Confidence = (typeof confidences)[number];

const confidences = ['statute', 'high', 'medium', 'low'] as const;

export type Severity = 'minor' | 'general' | 'serious';

export interface Bilingual {
  zh: string;
  en: string;
}

/** Where a value stands written. */
export interface Cited {
  article: Bilingual;
  confidence: Confidence;
}

/** A length of time. */
export type Span = { days: number } | { workingDays: number } | { months: number } | { years: number };

/** What a member of a bulletin's body must be. A member with one value counts as a list of one. */
export type Test =
  | { any: string[] }
  | { only: string[] }
  | { none: string[] }
  | { mentions: string[] }
  | { atLeast: number }
  | { below: number };

/** All must hold. Beside the body's members there are `type` and `severity`, the class that was stated or found. */
export type When = Readonly<Record<string, Test>>;

/** One row of a pack. Of the rows of a section the first whose `when` holds counts. */
export interface Row extends Cited {
  when?: When;
  /** From which day its spans count: the decision's unless told otherwise. */
  start?: { at: 'decision' | 'publication' | 'conduct-end'; confidence?: Confidence };
}

export interface PublicityRow extends Row {
  /** False where such records are not publicised. */
  publicised?: false;
  minimum?: Span;
  maximum?: Span;
  /** 顺延: by how much a repetition moves the last day, and how far from the first day it may come. */
  extension?: { by: Span; cap: Span };
}

export interface RepairRow extends Row {
  /** Such records are not repaired. */
  excluded?: true;
  earliest?: Span;
  conditions?: string[];
  /** No repair within so many months of the subject's last. */
  clearMonthsSinceLast?: number;
  /** What else is refused, for people to judge. */
  refusals?: Bilingual[];
}

export interface RetentionRow extends Row {
  keep: Span;
}

export interface GradingRow extends Row {
  class: Severity;
}

export interface DeadlineRow extends Row {
  duty: Duty;
  within: Span;
  /** How long it may become with an extension. */
  atMost?: Span;
}

/** Which cases a pack rules, and in which aspects. */
export interface Claim {
  types: string[];
  /** Deciding authorities, all unless told; where both are given, both must hold. */
  authority?: {
    /** Beginnings of the region in positions 3–8 of its USCC: `31`. */
    regions?: string[];
    /** One of these words stands in its name. */
    named?: string[];
  };
  /** Days of the decision, both included. */
  decided: { from?: string; until?: string };
  /** Only records like this. Whether two packs overlap is judged without it. */
  when?: When;
  aspects: Aspect[];
  /** How sure days and authorities are. */
  confidence: Confidence;
}

/** A step of a grading scheme that others keep: shown, never computed here. */
export interface ScaleRow extends Cited, Bilingual {
  grade: string;
  atLeast?: number;
  below?: number;
}

export interface RulePack {
  id: string;
  title: Bilingual;
  source: Bilingual;
  claims: Claim[];
  /** Packs that are heard first wherever both speak; where they are silent, this one is heard. */
  yieldsTo?: string[];
  /** List of `config/codes.yaml` → code → its label. */
  codes?: Record<string, Record<string, Bilingual & { confidence?: Confidence }>>;
  grading?: GradingRow[];
  scale?: ScaleRow[];
  publicity?: PublicityRow[];
  repair?: RepairRow[];
  retention?: RetentionRow[];
  deadlines?: DeadlineRow[];
}

/** What decides which pack applies: the body of a bulletin that opens a record, and what the packs go by first. */
export interface Opening {
  type: string;
  decidedOn: string;
  authority: { name: string; uscc: string };
  body: Record<string, unknown>;
}

/** A pack with the claim by which it rules a case. */
export interface Ruling {
  pack: RulePack;
  claim: Claim;
}

export interface Rules {
  packs: readonly RulePack[];
  calendar: Calendar;
}

/** Packs and holidays that `checkPacks` and `checkHolidays` found right. */
export function buildRules(packs: readonly RulePack[], holidays: readonly HolidayTable[]): Rules {
  return { packs, calendar: buildCalendar(holidays) };
}

/** The packs that speak to an aspect or a duty of this record, in the order in which they are heard. */
export function rulingsOn({ packs }: Rules, opening: Opening, topic: Aspect | Duty): Ruling[] {
  const found = packs.flatMap((pack) => {
    const isStated = pack.deadlines?.some(({ duty }) => duty === topic);
    const claim = pack.claims.find(
      (claim) => (isStated || claim.aspects.some((aspect) => aspect === topic)) && isClaimed(claim, opening),
    );
    return claim ? [{ pack, claim }] : [];
  });
  // Any two of them are in order (`checkPacks`), so the number of those that go before is the place.
  const place = ({ pack }: Ruling) => found.filter((other) => pack.yieldsTo?.includes(other.pack.id)).length;
  return found.sort((a, b) => place(a) - place(b));
}

/** Whether every test holds for the members of `body`. */
export function holds(when: When | undefined, body: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(when ?? {}).every(([member, test]) => passes(test, body[member]));
}

/** The last day of a span that begins after `day` (民法典 arts 201 and 202). */
export function addSpan(calendar: Calendar, day: string, span: Span): Reckoned {
  if ('workingDays' in span) return addWorkingDays(calendar, day, span.workingDays);
  if ('days' in span) return { day: addDays(day, span.days), provisional: false };
  return { day: 'months' in span ? addMonths(day, span.months) : addYears(day, span.years), provisional: false };
}

/** The less sure of them. */
export function weakest(...of: Confidence[]): Confidence {
  return of.reduce((a, b) => (confidences.indexOf(a) > confidences.indexOf(b) ? a : b));
}

function isClaimed({ types, authority, decided, when }: Claim, opening: Opening): boolean {
  const { type, decidedOn, body } = opening;
  const region = opening.authority.uscc.slice(2, 8);
  return (
    types.includes(type) &&
    (decided.from === undefined || decided.from <= decidedOn) &&
    (decided.until === undefined || decidedOn <= decided.until) &&
    (authority?.regions?.some((start) => region.startsWith(start)) ?? true) &&
    (authority?.named?.some((word) => opening.authority.name.includes(word)) ?? true) &&
    holds(when, body)
  );
}

function passes(test: Test, value: unknown): boolean {
  const values = value === undefined ? [] : [value].flat();
  if ('any' in test) return values.some((one) => test.any.some((code) => code === one));
  if ('none' in test) return !values.some((one) => test.none.some((code) => code === one));
  if ('only' in test) return values.length > 0 && values.every((one) => test.only.some((code) => code === one));
  if ('mentions' in test) return typeof value === 'string' && test.mentions.some((word) => value.includes(word));
  return 'atLeast' in test ? Number(value) >= test.atLeast : Number(value) < test.below; // no number is neither
}
