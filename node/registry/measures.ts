/**
 * Records propose measures and take none: only those on a province's published list, for people to consider one by one
 * (上海市社会信用条例 art. 32, 浙江省公共信用信息管理条例 art. 28; 国办发〔2020〕49号: proportionate).
 */

import type { Sentence } from '../base/sentences.ts';
import { type DayState, isInForce } from './lifecycle.ts';
import type { CreditRecord } from './record.ts';
import type { Rules } from './rules.ts';
import { openingOf, termsOf } from './terms.ts';

/** A measure with its label. */
export interface Measure extends Sentence {
  code: string;
}

/** Kinds of records that may lead to measures. */
const leading: readonly string[] = ['dishonesty', 'serious-list'];

/** What every answer says beside what it proposes. */
export const notice: Sentence = {
  zh: '本查询不自动触发任何措施。所提示的措施仅限本省已公布的清单，是否采取、如何采取由有权机关依法决定，并说明理由、告知救济途径（《上海市社会信用条例》第三十二条、《浙江省公共信用信息管理条例》第二十八条）。',
  en: 'Nothing follows from this answer by itself. The measures it suggests are on this province’s published list only; whether and how one is taken is for the competent authority to decide, with reasons and remedies (Shanghai Social Credit Regulations art. 32, Zhejiang Public Credit Information Regulations art. 28).',
};

/** The listed measures that the record's body names, or, where it names none, its rule pack; of a record in force. */
export function proposedBy(
  { type, body }: CreditRecord,
  state: DayState,
  { rules, measures }: { rules: Rules; measures: readonly Measure[] },
): Measure[] {
  if (!leading.includes(type) || !body || !isInForce(state)) return [];
  const named = (body.measures as string[] | undefined) ?? packMeasures(rules, type, body); // its schema was checked
  return measures.filter(({ code }) => named.includes(code));
}

function packMeasures(rules: Rules, type: string, body: Record<string, unknown>): string[] {
  const { publicity } = termsOf(rules, openingOf(type, body)).packs;
  return Object.keys(rules.packs.find(({ id }) => id === publicity)?.codes?.measure ?? {});
}
