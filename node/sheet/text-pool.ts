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

/** Texts that are asked for again and again stand at the beginning: a column of labels has few, and they come first. */
const keptTexts = 4096;

export function createTextPool(): TextPool {
  const kept: string[] = [];
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
      const known = kept[index];
      if (known !== undefined) return known;
      const text = decoder.decode(bytes.subarray(index === 0 ? 0 : ends[index - 1], ends[index]));
      if (index < keptTexts) kept[index] = text;
      return text;
    },
  };
}

function grown<T extends Uint8Array | Uint32Array>(array: T, least: number): T {
  const size = Math.max(array.length * 2, least);
  const larger = (array instanceof Uint8Array ? new Uint8Array(size) : new Uint32Array(size)) as T; // the kind of `array`
  larger.set(array);
  return larger;
}
