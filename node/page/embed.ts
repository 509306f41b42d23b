/**
 * The page with evidence inside: opened, it verifies by itself. What is put in stands as base64 in data blocks, which no
 * browser runs, before the script; nothing else of the page changes, so its policy and the hashes in it still hold.
 */

import { formatBase64, utf8 } from '../base/bytes.ts';

/** Where the data blocks go; stands once in `page.html`. */
const place = '<!-- embedded -->';

/**
 * @param template the built page
 * @param evidence the bytes of an evidence file
 * @param agreement the text of the agreement file
 * @throws {RangeError} when the template is no such page, or has something inside already
 */
export function embedInPage(template: string, evidence: Uint8Array, agreement: string): string {
  const at = template.indexOf(place);
  if (at < 0) throw new RangeError('no page to put evidence into');
  const blocks = [block('embedded-evidence', evidence), block('embedded-agreement', utf8(agreement))];
  return `${template.slice(0, at)}${blocks.join('\n')}${template.slice(at + place.length)}`;
}

function block(id: string, bytes: Uint8Array): string {
  return `<script type="application/octet-stream" id="${id}">${formatBase64(bytes)}</script>`;
}
