/**
 * XML as it comes, chunk by chunk, for the parts of a workbook: tags, text and the five named entities. No DTD and so no
 * entity of a document's own; namespace prefixes are cut off. Well-formedness is not checked: what is no workbook yields
 * no rows.
 */

import { Problem } from './problem.ts';

export interface XmlHandler {
  /** @param attributes as written, for `attribute` */
  open(name: string, attributes: string): void;
  close?(name: string): void;
  /** Text between two tags, decoded. */
  text?(text: string): void;
}

const longestToken = 1 << 20; // a cell of Excel holds 32,767 characters
const named: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const patterns = new Map<string, RegExp>();

/**
 * Hands every tag and text to the handler and comes back after every chunk, so that the caller can pass on what it has.
 *
 * @throws {Problem} `sheet/unknown-format` for bytes that are no UTF-8 or a document type; `sheet/too-large` for a
 * single token of more than a mebibyte
 */
export async function* readXml(chunks: AsyncIterable<Uint8Array>, handler: XmlHandler): AsyncIterable<void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  for await (const chunk of chunks) {
    rest = readTokens(rest + decode(decoder, chunk), handler);
    if (rest.length > longestToken) throw new Problem('sheet/too-large', { longestToken });
    yield;
  }
}

/** The value of an attribute, decoded; undefined when it is not there. The name is without prefix. */
export function attribute(attributes: string, name: string): string | undefined {
  let pattern = patterns.get(name);
  if (!pattern) {
    pattern = new RegExp(`(?:^|[\\s:])${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`);
    patterns.set(name, pattern);
  }
  const found = pattern.exec(attributes);
  return found ? decodeEntities(found[1] ?? found[2] ?? '') : undefined;
}

/** Hands on the whole tokens of the text and returns what is left of it. */
function readTokens(text: string, handler: XmlHandler): string {
  let at = 0;
  for (;;) {
    const tag = text.indexOf('<', at);
    if (tag < 0) return text.slice(at);
    const end = endOfTag(text, tag);
    if (end < 0) return text.slice(at);
    if (tag > at) handler.text?.(decodeEntities(text.slice(at, tag)));
    readTag(text, tag, end, handler);
    at = end;
  }
}

/** Where the tag at `from` ends, its last character included; -1 when that is not here yet. */
function endOfTag(text: string, from: number): number {
  if (text[from + 1] === '!' || text[from + 1] === '?') {
    const [open, close] = text.startsWith('<!--', from)
      ? ['<!--', '-->']
      : text.startsWith('<![CDATA[', from)
        ? ['<![CDATA[', ']]>']
        : ['', '>'];
    if (open === '' && text.length < from + 9) return -1; // too short to tell what it is
    const end = text.indexOf(close as string, from + (open as string).length);
    return end < 0 ? -1 : end + (close as string).length;
  }
  let end = text.indexOf('>', from);
  while (end >= 0 && isInsideQuotes(text, from, end)) end = text.indexOf('>', end + 1);
  return end < 0 ? -1 : end + 1;
}

function isInsideQuotes(text: string, from: number, to: number): boolean {
  let inside = false;
  for (let at = text.indexOf('"', from); at >= 0 && at < to; at = text.indexOf('"', at + 1)) inside = !inside;
  return inside;
}

function readTag(text: string, from: number, end: number, handler: XmlHandler): void {
  const first = text.charCodeAt(from + 1);
  if (first === 0x2f) {
    handler.close?.(localName(text.slice(from + 2, end - 1).trimEnd()));
    return;
  }
  if (first === 0x21) {
    if (text.startsWith('<![CDATA[', from)) handler.text?.(text.slice(from + 9, end - 3));
    else if (!text.startsWith('<!--', from)) throw new Problem('sheet/unknown-format');
    return;
  }
  if (first === 0x3f) return;
  const isEmpty = text.charCodeAt(end - 2) === 0x2f;
  const stop = isEmpty ? end - 2 : end - 1;
  let nameEnd = from + 1;
  while (nameEnd < stop && text.charCodeAt(nameEnd) > 0x20) nameEnd++;
  const name = localName(text.slice(from + 1, nameEnd));
  handler.open(name, text.slice(nameEnd, stop));
  if (isEmpty) handler.close?.(name);
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d+)|#[xX]([0-9a-fA-F]+)|(\w+));/g, (whole, decimal, hex, name) => {
    if (name) return named[name] ?? whole;
    const point = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    return point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff) ? '\ufffd' : String.fromCodePoint(point);
  });
}

function decode(decoder: InstanceType<typeof TextDecoder>, chunk: Uint8Array): string {
  try {
    return decoder.decode(chunk, { stream: true });
  } catch (error) {
    throw new Problem('sheet/unknown-format', {}, { cause: error });
  }
}
