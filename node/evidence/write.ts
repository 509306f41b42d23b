/** Claim and parts → the one text of an evidence file (docs/evidence.md, The file). What it proves is not looked at. */

import { canonicalText } from '../base/canonical.ts';
import { type Evidence, mediaType, type SectionName, sectionsOf, singleSections } from './evidence.ts';

/**
 * The file's text, a piece at a time.
 *
 * @throws {RangeError} when a part comes out of its order, or a section of one value has none or two
 */
export async function* writeEvidence({ claim, parts }: Evidence): AsyncGenerator<string> {
  yield `{"mediaType":${canonicalText(mediaType)},\n"claim":${canonicalText(claim)}`;
  const sections = sectionsOf[claim.kind];
  let at = -1;
  let values = 0;
  function* moveTo(next: number): Generator<string> {
    while (at < next) {
      if (at >= 0) yield closeOf(sections[at] as SectionName, values);
      at++;
      values = 0;
      const section = sections[at];
      if (section) yield `,\n"${section}":${singleSections.includes(section) ? '' : '['}`;
    }
  }
  for await (const { section, value } of parts) {
    const next = sections.indexOf(section);
    if (next < Math.max(at, 0)) throw new RangeError(`no place for ${section}`);
    yield* moveTo(next);
    const isSingle = singleSections.includes(section);
    if (isSingle && values > 0) throw new RangeError(`two of ${section}`);
    yield `${isSingle ? '' : values > 0 ? ',\n' : '\n'}${canonicalText(value)}`;
    values++;
  }
  yield* moveTo(sections.length);
  yield '\n}\n';
}

function closeOf(section: SectionName, values: number): string {
  if (!singleSections.includes(section)) return '\n]';
  if (values === 0) throw new RangeError(`no ${section}`);
  return '';
}
