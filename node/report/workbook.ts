/**
 * An answer as sheets of a workbook: what was asked, the records side by side, a sheet for each type with all that the
 * bodies say, then what happened and what was objected. Pure.
 */

import type { Sentence } from '../base/sentences.ts';
import { formatChinaTime } from '../base/time.ts';
import type { Labels, Line } from '../bulletin/labels.ts';
import type { ProvinceAnswer, SubjectAnswer } from '../registry/answer.ts';
import type { ShownRecord } from '../registry/shown-record.ts';
import { sayState } from '../registry/words.ts';
import type { CellContent } from '../sheet/sheet.ts';
import type { SheetContent } from '../sheet/workbook.ts';
import type { ReportContext } from './report.ts';
import {
  dateNames,
  maskedWords,
  objectionFlags,
  sayDate,
  sayEnding,
  sayErased,
  sayFeedback,
  sayFreshness,
  sayObjection,
  sayStep,
  unclaimedWords,
} from './wording.ts';

interface Listed {
  province: ProvinceAnswer;
  record: ShownRecord;
}

export function buildAnswerSheets(answer: SubjectAnswer, context: ReportContext): SheetContent[] {
  const { labels } = context;
  const listed = answer.provinces.flatMap((province) => province.records.map((record) => ({ province, record })));
  const types = [...new Set(listed.map(({ record }) => record.type))];
  return [
    buildSummary(answer, context),
    buildRecords(listed, labels),
    ...types.map((type) =>
      buildType(
        type,
        listed.filter(({ record }) => record.type === type),
        labels,
      ),
    ),
    buildHistory(listed, labels),
    buildDates(listed),
    buildObjections(listed, labels),
  ].filter(({ rows, headerRows = 0 }) => rows.length > headerRows);
}

function both({ zh, en }: Sentence): string {
  return zh === en ? zh : `${zh} · ${en}`;
}

/** A sheet with a head and columns of that many characters. */
function sheetOf(name: string, head: readonly [Sentence, number][], rows: CellContent[][]): SheetContent {
  return {
    name,
    headerRows: 1,
    columns: head.map(([, width]) => ({ width })),
    rows: [head.map(([label]) => both(label)), ...rows],
  };
}

function buildSummary(answer: SubjectAnswer, { digest, purpose, authority }: ReportContext): SheetContent {
  const { uscc, asker, at, asOf, agreement, summary, notice, provinces } = answer;
  const asking = authority ? `${authority} ${asker.authority}` : asker.authority;
  const rows: [Sentence, string][] = [
    [{ zh: '统一社会信用代码', en: 'Unified social credit code' }, uscc],
    [{ zh: '查询机关', en: 'Asked by' }, asking],
    [{ zh: '使用目的', en: 'Purpose' }, both(purpose)],
    [{ zh: '查询时间（北京时间）', en: 'Asked at (China time)' }, formatChinaTime(at)],
    ...(asOf
      ? [[{ zh: '查询时点（北京时间）', en: 'As known at (China time)' }, formatChinaTime(asOf)] as [Sentence, string]]
      : []),
    [{ zh: '依据的协议版本', en: 'Under the agreement' }, agreement],
    [{ zh: '答复摘要（SHA-256）', en: 'Digest of the answer (SHA-256)' }, digest],
    [{ zh: '综述', en: 'Summary (Chinese)' }, summary.zh],
    [{ zh: '综述（英文）', en: 'Summary' }, summary.en],
    [{ zh: '说明', en: 'Note' }, both(notice)],
    ...provinces.map((province): [Sentence, string] => [province.name, both(sayFreshness(province))]),
  ];
  const columns = [{ width: 34 }, { width: 100 }];
  return { name: '概要', columns, rows: rows.map(([label, value]) => [both(label), value]) };
}

