/**
 * The entries of a ZIP file held in memory (APPNOTE 6.3: stored and deflated, ZIP64), for workbooks of unknown origin.
 * Read by its central directory, so that a file cut short is told at once. An entry gives as many bytes as the directory
 * says and no more; together they stay below a bound.
 */

import { Problem } from './problem.ts';

export interface ZipEntry {
  name: string;
  /** Unpacked. */
  sizeBytes: number;
  /**
   * The unpacked content, chunk by chunk; may be opened again.
   *
   * @throws {Problem} `sheet/truncated` when it is damaged, `sheet/too-large` when it grows past its stated size
   */
  open(): AsyncIterable<Uint8Array>;
}

interface Place {
  name: string;
  method: number;
  crc: number;
  packedBytes: number;
  sizeBytes: number;
  offset: number;
}

const endSignature = 0x06054b50;
const end64Signature = 0x06064b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const mostEntries = 10_000;
const pieceBytes = 65_536;
const unsaid = 0xffffffff; // the value is in the ZIP64 field

/**
 * Reads the directory.
 *
 * @param mostBytes bound on all entries together, unpacked
 * @throws {Problem} `sheet/truncated`, `sheet/encrypted`, `sheet/too-large`
 */
export function readZip(bytes: Uint8Array, mostBytes: number): Map<string, ZipEntry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let places: Place[];
  try {
    places = readDirectory(view);
  } catch (error) {
    if (error instanceof RangeError) throw new Problem('sheet/truncated', {}, { cause: error }); // a read past the end
    throw error;
  }
  const sizeBytes = places.reduce((sum, place) => sum + place.sizeBytes, 0);
  if (sizeBytes > mostBytes) throw new Problem('sheet/too-large', { sizeBytes, mostBytes });
  return new Map(places.map((place) => [place.name, toEntry(bytes, view, place)]));
}

function readDirectory(view: DataView): Place[] {
  const end = findEnd(view);
  let count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (at === unsaid || count === 0xffff) {
    const end64 = Number(view.getBigUint64(end - 20 + 8, true));
    if (view.getUint32(end64, true) !== end64Signature) throw new RangeError('no ZIP64 end record');
    count = Number(view.getBigUint64(end64 + 32, true));
    at = Number(view.getBigUint64(end64 + 48, true));
  }
  if (count > mostEntries) throw new Problem('sheet/too-large', { entries: count, mostEntries });
  const places: Place[] = [];
  for (let i = 0; i < count; i++) {
    if (view.getUint32(at, true) !== entrySignature) throw new RangeError('no directory entry');
    if (view.getUint16(at + 8, true) & 1) throw new Problem('sheet/encrypted');
    const nameBytes = view.getUint16(at + 28, true);
    const extraBytes = view.getUint16(at + 30, true);
    const place: Place = {
      name: new TextDecoder().decode(slice(view, at + 46, nameBytes)),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packedBytes: view.getUint32(at + 20, true),
      sizeBytes: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    };
    widen(place, view, at + 46 + nameBytes, extraBytes);
    places.push(place);
    at += 46 + nameBytes + extraBytes + view.getUint16(at + 32, true);
  }
  return places;
}

/** The end record stands in the last 64 KiB, behind it at most a comment. */
function findEnd(view: DataView): number {
  const lowest = Math.max(0, view.byteLength - 22 - 65_535);
  for (let at = view.byteLength - 22; at >= lowest; at--) {
    if (view.getUint32(at, true) === endSignature) return at;
  }
  throw new RangeError('no end of the directory');
}

/** Takes the 64-bit values from the extra field 0x0001, which holds those that the entry leaves unsaid. */
function widen(place: Place, view: DataView, from: number, sizeBytes: number): void {
  for (let at = from; at + 4 <= from + sizeBytes; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    let next = at + 4;
    for (const name of ['sizeBytes', 'packedBytes', 'offset'] as const) {
      if (place[name] !== unsaid) continue;
      place[name] = Number(view.getBigUint64(next, true));
      next += 8;
    }
  }
}

function toEntry(bytes: Uint8Array, view: DataView, place: Place): ZipEntry {
  const { name, sizeBytes } = place;
  return {
    name,
    sizeBytes,
    async *open() {
      const at = place.offset;
      if (at + 30 > bytes.length || view.getUint32(at, true) !== localSignature)
        throw new Problem('sheet/truncated', { name });
      const from = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
      if (from + place.packedBytes > bytes.length) throw new Problem('sheet/truncated', { name });
      if (place.method !== 0 && place.method !== 8)
        throw new Problem('sheet/unknown-format', { name, method: place.method });
      const packed = bytes.subarray(from, from + place.packedBytes);
      let given = 0;
      let crc = 0xffffffff;
      try {
        for await (const chunk of place.method === 0 ? pieces(packed) : inflate(packed)) {
          given += chunk.length;
          if (given > sizeBytes) throw new Problem('sheet/too-large', { name, sizeBytes });
          crc = updateCrc(crc, chunk);
          yield chunk;
        }
      } catch (error) {
        throw error instanceof Problem ? error : new Problem('sheet/truncated', { name }, { cause: error });
      }
      if (given !== sizeBytes || (crc ^ 0xffffffff) >>> 0 !== place.crc) throw new Problem('sheet/truncated', { name });
    },
  };
}

async function* pieces(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

function inflate(packed: Uint8Array): AsyncIterable<Uint8Array> {
  let at = 0;
  const source = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= packed.length) return controller.close();
      controller.enqueue(packed.subarray(at, at + pieceBytes));
      at += pieceBytes;
    },
  });
  return source.pipeThrough(new DecompressionStream('deflate-raw'));
}

function slice(view: DataView, at: number, sizeBytes: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at, sizeBytes); // a RangeError past the end of the buffer
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function updateCrc(crc: number, bytes: Uint8Array): number {
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ (crcTable[(crc ^ (bytes[i] as number)) & 255] as number);
  return crc;
}
