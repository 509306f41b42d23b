/** Bytes that a table holds as base64. */

import { parseBase64 } from '../base/bytes.ts';

export function storedBytes(text: string): Uint8Array {
  const bytes = parseBase64(text);
  if (!bytes) throw new RangeError('the store holds text that is no base64');
  return bytes;
}
