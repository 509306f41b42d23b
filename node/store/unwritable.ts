/**
 * A store that cannot be written at the moment, told from every other failure: a full disk, a file or a server that only
 * reads, a disk that fails. What was under way is undone whole; the same work goes well once the disk does.
 */

import type { DatabaseConnection } from 'kysely';
import { Problem } from '../base/problem.ts';

/** By what the engines call it: SQLite's result codes begin so, PostgreSQL's are whole (Appendix A of its manual). */
const reasons: readonly [RegExp, reason: string][] = [
  [/^(SQLITE_FULL|53100$)/, 'full'],
  [/^(SQLITE_READONLY|25006$)/, 'read-only'],
  [/^(SQLITE_IOERR|58030$)/, 'failing'],
];

/** `store/unwritable` in place of an engine's own word for it; anything else as it is. */
function tellUnwritable(error: unknown): unknown {
  const { code } = (error ?? {}) as { code?: unknown };
  const reason = typeof code === 'string' ? reasons.find(([words]) => words.test(code))?.[1] : undefined;
  return reason === undefined ? error : new Problem('store/unwritable', { reason }, { cause: error });
}

/** A commit of which nobody knows whether it is on the disk, by SQLite's result codes. PostgreSQL ends itself on one. */
const unsynced = /^SQLITE_IOERR_(DIR_)?FSYNC$/;

const told = new WeakSet<DatabaseConnection>();

/**
 * Lets a connection, which may be handed out many times, say `store/unwritable`.
 *
 * @param onUnsynced told when a sync failed: what was signed since may be gone after a power cut, so the process must end
 */
export function tellingUnwritable<T extends DatabaseConnection>(
  connection: T,
  onUnsynced: (problem: unknown) => void = () => {},
): T {
  if (told.has(connection)) return connection;
  told.add(connection);
  const execute = connection.executeQuery.bind(connection);
  connection.executeQuery = async (query) => {
    try {
      return await execute(query);
    } catch (error) {
      const problem = tellUnwritable(error);
      if (unsynced.test(String((error as { code?: unknown }).code))) onUnsynced(problem); // whatever was thrown has members
      throw problem;
    }
  };
  return connection;
}
