/** The first tables. */

import { type Kysely, sql } from 'kysely';
import { emptyChain } from '../../registry/question-chain.ts';
import type { EngineWords } from './list.ts';

/** @param engine its word for a column of bytes, and for a table that is kept in the order of its key */
export async function start(db: Kysely<unknown>, engine: EngineWords): Promise<void> {
  const { schema } = db;
  const clustered = sql.raw(engine.clustered);

  await schema
    .createTable('agreement')
    .addColumn('digest', 'text', (c) => c.primaryKey())
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('jws', 'text', (c) => c.notNull())
    .execute();

  await schema
    .createTable('log')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('origin', 'text', (c) => c.notNull().unique())
    .addColumn('member', 'text', (c) => c.notNull())
    .addColumn('own', 'integer', (c) => c.notNull())
    .addColumn('size', 'bigint', (c) => c.notNull())
    .addColumn('root', 'text', (c) => c.notNull())
    .addColumn('receipted', 'bigint', (c) => c.notNull())
    .execute();

  await schema
    .createTable('entry')
    .addColumn('log', 'integer', (c) => c.notNull().references('log.id'))
    .addColumn('idx', 'bigint', (c) => c.notNull())
    .addColumn('leaf', 'text', (c) => c.notNull())
    .addColumn('governance', 'integer', (c) => c.notNull())
    .addColumn('jti', 'text')
    .addColumn('salt', 'text')
    .addColumn('jws', 'text')
    .addColumn('verdict', 'text')
    .addColumn('code', 'text')
    .addColumn('at', 'text', (c) => c.notNull())
    .addColumn('erased_by', 'bigint')
    .addColumn('erased_at', 'text')
    .addColumn('ground', 'text')
    .addPrimaryKeyConstraint('entry_pk', ['log', 'idx'])
    .modifyEnd(clustered)
    .execute();
  await schema.createIndex('entry_jti').on('entry').column('jti').execute();
  await sql`create index entry_governance on entry (log, idx) where governance = 1`.execute(db);
  await sql`create index entry_not_taken on entry (log, verdict, idx) where verdict in ('refused', 'withheld', 'noted')`.execute(
    db,
  );

  await sql`create index entry_erased on entry (erased_at) where erased_at is not null`.execute(db);

  await schema
    .createTable('tile')
    .addColumn('log', 'integer', (c) => c.notNull().references('log.id'))
    .addColumn('level', 'integer', (c) => c.notNull())
    .addColumn('idx', 'bigint', (c) => c.notNull())
    .addColumn('hashes', sql.raw(engine.bytes), (c) => c.notNull())
    .addPrimaryKeyConstraint('tile_pk', ['log', 'level', 'idx'])
    .modifyEnd(clustered)
    .execute();

  await schema
    .createTable('checkpoint')
    .addColumn('log', 'integer', (c) => c.notNull().references('log.id'))
    .addColumn('size', 'bigint', (c) => c.notNull())
    .addColumn('root', 'text', (c) => c.notNull())
    .addColumn('note', 'text', (c) => c.notNull())
    .addColumn('quorum', 'integer', (c) => c.notNull())
    .addColumn('cosigned_at', 'text')
    .addColumn('at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('checkpoint_pk', ['log', 'size'])
    .execute();

  await schema
    .createTable('tally')
    .addColumn('log', 'integer', (c) => c.notNull().references('log.id'))
    .addColumn('member', 'text', (c) => c.notNull())
    .addColumn('what', 'text', (c) => c.notNull())
    .addColumn('n', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('tally_pk', ['log', 'member', 'what'])
    .execute();

  await schema
    .createTable('receipt')
    .addColumn('member', 'text', (c) => c.notNull())
    .addColumn('from_idx', 'bigint', (c) => c.notNull())
    .addColumn('to_idx', 'bigint', (c) => c.notNull())
    .addColumn('jti', 'text', (c) => c.notNull())
    .addColumn('plain', 'integer', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('receipt_pk', ['member', 'jti'])
    .execute();
  const range = ['member', 'to_idx', 'jti', 'from_idx', 'plain']; // all that sums need, without the bodies
  await schema.createIndex('receipt_range').on('receipt').columns(range).execute();

  await schema
    .createTable('refusal')
    .addColumn('member', 'text', (c) => c.notNull())
    .addColumn('idx', 'bigint', (c) => c.notNull())
    .addColumn('code', 'text', (c) => c.notNull())
    .addColumn('mended_by', 'bigint')
    .addColumn('at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('refusal_pk', ['member', 'idx'])
    .execute();
  await sql`create index refusal_open on refusal (idx, member) where mended_by is null`.execute(db);

  await schema
    .createTable('peer')
    .addColumn('member', 'text', (c) => c.primaryKey())
    .addColumn('failures', 'integer', (c) => c.notNull())
    .addColumn('next_try_at', 'text')
    .addColumn('last_ok_at', 'text')
    .addColumn('last_error', 'text')
    .addColumn('last_error_at', 'text')
    .addColumn('stopped', 'text')
    .execute();

  await schema
    .createTable('pull')
    .addColumn('member', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('pull_pk', ['member', 'at'])
    .modifyEnd(clustered)
    .execute();

  await schema
    .createTable('finding')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('log', 'integer', (c) => c.notNull().references('log.id'))
    .addColumn('code', 'text', (c) => c.notNull())
    .addColumn('evidence', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .execute();

  await schema
    .createTable('step')
    .addColumn('log', 'integer', (c) => c.notNull())
    .addColumn('idx', 'bigint', (c) => c.notNull())
    .addColumn('member', 'text', (c) => c.notNull())
    .addColumn('txn', 'text', (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('uscc', 'text', (c) => c.notNull())
    .addColumn('jti', 'text', (c) => c.notNull())
    .addColumn('decided_on', 'text', (c) => c.notNull())
    .addColumn('state', 'text')
    .addColumn('until_day', 'text')
    .addColumn('natural_key', 'text')
    .addColumn('body_digest', 'text')
    .addColumn('authority', 'text')
    .addColumn('retain_until', 'text')
    .addColumn('answers', 'text')
    .addColumn('at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('step_pk', ['log', 'idx'])
    .modifyEnd(clustered)
    .execute();
  await schema.createIndex('step_txn').on('step').columns(['txn']).execute();
  await schema.createIndex('step_uscc').on('step').columns(['uscc']).execute();
  await schema.createIndex('step_at').on('step').columns(['log', 'at']).execute();
  await sql`create index step_natural_key on step (natural_key) where natural_key is not null`.execute(db);
  await sql`create index step_retain_until on step (retain_until) where retain_until is not null`.execute(db);
  await sql`create index step_objection on step (at, jti) where type = 'objection'`.execute(db);

  await schema
    .createTable('import')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('file_name', 'text', (c) => c.notNull())
    .addColumn('authority', 'text', (c) => c.notNull())
    .addColumn('person', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('hold', 'integer', (c) => c.notNull())
    .addColumn('all_or_nothing', 'integer', (c) => c.notNull())
    .addColumn('summary', 'text', (c) => c.notNull())
    .addColumn('problem', 'text')
    .addColumn('worker', 'text')
    .addColumn('revoking', 'integer', (c) => c.notNull())
    .addColumn('revocation', 'text')
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('finished_at', 'text')
    .execute();

  await schema
    .createTable('import_chunk')
    .addColumn('import', 'text', (c) => c.notNull().references('import.id'))
    .addColumn('n', 'integer', (c) => c.notNull())
    .addColumn('bytes', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('import_chunk_pk', ['import', 'n'])
    .execute();

  await schema
    .createTable('import_item')
    .addColumn('import', 'text', (c) => c.notNull().references('import.id'))
    .addColumn('row', 'integer', (c) => c.notNull())
    .addColumn('natural_key', 'text', (c) => c.notNull())
    .addColumn('uscc', 'text', (c) => c.notNull())
    .addColumn('decided_on', 'text', (c) => c.notNull())
    .addColumn('authority', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('import_item_pk', ['import', 'row'])
    .execute();

  await schema
    .createTable('import_outcome')
    .addColumn('import', 'text', (c) => c.notNull().references('import.id'))
    .addColumn('row', 'integer', (c) => c.notNull())
    .addColumn('outcome', 'text', (c) => c.notNull())
    .addColumn('txn', 'text', (c) => c.notNull())
    .addColumn('idx', 'bigint')
    .addPrimaryKeyConstraint('import_outcome_pk', ['import', 'row'])
    .modifyEnd(clustered)
    .execute();
  await schema.createIndex('import_outcome_txn').on('import_outcome').column('txn').execute();

  await schema
    .createTable('import_refusal')
    .addColumn('import', 'text', (c) => c.notNull().references('import.id'))
    .addColumn('n', 'integer', (c) => c.notNull())
    .addColumn('row', 'integer', (c) => c.notNull())
    .addColumn('col', 'text', (c) => c.notNull())
    .addColumn('value', 'text', (c) => c.notNull())
    .addColumn('code', 'text', (c) => c.notNull())
    .addColumn('facts', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('import_refusal_pk', ['import', 'n'])
    .execute();

  await schema
    .createTable('import_kept')
    .addColumn('import', 'text', (c) => c.notNull().references('import.id'))
    .addColumn('row', 'integer', (c) => c.notNull())
    .addColumn('cells', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('import_kept_pk', ['import', 'row'])
    .execute();

  await schema
    .createTable('proposal')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('member', 'text', (c) => c.notNull())
    .addColumn('txn', 'text', (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('authority', 'text', (c) => c.notNull())
    .addColumn('proposed_authority', 'text', (c) => c.notNull())
    .addColumn('proposed_person', 'text', (c) => c.notNull())
    .addColumn('proposed_at', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('decided_authority', 'text')
    .addColumn('decided_person', 'text')
    .addColumn('decided_at', 'text')
    .addColumn('reason', 'text')
    .addColumn('jti', 'text')
    .execute();
  await schema.createIndex('proposal_state').on('proposal').columns(['state', 'authority']).execute();

  await schema
    .createTable('token')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('hash', 'text', (c) => c.notNull().unique())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('authority', 'text', (c) => c.notNull())
    .addColumn('person', 'text', (c) => c.notNull())
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('revoked_at', 'text')
    .execute();

  await schema
    .createTable('session')
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('token', 'text', (c) => c.notNull().references('token.hash'))
    .addColumn('seen_at', 'text', (c) => c.notNull())
    .execute();
  await schema.createIndex('session_seen').on('session').column('seen_at').execute();

  await schema
    .createTable('question')
    .addColumn('n', 'bigint', (c) => c.primaryKey())
    .addColumn('at', 'text', (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('authority', 'text', (c) => c.notNull())
    .addColumn('person', 'text', (c) => c.notNull())
    .addColumn('uscc', 'text')
    .addColumn('record', 'text')
    .addColumn('purpose', 'text')
    .addColumn('as_of', 'text')
    .addColumn('form', 'text', (c) => c.notNull())
    .addColumn('outcome', 'text', (c) => c.notNull())
    .addColumn('answer', 'text')
    .addColumn('previous', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .modifyEnd(clustered)
    .execute();
  await schema.createIndex('question_at').on('question').columns(['at', 'n']).execute();
  await schema.createIndex('question_uscc').on('question').columns(['uscc', 'n']).execute();
  await schema.createIndex('question_person').on('question').columns(['person', 'n']).execute();

  await schema
    .createTable('question_head')
    .addColumn('size', 'bigint', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .addColumn('pruned', 'bigint', (c) => c.notNull())
    .addColumn('pruned_hash', 'text', (c) => c.notNull())
    .execute();
  const { size, hash } = emptyChain;
  await sql`insert into question_head (size, hash, pruned, pruned_hash) values (${size}, ${hash}, ${size}, ${hash})`.execute(
    db,
  );

  await schema
    .createTable('journal')
    .addColumn('size', 'bigint', (c) => c.primaryKey())
    .addColumn('day', 'text', (c) => c.notNull())
    .addColumn('log', 'integer', (c) => c.notNull().references('log.id'))
    .addColumn('idx', 'bigint', (c) => c.notNull())
    .execute();

  await schema
    .createTable('request')
    .addColumn('jti', 'text', (c) => c.primaryKey())
    .addColumn('expires', 'bigint', (c) => c.notNull())
    .execute();
  await schema.createIndex('request_expires').on('request').column('expires').execute();
}
