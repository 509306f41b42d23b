/** Logs in tables: their heads and hash tiles here, entries and checkpoints in files of their own. */

import type { Selectable } from 'kysely';
import { formatBase64 } from '../base/bytes.ts';
import type { HeldLog, LogStore } from '../log/ports.ts';
import { storedBytes } from './bytes.ts';
import { checkpointStore } from './checkpoint.ts';
import { entryStore, toEntry } from './entry.ts';
import type { LogTable } from './log-tables.ts';
import type { PutMany } from './put-many.ts';
import type { Database } from './tables.ts';

export function logStore(db: Database, putMany: PutMany): LogStore {
  return {
    ...entryStore(db, putMany),
    ...checkpointStore(db),

    async findLog(origin) {
      const row = await db.selectFrom('log').selectAll().where('origin', '=', origin).executeTakeFirst();
      return row && toLog(row);
    },
    async listLogs() {
      return (await db.selectFrom('log').selectAll().orderBy('id').execute()).map(toLog);
    },
    async addLog({ origin, member, own, emptyRoot }) {
      const rest = { origin, member, own: own ? 1 : 0, size: 0, root: formatBase64(emptyRoot), receipted: 0 };
      for (;;) {
        const query = db.selectFrom('log').select((e) => e.fn.max('id').as('last'));
        const id = ((await query.executeTakeFirst())?.last ?? 0) + 1;
        await db
          .insertInto('log')
          .values({ id, ...rest })
          .onConflict((c) => c.doNothing()) // another process held it first, or took the number
          .execute();
        const row = await db.selectFrom('log').selectAll().where('origin', '=', origin).executeTakeFirst();
        if (row) return toLog(row);
      }
    },
    async lockLog(id) {
      // An update that changes nothing locks the row on both engines.
      const query = db
        .updateTable('log')
        .set((e) => ({ size: e.ref('size') }))
        .where('id', '=', id)
        .returningAll();
      return toLog(await query.executeTakeFirstOrThrow());
    },
    async putHead(id, { size, root, receipted }) {
      const values = { size, root: formatBase64(root), ...(receipted === undefined ? {} : { receipted }) };
      await db.updateTable('log').set(values).where('id', '=', id).execute();
    },

    async putHeadProof(id, proof) {
      await db.deleteFrom('head_proof').where('log', '=', id).execute();
      if (!proof) return;
      const hashes = JSON.stringify(proof.proof.map(formatBase64));
      await db
        .insertInto('head_proof')
        .values({ log: id, size: proof.size, to_size: proof.to, proof: hashes })
        .execute();
    },
    async findHeadProof(id) {
      const row = await db.selectFrom('head_proof').selectAll().where('log', '=', id).executeTakeFirst();
      if (!row) return undefined;
      const hashes = JSON.parse(row.proof) as string[]; // as putHeadProof wrote it
      return { size: row.size, to: row.to_size, proof: hashes.map(storedBytes) };
    },

    async readTile(id, level, index) {
      const query = db
        .selectFrom('tile')
        .select('hashes')
        .where('log', '=', id)
        .where('level', '=', level)
        .where('idx', '=', index);
      return (await query.executeTakeFirst())?.hashes;
    },
    async putTiles(id, tiles) {
      for (const { level, index, hashes } of tiles) {
        await db
          .insertInto('tile')
          .values({ log: id, level, idx: index, hashes })
          .onConflict((c) =>
            c.columns(['log', 'level', 'idx']).doUpdateSet((e) => ({ hashes: e.ref('excluded.hashes') })),
          )
          .execute();
      }
    },

    async findByJti(jti) {
      const row = await db
        .selectFrom('entry')
        .selectAll()
        .where('jti', '=', jti)
        .orderBy('log')
        .orderBy('idx')
        .executeTakeFirst();
      if (!row) return undefined;
      const log = await db.selectFrom('log').selectAll().where('id', '=', row.log).executeTakeFirstOrThrow();
      return { log: toLog(log), entry: toEntry(row) };
    },
  };
}

function toLog(row: Selectable<LogTable>): HeldLog {
  const { id, origin, member, own, size, root, receipted } = row;
  return { id, origin, member, own: own === 1, size, root: storedBytes(root), receipted };
}
