/** Places in JSON: pointers (RFC 6901) such as `/members/0/id`, '' being the whole, and dotted paths such as `document.date`. */

/** The names on the way, `~1` and `~0` read as `/` and `~`. */
export function parsePointer(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The pointer to a member of what `parent` points to. */
export function pointerTo(parent: string, name: string | number): string {
  return `${parent}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The text at a dotted path; undefined where there is none, or something else. */
export function textAt(value: unknown, path: string): string | undefined {
  let part = value;
  for (const name of path.split('.')) part = (part as Record<string, unknown> | null | undefined)?.[name];
  return typeof part === 'string' ? part : undefined;
}
