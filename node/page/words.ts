/** What the page calls a kind of claim, and how it marks an event. */

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

/** The mark of an event on the line through time; its sentence says the same. */
export const eventLooks: Record<StoryEvent['what'], { sign: string; kind: 'good' | 'bad' | 'wait' | 'neutral' }> = {
  decided: { sign: '◆', kind: 'neutral' },
  signed: { sign: '✎', kind: 'neutral' },
  witnessed: { sign: '◉', kind: 'neutral' },
  taken: { sign: '✓', kind: 'good' },
  noted: { sign: '≈', kind: 'wait' },
  refused: { sign: '✕', kind: 'bad' },
  withheld: { sign: '?', kind: 'wait' },
  settled: { sign: '↻', kind: 'good' },
};
