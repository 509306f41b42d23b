/** JSON → the one text that gets hashed and signed (RFC 8785). The door of the `canonicalize` package. */

import canonicalize from 'canonicalize';
import { utf8 } from './bytes.ts';

/**
 * The RFC 8785 form of a JSON value.
 *
 * @throws {RangeError} when the value has no JSON form (undefined, a function, a number that is not finite)
 */
export function canonicalText(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new RangeError('no JSON form');
  return text;
}

/** The same as UTF-8. */
export function canonicalBytes(value: unknown): Uint8Array {
  return utf8(canonicalText(value));
}
