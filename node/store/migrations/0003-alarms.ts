/** Alarms, what the webhook has still to say of them, and what is watched for them: clocks, and how logs grow. */

import { type Kysely, sql } from 'kysely';

export async function alarms(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;

  await schema
    .createTable('alarm')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('code', 'text', (c) => c.notNull())
    .addColumn('about', 'text', (c) => c.notNull())
    .addColumn('facts', 'text', (c) => c.notNull())
    .addColumn('raised_at', 'text', (c) => c.notNull())
    .addColumn('cleared_at', 'text')
    .execute();
  await sql`create unique index alarm_standing on alarm (code, about) where cleared_at is null`.execute(db);
  await schema.createIndex('alarm_cleared').on('alarm').column('cleared_at').execute();

  await schema
    .createTable('delivery')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('alarm', 'text')
    .addColumn('event', 'text', (c) => c.notNull())
    .addColumn('message', 'text', (c) => c.notNull())
    .addColumn('tries', 'integer', (c) => c.notNull())
    .addColumn('next_try_at', 'text', (c) => c.notNull())
    .addColumn('ended_at', 'text')
    .addColumn('taken', 'integer', (c) => c.notNull())
    .addColumn('last_error', 'text')
    .execute();
  await sql`create index delivery_waiting on delivery (id) where ended_at is null`.execute(db);

  await schema
    .createTable('clock')
    .addColumn('member', 'text', (c) => c.primaryKey())
    .addColumn('seconds', 'bigint', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .execute();

  await schema
    .createTable('log_size')
    .addColumn('log', 'integer', (c) => c.notNull().references('log.id'))
    .addColumn('day', 'text', (c) => c.notNull())
    .addColumn('size', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('log_size_pk', ['log', 'day'])
    .execute();
}
