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
  return [
    ...findHalves(values),
    ...findStrangeGrade(values, reader),
    ...findForm(values),
    ...findDays(values, form, reader),
  ];
}

/** Amounts that are not those of the text beside them: said, and not refused, for a text has many ways to say one. */
export function findOddities(values: Values): Conflict[] {
  const content = values.get('content');
  if (typeof content !== 'string') return [];
  return Object.entries(statedAmounts).flatMap(([path, patterns]): Conflict[] => {
    const value = values.get(path);
    const stated = patterns.flatMap((pattern) => [...content.matchAll(pattern)].map(toFen));
    const all = stated.reduce((sum, one) => sum + one, 0);
    if (typeof value !== 'string' || stated.length === 0) return [];
    const fen = Math.round(Number(value) * fenIn.万);
    if (stated.includes(fen) || all === fen) return [];
    return [{ path, code: 'import/amount-doubtful', facts: { stated: all / fenIn.元 } }];
  });
}

function findHalves(values: Values): Conflict[] {
  const pairs = [
    ['source.name', 'source.uscc'],
    ['source.uscc', 'source.name'],
  ] as const;
  return pairs.flatMap(([path, other]) =>
    !values.has(path) && values.has(other) ? [{ path, code: 'import/value-missing' } as const] : [],
  );
}

function findStrangeGrade(values: Values, { codes }: Reader): Conflict[] {
  const grades = codes['grade-scheme']?.codes[String(values.get('scheme'))]?.grades;
  const grade = values.get('grade');
  if (!grades || typeof grade !== 'string' || grades.includes(grade)) return [];
  return [{ path: 'grade', code: 'import/value-not-listed', facts: { part: grade, listed: grades } }];
}

function findForm(values: Values): Conflict[] {
  if (!values.has('form') || values.get('conduct') === 'IP-01') return [];
  return [{ path: 'form', code: 'import/value-unreadable', facts: { rule: 'conduct-form' } }];
}

function findDays(values: Values, form: Form, { today }: Reader): Conflict[] {
  const conflicts: Conflict[] = [];
  const decided = String(values.get(form.decidedOn) ?? '');
  if (decided > today) conflicts.push({ path: form.decidedOn, code: 'import/day-in-future', facts: { today } });
  const ends = form.columns.filter(({ kind }) => kind === 'end-day').map(({ path }) => [form.decidedOn, path] as const);
  for (const [earlier, later] of [...ends, ...ordered]) {
    const [first, last] = [values.get(earlier), values.get(later)];
    if (first === undefined || last === undefined || last >= first) continue;
    const name = form.columns.find(({ path }) => path === earlier)?.zh;
    conflicts.push({ path: later, code: 'import/day-order', facts: { earlier: name, day: first } });
  }
  return conflicts;
}

/** One hundredth of a yuan: exact as whole numbers. */
const fenIn = { 元: 100, 万: 1_000_000, 亿: 10_000_000_000 };

const amount = '(\\d[\\d,]*(?:\\.\\d+)?)\\s*([万亿])?元';

/** Which amounts of the text belong to which column: `罚款2000元`, `处2,000元的罚款`, `没收违法所得500元`. */
const statedAmounts: Readonly<Record<string, readonly RegExp[]>> = {
  fine: [new RegExp(`罚款[^\\d。；;没]{0,12}${amount}`, 'g'), new RegExp(`${amount}的?罚款`, 'g')],
  confiscation: [new RegExp(`没收[^\\d。；;罚]{0,30}${amount}`, 'g')],
};

function toFen([, digits = '', unit]: RegExpMatchArray): number {
  return Math.round(Number(digits.replaceAll(',', '')) * (unit === '万' || unit === '亿' ? fenIn[unit] : fenIn.元));
}
