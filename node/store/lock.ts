/** Orders of the operator for the lock before our log key, in a table. */

import type { LockStore } from '../federation/ports.ts';
import type { Database } from './tables.ts';

export function lockStore(db: Database): LockStore {
  return {
    async orderUnlock(member, at) {
      await db
        .insertInto('unlock_order')
        .values({ member, at })
        .onConflict((c) => c.column('member').doUpdateSet({ at }))
        .execute();
    },
    async takeUnlock(member) {
      const { numDeletedRows } = await db.deleteFrom('unlock_order').where('member', '=', member).executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}
