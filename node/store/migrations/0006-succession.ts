/** Histories of members that joined. */

import type { Kysely } from 'kysely';

export async function succession(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;

  await schema
    .createTable('history')
    .addColumn('member', 'text', (c) => c.notNull())
    .addColumn('digest', 'text', (c) => c.notNull())
    .addColumn('upto', 'text', (c) => c.notNull())
    .addColumn('total', 'bigint', (c) => c.notNull())
    .addColumn('looked', 'bigint', (c) => c.notNull())
    .addColumn('issued', 'bigint', (c) => c.notNull())
    .addColumn('failed', 'bigint', (c) => c.notNull())
    .addColumn('begun_at', 'text', (c) => c.notNull())
    .addColumn('finished_at', 'text')
    .addPrimaryKeyConstraint('history_pk', ['member', 'digest'])
    .execute();
}
