/** The work list in words, Chinese first, and as a sheet that a bureau can print. */

import type { Sentence } from '../base/sentences.ts';
import type { SheetContent } from '../sheet/workbook.ts';
import type { Confidence } from './rules.ts';
import type { WorkItem, WorkKind } from './worklist.ts';

export const workKindNames: Readonly<Record<WorkKind, Sentence>> = {
  publish: { zh: '待发布', en: 'to publish' },
  objection: { zh: '异议待处理', en: 'objection to decide' },
  repair: { zh: '修复待复核', en: 'repair to approve' },
  approval: { zh: '待复核', en: 'to approve' },
  refused: { zh: '被拒收', en: 'refused' },
  'objection-answer': { zh: '等待答复', en: 'awaiting a decision' },
  provisional: { zh: '暂定日期', en: 'provisional days' },
};

const confidenceNames: Readonly<Record<Confidence, Sentence>> = {
  statute: { zh: '', en: '' },
  high: { zh: '（把握较大）', en: ' (fairly sure)' },
  medium: { zh: '（待核实）', en: ' (to be confirmed)' },
  low: { zh: '（把握不大）', en: ' (unsure)' },
};

/** How much time is left: 余 3 个工作日, 今日到期, 逾期 2 天; nothing where there is no day. */
export function remainingTime({ due, workingDaysLeft: left, daysOverdue: over }: WorkItem): Sentence {
  if (due === undefined) return { zh: '', en: '' };
  if (over !== undefined) return { zh: `逾期 ${over} 天`, en: `${over} ${over === 1 ? 'day' : 'days'} overdue` };
  if (left === 0) return { zh: '今日到期', en: 'due today' };
  return { zh: `余 ${left} 个工作日`, en: `${left} working ${left === 1 ? 'day' : 'days'} left` };
}

/** The day by which, with a word where it may still change. */
export function dueDay({ due = '', provisional, atMost }: WorkItem): Sentence {
  const [zh, en] = atMost === undefined ? ['', ''] : [`，至多延至 ${atMost}`, `, extended ${atMost} at most`];
  return { zh: `${due}${provisional ? '（暂定）' : ''}${zh}`, en: `${due}${provisional ? ' (provisional)' : ''}${en}` };
}

/** Who says so, and where: CNIPA-2022 规定（条号待核）（把握较大）. */
export function citationText({ citation }: WorkItem): Sentence {
  if (!citation) return { zh: '', en: '' };
  const { pack, agreement, article, confidence = 'statute' } = citation;
  const sure = confidenceNames[confidence];
  const source = pack ?? agreement ?? '';
  return { zh: `${source} ${article.zh}${sure.zh}`, en: `${source} ${article.en}${sure.en}` };
}

/** One row for each item. */
export function worklistSheet(items: readonly WorkItem[]): SheetContent {
  const columns: [title: string, width: number, cell: (item: WorkItem) => string][] = [
    ['到期日\nDue', 14, (item) => dueDay(item).zh],
    ['剩余\nLeft', 16, (item) => remainingTime(item).zh],
    ['种类\nKind', 14, ({ kind }) => workKindNames[kind].zh],
    ['主体\nSubject', 28, ({ subject = '' }) => subject],
    ['统一社会信用代码\nUSCC', 22, ({ uscc = '' }) => uscc],
    ['事项\nWhat', 60, ({ what }) => `${what.zh}\n${what.en}`],
    ['依据\nOn whose word', 36, (item) => citationText(item).zh],
    ['机关代码\nBureau', 22, ({ authority }) => authority],
    ['命令\nCommand', 60, ({ cure }) => cure],
  ];
  return {
    name: '待办清单',
    columns: columns.map(([, width]) => ({ width })),
    rows: [columns.map(([title]) => title), ...items.map((item) => columns.map(([, , cell]) => cell(item)))],
    headerRows: 1,
    marks: items.flatMap(({ overdue }, i) => (overdue ? [[i + 1, 1] as const] : [])),
  };
}
