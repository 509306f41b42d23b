/** How outside witnesses stand to our logs, in a table. */

import type { Selectable } from 'kysely';
import type { OutsideStanding, OutsideStore } from '../federation/ports.ts';
import type { OutsideWitnessTable } from './federation-tables.ts';
import type { Database } from './tables.ts';

export function outsideStore(db: Database): OutsideStore {
  return {
    async find(vkey, log) {
      const query = db.selectFrom('outside_witness').selectAll().where('vkey', '=', vkey).where('log', '=', log);
      const row = await query.executeTakeFirst();
      return row ? toStanding(row) : { vkey, log, size: 0, failures: 0 };
    },
    async put(standing) {
      const row = fromStanding(standing);
      const { vkey, log, ...rest } = row;
      await db
        .insertInto('outside_witness')
        .values(row)
        .onConflict((c) => c.columns(['vkey', 'log']).doUpdateSet(rest))
        .execute();
    },
  };
}

function toStanding(row: Selectable<OutsideWitnessTable>): OutsideStanding {
  const { vkey, log, size, cosigned_at, failures, next_try_at, last_error, last_error_at } = row;
  return {
    ...{ vkey, log, size, failures },
    ...(cosigned_at !== null && { cosignedAt: cosigned_at }),
    ...(next_try_at !== null && { nextTryAt: next_try_at }),
    ...(last_error !== null && { lastError: last_error }),
    ...(last_error_at !== null && { lastErrorAt: last_error_at }),
  };
}

function fromStanding(standing: OutsideStanding): OutsideWitnessTable {
  const { vkey, log, size, cosignedAt, failures, nextTryAt, lastError, lastErrorAt } = standing;
  return {
    ...{ vkey, log, size, failures },
    cosigned_at: cosignedAt ?? null,
    next_try_at: nextTryAt ?? null,
    last_error: lastError ?? null,
    last_error_at: lastErrorAt ?? null,
  };
}
