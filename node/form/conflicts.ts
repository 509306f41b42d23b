/**
 * What is wrong, or odd, with a row whose cells are right each by itself: one contradicts another, or the calendar. Pure.
 */

import type { Facts, ProblemCode } from '../base/problem.ts';
import type { CellValue, Reader } from './cell.ts';
import type { Form } from './columns.ts';

/** What the cell of that path has against it, beside the others. */
export interface Conflict {
  path: string;
  code: ProblemCode;
  facts?: Facts;
}

type Values = ReadonlyMap<string, CellValue>;

/** Days of which the later is not before the earlier, beside those that may be no end: none is before the decision. */
const ordered: readonly (readonly [earlier: string, later: string])[] = [
  ['validFrom', 'validUntil'],
  ['warnedOn', 'dueOn'],
];

/** What refuses the row. */
export function findConflicts(values: Values, form: Form, reader: Reader): Conflict[] {
  const conflicts: Conflict[] = [];
  for (const find of [findHalves, findStrangeGrade, findStrangeForm, findDays]) find(values, conflicts, form, reader);
  return conflicts;
}

/** Amounts that are not those of the text beside them: said, and not refused, for a text has many ways to say one. */
export function findOddities(values: Values): Conflict[] {
  const content = values.get('content');
  if (typeof content !== 'string') return [];
  const oddities: Conflict[] = [];
  for (const [path, patterns] of statedAmounts) {
    const value = values.get(path);
    if (typeof value !== 'string') continue;
    const stated = patterns.flatMap((pattern) => [...content.matchAll(pattern)].map(toFen));
    const all = stated.reduce((sum, one) => sum + one, 0);
    const fen = Math.round(Number(value) * fenIn.万);
    if (stated.length === 0 || stated.includes(fen) || all === fen) continue;
    oddities.push({ path, code: 'import/amount-doubtful', facts: { stated: all / fenIn.元 } });
  }
  return oddities;
}

type Find = (values: Values, conflicts: Conflict[], form: Form, reader: Reader) => void;

const findHalves: Find = (values, conflicts) => {
  const [name, uscc] = ['source.name', 'source.uscc'];
  if (values.has(name) === values.has(uscc)) return;
  conflicts.push({ path: values.has(name) ? uscc : name, code: 'import/value-missing' });
};

const findStrangeGrade: Find = (values, conflicts, _form, { codes }) => {
  const grade = values.get('grade');
  if (typeof grade !== 'string') return;
  const grades = codes['grade-scheme']?.codes[String(values.get('scheme'))]?.grades;
  if (!grades || grades.includes(grade)) return;
  conflicts.push({ path: 'grade', code: 'import/value-not-listed', facts: { part: grade, listed: grades } });
};

const findStrangeForm: Find = (values, conflicts) => {
  if (!values.has('form') || values.get('conduct') === 'IP-01') return;
  conflicts.push({ path: 'form', code: 'import/value-unreadable', facts: { rule: 'conduct-form' } });
};

const findDays: Find = (values, conflicts, form, { today }) => {
  const decided = values.get(form.decidedOn);
  if (decided !== undefined && decided > today)
    conflicts.push({ path: form.decidedOn, code: 'import/day-in-future', facts: { today } });
  const compare = (earlier: string, later: string) => {
    const [first, last] = [values.get(earlier), values.get(later)];
    if (first === undefined || last === undefined || last >= first) return;
    const name = form.columns.find(({ path }) => path === earlier)?.zh;
    conflicts.push({ path: later, code: 'import/day-order', facts: { earlier: name, day: first } });
  };
  for (const { kind, path } of form.columns) if (kind === 'end-day') compare(form.decidedOn, path);
  for (const [earlier, later] of ordered) compare(earlier, later);
};

/** One hundredth of a yuan: exact as whole numbers. */
const fenIn = { 元: 100, 万: 1_000_000, 亿: 10_000_000_000 };

const amount = '(\\d[\\d,]*(?:\\.\\d+)?)\\s*([万亿])?元';

/** Which amounts of the text belong to which column: `罚款2000元`, `处2,000元的罚款`, `没收违法所得500元`. */
const statedAmounts: readonly (readonly [path: string, patterns: readonly RegExp[]])[] = [
  ['fine', [new RegExp(`罚款[^\\d。；;没]{0,12}${amount}`, 'g'), new RegExp(`${amount}的?罚款`, 'g')]],
  ['confiscation', [new RegExp(`没收[^\\d。；;罚]{0,30}${amount}`, 'g')]],
];

function toFen([, digits = '', unit]: RegExpMatchArray): number {
  return Math.round(Number(digits.replaceAll(',', '')) * (unit === '万' || unit === '亿' ? fenIn[unit] : fenIn.元));
}
