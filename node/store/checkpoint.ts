/** The checkpoints of logs in tables. */

import type { Selectable } from 'kysely';
import { formatBase64 } from '../base/bytes.ts';
import type { CheckpointStore, StoredCheckpoint } from '../log/ports.ts';
import { storedBytes } from './bytes.ts';
import type { CheckpointTable } from './log-tables.ts';
import type { Database } from './tables.ts';

export function checkpointStore(db: Database): CheckpointStore {
  return {
    async findCheckpoint(id, size) {
      const query = db.selectFrom('checkpoint').selectAll().where('log', '=', id).where('size', '=', size);
      const row = await query.executeTakeFirst();
      return row && toCheckpoint(row);
    },
    async findLargestCheckpoint(id) {
      const query = db.selectFrom('checkpoint').selectAll().where('log', '=', id).orderBy('size', 'desc').limit(1);
      const row = await query.executeTakeFirst();
      return row && toCheckpoint(row);
    },
    async findCheckpointBeyond(id, size, withQuorum = false) {
      const all = db.selectFrom('checkpoint').selectAll().where('log', '=', id).where('size', '>', size);
      const query = withQuorum ? all.where('quorum', '=', 1) : all;
      const row = await query.orderBy('size').limit(1).executeTakeFirst();
      return row && toCheckpoint(row);
    },
    async findSeenBeyond(id, size) {
      const query = db
        .selectFrom('checkpoint')
        .select((e) => e.fn.min('at').as('first'))
        .where('log', '=', id)
        .where('size', '>', size);
      return (await query.executeTakeFirst())?.first ?? undefined;
    },
    async listCheckpoints(id, from, to) {
      const query = db
        .selectFrom('checkpoint')
        .selectAll()
        .where('log', '=', id)
        .where('size', '>', from)
        .where('size', '<=', to);
      return (await query.orderBy('size').execute()).map(toCheckpoint);
    },
    async listCosigned(id, most, limit) {
      const query = db.selectFrom('checkpoint').selectAll().where('log', '=', id).where('size', '<=', most);
      const rows = await query.where('quorum', '=', 1).orderBy('size', 'desc').limit(limit).execute();
      return rows.map(toCheckpoint);
    },
    async listLargestCheckpoints(id, limit) {
      const query = db.selectFrom('checkpoint').selectAll().where('log', '=', id).orderBy('size', 'desc').limit(limit);
      return (await query.execute()).map(toCheckpoint);
    },
    async findLastCosigned(id) {
      const query = db
        .selectFrom('checkpoint')
        .select((e) => e.fn.max('cosigned_at').as('last'))
        .where('log', '=', id);
      return (await query.executeTakeFirst())?.last ?? undefined;
    },
    async findLargestCosigned(id) {
      const all = db.selectFrom('checkpoint').selectAll().where('log', '=', id).where('cosigned_at', 'is not', null);
      const row = await all.orderBy('size', 'desc').limit(1).executeTakeFirst();
      return row && toCheckpoint(row);
    },
    async putCheckpoint(id, checkpoint) {
      const row = fromCheckpoint(id, checkpoint);
      const { log, size, ...rest } = row;
      await db
        .insertInto('checkpoint')
        .values(row)
        .onConflict((c) => c.columns(['log', 'size']).doUpdateSet(rest))
        .execute();
    },
    async forgetCheckpoints(id, size) {
      const last = db
        .selectFrom('checkpoint')
        .select((e) => e.fn.max('cosigned_at').as('at'))
        .where('log', '=', id);
      await db
        .deleteFrom('checkpoint')
        .where('log', '=', id)
        .where('size', '<', size)
        .where('quorum', '=', 0)
        .where((e) => e.or([e('cosigned_at', 'is', null), e('cosigned_at', '<', last)]))
        .execute();
    },
  };
}

function toCheckpoint(row: Selectable<CheckpointTable>): StoredCheckpoint {
  const { size, root, note, quorum, cosigned_at, at } = row;
  return {
    size,
    root: storedBytes(root),
    note,
    quorum: quorum === 1,
    ...(cosigned_at !== null && { cosignedAt: cosigned_at }),
    at,
  };
}

function fromCheckpoint(log: number, checkpoint: StoredCheckpoint): CheckpointTable {
  const { size, root, note, quorum, cosignedAt, at } = checkpoint;
  return { log, size, root: formatBase64(root), note, quorum: quorum ? 1 : 0, cosigned_at: cosignedAt ?? null, at };
}
