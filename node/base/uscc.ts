/**
 * Unified social credit codes: eighteen characters, of which the ninth checks the organisation code in positions 9–17
 * (GB 11714) and the last checks the whole (GB 32100-2015, 5 and annex A). Both are looked at: `123456789012345678`
 * passes the second and not the first. Whether the code was ever given to anyone is not known here.
 */

/**
 * `valid-legacy-exception`: given out lawfully by the early pilots in Fujian and Xiamen with another last character than
 * the standard computes. Such a code is as good as any; it is told apart so that nobody "corrects" it.
 */
export type UsccVerdict = 'valid' | 'valid-legacy-exception' | 'invalid';

const characters = '0123456789ABCDEFGHJKLMNPQRTUWXY'; // without I, O, S, V, Z
const pattern = /^[0-9A-HJ-NP-RTUWXY]{18}$/;
const pilotPattern = /^9135\d{4}M000/;
const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]; // 3^i mod 31
const bodyWeights = [3, 7, 9, 10, 5, 8, 4, 2];
const values = new Map([...characters].map((character, value) => [character, value]));

/** What the two check characters say of a code in upper case without blanks. */
export function checkUscc(text: string): UsccVerdict {
  if (!pattern.test(text) || bodyCheck(text.slice(8, 16)) !== text[16]) return 'invalid';
  if (wholeCheck(text) === text[17]) return 'valid';
  return pilotPattern.test(text) ? 'valid-legacy-exception' : 'invalid';
}

/** Why a code is none: its length, a character that no code has at that place (from 1), or a check character. */
export type UsccMistake =
  | { mistake: 'length'; length: number }
  | { mistake: 'character'; character: string; place: number }
  | { mistake: 'check' };

/** What is wrong with a code in upper case without blanks; undefined when nothing is. */
export function findUsccMistake(text: string): UsccMistake | undefined {
  if (checkUscc(text) !== 'invalid') return undefined;
  const all = [...text];
  if (all.length !== 18) return { mistake: 'length', length: all.length };
  const at = all.findIndex((character) => !characters.includes(character));
  return at < 0 ? { mistake: 'check' } : { mistake: 'character', character: all[at] as string, place: at + 1 };
}

/**
 * Whether the subject is an individual business (个体工商户, class 92), whose code may lead to a natural person.
 *
 * @param uscc a code that is not invalid
 */
export function isIndividualBusiness(uscc: string): boolean {
  return uscc.startsWith('92');
}

/** Whether the text is an organisation code (组织机构代码) of nine characters without hyphen, GB 11714. */
export function isOrganisationCode(text: string): boolean {
  return /^[0-9A-Z]{8}[0-9X]$/.test(text) && bodyCheck(text.slice(0, 8)) === text[8];
}

/**
 * A code with both check characters right, for samples and tests.
 *
 * @param first8 department, class and region: `91310000`
 * @param body8 the organisation code without its check: `MA1FL000`
 * @throws {RangeError} when one is not eight characters of GB 32100
 */
export function withCheckCharacters(first8: string, body8: string): string {
  const first17 = first8 + body8 + bodyCheck(body8);
  if (first8.length !== 8 || body8.length !== 8 || !pattern.test(`${first17}0`)) {
    throw new RangeError(`not two times eight characters of GB 32100: ${first8} ${body8}`);
  }
  return first17 + wholeCheck(first17);
}

/** GB 11714: the ninth character of an organisation code. */
function bodyCheck(body8: string): string {
  let sum = 0;
  for (let i = 0; i < 8; i++) sum += Number.parseInt(body8[i] ?? '0', 36) * (bodyWeights[i] as number);
  const check = 11 - (sum % 11);
  return check === 10 ? 'X' : check === 11 ? '0' : String(check);
}

/** GB 32100: the last character. */
function wholeCheck(text: string): string {
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += (values.get(text[i] as string) as number) * (weights[i] as number);
  return characters[(31 - (sum % 31)) % 31] as string;
}
