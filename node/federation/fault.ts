/** What can be wrong with a store, each with its sentence in both languages. Finding it is `fsck.ts`. */

import type { Facts } from '../base/problem.ts';
import type { Sentence } from '../base/sentences.ts';

export type FaultCode = keyof typeof sentences;

/** One thing that is wrong, and where: in a log, at an index; or in a record. */
export interface Fault extends Sentence {
  code: FaultCode;
  /** Origin of the log. */
  log?: string;
  index?: number;
  /** `310000.0198f3c2-…` */
  record?: string;
}

const sentences = {
  'entry-missing': () => ({
    zh: '缺少此条，其后各条无从核对',
    en: 'the entry is missing; what follows cannot be checked',
  }),
  'entry-beyond': ({ size }) => ({
    zh: `日志只有 ${size} 条，此条多余`,
    en: `the log has ${size} entries and this one beyond them`,
  }),
  leaf: () => ({ zh: '叶不成其为叶', en: 'the leaf is none' }),
  governance: () => ({ zh: '治理标记与叶的对象不符', en: 'it is marked as governance and is not, or the reverse' }),
  word: ({ word }) => ({ zh: `此日志中不会有“${word}”`, en: `no entry of this log is "${word}"` }),
  'content-missing': ({ word }) => ({
    zh: `内容缺失：标为“${word}”，又没有删除记录`,
    en: `the content is missing although the entry is "${word}" and was not erased`,
  }),
  'content-altered': () => ({ zh: '内容与叶中的承诺不符', en: 'the content does not open the leaf’s commitment' }),
  'content-back': () => ({ zh: '已删除的内容仍在', en: 'the content was erased and is there' }),
  'erasure-missing': ({ by }) => ({
    zh: `称由第 ${by} 条删除，该条却不是治理条目`,
    en: `it says that entry ${by} erased it, which is no governance entry`,
  }),
  jti: ({ jti }) => ({ zh: `编号与内容中的 ${jti} 不符`, en: `its id is not ${jti}, as the content says` }),
  tile: ({ level, tile }) => ({
    zh: `第 ${level} 层第 ${tile} 块哈希与各叶不符`,
    en: `tile ${level}/${tile} is not made of these leaves`,
  }),
  root: ({ root }) => ({
    zh: `各叶的根为 ${root}，与所记不符`,
    en: `the leaves have the root ${root}, another than is stored`,
  }),
  checkpoint: ({ size }) => ({
    zh: `检查点 ${size} 的根与各叶不符`,
    en: `the checkpoint of size ${size} has another root than the leaves`,
  }),
  'checkpoint-row': ({ size }) => ({
    zh: `检查点 ${size} 的文本与所记不符`,
    en: `the note of the checkpoint of size ${size} says something else`,
  }),
  'checkpoint-signature': ({ size, reason }) => ({
    zh: `检查点 ${size} 的签名不对（${reason}）`,
    en: `the checkpoint of size ${size} is not rightly signed (${reason})`,
  }),
  'head-unsigned': ({ size }) => ({
    zh: `没有已签名的检查点覆盖全部 ${size} 条`,
    en: `no signed checkpoint covers all ${size} entries`,
  }),
  'key-unknown': () => ({
    zh: '所存协议中没有此日志的公钥，检查点的签名未能核对',
    en: 'no agreement here has this log’s key: signatures could not be checked',
  }),
  'receipt-root': ({ size }) => ({
    zh: `回执所称大小 ${size} 的根与所持日志不符`,
    en: `the receipt names another root for size ${size} than the log has`,
  }),
  'receipt-gap': ({ from, expected }) => ({
    zh: `回执从 ${from} 起，应从 ${expected} 起`,
    en: `the receipt begins at ${from}, not at ${expected}`,
  }),
  receipted: ({ stored, said }) => ({
    zh: `记为已回执至 ${stored}，日志中只到 ${said}`,
    en: `receipts are said to reach ${stored} and reach ${said}`,
  }),
  'step-missing': () => ({ zh: '没有相应的记录步骤', en: 'what it did to its record is missing' }),
  'step-stray': () => ({ zh: '有记录步骤而无相应通报', en: 'a step of a record belongs to no such bulletin' }),
  'step-other': () => ({ zh: '记录步骤与通报不符', en: 'the step of its record says something else' }),
  'record-unreadable': () => ({
    zh: '记录的内容无法读取',
    en: 'the content of the record cannot be read',
  }),
  state: ({ stored, folded }) => ({
    zh: `状态记为 ${stored}，依通报应为 ${folded}`,
    en: `its state is stored as ${stored} and follows as ${folded}`,
  }),
} satisfies Record<string, (facts: Facts) => Sentence>;

export function faultOf(code: FaultCode, where: Pick<Fault, 'log' | 'index' | 'record'>, facts: Facts = {}): Fault {
  return { code, ...where, ...sentences[code](facts) };
}
