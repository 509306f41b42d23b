/** Whose rules gave a record its dates, extensions among them. Pure. */

import { textAt } from '../base/pointer.ts';
import type { CreditRecord } from './record.ts';
import type { Rules } from './rules.ts';
import { type ExplainedDate, explainDates, extensionOf, openingOf, type Terms, termsOf } from './terms.ts';

/** A date of the record, and the extension that set it, if one did. */
export type ShownDate = ExplainedDate & { extendedBy?: string };

interface Explained extends Pick<Terms, 'packs' | 'severity'> {
  dates: ShownDate[];
}

/** Nothing once its content was erased. */
export function explainRecord(record: CreditRecord, rules: Rules): Explained {
  if (!record.body) return { packs: {}, dates: [] };
  const opening = openingOf(record.type, record.body);
  const { packs, severity } = termsOf(rules, opening);
  const dates: ShownDate[] = explainDates(rules, opening);
  const extended = extendedUntil(record, rules);
  const inOrder = extended ? dates.map((date) => (date.what === 'until' ? extended : date)) : dates;
  const isNew = extended && !inOrder.includes(extended);
  return { packs, ...(severity && { severity }), dates: isNew ? [...inOrder, extended] : inOrder };
}

/** The last day as an extension left it, with the rule where that gives the same day. */
function extendedUntil(record: CreditRecord, rules: Rules): ShownDate | undefined {
  const moves = record.steps.filter(({ state }) => state !== undefined);
  const at = moves.findLastIndex(({ type, until }) => type === 'extension' && until === record.until);
  const [before, extension] = [moves[at - 1], moves[at]];
  if (!extension || !record.until || !record.body || textAt(record.body, 'publicity.until') === record.until)
    return undefined;
  const first = textAt(record.body, 'publicity.from') ?? record.decidedOn;
  const from = before?.until ?? record.until;
  const term = extensionOf(rules, openingOf(record.type, record.body), { until: from, first })?.until;
  const source = term?.day === record.until ? term : { day: record.until, provisional: false };
  return { what: 'until', ...source, isStated: true, extendedBy: extension.jti };
}
