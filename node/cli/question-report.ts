/** Who asked what, and what came of checking it, for an auditor's eyes. */

import type { Sentence } from '../base/sentences.ts';
import { formatChinaTime } from '../base/time.ts';
import type { Question } from '../registry/question-chain.ts';
import type { QuestionReport, Wrong } from '../registry/question-check.ts';
import { roleNames, sentenceFor, wordFor } from '../registry/words.ts';
import { formatPairs, formatTable } from './table.ts';

type Pick = (sentence: Sentence) => string;

export function formatQuestions(questions: readonly Question[], pick: Pick): string {
  const head = [
    { zh: '编号', en: 'no.' },
    { zh: '时间（北京时间）', en: 'at (China time)' },
    { zh: '机关', en: 'authority' },
    { zh: '工号', en: 'person' },
    { zh: '查询对象', en: 'asked for' },
    { zh: '目的', en: 'purpose' },
    { zh: '结果', en: 'outcome' },
  ];
  const rows = questions.map((one) => [
    ...[String(one.n), formatChinaTime(one.at), one.authority, one.person],
    ...[one.record ?? one.uscc ?? '', one.purpose ?? '', pick(sayOutcome(one))],
  ]);
  return formatTable(head.map(pick), rows);
}

export function formatQuestion(one: Question, pick: Pick): string {
  const facts: [Sentence, string | undefined][] = [
    [{ zh: '编号', en: 'no.' }, String(one.n)],
    [{ zh: '时间（北京时间）', en: 'at (China time)' }, formatChinaTime(one.at)],
    [{ zh: '角色', en: 'role' }, pick(wordFor(roleNames, one.role))],
    [{ zh: '机关', en: 'authority' }, one.authority],
    [{ zh: '工号', en: 'person' }, one.person],
    [{ zh: '主体', en: 'subject' }, one.uscc],
    [{ zh: '记录编号', en: 'record' }, one.record],
    [{ zh: '目的', en: 'purpose' }, one.purpose],
    [{ zh: '查询时点', en: 'as of' }, one.asOf],
    [{ zh: '形式', en: 'form' }, one.form],
    [{ zh: '结果', en: 'outcome' }, pick(sayOutcome(one))],
    [{ zh: '答复的摘要', en: 'digest of the answer' }, one.answer],
    [{ zh: '上一条的哈希', en: 'hash of the one before' }, one.previous],
    [{ zh: '哈希', en: 'hash' }, one.hash],
  ];
  return formatPairs(facts.flatMap(([label, value]) => (value === undefined ? [] : [[pick(label), value] as const])));
}

function sayOutcome({ outcome }: Question): Sentence {
  return outcome === 'answered' ? { zh: '已答复', en: 'answered' } : sentenceFor(outcome);
}

/** What was found, what was checked, and what could not be. */
export function formatCheck(report: QuestionReport, pick: Pick): string {
  const { checked, notChecked, wrong } = report;
  const done = checked.map((one) => ({ zh: `已核对：${checks[one].zh}`, en: `checked: ${checks[one].en}` }));
  const left = notChecked.map((one) => {
    const { zh, en } = gaps[one](report);
    return { zh: `未核对：${zh}`, en: `not checked: ${en}` };
  });
  const said = [sayRange(report), ...(wrong ? [sayWrong(wrong)] : []), ...done, ...left];
  return said.map((sentence) => `${pick(sentence)}\n`).join('');
}

function sayRange({ member, from, to, journal, wrong }: QuestionReport): Sentence {
  const good = wrong ? { zh: '无误的部分', en: 'right as far as' } : { zh: '无误', en: 'nothing is wrong' };
  const range =
    from === to
      ? { zh: '无查询', en: 'no question' }
      : { zh: `第 ${from} 至 ${to - 1} 号`, en: `questions ${from} to ${to - 1}` };
  const newest = journal && {
    zh: `；最近一次日结 ${journal.day}，日志第 ${journal.index} 条`,
    en: `; newest journal ${journal.day}, entry ${journal.index} of the log`,
  };
  return {
    zh: `${member}，${good.zh}：${range.zh}${newest?.zh ?? ''}`,
    en: `${member}, ${good.en}: ${range.en}${newest?.en ?? ''}`,
  };
}

function sayWrong({ what, line, n }: NonNullable<QuestionReport['wrong']>): Sentence {
  const { zh, en } = wrongs[what];
  const number = n === undefined ? { zh: '', en: '' } : { zh: `（第 ${n} 号查询）`, en: ` (question ${n})` };
  return { zh: `第 ${line} 行${number.zh}：${zh}`, en: `line ${line}${number.en}: ${en}` };
}

const wrongs: Readonly<Record<Wrong, Sentence>> = {
  form: { zh: '内容不合格式', en: 'it is not written as it must be' },
  signature: { zh: '日结不是由该成员的密钥签署', en: 'this journal is not signed by a key of the member' },
  number: { zh: '不是下一号：有删去、插入或调换', en: 'it is not the next number: one was dropped, put in or moved' },
  previous: { zh: '与上一条的哈希不符', en: 'it does not hold the hash of the one before' },
  hash: { zh: '内容与自己的哈希不符，已被改动', en: 'its hash is not that of what it says: it was changed' },
  journal: {
    zh: '与日志中日结的哈希不符：查询记录已被改写',
    en: 'a journal holds another hash: the questions were written anew',
  },
  end: {
    zh: '与文件首行或日结不符：此处之后有缺少或多出',
    en: 'from here on something is missing or too much, by the first line or a journal',
  },
};

const checks: Readonly<Record<QuestionReport['checked'][number], Sentence>> = {
  chain: {
    zh: '编号连续，每条与前一条相接',
    en: 'the numbers have no gap, and each question holds the hash of the one before',
  },
  journals: { zh: '各次日结与所指查询一致', en: 'every journal holds the hash of the question that it names' },
  signatures: { zh: '各次日结由该成员签署', en: 'every journal is signed by the member' },
};

const gaps: Readonly<Record<QuestionReport['notChecked'][number], (report: QuestionReport) => Sentence>> = {
  pruned: ({ from }) => ({
    zh: `第 0 至 ${from - 1} 号已到期删除`,
    en: `questions 0 to ${from - 1}, which were pruned`,
  }),
  tail: ({ from, to, journal }) => {
    const first = Math.max(from, journal?.size ?? 0);
    return {
      zh: `第 ${first} 至 ${to - 1} 号尚无日结，仅由链保证`,
      en: `questions ${first} to ${to - 1}: no journal covers them yet, only the chain`,
    };
  },
  signatures: () => ({ zh: '日结的签名，须给出 --agreement', en: 'the signatures of the journals: give --agreement' }),
  log: () => ({
    zh: '日结是否就是日志中的各条、有无遗漏：请向其他成员索取其所收到的日结比对',
    en: 'whether these are the journals of the log, and all of them: ask another member for those that it received',
  }),
};
