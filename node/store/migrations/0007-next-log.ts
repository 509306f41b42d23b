/** A member may have several logs, one after the other: what names an entry of ours by its index says of which. */

import { type Kysely, sql } from 'kysely';

export async function nextLog(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  const own = sql`(select min(id) from log where own = 1)`;

  await schema
    .alterTable('receipt')
    .addColumn('log', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  await sql`update receipt set log = ${own}`.execute(db);
  await schema.dropIndex('receipt_range').execute();
  const range = ['member', 'log', 'to_idx', 'jti', 'from_idx', 'plain']; // all that sums need, without the bodies
  await schema.createIndex('receipt_range').on('receipt').columns(range).execute();

  await schema.alterTable('import_outcome').addColumn('log', 'integer').execute();
  await sql`update import_outcome set log = ${own} where idx is not null`.execute(db);

  await schema.dropIndex('refusal_open').execute();
  await schema.alterTable('refusal').renameTo('refusal_of_one_log').execute();
  await schema
    .createTable('refusal')
    .addColumn('member', 'text', (c) => c.notNull())
    .addColumn('log', 'integer', (c) => c.notNull().references('log.id'))
    .addColumn('idx', 'bigint', (c) => c.notNull())
    .addColumn('code', 'text', (c) => c.notNull())
    .addColumn('mended_log', 'integer')
    .addColumn('mended_by', 'bigint')
    .addColumn('at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('refusal_in_log_pk', ['member', 'log', 'idx'])
    .execute();
  await sql`insert into refusal (member, log, idx, code, mended_log, mended_by, at)
    select member, ${own}, idx, code, case when mended_by is null then null else ${own} end, mended_by, at
    from refusal_of_one_log`.execute(db);
  await schema.dropTable('refusal_of_one_log').execute();
  await sql`create index refusal_open on refusal (log, idx, member) where mended_by is null`.execute(db);
}
