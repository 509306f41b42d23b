/** JSON Pointers (RFC 6901): `/members/0/id`, and '' for the whole. */

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
