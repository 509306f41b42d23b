/**
 * What the rule packs make of one record: its class, publicity, earliest repair, retention, deadlines, each with the
 * pack and the article that gave it. Pure: the same record and the same packs give the same days, until the table of
 * holidays grows. An issuer's own word always stands; here it is only completed.
 *
 * Packs are heard value by value: where the first is silent, the next that claims the record speaks.
 */

import { type Calendar, type Reckoned, rollForward } from '../base/calendar.ts';
import { textAt } from '../base/pointer.ts';
import { findTypeByName } from '../bulletin/catalogue.ts';
import {
  type Aspect,
  addSpan,
  type Bilingual,
  type Cited,
  type Confidence,
  type Duty,
  holds,
  type Opening,
  type Row,
  type RulePack,
  type Rules,
  rulingsOn,
  type Severity,
  type Span,
  weakest,
} from './rules.ts';

export type { Opening } from './rules.ts';

/** Which pack gave a value, and where it stands there. */
export interface Source extends Cited {
  pack: string;
}

/** A day that a pack gave. `provisional` when a year without a table of holidays took part. */
export interface Term extends Source, Reckoned {}

export interface Terms {
  /** The first pack with something to say in each aspect; none where nobody claims the record. */
  packs: Partial<Record<Aspect, string>>;
  /** Without a source when the issuer's own word is not the packs'. */
  severity?: Partial<Source> & { class: Severity; isStated: boolean };
  /** Absent where no pack says. */
  isPublicised?: boolean;
  from?: Term;
  earliestRepair?: Term;
  /** The last day of publicity. */
  until?: Term;
  retainUntil?: Term;
}

/** A day of the record as it is shown: the stated one, or else the packs'. With a source where the packs give that day. */
export interface ExplainedDate extends Partial<Source>, Reckoned {
  what: 'from' | 'earliestRepair' | 'until' | 'retainUntil';
  isStated: boolean;
}

/** Source is the row that excludes a repair, or else the one with the conditions. */
export interface RepairRules extends Source {
  /** Such records are not repaired, by that article. */
  excluded?: Bilingual;
  conditions: string[];
  clearMonthsSinceLast?: number;
  refusals: Bilingual[];
}

/**
 * What the packs go by, from a body of that type.
 *
 * @throws {RangeError} when a body of that type opens no record, or names no authority
 */
export function openingOf(type: string, body: Record<string, unknown>): Opening {
  const decidedOn = findTypeByName(type)?.decidedOn?.(body);
  const { document, authority = (document as { authority?: unknown } | undefined)?.authority } = body;
  if (decidedOn === undefined || !authority) throw new RangeError(`a ${type} without day or authority`);
  return { type, decidedOn, authority: authority as Opening['authority'], body }; // the schemas say so
}

/** All that follows for a record; no dates and no packs where no pack claims it. */
export function termsOf(rules: Rules, opening: Opening): Terms {
  const hearing = openHearing(rules, opening);
  const { severity } = hearing;
  const publicity = hear(hearing, 'publicity', (pack) => pack.publicity);
  const repair = hear(hearing, 'repair', (pack) => pack.repair);
  const retention = hear(hearing, 'retention', (pack) => pack.retention);
  const termOf = (found: Found<Span> | undefined) => found && countFromStart(hearing, found);

  const isPublicised = publicity[0] && (publicity[0].row.publicised ?? true);
  const isShown = isPublicised !== false || opening.body.publicity !== undefined; // against the rule, but it was
  const from = termOf(first(publicity.slice(0, 1), (row) => (startOf(row, opening) ? { days: 0 } : undefined)));
  const until = termOf(first(publicity, (row) => row.maximum));
  const mayRepair = later(termOf(first(repair, (row) => row.earliest)), termOf(first(publicity, (row) => row.minimum)));
  const isExcluded = first(repair, (row) => row.excluded) !== undefined;
  const isInTime = mayRepair && (until === undefined || mayRepair.day <= until.day); // else it has ended by then
  const earliestRepair = isInTime && !isExcluded ? mayRepair : undefined;
  const retainUntil = termOf(first(retention, (row) => row.keep));
  const packs = {
    publicity: publicity[0]?.pack,
    repair: repair[0]?.pack,
    objection: rulingsOn(rules, opening, 'objection')[0]?.pack.id,
    retention: retention[0]?.pack,
    grading: rulingsOn(rules, opening, 'grading')[0]?.pack.id,
  };
  return {
    packs: Object.fromEntries(Object.entries(packs).filter(([, pack]) => pack !== undefined)),
    ...(severity && { severity }),
    ...(isPublicised !== undefined && { isPublicised }),
    ...(isShown && { ...(from && { from }), ...(earliestRepair && { earliestRepair }), ...(until && { until }) }),
    ...(retainUntil && { retainUntil }),
  };
}

