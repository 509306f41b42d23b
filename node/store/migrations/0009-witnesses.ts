/** How outside witnesses stand to our logs; and what joins a half-read log to the checkpoint that it is read towards. */

import type { Kysely } from 'kysely';

export async function witnesses(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('outside_witness')
    .addColumn('vkey', 'text', (c) => c.notNull())
    .addColumn('log', 'integer', (c) => c.notNull().references('log.id'))
    .addColumn('size', 'bigint', (c) => c.notNull())
    .addColumn('cosigned_at', 'text')
    .addColumn('failures', 'integer', (c) => c.notNull())
    .addColumn('next_try_at', 'text')
    .addColumn('last_error', 'text')
    .addColumn('last_error_at', 'text')
    .addPrimaryKeyConstraint('outside_witness_pk', ['vkey', 'log'])
    .execute();
  await schema
    .createTable('head_proof')
    .addColumn('log', 'integer', (c) => c.primaryKey().references('log.id'))
    .addColumn('size', 'bigint', (c) => c.notNull())
    .addColumn('to_size', 'bigint', (c) => c.notNull())
    .addColumn('proof', 'text', (c) => c.notNull())
    .execute();
}
