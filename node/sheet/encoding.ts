/**
 * The two encodings of text files in Chinese offices: UTF-8, with or without byte order mark, and GB18030, in which
 * Excel and WPS save `.csv`. Most UTF-8 passes as GB18030 too, so UTF-8 is asked first, and asked of the whole file.
 */

import { Problem } from '../base/problem.ts';

export type TextEncoding = 'utf-8' | 'gb18030';

const pieceBytes = 65_536;

/**
 * The encoding in which all the bytes are text.
 *
 * @throws {Problem} `sheet/encoding` when there is none; `sheet/truncated` when the file ends inside a character
 */
export async function chooseEncoding(source: () => AsyncIterable<Uint8Array>): Promise<TextEncoding> {
  for (const encoding of ['utf-8', 'gb18030'] as const) {
    const outcome = await tryDecode(source(), encoding);
    if (outcome === 'whole') return encoding;
    if (outcome === 'cut') throw new Problem('sheet/truncated');
  }
  throw new Problem('sheet/encoding');
}

/** The text in pieces of at most 64 KiB, without byte order mark. */
export async function* decodeText(chunks: AsyncIterable<Uint8Array>, encoding: TextEncoding): AsyncIterable<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += pieceBytes) {
      yield decoder.decode(chunk.subarray(at, at + pieceBytes), { stream: true });
    }
  }
  yield decoder.decode();
}

async function tryDecode(
  chunks: AsyncIterable<Uint8Array>,
  encoding: TextEncoding,
): Promise<'whole' | 'cut' | 'other'> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let sawOther = false;
  try {
    for await (const chunk of chunks) {
      sawOther ||= chunk.some((byte) => byte >= 0x80);
      if (sawOther) decoder.decode(chunk, { stream: true });
    }
  } catch (error) {
    if (error instanceof TypeError) return 'other';
    throw error;
  }
  try {
    decoder.decode();
    return 'whole';
  } catch {
    return 'cut';
  }
}

let gb18030: Map<string, number> | undefined;

/**
 * Text → GB18030, its one- and two-byte part (GBK).
 *
 * @throws {RangeError} for a character that needs four bytes
 */
export function encodeGb18030(text: string): Uint8Array {
  gb18030 ??= readTwoByteTable();
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    const pair = code < 0x80 ? code : gb18030.get(character);
    if (pair === undefined) throw new RangeError(`no two bytes of GB18030: ${character}`);
    if (pair > 0xff) bytes.push(pair >> 8);
    bytes.push(pair & 0xff);
  }
  return Uint8Array.from(bytes);
}

/** The platform decodes GB18030 and does not encode it: so every pair is decoded once. */
function readTwoByteTable(): Map<string, number> {
  const decoder = new TextDecoder('gb18030');
  const table = new Map<string, number>();
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      const character = trail === 0x7f ? '\ufffd' : decoder.decode(Uint8Array.of(lead, trail));
      if ([...character].length === 1 && character !== '\ufffd') table.set(character, (lead << 8) | trail);
    }
  }
  return table;
}