/** The body with rule pack, severity, publicity and retention where it was silent; what it states stays as it is. */
export function stateTerms(rules: Rules, type: string, body: Record<string, unknown>): Record<string, unknown> {
  const { packs, severity, from, earliestRepair, until, retainUntil } = termsOf(rules, openingOf(type, body));
  const last = textAt(body, 'publicity.until') ?? until?.day;
  const isInTime = earliestRepair && (last === undefined || earliestRepair.day <= last);
  const publicity = {
    ...(from && { from: from.day }),
    ...(isInTime && { earliestRepair: earliestRepair.day }),
    ...(until && { until: until.day }),
    ...(body.publicity as object | undefined), // the schemas say so
  };
  return {
    ...(packs.publicity !== undefined && { rulePack: packs.publicity }),
    ...(severity && { severity: severity.class }),
    ...(retainUntil && { retainUntil: retainUntil.day }),
    ...body,
    ...(Object.keys(publicity).length > 0 && { publicity }),
  };
}

/**
 * By when a duty that arose on a day must be done, `atMost` being the day after an extension of it; undefined where no
 * pack says. A deadline in calendar days that ends on a day off gives way to the next working day (民法典 art. 203).
 */
export function deadlineOf(
  rules: Rules,
  opening: Opening,
  duty: Duty,
  from: string,
): (Term & { atMost?: string }) | undefined {
  const rows = hear(openHearing(rules, opening), duty, ({ deadlines }) =>
    deadlines?.filter((row) => row.duty === duty),
  );
  const found = first(rows, (row) => row.within);
  const atMost = first(rows.slice(0, 1), (row) => row.atMost);
  return (
    found && {
      ...dueOn(rules.calendar, from, found.value),
      ...sourceOf(found.heard),
      ...(atMost && { atMost: dueOn(rules.calendar, from, atMost.value).day }),
    }
  );
}

/** 顺延: the last day of publicity after one more repetition, and the last to which it may come from the `first` day. */
export function extensionOf(
  rules: Rules,
  opening: Opening,
  days: { until: string; first: string },
): { until: Term; cap: Term } | undefined {
  const found = first(
    hear(openHearing(rules, opening), 'publicity', (pack) => pack.publicity),
    (row) => row.extension,
  );
  if (!found) return undefined;
  const source = sourceOf(found.heard);
  const until = { ...addSpan(rules.calendar, days.until, found.value.by), ...source };
  const cap = { ...addSpan(rules.calendar, days.first, found.value.cap), ...source };
  return { until: until.day < cap.day ? until : cap, cap };
}

/** What a repair needs; undefined where no pack says. */
export function repairRulesOf(rules: Rules, opening: Opening): RepairRules | undefined {
  const rows = hear(openHearing(rules, opening), 'repair', (pack) => pack.repair);
  const excluded = first(rows, (row) => row.excluded);
  const conditions = first(rows, (row) => row.conditions);
  const clear = first(rows, (row) => row.clearMonthsSinceLast);
  const [heard] = [excluded?.heard, conditions?.heard, rows[0]].filter((one) => one !== undefined);
  if (!heard) return undefined;
  return {
    ...sourceOf(heard),
    ...(excluded && { excluded: heard.row.article }),
    conditions: conditions?.value ?? [],
    ...(clear && { clearMonthsSinceLast: clear.value }),
    refusals: first(rows, (row) => row.refusals)?.value ?? [],
  };
}

