/** Credit records for a clerk's eyes: how they stand, what happened to them since, and where that stands in whose log. */

import type { Sentence } from '../base/sentences.ts';
import { formatChinaTime } from '../base/time.ts';
import type { Labels, Line } from '../bulletin/labels.ts';
import type { RecordAnswer, SubjectAnswer } from '../registry/answer.ts';
import type { ShownRecord } from '../registry/shown-record.ts';
import { sayState, sentenceFor } from '../registry/words.ts';
import { briefLines } from '../report/brief.ts';
import {
  dateNames,
  maskedWords,
  objectionFlags,
  sayChange,
  sayDate,
  sayEnding,
  sayErased,
  sayLeftOut,
  sayObjection,
  sayProvince,
  unclaimedWords,
} from '../report/wording.ts';
import { formatPairs, formatTable, indentBy, toOneLine } from './table.ts';

type Pick = (sentence: Sentence) => string;
type Pair = readonly [Sentence, Sentence];

export function formatAnswer(answer: SubjectAnswer, labels: Labels, pick: Pick): string {
  const { uscc, purpose, at, asOf, agreement, summary, notice, provinces } = answer;
  const head = formatPairs([
    [pick({ zh: '主体', en: 'subject' }), uscc],
    [pick({ zh: '使用目的', en: 'purpose' }), purpose],
    [pick({ zh: '查询时间（北京时间）', en: 'asked at (China time)' }), formatChinaTime(at)],
    ...(asOf ? [[pick({ zh: '查询时点（北京时间）', en: 'as of (China time)' }), formatChinaTime(asOf)] as const] : []),
    [pick({ zh: '依据的协议版本', en: 'under the agreement' }), agreement],
  ]);
  const parts = provinces.map((province) => {
    const records = province.records.map((record) => indentBy('  ', formatSummary(record, labels, pick)));
    return [`${pick(sayProvince(province))}\n`, ...records].join('\n');
  });
  return [head, `${pick(summary)}\n`, ...parts, `${pick(notice)}\n`].join('\n');
}

/** Everything about one record. */
export function formatWhole(record: RecordAnswer, labels: Labels, pick: Pick): string {
  const told = record.history.filter(({ body, changes }) => body !== undefined || changes !== undefined);
  const steps = told.map(({ type, decidedOn, body = {}, changes = [] }) => {
    const lines = formatPairs(labels.linesOf(type, body).map(toPair(pick)), '  ');
    const changed = changes.map((change) => `  ${toOneLine(pick(sayChange(change, record.type, labels)))}\n`).join('');
    return `\n${pick(labels.titleOf(type))}  ${decidedOn}\n${lines}${changed}`;
  });
  return [
    formatTitle(record, labels, pick),
    formatBody(record, labels.linesOf(record.type, record.body ?? {}), labels, pick),
    formatStanding(record, labels, pick),
    '\n',
    formatHistory(record, labels, pick),
    ...steps,
  ].join('');
}

function formatSummary(record: ShownRecord, labels: Labels, pick: Pick): string {
  return [
    formatTitle(record, labels, pick),
    formatBody(record, briefLines(record, labels), labels, pick),
    formatStanding(record, labels, pick),
    indentBy('  ', formatHistory(record, labels, pick)),
  ].join('');
}

/** 行政处罚  沪知罚〔2026〕1号  2026-01-02  公示中 */
function formatTitle(record: ShownRecord, labels: Labels, pick: Pick): string {
  const { type, decidedOn, body, objection, isMasked } = record;
  const document = body?.document as { number?: string } | undefined; // its schema was checked
  const words = [
    pick(labels.titleOf(type)),
    document?.number ?? '',
    decidedOn,
    pick(sayState(record)),
    objection === 'none' ? '' : pick(objectionFlags[objection]),
    isMasked ? pick(maskedWords) : '',
  ];
  return `${words
    .filter((word) => word !== '')
    .map(toOneLine)
    .join('  ')}\n`;
}

/** Its id, whom it is about where that was not asked for, and those lines of its body. */
function formatBody(
  { record, uscc, body, erased }: ShownRecord & { uscc?: string },
  lines: readonly Line[],
  labels: Labels,
  pick: Pick,
): string {
  const id = [pick({ zh: '记录编号', en: 'Record' }), record] as const;
  const subject = uscc === undefined ? [] : [[pick({ zh: '主体代码', en: 'Subject' }), uscc] as const];
  const pairs = formatPairs([id, ...subject, ...lines.map(toPair(pick))], '  ');
  return body ? pairs : `${pairs}  ${pick(sayErased({ ...(erased && { erased }) }, labels))}\n`;
}

/** Why it ended, its dates and whose rules they are, objections, and what it proposes. */
function formatStanding(record: ShownRecord, labels: Labels, pick: Pick): string {
  const { body, packs, dates, objections = [], proposes = [] } = record;
  const leftOut = sayLeftOut(record, labels);
  const ended = sayEnding(record, labels);
  const isUnclaimed = body && Object.keys(packs).length === 0;
  const pairs: Pair[] = [
    ...(ended ? [[{ zh: '终结', en: 'ended' }, ended] as const] : []),
    ...dates.map((date): Pair => {
      const { day, source } = sayDate(date);
      return [dateNames[date.what], { zh: `${day.zh}  ${source.zh}`, en: `${day.en}  ${source.en}` }];
    }),
    ...(isUnclaimed ? [[{ zh: '适用规则', en: 'rules' }, unclaimedWords] as const] : []),
    ...objections.map((objection): Pair => [{ zh: '异议', en: 'objection' }, sayObjection(objection, labels)]),
    ...proposes.map(
      ({ code, zh, en }): Pair => [
        { zh: '可考虑的措施', en: 'measure to consider' },
        { zh: `${code} ${zh}`, en: `${code} ${en}` },
      ],
    ),
    ...(leftOut ? [[{ zh: '未予显示', en: 'not shown' }, leftOut] as const] : []),
  ];
  return formatPairs(
    pairs.map(([label, value]) => [pick(label), pick(value)] as const),
    '  ',
  );
}

function toPair(pick: Pick) {
  return ({ label, value }: Line) => [pick(label), pick(value)] as const;
}

function formatHistory({ history }: ShownRecord, labels: Labels, pick: Pick): string {
  const head = [
    { zh: '经过', en: 'what happened' },
    { zh: '决定日', en: 'decided on' },
    { zh: '日志', en: 'log' },
    { zh: '条目', en: 'entry' },
    { zh: '本节点获知（北京时间）', en: 'known here since (China time)' },
    { zh: '备注', en: 'remark' },
  ];
  const rows = history.map(({ type, decidedOn, origin, index, at, code }) => [
    pick(labels.titleOf(type)),
    decidedOn,
    origin,
    String(index),
    formatChinaTime(at),
    code === undefined ? '' : pick(sentenceFor(code)),
  ]);
  return formatTable(head.map(pick), rows);
}
