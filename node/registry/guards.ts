/**
 * What an issuer sees to before it takes a step on one of its records: days in order, periods reached, conditions met.
 * `lifecycle.ts` says which step has which guards. Pure; periods and refusals come from the rule packs.
 */

import { addMonths } from '../base/calendar.ts';
import { canonicalText } from '../base/canonical.ts';
import { textAt } from '../base/pointer.ts';
import type { Facts, ProblemCode } from '../base/problem.ts';
import { type GuardName, lifecycles, stateOn } from './lifecycle.ts';
import { type CreditRecord, objectionsOf } from './record.ts';
import type { Rules } from './rules.ts';
import { extensionOf, type Opening, openingOf, repairRulesOf, termsOf } from './terms.ts';

/** A step on a record, and what its guards look at. */
export interface StepCase {
  record: CreditRecord;
  /** Bare name of the step's type. */
  type: string;
  /** The step's body, of that type's schema as far as anyone knows yet. */
  body: Record<string, unknown>;
  /** Today in China. */
  today: string;
  rules: Rules;
  /** Day of the newest repair of the same subject by this issuer. */
  lastRepairOn?: string;
}

/** Why a step is refused. */
export interface Flaw {
  code: ProblemCode;
  facts: Facts;
}

type Guard = (step: StepCase) => Flaw | undefined;

/** Members of step bodies that are days on which something was done or decided. */
const doneOn = ['repairedOn', 'revokedOn', 'decidedOn', 'raisedOn', 'takenOn', 'appliedOn', 'document.date'];

const guards: Readonly<Record<GuardName, Guard>> = {
  days({ record, body, today }) {
    for (const path of doneOn) {
      const day = textAt(body, path);
      if (day === undefined) continue;
      if (day > today) return { code: 'registry/day-in-future', facts: { member: path, day, today } };
      if (day < record.decidedOn)
        return { code: 'registry/day-order', facts: { member: path, day, after: record.decidedOn } };
    }
    return undefined;
  },
  change({ record, body }) {
    const { replaces = record.currentJti } = body;
    if (replaces !== record.currentJti) return { code: 'registry/changed-meanwhile', facts: { replaces } };
    const corrected = body[record.type];
    const isSame = record.body && corrected && canonicalText(corrected) === canonicalText(record.body);
    return isSame ? { code: 'registry/nothing-changed', facts: {} } : undefined;
  },
  term({ record, body, rules }) {
    const corrected = body[record.type] as Record<string, unknown> | undefined; // the schema says whether it is one
    if (!corrected || lifecycles[record.type]?.lastDay !== 'publicity.until') return undefined;
    const terms = termsOf(rules, openingOf(record.type, corrected));
    for (const what of ['from', 'earliestRepair', 'until'] as const) {
      const [before, day] = [textAt(record.body, `publicity.${what}`), textAt(corrected, `publicity.${what}`)];
      const term = terms[what];
      if (day === before || term === undefined || day === term.day) continue;
      return {
        code: 'registry/not-by-rule',
        facts: { member: `publicity.${what}`, day, due: term.day, ...cite(term) },
      };
    }
    return undefined;
  },
  reason({ body, type }) {
    const isGiven = body.reason !== undefined || body.document !== undefined;
    return isGiven ? undefined : { code: 'registry/reason-missing', facts: { step: type } };
  },
  document({ body, type }) {
    return body.document === undefined ? { code: 'registry/document-missing', facts: { step: type } } : undefined;
  },
  'not-expired'({ record, today }) {
    const { type, state, until } = record;
    return stateOn(type, state, until, today) === 'expired'
      ? { code: 'registry/expired', facts: { until } }
      : undefined;
  },
  'earliest-repair'(step) {
    const day = dayOfStep(step);
    const term = openingFor(step) && termsOf(step.rules, openingFor(step) as Opening).earliestRepair;
    const stated = textAt(step.record.body, 'publicity.earliestRepair');
    const earliest = [stated, term?.day]
      .filter((one) => one !== undefined)
      .sort()
      .at(-1);
    if (earliest === undefined || day >= earliest) return undefined;
    const from = term?.day === earliest ? cite(term) : {};
    return { code: 'registry/too-early', facts: { day, earliest, ...from } };
  },
  repairable(step) {
    const opening = openingFor(step);
    const rule = opening && repairRulesOf(step.rules, opening);
    if (!rule?.excluded) return undefined;
    return { code: 'registry/not-repairable', facts: cite({ ...rule, article: rule.excluded }) };
  },
  'clear-record'(step) {
    const opening = openingFor(step);
    const rule = opening && repairRulesOf(step.rules, opening);
    const { lastRepairOn } = step;
    if (lastRepairOn === undefined || rule?.clearMonthsSinceLast === undefined) return undefined;
    const again = addMonths(lastRepairOn, rule.clearMonthsSinceLast);
    if (dayOfStep(step) >= again) return undefined;
    return { code: 'registry/repaired-recently', facts: { last: lastRepairOn, again, ...cite(rule) } };
  },
  conditions(step) {
    const opening = openingFor(step);
    const rule = opening && repairRulesOf(step.rules, opening);
    const met = Array.isArray(step.body.conditions) ? step.body.conditions : [];
    const missing = (rule?.conditions ?? []).filter((condition) => !met.includes(condition));
    return rule && missing.length > 0
      ? { code: 'registry/condition-missing', facts: { missing, ...cite(rule) } }
      : undefined;
  },
  later({ record, body }) {
    const { until } = body;
    const isLater = record.until === undefined || (typeof until === 'string' && until > record.until);
    return isLater ? undefined : { code: 'registry/not-later', facts: { day: until, until: record.until } };
  },
  cap(step) {
    const { record, rules, body } = step;
    const opening = openingFor(step);
    if (!opening || record.until === undefined) return undefined;
    const first = textAt(record.body, 'publicity.from') ?? record.decidedOn;
    const cap = extensionOf(rules, opening, { until: record.until, first })?.cap;
    const { until } = body;
    const { publicity: pack } = termsOf(rules, opening).packs;
    if (!cap && pack !== undefined) return { code: 'registry/not-extendable', facts: { pack } };
    if (!cap || typeof until !== 'string' || until <= cap.day) return undefined;
    return { code: 'registry/beyond-cap', facts: { day: until, cap: cap.day, ...cite(cap) } };
  },
  'open-objection'({ record, body }) {
    const named = objectionsOf(record).find(({ mark }) => mark.jti === body.objection);
    if (!named) return { code: 'registry/unknown-objection', facts: { objection: body.objection } };
    if (named.decision) return { code: 'registry/already-decided', facts: { objection: body.objection } };
    return undefined;
  },
};

/** Everything that speaks against a step, in the order of its guards. */
export function findFlaws(names: readonly GuardName[], step: StepCase): Flaw[] {
  return names.flatMap((name) => guards[name](step) ?? []);
}

/** What the rule packs go by; undefined once the content was erased. */
function openingFor({ record }: StepCase): Opening | undefined {
  return record.body && openingOf(record.type, record.body);
}

/** The day on which the step was decided. */
function dayOfStep({ body, today }: StepCase): string {
  return textAt(body, 'repairedOn') ?? textAt(body, 'document.date') ?? today;
}

function cite({ pack, article }: { pack: string; article: { zh: string; en: string } }): Facts {
  return { pack, articleZh: article.zh, articleEn: article.en };
}
