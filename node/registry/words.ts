/** The program's own words for states and outcomes. The labels of what a bulletin holds are in `bulletin/labels.ts`. */

import { roleWords, verdictWords } from '../base/fact-words.ts';
import { type Facts, problemCodes } from '../base/problem.ts';
import { type Sentence, sentenceOf } from '../base/sentences.ts';
import type { Word } from '../log/ports.ts';
import type { DayState } from './lifecycle.ts';
import type { ImportRevocation, ImportState } from './ports.ts';
import type { ProposalState } from './proposals.ts';
import type { ShownRecord } from './shown-record.ts';
import type { Role } from './tokens.ts';

export const recordStates: Readonly<Record<DayState, Sentence>> = {
  publicised: { zh: '公示中', en: 'publicised' },
  repaired: { zh: '已修复', en: 'repaired' },
  withdrawn: { zh: '已停止公示', en: 'withdrawn' },
  revoked: { zh: '已撤销', en: 'revoked' },
  listed: { zh: '列入名单', en: 'listed' },
  removed: { zh: '已移出名单', en: 'removed' },
  valid: { zh: '有效', en: 'valid' },
  current: { zh: '现行', en: 'current' },
  standing: { zh: '有效', en: 'standing' },
  open: { zh: '未办结', en: 'open' },
  closed: { zh: '已办结', en: 'closed' },
  expired: { zh: '已届满', en: 'expired' },
  superseded: { zh: '已被新等级取代', en: 'superseded' },
};

/** What is said of a day or instant that cannot be read. */
export const dayOrInstantWanted: Sentence = {
  zh: '须为日期或 UTC 时刻，如 2026-01-02 或 2026-01-02T03:04:05Z',
  en: 'must be a day or an instant in UTC, such as 2026-01-02 or 2026-01-02T03:04:05Z',
};

export const proposalStates: Readonly<Record<ProposalState, Sentence>> = {
  waiting: { zh: '待复核', en: 'waiting' },
  approved: { zh: '已同意', en: 'approved' },
  rejected: { zh: '未同意', en: 'rejected' },
  withdrawn: { zh: '已撤回', en: 'withdrawn' },
};

export const importStates: Readonly<Record<ImportState, Sentence>> = {
  receiving: { zh: '接收中', en: 'being received' },
  received: { zh: '待读取', en: 'waiting to be read' },
  reading: { zh: '读取中', en: 'being read' },
  comparing: { zh: '比对中', en: 'being compared' },
  held: { zh: '待发布', en: 'held' },
  publishing: { zh: '发布中', en: 'being published' },
  done: { zh: '完成', en: 'done' },
  refused: { zh: '被拒绝', en: 'refused' },
  discarded: { zh: '已放弃', en: 'discarded' },
};

export const revocationStates: Readonly<Record<ImportRevocation['state'], Sentence>> = {
  waiting: { zh: '待另一人批准', en: 'waits for a second person' },
  running: { zh: '进行中', en: 'under way' },
  done: { zh: '完成', en: 'done' },
  stopped: { zh: '中断', en: 'stopped' },
};

export const verdicts: Readonly<Record<Word, Sentence>> = verdictWords;

export const roleNames: Readonly<Record<Role, Sentence>> = roleWords;

/** The word for a state that a newer node may say and we may not know. */
export function wordFor(words: Readonly<Record<string, Sentence>>, state: string): Sentence {
  return words[state] ?? { zh: state, en: state };
}

/** The facts of a refusal that a state is the cause of. */
export function stateFacts(words: Readonly<Record<string, Sentence>>, state: string): Facts {
  return { state, stateZh: wordFor(words, state).zh };
}

/** The sentence of a code that a node reported; `internal` is what a node says of a failure that has none. */
export function sentenceFor(code: string, facts: Facts = {}): Sentence {
  const known = problemCodes.find((one) => one === code);
  if (known) return sentenceOf({ code: known, facts });
  return code === 'internal' ? internal : { zh: code, en: code };
}

const internal: Sentence = {
  zh: '节点内部出错，原因见节点的日志。',
  en: 'Something failed inside the node; the cause stands in what it logs.',
};

/** How a record stands; where it stands otherwise than its state says, that. */
export function sayState({ type, state, ended, isPublicised, body }: ShownRecord): Sentence {
  if (ended) return wordFor(recordStates, state);
  if (isPublicised === false) return { zh: '依规定不公示', en: 'not publicised by rule' };
  if (type === 'permit' && body?.status === 'invalid')
    return { zh: '来源注明已失效', en: 'invalid, as its source says' };
  return wordFor(recordStates, state);
}
