/** Logs, entries, tiles and checkpoints in tables. */

import { type Selectable, sql } from 'kysely';
import { formatBase64, parseBase64 } from '../base/bytes.ts';
import type { Entry, Erased, HeldLog, LogStore, StoredCheckpoint, Word } from '../log/ports.ts';
import type { CheckpointTable, EntryTable, LogTable } from './log-tables.ts';
import type { PutMany } from './put-many.ts';
import type { Database } from './tables.ts';

// As the indexes of these few rows say it, which SQLite uses for the words of their definition only, and only where they
// hold all that is asked for: so the indexes are found first, and the entries by them.
const isGovernance = sql<boolean>`governance = 1`;
const headerLength = 200; // of a JWS: the kid is 43 characters
const isNotTaken = sql<boolean>`verdict in ('refused', 'withheld', 'noted')`;

export function logStore(db: Database, putMany: PutMany): LogStore {
  return {
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
      return { size: row.size, to: row.to_size, proof: hashes.map(bytesOf) };
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

    async putEntries(id, entries) {
      await putMany(
        db,
        'entry',
        entries.map((entry) => fromEntry(id, entry)),
      );
    },
    async listEntries(id, from, to) {
      return (await selectRange(db, id, from, to).execute()).map(toEntry);
    },
    async listJudged(id, from, to) {
      return (await selectRange(db, id, from, to).where('verdict', 'is not', null).execute()).map(toEntry);
    },
    async listContentStarts(id, from, to) {
      const query = db
        .selectFrom('entry')
        .select((e) => [
          'idx as index',
          'at',
          e.fn<string>('substr', ['jws', e.lit(1), e.lit(headerLength)]).as('start'),
        ])
        .where('log', '=', id)
        .where('idx', '>=', from)
        .where('idx', '<', to)
        .where('jws', 'is not', null)
        .where('verdict', 'in', ['issued', 'taken', 'noted']);
      return query.orderBy('idx', 'desc').execute();
    },
    async listGovernance(id, from, limit) {
      const indexes = db.selectFrom('entry').select('idx').where('log', '=', id).where(isGovernance);
      const query = db.selectFrom('entry').selectAll().where('log', '=', id);
      const all = query.where('idx', 'in', indexes.where('idx', '>=', from)).orderBy('idx');
      return (await (limit === undefined ? all : all.limit(limit)).execute()).map(toEntry);
    },
    async listAddressed(id, member, from, to, limit) {
      const audience = `huxin-leaf/v1\n${'_'.repeat(44)}\n%${member}%`; // after the commitment come ids alone
      const query = db
        .selectFrom('entry')
        .selectAll()
        .where('log', '=', id)
        .where('idx', '>=', from)
        .where('idx', '<', to)
        .where('leaf', 'like', audience)
        .where('erased_at', 'is', null);
      return (await query.orderBy('idx').limit(limit).execute()).map(toEntry);
    },
    async findLastGovernance(id, below) {
      const query = db
        .selectFrom('entry')
        .select('idx')
        .where('log', '=', id)
        .where(isGovernance)
        .where('idx', '<', below);
      return (await query.orderBy('idx', 'desc').limit(1).executeTakeFirst())?.idx;
    },
    async listByWord(id, word, limit, from = 0) {
      const few = db
        .selectFrom('entry')
        .select('idx')
        .where('log', '=', id)
        .where('verdict', '=', word)
        .where(isNotTaken);
      const indexes = few.where('idx', '>=', from);
      const all = db.selectFrom('entry').selectAll().where('log', '=', id).where('idx', 'in', indexes);
      const query = word === 'withheld' ? all.where('erased_at', 'is', null) : all;
      return (await query.orderBy('idx').limit(limit).execute()).map(toEntry);
    },
    async listWords(id, from, to) {
      const query = db
        .selectFrom('entry')
        .selectAll()
        .where('log', '=', id)
        .where('verdict', 'in', ['refused', 'withheld', 'noted'])
        .where('idx', '>=', from)
        .where('idx', '<', to);
      return (await query.orderBy('idx').execute()).map(toEntry);
    },
    async findKnownJtis(id, jtis, below) {
      if (jtis.length === 0) return new Set();
      const query = db.selectFrom('entry').select('jti').where('log', '=', id).where('jti', 'in', jtis);
      return new Set((await query.where('idx', '<', below).execute()).map((row) => row.jti as string));
    },
    async putWord(id, entry) {
      const { log, idx, leaf, ...word } = fromEntry(id, entry);
      await db.updateTable('entry').set(word).where('log', '=', log).where('idx', '=', idx).execute();
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

function toLog(row: Selectable<LogTable>): HeldLog {
  const { id, origin, member, own, size, root, receipted } = row;
  return { id, origin, member, own: own === 1, size, root: bytesOf(root), receipted };
}

export function toEntry(row: Selectable<EntryTable>): Entry {
  const { idx, leaf, governance, jti, salt, jws, verdict, code, at } = row;
  const erased = toErased(row);
  return {
    index: idx,
    leaf,
    governance: governance === 1,
    ...(salt !== null && jws !== null && { content: { salt, jws } }),
    ...(jti !== null && { jti }),
    ...(verdict !== null && { word: verdict as Word }), // written by fromEntry only
    ...(code !== null && { code }),
    ...(erased && { erased }),
    at,
  };
}

/** The instant says that it was erased. */
export function toErased(row: Pick<Selectable<EntryTable>, 'erased_by' | 'erased_at' | 'ground'>): Erased | undefined {
  const { erased_by: by, erased_at: at, ground } = row;
  return at === null || ground === null ? undefined : { ...(by !== null && { by }), ground, at };
}

function fromEntry(log: number, entry: Entry): EntryTable {
  const { index, leaf, governance, content, jti, word, code, at, erased } = entry;
  return {
    log,
    idx: index,
    leaf,
    governance: governance ? 1 : 0,
    jti: jti ?? null,
    salt: content?.salt ?? null,
    jws: content?.jws ?? null,
    verdict: word ?? null,
    code: code ?? null,
    at,
    erased_by: erased?.by ?? null,
    erased_at: erased?.at ?? null,
    ground: erased?.ground ?? null,
  };
}

function toCheckpoint(row: Selectable<CheckpointTable>): StoredCheckpoint {
  const { size, root, note, quorum, cosigned_at, at } = row;
  return {
    size,
    root: bytesOf(root),
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

function bytesOf(text: string): Uint8Array {
  const bytes = parseBase64(text);
  if (!bytes) throw new RangeError('the store holds text that is no base64');
  return bytes;
}

function selectRange(db: Database, log: number, from: number, to: number) {
  return db
    .selectFrom('entry')
    .selectAll()
    .where('log', '=', log)
    .where('idx', '>=', from)
    .where('idx', '<', to)
    .orderBy('idx');
}
