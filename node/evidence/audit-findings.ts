/** What an audit finds, said in both languages as it comes, so many of each kind and the rest counted. */

import type { Facts } from '../base/problem.ts';
import type { AuditFinding, AuditStatement } from '../report/audit.ts';
import {
  type AuditNames,
  type CheckedCode,
  checkedWords,
  type FindingCode,
  findingWords,
  type UncheckedCode,
  uncheckedWords,
} from './audit-words.ts';

const mostOfOne = 1_000;

export type Findings = ReturnType<typeof createFindings>;

/** @param names for the sentences */
export function createFindings(names: AuditNames) {
  const counts = new Map<string, number>();
  const findings: AuditFinding[] = [];
  const checked: AuditStatement[] = [];
  const notChecked: AuditStatement[] = [];

  function put(code: FindingCode, facts: Facts, grave: boolean): void {
    const n = (counts.get(code) ?? 0) + 1;
    counts.set(code, n);
    if (n <= mostOfOne) findings.push({ code, facts, ...findingWords[code](facts, names), grave });
  }

  return {
    /** What speaks against somebody. */
    add: (code: FindingCode, facts: Facts): void => put(code, facts, true),
    /** What the reader should know. */
    tell: (code: FindingCode, facts: Facts): void => put(code, facts, false),
    checked(code: CheckedCode, facts: Facts): void {
      checked.push({ code, facts, ...checkedWords[code](facts, names) });
    },
    notChecked(code: UncheckedCode, facts: Facts = {}): void {
      notChecked.push({ code, facts, ...uncheckedWords[code](facts, names) });
    },
    /** Grave ones first, otherwise in the order in which they were found. */
    report() {
      const more = [...counts].flatMap(([code, n]): [string, number][] =>
        n > mostOfOne ? [[code, n - mostOfOne]] : [],
      );
      const sorted = [...findings].sort((a, b) => Number(b.grave) - Number(a.grave));
      return { findings: sorted, checked, notChecked, more: Object.fromEntries(more) };
    },
  };
}
