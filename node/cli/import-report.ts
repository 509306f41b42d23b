/** What became of an import, for the clerk who brought it. */

import type { Sentence } from '../base/sentences.ts';
import { formatChinaTime } from '../base/time.ts';
import type { Import, ImportRefusal } from '../registry/ports.ts';
import { importStates, sentenceFor, wordFor } from '../registry/words.ts';
import { formatPairs, formatTable } from './table.ts';

type Pick = (sentence: Sentence) => string;

/** A refusal with its sentence, as the node tells it. */
export type ToldRefusal = ImportRefusal & Sentence;

export function formatImport(given: Import, pick: Pick): string {
  const { id, fileName, type, state, summary, problem, allOrNothing } = given;
  const counts: [Sentence, number][] = [
    [{ zh: '行数', en: 'rows' }, summary.rows],
    [{ zh: '新建', en: 'opened' }, summary.opened],
    [{ zh: '更正', en: 'corrected' }, summary.corrected],
    [{ zh: '未变', en: 'unchanged' }, summary.unchanged],
    [{ zh: '重复', en: 'repeated' }, summary.repeated],
    [{ zh: '拒绝', en: 'refused' }, summary.refusedRows],
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
    ...summary.warnings.map(({ code, ...facts }) => sentenceFor(String(code), facts)),
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

function cellsDropped(count: number): Sentence {
  return {
    zh: `略去 ${count} 个个人信息单元格，未读取其内容。`,
    en: `${count} cells of personal columns were left out unread.`,
  };
}
