/** Histories of members that joined, in tables. */

import type { Selectable } from 'kysely';
import type { History, HistoryStore } from '../federation/ports.ts';
import type { HistoryTable } from './federation-tables.ts';
import type { Database } from './tables.ts';

export function historyStore(db: Database): HistoryStore {
  return {
    async findHistory(member, digest) {
      const query = db.selectFrom('history').selectAll().where('member', '=', member).where('digest', '=', digest);
      const row = await query.executeTakeFirst();
      return row && toHistory(row);
    },
    async addHistory(history) {
      await db
        .insertInto('history')
        .values(fromHistory(history))
        .onConflict((c) => c.doNothing())
        .execute();
    },
    async moveHistory({ member, digest, upto }, to) {
      const query = db
        .updateTable('history')
        .set(fromHistory(to))
        .where('member', '=', member)
        .where('digest', '=', digest)
        .where('upto', '=', upto)
        .where('finished_at', 'is', null);
      return (await query.executeTakeFirst()).numUpdatedRows === 1n;
    },
  };
}

function fromHistory({ member, digest, upto, total, looked, issued, failed, ...at }: History): HistoryTable {
  const { begunAt, finishedAt } = at;
  return { member, digest, upto, total, looked, issued, failed, begun_at: begunAt, finished_at: finishedAt ?? null };
}

function toHistory({ begun_at, finished_at, ...row }: Selectable<HistoryTable>): History {
  return { ...row, begunAt: begun_at, ...(finished_at !== null && { finishedAt: finished_at }) };
}
