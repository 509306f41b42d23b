/** Every migration in order. One that was released is never edited. */

import type { Migration } from 'kysely';
import { start } from './0001-start.ts';

export function migrations(bytes: 'blob' | 'bytea'): Record<string, Migration> {
  return { '0001-start': { up: (db) => start(db, bytes) } };
}
