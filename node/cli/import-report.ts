/** What became of an import, for the clerk who brought it. */

import type { Sentence } from '../base/sentences.ts';
import { formatChinaTime } from '../base/time.ts';
import type { PreviewRow } from '../federation/preview-rows.ts';
import type { Import, ImportRefusal, ImportRevocation } from '../registry/ports.ts';
import { importStates, revocationStates, sentenceFor, wordFor } from '../registry/words.ts';
import { formatPairs, formatTable } from './table.ts';

type Pick = (sentence: Sentence) => string;

/** A refusal with its sentence, as the node tells it. */
export type ToldRefusal = ImportRefusal & Sentence;

/** A row of a preview, with the sentence of its refusal. */
export type ToldChange = Omit<PreviewRow, 'refusal'> & Partial<Sentence>;

export function formatImport(given: Import, pick: Pick): string {
  const { id, fileName, type, state, summary, problem, allOrNothing, revocation } = given;
  const preview = state === 'held' ? summary.preview : undefined;
  const { opened, corrected, unchanged } = preview ?? summary;
  const counts: [Sentence, number][] = [
    [{ zh: '行数', en: 'rows' }, summary.rows],
    [preview ? { zh: '将新建', en: 'to open' } : { zh: '新建', en: 'opened' }, opened],
    [preview ? { zh: '将更正', en: 'to correct' } : { zh: '更正', en: 'corrected' }, corrected],
    [{ zh: '未变', en: 'unchanged' }, unchanged],
    [{ zh: '重复', en: 'repeated' }, summary.repeated],
    [{ zh: '拒绝', en: 'refused' }, summary.refusedRows + (preview?.refused ?? 0)],
  ];
  const head = formatPairs([
    [pick({ zh: '导入', en: 'import' }), id],
    [pick({ zh: '文件', en: 'file' }), `${fileName} (${type})`],
    [pick({ zh: '状态', en: 'state' }), pick(wordFor(importStates, state))],
  ]);
  const table = formatTable(
    counts.map(([name]) => pick(name)),
    [counts.map(([, count]) => String(count))],
  );
  const remarks = [
    ...(problem ? [sentenceFor(problem.code, problem.facts)] : []),
    ...(state === 'refused' && !problem && allOrNothing ? [nothingPublished] : []),
    ...(state === 'held' ? [publishNext(id)] : []),
    ...(summary.personalCells > 0 ? [cellsDropped(summary.personalCells)] : []),
    ...(summary.oddRows > 0 ? [oddRows(summary.oddRows)] : []),
    ...summary.warnings.map(({ code, ...facts }) => sentenceFor(String(code), facts)),
    ...(revocation ? [tellRevocation(revocation)] : []),
  ];
  return [head, '\n', table, ...remarks.map((remark) => `${pick(remark)}\n`)].join('');
}

/** Nothing when no row was refused. */
export function formatRefusals(refusals: readonly ToldRefusal[], pick: Pick): string {
  if (refusals.length === 0) return '';
  const head = [
    { zh: '行', en: 'row' },
    { zh: '列', en: 'column' },
    { zh: '值', en: 'value' },
    { zh: '原因', en: 'reason' },
  ];
  const rows = refusals.map(({ row, column, value, zh, en }) => [String(row), column, value, pick({ zh, en })]);
  return formatTable(head.map(pick), rows);
}

/** What each correction would change, and which rows would be refused. Nothing when there are none. */
export function formatChanges(changes: readonly ToldChange[], pick: Pick): string {
  if (changes.length === 0) return '';
  const head = [
    { zh: '行', en: 'row' },
    { zh: '记录', en: 'record' },
    { zh: '项', en: 'member' },
    { zh: '现为', en: 'before' },
    { zh: '将为', en: 'after' },
  ];
  const shown = changes.slice(0, shownChanges);
  const rows = shown.flatMap(({ row, record = '', changes = [], zh, en }) => {
    const place = [String(row), record];
    if (zh !== undefined && en !== undefined) return [[...place, pick({ zh, en })]];
    return changes.map(({ member, column, before, after }) => [...place, column ?? member, show(before), show(after)]);
  });
  const more = changes.length - shown.length;
  return formatTable(head.map(pick), rows) + (more > 0 ? `${pick(moreChanges(more))}\n` : '');
}

function show(value: unknown): string {
  if (value === undefined) return '—';
  return Array.isArray(value) ? value.join('、') : String(value);
}

export function formatImports(imports: readonly Import[], pick: Pick): string {
  const head = [
    { zh: '编号', en: 'id' },
    { zh: '上传（北京时间）', en: 'brought (China time)' },
    { zh: '文件', en: 'file' },
    { zh: '种类', en: 'type' },
    { zh: '机关', en: 'authority' },
    { zh: '状态', en: 'state' },
    { zh: '行数', en: 'rows' },
    { zh: '拒绝', en: 'refused' },
  ];
  const rows = imports.map(({ id, createdAt, fileName, type, authority, state, summary }) => {
    const counts = [summary.rows, summary.refusedRows].map(String);
    return [id, formatChinaTime(createdAt), fileName, type, authority, pick(wordFor(importStates, state)), ...counts];
  });
  return formatTable(head.map(pick), rows);
}

const shownChanges = 200;

function moreChanges(count: number): Sentence {
  return { zh: `另有 ${count} 行，见 --json`, en: `${count} more rows: see --json` };
}

function tellRevocation({ state, reason, by, approvedBy, at, revoked, problem }: ImportRevocation): Sentence {
  const { zh, en } = revocationStates[state];
  const why = problem && sentenceFor(problem.code, problem.facts);
  const second = approvedBy ? [`，批准 ${approvedBy.person}`, `, approved by ${approvedBy.person}`] : ['', ''];
  return {
    zh: `撤销${zh}：${revoked} 条记录，${formatChinaTime(at)}，${by.person}（${by.authority}）${second[0]}，理由：${reason}${why ? `；${why.zh}` : ''}`,
    en: `Revocation ${en}: ${revoked} records, ${formatChinaTime(at)}, by ${by.person} (${by.authority})${second[1]}, reason: ${reason}${why ? `; ${why.en}` : ''}`,
  };
}

const nothingPublished: Sentence = {
  zh: '有行被拒绝，因此没有发布任何内容。请改正后重新导入。',
  en: 'Rows were refused, so nothing was published. Mend them and import the file again.',
};

function publishNext(id: string): Sentence {
  return {
    zh: `尚未发布。发布：huxin publish ${id}；放弃：huxin discard ${id}`,
    en: `Nothing is published yet. To publish: huxin publish ${id}; to throw it away: huxin discard ${id}`,
  };
}

function oddRows(count: number): Sentence {
  return {
    zh: `${count} 行看来有疑问，已照填写的内容读取：`,
    en: `${count} rows look odd and are taken as they stand:`,
  };
}

function cellsDropped(count: number): Sentence {
  return {
    zh: `略去 ${count} 个个人信息单元格，未读取其内容。`,
    en: `${count} cells of personal columns were left out unread.`,
  };
}
