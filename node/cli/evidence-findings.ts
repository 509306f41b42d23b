/** What a node found, as a table. */

import type { Sentence } from '../base/sentences.ts';
import { formatChinaTime } from '../base/time.ts';
import type { ListedFinding } from '../evidence/export-finding.ts';
import { formatTable } from './table.ts';

/** In which form a finding convicts its log. */
const forms: Readonly<Record<NonNullable<ListedFinding['form']>, Sentence>> = {
  'two-roots': { zh: '能：同一大小有两个根', en: 'two-roots' },
  'not-a-beginning': { zh: '能：较小的不是较大的前段', en: 'not-a-beginning' },
  'stray-leaf': { zh: '能：有不该有的叶子', en: 'stray-leaf' },
};

/** @param names of members, by id */
export function formatFindings(
  findings: readonly ListedFinding[],
  names: Readonly<Record<string, Sentence>>,
  pick: (sentence: Sentence) => string,
): string {
  if (findings.length === 0) return pick({ zh: '没有发现', en: 'nothing was found' });
  const head = [
    { zh: '编号', en: 'id' },
    { zh: '发现', en: 'finding' },
    { zh: '成员', en: 'member' },
    { zh: '名称', en: 'name' },
    { zh: '时间', en: 'at' },
    { zh: '导出', en: 'export' },
  ].map(pick);
  const rows = findings.map(({ id, code, member, at, form, reason }) => {
    const name = names[member];
    return [
      ...[id, code, member, name ? pick(name) : '', formatChinaTime(at)],
      form ? pick(forms[form]) : reason ? pick({ zh: `不能：${reason.zh}`, en: `cannot be: ${reason.en}` }) : '',
    ];
  });
  return formatTable(head, rows);
}