function buildRecords(listed: readonly Listed[], labels: Labels): SheetContent {
  const head: [Sentence, number][] = [
    [{ zh: '成员', en: 'Member' }, 16],
    [{ zh: '种类', en: 'Type' }, 24],
    [{ zh: '文书号', en: 'Document' }, 24],
    [{ zh: '决定日', en: 'Decided on' }, 12],
    [{ zh: '状态', en: 'State' }, 20],
    [{ zh: '截止日', en: 'Until' }, 12],
    [{ zh: '终结', en: 'Ended' }, 40],
    [{ zh: '异议', en: 'Objection' }, 24],
    [{ zh: '可考虑的措施', en: 'Measures to consider' }, 24],
    [{ zh: '备注', en: 'Remark' }, 30],
    [{ zh: '记录编号', en: 'Record' }, 46],
  ];
  const rows = listed.map(({ province, record }) => {
    const { type, decidedOn, until, objection, proposes = [], packs, body, isMasked } = record;
    const document = body?.document as { number?: string } | undefined; // its schema was checked
    const ended = sayEnding(record, labels);
    const remarks = [
      ...(isMasked ? [maskedWords] : []),
      ...(body ? [] : [sayErased(record, labels)]),
      ...(body && Object.keys(packs).length === 0 ? [unclaimedWords] : []),
    ];
    return [
      both(province.name),
      both(labels.titleOf(type)),
      document?.number ?? '',
      decidedOn,
      both(sayState(record)),
      until ?? '',
      ended ? both(ended) : '',
      both(objectionFlags[objection]),
      proposes.map(({ code, zh }) => `${code} ${zh}`).join('；'),
      remarks.map(both).join('；'),
      record.record,
    ];
  });
  return sheetOf('记录', head, rows);
}

/** All that bodies of one type say: a column for each member that one of them has. */
function buildType(type: string, listed: readonly Listed[], labels: Labels): SheetContent {
  const lines = listed.map(({ record }) => labels.linesOf(type, record.body ?? {}));
  const columns = new Map(lines.flat().map((line) => [line.path, line.label]));
  const head: [Sentence, number][] = [
    [{ zh: '成员', en: 'Member' }, 16],
    [{ zh: '状态', en: 'State' }, 20],
    ...[...columns.values()].map((label): [Sentence, number] => [label, 24]),
    [{ zh: '记录编号', en: 'Record' }, 46],
  ];
  const cell = (of: readonly Line[], path: string) => {
    const line = of.find((one) => one.path === path);
    return line ? both(line.value) : '';
  };
  const rows = listed.map(({ province, record }, i) => [
    both(province.name),
    both(sayState(record)),
    ...[...columns.keys()].map((path) => cell(lines[i] ?? [], path)),
    record.record,
  ]);
  return sheetOf(labels.titleOf(type).zh.slice(0, 31), head, rows); // Excel takes no longer name
}

function buildHistory(listed: readonly Listed[], labels: Labels): SheetContent {
  const head: [Sentence, number][] = [
    [{ zh: '记录编号', en: 'Record' }, 46],
    [{ zh: '经过', en: 'What happened' }, 24],
    [{ zh: '决定日', en: 'Decided on' }, 12],
    [{ zh: '变更与备注', en: 'Changes and remarks' }, 60],
    [{ zh: '日志', en: 'Log' }, 26],
    [{ zh: '条目', en: 'Entry' }, 8],
    [{ zh: '本节点获知（北京时间）', en: 'Known here since (China time)' }, 18],
    [{ zh: '通报编号', en: 'Bulletin' }, 40],
  ];
  const rows = listed.flatMap(({ record }) =>
    record.history.map((step) => {
      const { type, decidedOn, origin, index, at, jti } = step;
      const [title, notes] = [both(labels.titleOf(type)), sayStep(step, record.type, labels).map(both)];
      return [record.record, title, decidedOn, notes.join('；'), origin, index, formatChinaTime(at), jti];
    }),
  );
  return sheetOf('经过', head, rows);
}

function buildDates(listed: readonly Listed[]): SheetContent {
  const head: [Sentence, number][] = [
    [{ zh: '记录编号', en: 'Record' }, 46],
    [{ zh: '日期', en: 'Date' }, 28],
    [{ zh: '日', en: 'Day' }, 24],
    [{ zh: '依据', en: 'By what' }, 80],
  ];
  const rows = listed.flatMap(({ record }) =>
    record.dates.map((date) => {
      const { day, source } = sayDate(date);
      return [record.record, both(dateNames[date.what]), both(day), both(source)];
    }),
  );
  return sheetOf('日期与依据', head, rows);
}

function buildObjections(listed: readonly Listed[], labels: Labels): SheetContent {
  const head: [Sentence, number][] = [
    [{ zh: '记录编号', en: 'Record' }, 46],
    [{ zh: '异议与反馈', en: 'Objections and feedback' }, 100],
    [{ zh: '日志', en: 'Log' }, 26],
    [{ zh: '条目', en: 'Entry' }, 8],
  ];
  const rows = listed.flatMap(({ record: { record, objections = [], feedback = [] } }) => [
    ...objections.map((one) => [record, both(sayObjection(one, labels)), one.origin, one.index]),
    ...feedback.map((one) => [record, both(sayFeedback(one)), one.origin, one.index]),
  ]);
  return sheetOf('异议与反馈', head, rows);
}
