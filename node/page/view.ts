/** What every part of the page is told with: the reader's language, names of members, instants as people in China read them. */

import type { Bilingual } from '../agreement/agreement.ts';
import { provinces } from '../base/provinces.ts';
import { dayOf } from '../base/time.ts';

export type Language = 'zh' | 'en';

export interface View {
  language: Language;
  say(sentence: Bilingual): string;
  t(zh: string, en: string): string;
  /** Names by id. */
  names: Readonly<Record<string, Bilingual>>;
  /** 上海市, Shanghai; what is no member's id stays as it is. */
  nameOf(id: string): string;
  /** Names one after the other. */
  namesOf(ids: readonly string[]): string;
}

/** @param members names by id, as the agreement has them; of a file that was refused before that, the provinces’ */
export function createView(language: Language, members: Readonly<Record<string, Bilingual>> = {}): View {
  const names = { ...provinces, ...members };
  const say = (sentence: Bilingual) => sentence[language];
  const nameOf = (id: string) => (Object.hasOwn(names, id) ? say(names[id] as Bilingual) : id);
  return {
    language,
    say,
    t: (zh, en) => (language === 'zh' ? zh : en),
    names,
    nameOf,
    namesOf: (ids) => ids.map(nameOf).join(language === 'zh' ? '、' : ', '),
  };
}

const chinaOffsetMs = 8 * 3_600_000;

/** `2026-01-02 11:04:05`, in China. */
export function formatMoment(instant: string): string {
  return new Date(Date.parse(instant) + chinaOffsetMs).toISOString().slice(0, 19).replace('T', ' ');
}

/** The day in China. */
export function formatDay(instant: string): string {
  return dayOf(new Date(instant));
}

/** `12.3 MB` */
export function formatSize(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
