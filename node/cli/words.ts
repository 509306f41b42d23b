/** The program's own words for states and outcomes. The labels of what a bulletin holds are in `labels.ts`. */

import type { Facts } from '../base/problem.ts';
import { type Sentence, sentenceOf } from '../base/sentences.ts';
import type { Word } from '../log/ports.ts';
import type { RecordState } from '../registry/lifecycle.ts';
import type { ImportState } from '../registry/ports.ts';
import type { Role } from '../registry/tokens.ts';
import { isCode } from './client.ts';

export const recordStates: Readonly<Record<RecordState, Sentence>> = {
  publicised: { zh: '公示中', en: 'publicised' },
  repaired: { zh: '已修复', en: 'repaired' },
  revoked: { zh: '已撤销', en: 'revoked' },
};

export const importStates: Readonly<Record<ImportState, Sentence>> = {
  receiving: { zh: '接收中', en: 'being received' },
  received: { zh: '待读取', en: 'waiting to be read' },
  reading: { zh: '读取中', en: 'being read' },
  held: { zh: '待发布', en: 'held' },
  publishing: { zh: '发布中', en: 'being published' },
  done: { zh: '完成', en: 'done' },
  refused: { zh: '被拒绝', en: 'refused' },
  discarded: { zh: '已放弃', en: 'discarded' },
};

export const verdicts: Readonly<Record<Word, Sentence>> = {
  issued: { zh: '已签发', en: 'issued' },
  taken: { zh: '已采纳', en: 'taken' },
  noted: { zh: '已备注', en: 'noted' },
  refused: { zh: '已拒收', en: 'refused' },
  withheld: { zh: '内容未到', en: 'withheld' },
};

export const roleNames: Readonly<Record<Role, Sentence>> = {
  clerk: { zh: '经办', en: 'clerk' },
  auditor: { zh: '审计', en: 'auditor' },
  operator: { zh: '运维', en: 'operator' },
  reader: { zh: '查询', en: 'reader' },
};

/** The word for a state that a newer node may say and we may not know. */
export function wordFor(words: Readonly<Record<string, Sentence>>, state: string): Sentence {
  return words[state] ?? { zh: state, en: state };
}

/** The sentence of a code that a node reported. */
export function sentenceFor(code: string, facts: Facts = {}): Sentence {
  return isCode(code) ? sentenceOf({ code, facts }) : { zh: code, en: code };
}
