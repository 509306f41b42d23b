/** JSON → the one text that gets hashed and signed (RFC 8785). The door of the `canonicalize` package. */

import canonicalize from 'canonicalize';
import { utf8 } from './bytes.ts';

/**
 * The RFC 8785 form of a JSON value. Ordinary values go the short way: RFC 8785 is what `JSON.stringify` writes once the
 * members are in order. The package has all others, and those whose order an engine would not keep.
 *
 * @throws {RangeError} when the value has no JSON form (undefined, a function)
 * @throws {Error} when it has none in RFC 8785 (a number that is not finite, a lone surrogate, a circle)
 */
export function canonicalText(value: unknown): string {
  const ordered = inOrder(value, 0);
  const text = ordered === unordinary ? undefined : JSON.stringify(ordered);
  if (text !== undefined && !text.includes('\\ud')) return text; // how a lone surrogate is written
  const slowly = canonicalize(value);
  if (slowly === undefined) throw new RangeError('no JSON form');
  return slowly;
}

/** The same as UTF-8. */
export function canonicalBytes(value: unknown): Uint8Array {
  return utf8(canonicalText(value));
}

const unordinary = Symbol();
const deepest = 50; // a circle has no end
const unordinaryName = /^(\d|__proto__$|toJSON$)/; // engines put whole numbers first, and give the others a meaning

/** The value with the members of every object in order: itself, where they are so already. */
function inOrder(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : unordinary;
    case 'object':
      if (value === null) return value;
      if (depth > deepest) return unordinary;
      return Array.isArray(value) ? listInOrder(value, depth + 1) : objectInOrder(value, depth + 1);
  }
  return unordinary;
}

function listInOrder(list: readonly unknown[], depth: number): unknown {
  let isSame = true;
  const ordered: unknown[] = [];
  for (const item of list) {
    const next = inOrder(item, depth);
    if (next === unordinary) return unordinary;
    if (next !== item) isSame = false;
    ordered.push(next);
  }
  return isSame ? list : ordered;
}

function objectInOrder(object: object, depth: number): unknown {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) return unordinary;
  const members = object as Readonly<Record<string, unknown>>;
  const names = Object.keys(members);
  let isSame = true;
  for (let i = 1; i < names.length; i++) if ((names[i - 1] as string) > (names[i] as string)) isSame = false;
  if (!isSame) names.sort();
  const ordered: Record<string, unknown> = {};
  for (const name of names) {
    if (unordinaryName.test(name)) return unordinary;
    const member = members[name];
    if (member === undefined) continue; // is no member, in the long way too
    const next = inOrder(member, depth);
    if (next === unordinary) return unordinary;
    if (next !== member) isSame = false;
    ordered[name] = next;
  }
  return isSame ? object : ordered;
}
