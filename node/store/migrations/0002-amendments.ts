/** Members' refusals of versions of the agreement. */

import type { Kysely } from 'kysely';

export async function amendments({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('agreement_refusal')
    .addColumn('digest', 'text', (c) => c.notNull())
    .addColumn('member', 'text', (c) => c.notNull())
    .addColumn('jws', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('agreement_refusal_pk', ['digest', 'member'])
    .execute();
}
