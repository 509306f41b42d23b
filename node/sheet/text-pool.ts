/**
 * Many short texts, read by their number: kept as bytes, because millions of JavaScript strings cut from one XML part
 * would hold several times its size.
 */

export interface TextPool {
  /** The first is number 0. */
  add(text: string): void;
  /** undefined when there is no such number. */
  get(index: number): string | undefined;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export function createTextPool(): TextPool {
  let bytes = new Uint8Array(1 << 16);
  let ends = new Uint32Array(1 << 12);
  let count = 0;
  return {
    add(text) {
      const from = count === 0 ? 0 : (ends[count - 1] as number);
      if (from + text.length * 3 > bytes.length) bytes = grown(bytes, from + text.length * 3);
      if (count === ends.length) ends = grown(ends, count + 1);
      ends[count++] = from + encoder.encodeInto(text, bytes.subarray(from)).written;
    },
    get(index) {
      if (!(index >= 0 && index < count)) return undefined;
      return decoder.decode(bytes.subarray(index === 0 ? 0 : ends[index - 1], ends[index]));
    },
  };
}

function grown<T extends Uint8Array | Uint32Array>(array: T, least: number): T {
  const size = Math.max(array.length * 2, least);
  const larger = (array instanceof Uint8Array ? new Uint8Array(size) : new Uint32Array(size)) as T; // the kind of `array`
  larger.set(array);
  return larger;
}
