/**
 * The entries of a ZIP file held in memory, for workbooks of unknown origin. The format (APPNOTE 6.3, ZIP64) is left to
 * `@zip.js/zip.js`, of which this is the door; here are the bounds, and what is refused. The directory alone says what
 * is in the file, and must leave no doubt; an entry gives as many bytes as the directory says and no more.
 */

import {
  configure,
  ERR_INVALID_UNCOMPRESSED_SIZE,
  type FileEntry,
  Uint8ArrayReader,
  ZipReader,
  type ZipReaderConstructorOptions,
} from '@zip.js/zip.js';
import { Problem } from '../base/problem.ts';

export interface ZipEntry {
  name: string;
  /** Unpacked. */
  sizeBytes: number;
  /**
   * The unpacked content, chunk by chunk; may be opened again.
   *
   * @throws {Problem} `sheet/truncated` when it is damaged, `sheet/too-large` when it grows past its stated size,
   * `sheet/unknown-format` when it is neither stored nor deflated
   */
  open(): AsyncIterable<Uint8Array>;
}

const mostEntries = 10_000;
const mostExtraBytes = 1 << 20; // each field of four bytes becomes an object of some hundreds
const readable = [0, 8]; // stored, deflated
const options: ZipReaderConstructorOptions = {
  useWebWorkers: false,
  strictness: 'strict', // no file that two programs could read differently: two directories, two entries of one name
  maxAppendedDataSize: 65_535, // some systems send a web page after the file
  filenameValidation: 'tolerant', // names are never paths here
  checkLocalDirectory: false, // what stands before an entry is often wrong and never used
  checkCrc32: true,
};

/**
 * Reads the directory.
 *
 * @param mostBytes bound on all entries together, unpacked
 * @throws {Problem} `sheet/truncated`, `sheet/encrypted`, `sheet/too-large`
 */
export async function readZip(bytes: Uint8Array, mostBytes: number): Promise<Map<string, ZipEntry>> {
  // Without workers the package still counts open entries against `maxWorkers` and lets further ones wait.
  configure({ chunkSize: 65_536, maxWorkers: Number.MAX_SAFE_INTEGER });
  const entries = new Map<string, ZipEntry>();
  let count = 0;
  let sizeBytes = 0;
  let extraBytes = 0;
  try {
    for await (const entry of new ZipReader(new Uint8ArrayReader(bytes), options).getEntriesGenerator()) {
      if (entry.encrypted) throw new Problem('sheet/encrypted');
      if (++count > mostEntries) throw new Problem('sheet/too-large', { mostEntries });
      sizeBytes += entry.uncompressedSize;
      if (sizeBytes > mostBytes) throw new Problem('sheet/too-large', { sizeBytes, mostBytes });
      extraBytes += entry.rawExtraField.length;
      if (extraBytes > mostExtraBytes) throw new Problem('sheet/too-large', { extraBytes, mostExtraBytes });
      if (!entry.directory) entries.set(entry.filename, toEntry(entry));
    }
  } catch (error) {
    throw toProblem(error);
  }
  return entries;
}

function toEntry(entry: FileEntry): ZipEntry {
  const { filename: name, uncompressedSize: sizeBytes, compressionMethod: method } = entry;
  return {
    name,
    sizeBytes,
    async *open() {
      if (!readable.includes(method)) throw new Problem('sheet/unknown-format', { name, method });
      const pipe = new TransformStream<Uint8Array, Uint8Array>();
      entry.getData(pipe.writable, options).catch((error) => {
        if (!pipe.writable.locked) return pipe.writable.abort(error); // failed before it began to write
      });
      try {
        yield* pipe.readable;
      } catch (error) {
        throw toProblem(error, name);
      }
    },
  };
}

function toProblem(error: unknown, name?: string): Problem {
  if (error instanceof Problem) return error;
  const isTooLarge = error instanceof Error && error.message === ERR_INVALID_UNCOMPRESSED_SIZE;
  return new Problem(isTooLarge ? 'sheet/too-large' : 'sheet/truncated', name === undefined ? {} : { name }, {
    cause: error,
  });
}
