/** Sessions of the page in a table: only their hashes. */

import type { SessionStore } from '../registry/sessions.ts';
import type { Database } from './tables.ts';

export function sessionStore(db: Database): SessionStore {
  return {
    async putSession({ hash, token, seenAt }) {
      await db.insertInto('session').values({ hash, token, seen_at: seenAt }).execute();
    },
    async findSession(hash) {
      const row = await db.selectFrom('session').selectAll().where('hash', '=', hash).executeTakeFirst();
      return row && { hash, token: row.token, seenAt: row.seen_at };
    },
    async seeSession(hash, at) {
      await db.updateTable('session').set({ seen_at: at }).where('hash', '=', hash).execute();
    },
    async dropSession(hash) {
      await db.deleteFrom('session').where('hash', '=', hash).execute();
    },
    async dropIdleSessions(before) {
      await db.deleteFrom('session').where('seen_at', '<', before).execute();
    },
  };
}
