/** The entries of logs in tables. */

import { type Selectable, sql } from 'kysely';
import type { Entry, EntryStore, Erased, Word } from '../log/ports.ts';
import type { EntryTable } from './log-tables.ts';
import type { PutMany } from './put-many.ts';
import type { Database } from './tables.ts';

// As the indexes of these few rows say it, which SQLite uses for the words of their definition only, and only where they
// hold all that is asked for: so the indexes are found first, and the entries by them.
const isGovernance = sql<boolean>`governance = 1`;
const headerLength = 200; // of a JWS: the kid is 43 characters
const isNotTaken = sql<boolean>`verdict in ('refused', 'withheld', 'noted')`;

export function entryStore(db: Database, putMany: PutMany): EntryStore {
  return {
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
  };
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
