/** What the URL of a database says: `sqlite:<path>` or `postgres://…`. */

/** The path of a SQLite file; undefined of a server. */
export function sqlitePathOf(url: string): string | undefined {
  return url.startsWith('sqlite:') ? url.slice('sqlite:'.length) : undefined;
}

/** Host and database alone: passwords stand before the host, and in parameters after it. */
export function withoutSecret(url: string): string {
  if (sqlitePathOf(url) !== undefined) return url;
  if (!URL.canParse(url)) return 'postgres://…';
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