/** Which pack and article gave each date of a record. */
export function explainDates(rules: Rules, opening: Opening): ExplainedDate[] {
  const terms = termsOf(rules, opening);
  return (['from', 'earliestRepair', 'until', 'retainUntil'] as const).flatMap((what): ExplainedDate[] => {
    const stated = textAt(opening.body, what === 'retainUntil' ? what : `publicity.${what}`);
    const term = terms[what];
    if (term && (stated ?? term.day) === term.day) return [{ what, ...term, isStated: stated !== undefined }];
    return stated === undefined ? [] : [{ what, day: stated, provisional: false, isStated: true }];
  });
}

/** A record before the packs, its class known. */
interface Hearing {
  rules: Rules;
  opening: Opening;
  severity?: Terms['severity'];
  /** What conditions look at. */
  told: Readonly<Record<string, unknown>>;
}

/** A row that holds for the record, and how sure it is that it does. */
interface Heard<R extends Row = Row> {
  pack: string;
  row: R;
  sure: Confidence;
}

interface Found<V> {
  heard: Heard;
  value: V;
}

function openHearing(rules: Rules, opening: Opening): Hearing {
  const { severity: stated, ...body } = opening.body;
  const told = { ...body, type: opening.type };
  const rows = hear({ rules, opening, told }, 'grading', (pack) => pack.grading);
  const graded = first(rows, (row) => row.class);
  const value = (stated ?? graded?.value) as Severity | undefined; // the schemas say so
  if (value === undefined) return { rules, opening, told };
  const source = graded?.value === value ? sourceOf(graded.heard) : {};
  const severity = { class: value, isStated: stated !== undefined, ...source };
  return { rules, opening, severity, told: { ...told, severity: value } };
}

/** The row that holds of each pack that speaks to the topic, in the order in which they are heard. */
function hear<R extends Row>(
  { rules, opening, severity, told }: Hearing,
  topic: Aspect | Duty,
  rowsOf: (pack: RulePack) => R[] | undefined,
): Heard<R>[] {
  return rulingsOn(rules, opening, topic).flatMap(({ pack, claim }) => {
    const row = rowsOf(pack)?.find(({ when }) => holds(when, told));
    if (!row) return [];
    const graded = row.when?.severity && severity?.confidence; // a row is no surer than the class that led to it
    return [{ pack: pack.id, row, sure: weakest(claim.confidence, graded ?? claim.confidence) }];
  });
}

/** The first value that a row states. */
function first<R extends Row, V>(rows: Heard<R>[], pick: (row: R) => V | undefined): Found<V> | undefined {
  for (const heard of rows) {
    const value = pick(heard.row);
    if (value !== undefined) return { heard, value };
  }
  return undefined;
}

function sourceOf({ pack, row: { article, confidence }, sure }: Heard): Source {
  return { pack, article, confidence: weakest(sure, confidence) };
}

/** The day from which a row counts; undefined where the record does not tell it. */
function startOf({ start }: Row, { decidedOn, body }: Opening): string | undefined {
  if (start?.at === 'publication') return textAt(body, 'publicity.from');
  return start?.at === 'conduct-end' ? undefined : decidedOn;
}

/** Adds a span to the day from which its row counts. Where that is not told, the decision's day stands in: a guess. */
function countFromStart({ rules, opening }: Hearing, { heard, value }: Found<Span>): Term {
  const start = startOf(heard.row, opening);
  const { pack, article, confidence } = sourceOf(heard);
  const { day, provisional } = addSpan(rules.calendar, start ?? opening.decidedOn, value);
  const sure = start ? weakest(confidence, heard.row.start?.confidence ?? 'statute') : 'low';
  return { day, provisional, pack, article, confidence: sure };
}

function dueOn(calendar: Calendar, day: string, span: Span): Reckoned {
  const due = addSpan(calendar, day, span);
  return 'workingDays' in span ? due : rollForward(calendar, due.day);
}

function later(a: Term | undefined, b: Term | undefined): Term | undefined {
  return a && b ? (a.day >= b.day ? a : b) : (a ?? b);
}
