/** What a correction changed in a body, member by member. Pure. */

import { canonicalText } from '../base/canonical.ts';

/** A member that became another; `before` is absent where it is new, `after` where it was taken away. */
export interface Change {
  /** Dotted: `document.number`. */
  path: string;
  before?: unknown;
  after?: unknown;
}

/** Every value of a body by its dotted path, in the body's order; a list is one value. */
export function leavesOf(body: object, above = ''): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  for (const [name, value] of Object.entries(body)) {
    const path = `${above}${name}`;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) leaves.set(path, value);
    else for (const [inner, leaf] of leavesOf(value, `${path}.`)) leaves.set(inner, leaf);
  }
  return leaves;
}

/** In the order of the later body, then what it has no more. */
export function changesBetween(before: object, after: object): Change[] {
  const [old, now] = [leavesOf(before), leavesOf(after)];
  return [...new Set([...now.keys(), ...old.keys()])]
    .filter((path) => canonicalText([old.get(path)]) !== canonicalText([now.get(path)]))
    .map((path) => ({
      path,
      ...(old.has(path) && { before: old.get(path) }),
      ...(now.has(path) && { after: now.get(path) }),
    }));
}
