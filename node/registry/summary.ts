/** An answer in a few plain sentences: how many records, how they stand, what to mind. Computed from what is shown. */

import type { Sentence } from '../base/sentences.ts';
import type { TitleOf } from '../bulletin/labels.ts';
import type { ProvinceAnswer } from './answer.ts';
import type { ShownRecord } from './shown-record.ts';
import { recordStates, sayState } from './words.ts';

/**
 * @param lagMinutes how old a complete pull may be, after the agreement
 * @param titleOf a type's title
 */
export function summarise(provinces: readonly ProvinceAnswer[], lagMinutes: number, titleOf: TitleOf): Sentence {
  const records = provinces.flatMap(({ records }) => records);
  const inForce = records.filter(({ isInForce }) => isInForce);
  const ended = records.filter(({ ended }) => ended);
  const others = records.filter(({ isInForce, ended }) => !isInForce && !ended);
  const sayWhole = (record: ShownRecord): Sentence => {
    const [title, word] = [titleOf(record.type), sayState(record)];
    return { zh: `${title.zh}（${word.zh}）`, en: `${title.en} (${word.en})` };
  };
  return joinSentences([
    sayTotal(provinces, records.length),
    inForce.length > 0 && sayGroups(inForce, { zh: '有效', en: 'in force' }, sayWhole),
    ended.length > 0 && sayGroups(ended, { zh: '已终结', en: 'ended' }, ({ state }) => recordStates[state]),
    others.length > 0 && sayGroups(others, { zh: '不计入有效', en: 'not counted as in force' }, sayWhole),
    ...sayNotes(records),
    ...sayMeasures(records),
    ...sayStale(provinces, lagMinutes),
  ]);
}

/** 1 record, 2 records */
export function countOf(n: number, one: string): string {
  return `${n} ${one}${n === 1 ? '' : 's'}`;
}

function sayTotal(provinces: readonly ProvinceAnswer[], total: number): Sentence {
  const having = provinces.filter(({ records }) => records.length > 0);
  if (total === 0)
    return {
      zh: `${provinces.length} 个成员省（市）均无可用于本目的的记录。`,
      en: `None of the ${provinces.length} provinces has a record that may be used for this purpose.`,
    };
  const zh = having.map(({ name, records }) => `${name.zh} ${records.length} 条`).join('、');
  const en = having.map(({ name, records }) => `${name.en} ${records.length}`).join(', ');
  return {
    zh: `${provinces.length} 个成员省（市）共有 ${total} 条记录：${zh}。`,
    en: `The ${provinces.length} provinces have ${countOf(total, 'record')}: ${en}.`,
  };
}

/** 有效 2 条：行政处罚（公示中）1 条、信用评价等级（现行）1 条。 */
function sayGroups(records: readonly ShownRecord[], what: Sentence, say: (record: ShownRecord) => Sentence): Sentence {
  const groups = new Map<string, { word: Sentence; n: number }>();
  for (const record of records) {
    const word = say(record);
    const group = groups.get(word.en) ?? { word, n: 0 };
    groups.set(word.en, { word, n: group.n + 1 });
  }
  const all = [...groups.values()];
  const zh = all.map(({ word, n }) => `${word.zh}${word.zh.endsWith('）') ? '' : ' '}${n} 条`).join('、');
  const en = all.map(({ word, n }) => `${word.en} ${n}`).join(', ');
  return {
    zh: `${what.zh} ${records.length} 条：${zh}。`,
    en: `${capital(what.en)}: ${records.length}, of which ${en}.`,
  };
}

function sayNotes(records: readonly ShownRecord[]): Sentence[] {
  const count = (is: (record: ShownRecord) => boolean) => records.filter(is).length;
  const notes: [number, (n: number) => Sentence][] = [
    [
      count(({ objection }) => objection === 'marked'),
      (n) => ({ zh: `${n} 条有异议，尚未处理。`, en: `Under objection: ${n}.` }),
    ],
    [
      count(({ dates }) => dates.some(({ provisional }) => provisional)),
      (n) => ({
        zh: `${n} 条含暂定日期，待节假日安排公布后重算。`,
        en: `With provisional dates, until the holidays are published: ${n}.`,
      }),
    ],
    [
      count(({ isMasked }) => isMasked === true),
      (n) => ({ zh: `${n} 条受限，已脱敏。`, en: `Restricted, and masked: ${n}.` }),
    ],
    [
      count(({ erased }) => erased !== undefined),
      (n) => ({ zh: `${n} 条内容已删除。`, en: `With the content erased: ${n}.` }),
    ],
  ];
  return notes.filter(([n]) => n > 0).map(([n, say]) => say(n));
}

function sayMeasures(records: readonly ShownRecord[]): Sentence[] {
  const codes = [...new Set(records.flatMap(({ proposes = [] }) => proposes.map(({ code }) => code)))].sort();
  if (codes.length === 0) return [];
  return [
    {
      zh: `提示本省公布清单内的措施 ${codes.join('、')}，均不自动触发。`,
      en: `Measures of this province’s list to consider, none taken by itself: ${codes.join(', ')}.`,
    },
  ];
}

function sayStale(provinces: readonly ProvinceAnswer[], lagMinutes: number): Sentence[] {
  const [never, late] = [true, false].map((isNever) =>
    provinces.filter(({ isStale, pulledAt }) => isStale && (pulledAt === undefined) === isNever),
  );
  const names = (some: readonly ProvinceAnswer[] = []) => ({
    zh: some.map(({ name }) => name.zh).join('、'),
    en: some.map(({ name }) => name.en).join(', '),
  });
  return [
    ...(never?.length
      ? [
          {
            zh: `${names(never).zh}的日志尚未完整取得，可能不全。`,
            en: `Never pulled whole, so records may be missing: ${names(never).en}.`,
          },
        ]
      : []),
    ...(late?.length
      ? [
          {
            zh: `${names(late).zh}的日志已超过 ${lagMinutes} 分钟未完整取得，可能不全。`,
            en: `Not pulled whole for more than ${lagMinutes} minutes, so records may be missing: ${names(late).en}.`,
          },
        ]
      : []),
  ];
}

function joinSentences(sentences: readonly (Sentence | false)[]): Sentence {
  const said = sentences.filter((sentence) => sentence !== false);
  return { zh: said.map(({ zh }) => zh).join(''), en: said.map(({ en }) => en).join(' ') };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
