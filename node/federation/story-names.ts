/** Words that both halves of a story share: verdicts and names. Pure. */

import type { Sentence } from '../base/sentences.ts';
import { sentenceFor } from '../registry/words.ts';
import type { Brief, Scene } from './story.ts';

/** `took it`, `refused it: …` */
export function verdictOf({ word, code }: Pick<Brief, 'word' | 'code'>): Sentence {
  const why = code === undefined ? { zh: '', en: '' } : sentenceFor(code);
  switch (word) {
    case 'refused':
      return { zh: `拒收，${code}：${strip(why.zh)}`, en: `refused it, ${code}: ${strip(why.en)}` };
    case 'noted':
      return {
        zh: `采纳但备注为无效力，${code}：${strip(why.zh)}`,
        en: `took it and noted that it has no effect, ${code}: ${strip(why.en)}`,
      };
    case 'withheld':
      return { zh: '未收到内容', en: 'did not get its content' };
    default:
      return { zh: '采纳', en: 'took it' };
  }
}

export function listNames(names: Scene['names'], ids: readonly string[]): Sentence {
  if (ids.includes('*')) return { zh: '全体成员', en: 'every member' };
  const said = ids.map((id) => nameIn(names, id));
  return { zh: said.map(({ zh }) => zh).join('、'), en: joinEnglish(said.map(({ en }) => en)) };
}

function joinEnglish(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

export function nameIn(names: Scene['names'], id: string): Sentence {
  return names.get(id) ?? { zh: id, en: id };
}

/** Without the full stop at its end: another sentence goes on. */
export function strip(text: string): string {
  return text.replace(/[。.]$/, '');
}
