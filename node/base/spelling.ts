/**
 * Digests and thumbprints in a form that two people can read to each other: groups of four characters, and each character
 * by a name that no other has. In base64url capital and small letters are different, and 0 and O, 1, I and l look alike.
 */

import type { Sentence } from './sentences.ts';

/** Four characters, fewer at the end, and how they are said. */
export interface SpelledGroup {
  text: string;
  spoken: Sentence;
}

/** How the groups are to be read, for whoever reads them out. */
export const spellingRule: Sentence = {
  zh: '每组四个字符，区分大小写。“大”“小”指大写、小写字母，数字用汉字（幺即 1），“横杠”是 -，“下划线”是 _。逐组读出，对方逐组复述。',
  en: 'Groups of four characters; capital and small letters differ. A word in CAPITALS is a capital letter, said with “capital” before it; “dash” is -, “underscore” is _. Read group by group, and have each repeated.',
};

const groupSize = 4;
const digits = '零 幺 二 三 四 五 六 七 八 九'.split(' ');
const englishDigits = 'zero one two three four five six seven eight nine'.split(' ');
// ICAO Annex 10, volume II, 5.2.1.3
const letters =
  'alfa bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november oscar papa quebec romeo sierra tango uniform victor whiskey x-ray yankee zulu'.split(
    ' ',
  );

/**
 * `UAcS--xJ…` → `UAcS` 大U 大A 小c 大S, UNIFORM ALFA charlie SIERRA; `--xJ` …
 *
 * @param text base64url, base64 or hexadecimal
 * @throws {RangeError} when another character stands in it
 */
export function spell(text: string): SpelledGroup[] {
  const groups = text.match(new RegExp(`.{1,${groupSize}}`, 'gsu')) ?? [];
  return groups.map((group) => {
    const spoken = [...group].map(nameOf);
    return {
      text: group,
      spoken: { zh: spoken.map(({ zh }) => zh).join(' '), en: spoken.map(({ en }) => en).join(' ') },
    };
  });
}

function nameOf(character: string): Sentence {
  const code = character.charCodeAt(0);
  if (character >= '0' && character <= '9') return { zh: digits[code - 48] ?? '', en: englishDigits[code - 48] ?? '' };
  if (character >= 'a' && character <= 'z') return { zh: `小${character}`, en: letters[code - 97] ?? '' };
  if (character >= 'A' && character <= 'Z')
    return { zh: `大${character}`, en: (letters[code - 65] ?? '').toUpperCase() };
  const sign = signs[character];
  if (!sign) throw new RangeError(`no name for ${character}`);
  return sign;
}

const signs: Readonly<Record<string, Sentence>> = {
  '-': { zh: '横杠', en: 'dash' },
  _: { zh: '下划线', en: 'underscore' },
  '+': { zh: '加号', en: 'plus' },
  '/': { zh: '斜杠', en: 'slash' },
  '=': { zh: '等号', en: 'equals' },
};
