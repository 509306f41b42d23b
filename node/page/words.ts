/** What the page calls a kind of claim and a kind of event. */

import type { Bilingual } from '../agreement/agreement.ts';
import type { Claim } from '../evidence/evidence.ts';
import type { StoryEvent } from '../evidence/report.ts';

export const kindTitles: Record<Claim['kind'], Bilingual> = {
  bulletin: { zh: '一份通报', en: 'One bulletin' },
  refusal: { zh: '一次拒绝', en: 'A refusal' },
  withheld: { zh: '一次未得到内容', en: 'Content not given' },
  record: { zh: '一条记录', en: 'One record' },
  completeness: { zh: '完整性证明', en: 'Completeness' },
  fork: { zh: '日志分叉', en: 'A forked log' },
};

/** The sign of an event is for the eye; its word says the same. */
export const eventLooks: Record<
  StoryEvent['what'],
  Bilingual & { sign: string; kind: 'good' | 'bad' | 'wait' | 'neutral' }
> = {
  decided: { zh: '作出决定', en: 'decided', sign: '◆', kind: 'neutral' },
  signed: { zh: '签发', en: 'signed', sign: '✎', kind: 'neutral' },
  witnessed: { zh: '见证', en: 'witnessed', sign: '◉', kind: 'good' },
  taken: { zh: '接收', en: 'received', sign: '✓', kind: 'good' },
  noted: { zh: '收下备查', en: 'noted', sign: '≈', kind: 'wait' },
  refused: { zh: '拒绝', en: 'refused', sign: '✕', kind: 'bad' },
  withheld: { zh: '未得内容', en: 'not given', sign: '?', kind: 'wait' },
  settled: { zh: '后来补收', en: 'settled', sign: '↻', kind: 'good' },
};
