/**
 * Bytes and their spellings. Decoding is strict: what does not encode back to the same text is refused, so that no
 * two texts ever mean the same bytes (RFC 4648 §3.5).
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const standard = alphabet('+/');
const urlSafe = alphabet('-_');

/** Text → UTF-8. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** UTF-8 → text; undefined when the bytes are not UTF-8. */
export function parseUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Bytes → base64 with padding (RFC 4648 §4). */
export function formatBase64(bytes: Uint8Array): string {
  const text = encode(bytes, standard.letters);
  return text + '='.repeat((4 - (text.length % 4)) % 4);
}

/** Base64 with padding → bytes; undefined unless it is the one spelling of those bytes. */
export function parseBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return decode(text.slice(0, text.length - padding), standard.values);
}

/** Bytes → base64url without padding (RFC 7515 §2). */
export function formatBase64url(bytes: Uint8Array): string {
  return encode(bytes, urlSafe.letters);
}

/** Base64url without padding → bytes; undefined unless it is the one spelling of those bytes. */
export function parseBase64url(text: string): Uint8Array | undefined {
  return decode(text, urlSafe.values);
}

/** Bytes → lower-case hexadecimal. */
export function formatHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** The given arrays one after the other. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  for (const part of parts) size += part.length;
  const joined = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Whether both hold the same bytes, in a time that tells nothing of where they differ. */
export function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}

function alphabet(lastTwo: string): { letters: Uint8Array; values: Int8Array } {
  const letters = `ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789${lastTwo}`;
  const values = new Int8Array(128).fill(-1);
  for (let i = 0; i < 64; i++) values[letters.charCodeAt(i)] = i;
  return { letters: utf8(letters), values };
}

/** By way of bytes: a text of two thousand letters, put together from one at a time, leaves as many pieces behind. */
function encode(bytes: Uint8Array, letters: Uint8Array): string {
  const text = new Uint8Array(Math.ceil((bytes.length * 4) / 3));
  const left = bytes.length % 3;
  const whole = bytes.length - left;
  let at = 0;
  for (let i = 0; i < whole; i += 3) {
    const group = ((bytes[i] as number) << 16) | ((bytes[i + 1] as number) << 8) | (bytes[i + 2] as number);
    text[at++] = letters[group >> 18] as number;
    text[at++] = letters[(group >> 12) & 63] as number;
    text[at++] = letters[(group >> 6) & 63] as number;
    text[at++] = letters[group & 63] as number;
  }
  if (left === 1) {
    const group = (bytes[whole] as number) << 4;
    text[at++] = letters[group >> 6] as number;
    text[at++] = letters[group & 63] as number;
  } else if (left === 2) {
    const group = ((bytes[whole] as number) << 10) | ((bytes[whole + 1] as number) << 2);
    text[at++] = letters[group >> 12] as number;
    text[at++] = letters[(group >> 6) & 63] as number;
    text[at++] = letters[group & 63] as number;
  }
  return decoder.decode(text);
}

function decode(text: string, values: Int8Array): Uint8Array | undefined {
  const tail = text.length % 4;
  if (tail === 1) return undefined;
  const bytes = new Uint8Array((text.length * 3) >> 2);
  let at = 0;
  let bits = 0;
  let held = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const value = code < 128 ? (values[code] as number) : -1;
    if (value < 0) return undefined;
    held = (held << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 0xff;
      held &= (1 << bits) - 1;
    }
  }
  return held === 0 ? bytes : undefined; // left-over bits must be zero: one spelling only
}
