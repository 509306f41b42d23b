/**
 * A form with a file in it, as browsers send it (multipart/form-data, RFC 7578), read as it comes: fields are short and
 * stand before the file, the file is a stream. What browsers do not send is refused rather than guessed.
 */

import { Problem } from '../base/problem.ts';

export interface UploadForm {
  fields: ReadonlyMap<string, string>;
  /** Absent when the form has no file, or none was chosen. */
  file?: { name: string; bytes: AsyncIterable<Uint8Array> };
}

const longestHead = 8 * 1024;
const longestField = 16 * 1024;
const mostFields = 32;

/**
 * The fields up to the file, and the file, which the caller reads before anything else.
 *
 * @param contentType the request's, with the boundary
 * @throws {Problem} input/unsupported-media-type, input/invalid; the second also while the file is read
 */
export async function readUploadForm(contentType: string, chunks: AsyncIterable<Uint8Array>): Promise<UploadForm> {
  const [, quoted, plain] =
    /^multipart\/form-data\s*;.*?boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70})(?![^\s;]))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw new Problem('input/unsupported-media-type', { type: contentType.slice(0, 64) });
  const input = createInput(chunks);
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const fields = new Map<string, string>();

  await input.upTo(delimiter, longestHead);
  while ((await input.take(2)).toString() === '\r\n') {
    const { name, fileName } = parseHead((await input.upTo(Buffer.from('\r\n\r\n'), longestHead)).toString());
    if (fileName === undefined) {
      if (fields.size >= mostFields) throw malformed();
      fields.set(name, (await input.upTo(delimiter, longestField)).toString());
    } else if (fileName === '') await input.upTo(delimiter, 0);
    else return { fields, file: { name: fileName, bytes: input.until(delimiter) } };
  }
  return { fields };
}

/** Bytes that were read and not yet used, and the rest of the stream behind them. */
function createInput(chunks: AsyncIterable<Uint8Array>) {
  const source = chunks[Symbol.asyncIterator]();
  let held = Buffer.from('\r\n'); // the first delimiter may stand at the very beginning

  async function readMore(): Promise<void> {
    const { value, done } = await source.next();
    if (done) throw malformed();
    held = Buffer.concat([held, value]);
  }

  return {
    /** Exactly so many bytes. */
    async take(count: number): Promise<Buffer> {
      while (held.length < count) await readMore();
      const taken = held.subarray(0, count);
      held = held.subarray(count);
      return taken;
    },
    /** What stands before the delimiter, at most so many bytes; the delimiter is passed over. */
    async upTo(delimiter: Buffer, most: number): Promise<Buffer> {
      for (;;) {
        const at = held.indexOf(delimiter);
        if (at > most || (at < 0 && held.length > most + delimiter.length)) throw malformed();
        if (at < 0) {
          await readMore();
          continue;
        }
        const taken = held.subarray(0, at);
        held = held.subarray(at + delimiter.length);
        return taken;
      }
    },
    /** The same without bound, as it comes. */
    async *until(delimiter: Buffer): AsyncGenerator<Uint8Array> {
      for (;;) {
        const at = held.indexOf(delimiter);
        const sure = at < 0 ? held.length - delimiter.length + 1 : at; // a delimiter may begin after that
        if (sure > 0) yield held.subarray(0, sure);
        held = held.subarray(Math.max(sure, 0));
        if (at >= 0) return;
        await readMore();
      }
    },
  };
}

/** RFC 7578 §4.2; browsers write a quote in a name as %22 (HTML Standard §4.10.21.8). */
function parseHead(head: string): { name: string; fileName?: string } {
  const disposition = head.split('\r\n').find((line) => /^content-disposition\s*:\s*form-data\b/i.test(line)) ?? '';
  const [, name] = /;\s*name="([^"]*)"/i.exec(disposition) ?? [];
  const [, fileName] = /;\s*filename="([^"]*)"/i.exec(disposition) ?? [];
  if (name === undefined) throw malformed();
  return { name, ...(fileName !== undefined && { fileName: fileName.replaceAll('%22', '"') }) };
}

function malformed(): Problem {
  const mistake = { pointer: '', zh: '上传的内容不完整或格式不对', en: 'the upload is cut short or not well formed' };
  return new Problem('input/invalid', { mistakes: [mistake] });
}
