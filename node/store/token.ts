/** Access tokens in a table: only their hashes. */

import type { Selectable } from 'kysely';
import type { Role, Token, TokenStore } from '../registry/tokens.ts';
import type { TokenTable } from './person-tables.ts';
import type { Database } from './tables.ts';

export function tokenStore(db: Database): TokenStore {
  return {
    async putToken({ id, hash, role, authority, person, createdAt, revokedAt }) {
      const row = { id, hash, role, authority, person, created_at: createdAt, revoked_at: revokedAt ?? null };
      await db.insertInto('token').values(row).execute();
    },
    async findToken(hash) {
      const row = await db.selectFrom('token').selectAll().where('hash', '=', hash).executeTakeFirst();
      return row && toToken(row);
    },
    async listTokens() {
      return (await db.selectFrom('token').selectAll().orderBy('id').execute()).map(toToken);
    },
    async revokeToken(id, at) {
      const query = db
        .updateTable('token')
        .set({ revoked_at: at })
        .where('id', '=', id)
        .where('revoked_at', 'is', null);
      return (await query.executeTakeFirst()).numUpdatedRows === 1n;
    },
  };
}

function toToken(row: Selectable<TokenTable>): Token {
  const { id, hash, role, authority, person, created_at, revoked_at } = row;
  return {
    id,
    hash,
    role: role as Role,
    authority,
    person,
    createdAt: created_at,
    ...(revoked_at !== null && { revokedAt: revoked_at }),
  };
}
