/**
 * XML as it comes, chunk by chunk, for the parts of a workbook, which must be well-formed. The door of `sax`; here are the
 * bounds that it lacks. No DTD and so no entity of a document's own; namespace prefixes are cut off.
 */

import sax from 'sax';
import { Problem } from '../base/problem.ts';

export interface XmlHandler {
  open(name: string, attributes: XmlAttributes): void;
  close?(name: string): void;
  /** Text between two tags. */
  text?(text: string): void;
}

/** The names as written, for `attribute`. */
export type XmlAttributes = Record<string, string>;

const longestToken = 1 << 20; // a cell of Excel holds 32,767 characters
const deepest = 100;
const longestDeclaration = '[CDATA['.length;
const pieceLength = 1024;

/**
 * Hands every tag and text to the handler and comes back after every chunk, so that the caller can pass on what it has.
 *
 * @throws {Problem} `sheet/unknown-format` for bytes that are no UTF-8, for what is not well-formed and for a document
 * type; `sheet/too-large` for a single token of more than a mebibyte; `sheet/truncated` when the root is not closed
 */
export async function* readXml(chunks: AsyncIterable<Uint8Array>, handler: XmlHandler): AsyncIterable<void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const parser = createParser(handler);
  for await (const chunk of chunks) {
    asXml(() => parser.write(decoder.decode(chunk, { stream: true })));
    yield;
  }
  asXml(() => parser.end(decoder.decode()));
}

/** The value of an attribute; undefined when it is not there. The name is without prefix. */
export function attribute(attributes: XmlAttributes, name: string): string | undefined {
  if (attributes[name] !== undefined) return attributes[name];
  for (const written in attributes) {
    if (written.endsWith(`:${name}`) && !written.startsWith('xmlns:')) return attributes[written];
  }
}

function createParser(handler: XmlHandler) {
  // `sgmlDecl` is what stands behind `<!` so far. The package's types leave out both this and `strictEntities`.
  const options = { position: false, strictEntities: true };
  const parser = sax.parser(true, options) as sax.SAXParser & { sgmlDecl: string };
  let depth = 0;
  let waiting = 0;
  parser.onopentag = ({ name, attributes }) => {
    waiting = 0;
    if (++depth > deepest) throw new Problem('sheet/too-large', { deepest });
    handler.open(localName(name), attributes as XmlAttributes); // of another kind with the option `xmlns` only
  };
  parser.onclosetag = (name) => {
    waiting = 0;
    depth--;
    handler.close?.(localName(name));
  };
  parser.ontext = parser.oncdata = (text) => {
    waiting = 0;
    handler.text?.(text);
  };
  parser.ondoctype = parser.onsgmldeclaration = refuse;
  parser.onerror = refuse;
  return {
    write(text: string) {
      // In pieces, because the package looks through a declaration again with every character of it.
      for (let at = 0; at < text.length; at += pieceLength) {
        const piece = text.slice(at, at + pieceLength);
        waiting += piece.length;
        parser.write(piece);
        if (waiting > longestToken) throw new Problem('sheet/too-large', { longestToken });
        if (parser.sgmlDecl.length > longestDeclaration) throw new Problem('sheet/unknown-format');
      }
    },
    end(text: string) {
      this.write(text);
      if (depth > 0) throw new Problem('sheet/truncated');
      parser.close();
    },
  };
}

function refuse(cause: unknown): never {
  throw new Problem('sheet/unknown-format', {}, { cause });
}

/** What the decoder and the package throw about a document becomes a refusal. */
function asXml(read: () => void): void {
  try {
    read();
  } catch (error) {
    throw error instanceof Problem ? error : new Problem('sheet/unknown-format', {}, { cause: error });
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
