/** What kind of file this is, by its bytes. */

import { Problem } from '../base/problem.ts';

/** `compound`: an OLE compound file, the container of `.xls`, `.et` and of anything that Office encrypted. */
export type SheetFormat = 'xlsx' | 'csv' | 'compound';

/** So many bytes are enough for `recogniseFormat`. */
export const startBytes = 4096;

/**
 * Tells the format by the first bytes of the file. Text of any kind passes as `csv`: whether it has a header is seen
 * when it is read.
 *
 * @throws {Problem} `sheet/legacy-xls` for BIFF without a container, `sheet/unknown-format` for other binary files and
 * for web pages, which some systems save under the name `.xls`
 */
export function recogniseFormat(start: Uint8Array, name: string): SheetFormat {
  if (startsWith(start, [0x50, 0x4b, 3, 4])) return 'xlsx';
  if (startsWith(start, [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])) return 'compound';
  if (start[0] === 9 && [0, 2, 4, 8].includes(start[1] ?? -1) && start.includes(0))
    throw new Problem('sheet/legacy-xls', { name });
  const first = new TextDecoder().decode(start).trimStart();
  if (start.includes(0) || /^(<|%PDF-|\{\\rtf)/.test(first)) throw new Problem('sheet/unknown-format', { name });
  return 'csv';
}

/**
 * Why a compound file is not read. Its directory has entries of 128 bytes that begin with a name in UTF-16 ([MS-CFB]
 * 2.6.1). An encrypted workbook has the stream `EncryptedPackage` ([MS-OFFCRYPTO] 2.3.4.4), an old one `Workbook` or
 * `Book`. WPS writes its own `.et` in the form of an `.xls` and leaves the property `KSOProductBuildVer` in it.
 */
export function refuseCompound(bytes: Uint8Array, name: string): Problem {
  if (hasStream(bytes, 'EncryptedPackage')) return new Problem('sheet/encrypted', { name });
  const isXls = /\.xl[st]$/i.test(name);
  if (/\.ett?$/i.test(name) || (!isXls && holds(bytes, 'KSOProductBuildVer')))
    return new Problem('sheet/wps-et', { name });
  if (isXls || hasStream(bytes, 'Workbook') || hasStream(bytes, 'Book'))
    return new Problem('sheet/legacy-xls', { name });
  return new Problem('sheet/unknown-format', { name });
}

function hasStream(bytes: Uint8Array, stream: string): boolean {
  const entry = inUtf16(`${stream}\0`);
  for (let at = 512; at < bytes.length; at += 128) if (startsWith(bytes, entry, at)) return true;
  return false;
}

/** Whether the text stands anywhere, in ASCII or in UTF-16. */
function holds(bytes: Uint8Array, text: string): boolean {
  const spellings = [inUtf16(text), inUtf16(text).filter((_, i) => i % 2 === 0)];
  for (let at = bytes.indexOf(text.charCodeAt(0)); at >= 0; at = bytes.indexOf(text.charCodeAt(0), at + 1)) {
    if (spellings.some((spelling) => startsWith(bytes, spelling, at))) return true;
  }
  return false;
}

function inUtf16(text: string): number[] {
  return [...text].flatMap((character) => [character.charCodeAt(0), 0]);
}

function startsWith(bytes: Uint8Array, start: readonly number[], at = 0): boolean {
  return start.every((byte, i) => bytes[at + i] === byte);
}
