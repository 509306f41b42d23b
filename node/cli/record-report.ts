/** Credit records for a clerk's eyes: what was decided, what happened to it since, and where that stands in whose log. */

import type { Sentence } from '../base/sentences.ts';
import { formatChinaTime } from '../base/time.ts';
import type { Labels, Line } from '../bulletin/labels.ts';
import type { ProvinceAnswer, ShownRecord, SubjectAnswer } from '../registry/answer.ts';
import { recordStates, sentenceFor, wordFor } from '../registry/words.ts';
import { formatPairs, formatTable, indentBy, toOneLine } from './table.ts';

type Pick = (sentence: Sentence) => string;

/** A record asked for by its id. */
export type WholeRecord = ShownRecord & { uscc?: string };

/** What an answer shows of a body, beside its document; `huxin record` shows the rest. */
const summaries: Readonly<Record<string, readonly string[]>> = {
  penalty: ['subject.name', 'violation', 'categories', 'fine', 'confiscation', 'document.authority', 'validUntil'],
  dishonesty: ['subject.name', 'conduct', 'form', 'measures', 'document.authority'],
  'serious-list': ['subject.name', 'ground', 'measures', 'document.authority'],
  permit: [
    ...['subject.name', 'documentName', 'category', 'licenceNumber', 'document.authority'],
    ...['validFrom', 'validUntil', 'status'],
  ],
  grade: ['subject.name', 'scheme', 'grade', 'score', 'authority', 'validUntil'],
  commendation: ['subject.name', 'honour', 'level', 'document.authority', 'validUntil'],
  warning: ['subject.name', 'matter', 'level', 'authority', 'dueOn'],
};
const always = ['severity', 'publicity.earliestRepair', 'publicity.until'];
/** Members of a correction that are shown elsewhere. */
const ofCorrection = new Set(['replaces', ...Object.keys(summaries)]);

/** @param me the member that answers, whose own records need no pull */
export function formatAnswer(answer: SubjectAnswer, me: string, labels: Labels, pick: Pick): string {
  const head = formatPairs([
    [pick({ zh: '主体', en: 'subject' }), answer.uscc],
    [pick({ zh: '使用目的', en: 'purpose' }), answer.purpose],
    [pick({ zh: '查询时间（北京时间）', en: 'asked at (China time)' }), formatChinaTime(answer.at)],
    [pick({ zh: '依据的协议版本', en: 'under the agreement' }), answer.agreement],
  ]);
  const provinces = answer.provinces.map((province) => {
    const records = province.records.map((record) => indentBy('  ', formatSummary(record, labels, pick)));
    return [`${pick(sayProvince(province, me))}\n`, ...records].join('\n');
  });
  return [head, ...provinces].join('\n');
}

/** Everything about one record. */
export function formatWhole(record: WholeRecord, labels: Labels, pick: Pick): string {
  const told = record.history.filter(({ body }) => body !== undefined);
  const steps = told.map(({ type, decidedOn, body = {} }) => {
    const rest = Object.fromEntries(Object.entries(body).filter(([name]) => !ofCorrection.has(name)));
    const lines = formatPairs(labels.linesOf(type, rest).map(toPair(pick)), '  ');
    return `\n${pick(labels.titleOf(type))}  ${decidedOn}\n${lines}`;
  });
  return [
    formatTitle(record, labels, pick),
    formatBody(record, labels.linesOf(record.type, record.body ?? {}), pick),
    '\n',
    formatHistory(record, labels, pick),
    ...steps,
  ].join('');
}

function formatSummary(record: ShownRecord, labels: Labels, pick: Pick): string {
  const shown = [...(summaries[record.type] ?? []), ...always];
  const lines = labels.linesOf(record.type, record.body ?? {}).filter(({ path }) => shown.includes(path));
  return [
    formatTitle(record, labels, pick),
    formatBody(record, lines, pick),
    indentBy('  ', formatHistory(record, labels, pick)),
  ].join('');
}

/** 行政处罚  沪知罚〔2026〕1号  2026-01-02  公示中 */
function formatTitle({ type, state, decidedOn, body }: ShownRecord, labels: Labels, pick: Pick): string {
  const document = body?.document as { number?: string } | undefined; // its schema was checked
  const words = [pick(labels.titleOf(type)), document?.number ?? '', decidedOn, pick(wordFor(recordStates, state))];
  return `${words
    .filter((word) => word !== '')
    .map(toOneLine)
    .join('  ')}\n`;
}

/** Its id, whom it is about where that was not asked for, and those lines of its body. */
function formatBody(
  { record, uscc, body }: ShownRecord & { uscc?: string },
  lines: readonly Line[],
  pick: Pick,
): string {
  const id = [pick({ zh: '记录编号', en: 'Record' }), record] as const;
  const subject = uscc === undefined ? [] : [[pick({ zh: '主体代码', en: 'Subject' }), uscc] as const];
  const pairs = formatPairs([id, ...subject, ...lines.map(toPair(pick))], '  ');
  return body ? pairs : `${pairs}  ${pick(erased)}\n`;
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

function sayProvince({ member, name, pulledAt, records }: ProvinceAnswer, me: string): Sentence {
  const count = {
    zh: records.length === 0 ? '没有记录' : `${records.length} 条记录`,
    en: records.length === 0 ? 'no records' : `${records.length} record${records.length === 1 ? '' : 's'}`,
  };
  const until =
    member === me
      ? { zh: '本节点', en: 'this node’s own' }
      : pulledAt === undefined
        ? { zh: '尚未取得其日志，可能不全', en: 'its log was not pulled whole yet, so records may be missing' }
        : { zh: `截至 ${formatChinaTime(pulledAt)}`, en: `as of ${formatChinaTime(pulledAt)}` };
  return {
    zh: `${name.zh}（${member}）：${count.zh}（${until.zh}）`,
    en: `${name.en} (${member}): ${count.en} (${until.en})`,
  };
}

const erased: Sentence = { zh: '内容已删除', en: 'The content was erased.' };
