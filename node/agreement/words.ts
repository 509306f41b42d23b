/** The agreement's own terms in words, for tables and articles. */

import type { Sentence } from '../base/sentences.ts';
import type { BulletinKind } from '../bulletin/bulletin.ts';

/** What types of a kind do. */
export const kindWords: Readonly<Record<BulletinKind, Sentence>> = {
  opens: { zh: '开立信用记录', en: 'These open a credit record' },
  moves: { zh: '变动已开立的记录', en: 'These move a record' },
  marks: { zh: '针对其他成员的记录', en: 'These speak of another member’s record' },
  journal: { zh: '逐日的查询情况', en: 'What was asked, day by day' },
  receipt: { zh: '回执', en: 'Receipts' },
  governance: { zh: '治理通报', en: 'These govern a log' },
};

/** Of a type that this program does not know. */
export const unknownKind: Sentence = { zh: '本程序不认识的类型', en: 'Unknown to this program' };

/** `7 个工作日`; a dash where the agreement says nothing. */
export function sayDeadline(days: number | undefined): Sentence {
  return days === undefined
    ? { zh: '—', en: '—' }
    : { zh: `${days} 个工作日`, en: `${days} working ${days === 1 ? 'day' : 'days'}` };
}

export function sayRetention(years: number | undefined): Sentence {
  return years === undefined
    ? { zh: '—', en: '—' }
    : { zh: `${years} 年`, en: `${years} ${years === 1 ? 'year' : 'years'}` };
}
