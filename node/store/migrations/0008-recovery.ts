/** What an operator orders for the lock before our own log key. */

import type { Kysely } from 'kysely';

export async function recovery(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('unlock_order')
    .addColumn('member', 'text', (c) => c.primaryKey())
    .addColumn('at', 'text', (c) => c.notNull())
    .execute();
}
