/** Imports in tables: the file until it is read, its good rows, its refused ones. */

import type { Selectable } from 'kysely';
import type { KeptRow } from '../form/refused.ts';
import type { Import, ImportItem, ImportRefusal, ImportState, ImportStore } from '../registry/ports.ts';
import type { ImportItemTable, ImportRefusalTable, ImportTable } from './import-tables.ts';
import type { PutMany } from './put-many.ts';
import type { Database } from './tables.ts';

const unfinished = ['received', 'reading', 'comparing', 'publishing'];

export function importStore(db: Database, putMany: PutMany): ImportStore {
  return {
    async putImport(given) {
      const row = fromImport(given);
      const { id, worker: _, revoking: __, revocation: ___, ...rest } = row; // those are said by themselves
      await db
        .insertInto('import')
        .values(row)
        .onConflict((c) => c.column('id').doUpdateSet(rest))
        .execute();
    },
    async moveImport(id, from, to, finishedAt) {
      const values = { state: to, finished_at: finishedAt ?? null };
      const query = db.updateTable('import').set(values).where('id', '=', id).where('state', '=', from);
      return (await query.executeTakeFirst()).numUpdatedRows === 1n;
    },
    async putRevocation(id, revocation) {
      const values = { revoking: revocation.state === 'running' ? 1 : 0, revocation: JSON.stringify(revocation) };
      await db.updateTable('import').set(values).where('id', '=', id).execute();
    },
    async claimImport(id, worker) {
      const query = db.updateTable('import').set({ worker }).where('id', '=', id);
      await query.where((e) => e.or([e('state', 'in', unfinished), e('revoking', '=', 1)])).execute();
    },
    async isClaimed(id, worker) {
      const query = db.updateTable('import').set({ worker }).where('id', '=', id).where('worker', '=', worker);
      return (await query.executeTakeFirst()).numUpdatedRows === 1n;
    },
    async findImport(id) {
      const row = await db.selectFrom('import').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toImport(row);
    },
    async listImports(limit, authority) {
      const all = db.selectFrom('import').selectAll();
      const query = authority === undefined ? all : all.where('authority', '=', authority);
      return (await query.orderBy('id', 'desc').limit(limit).execute()).map(toImport);
    },
    async listHeld(limit, authority) {
      const all = db.selectFrom('import').selectAll().where('state', '=', 'held');
      const query = authority === undefined ? all : all.where('authority', '=', authority);
      return (await query.orderBy('id').limit(limit).execute()).map(toImport);
    },
    async listRevocations(limit, authority) {
      const all = db.selectFrom('import').selectAll().where('revocation', 'is not', null).where('revoking', '=', 0);
      const query = authority === undefined ? all : all.where('authority', '=', authority);
      const found = (await query.orderBy('id', 'desc').limit(limit).execute()).map(toImport);
      return found.filter(({ revocation }) => revocation?.state === 'waiting');
    },
    async countNewRows(id) {
      const rows = await db
        .selectFrom('import_item')
        .select(['authority', 'decided_on'])
        .select((e) => [e.fn.countAll<number>().as('rows'), e.fn.min('row').as('row')])
        .where('import', '=', id)
        .where((e) => {
          const standing = e
            .selectFrom('step')
            .select('step.idx')
            .whereRef('step.natural_key', '=', 'import_item.natural_key')
            .where('step.state', '<>', 'revoked')
            .where((step) => {
              const revoked = step
                .selectFrom('step as later')
                .select('later.idx')
                .whereRef('later.natural_key', '=', 'step.natural_key')
                .whereRef('later.log', '=', 'step.log')
                .whereRef('later.idx', '>', 'step.idx')
                .where('later.state', '=', 'revoked');
              return step.not(step.exists(revoked));
            });
          return e.not(e.exists(standing));
        })
        .groupBy(['authority', 'decided_on'])
        .orderBy('decided_on')
        .orderBy('authority')
        .execute();
      return rows.map(({ authority, decided_on, rows, row }) => ({ authority, decidedOn: decided_on, rows, row }));
    },
    async listUnfinished() {
      const query = db.selectFrom('import').selectAll().orderBy('id');
      const rows = await query.where((e) => e.or([e('state', 'in', unfinished), e('revoking', '=', 1)])).execute();
      return rows.map(toImport);
    },
    async listReceiving(before) {
      const query = db.selectFrom('import').select('id').where('state', '=', 'receiving');
      return (await query.where('created_at', '<', before).orderBy('id').execute()).map(({ id }) => id);
    },
    async sumImports(rowsSince) {
      const counts = await db
        .selectFrom('import')
        .select((e) => ['state', e.fn.countAll<number>().as('imports')])
        .groupBy('state')
        .orderBy('state')
        .execute();
      const late = await db
        .selectFrom('import')
        .select(['state', 'summary'])
        .where('created_at', '>=', rowsSince)
        .execute();
      return counts.map(({ state, imports }) => {
        const rows = { read: 0, refused: 0, opened: 0, corrected: 0, unchanged: 0, repeated: 0 };
        for (const { summary } of late.filter((one) => one.state === state)) {
          const one = JSON.parse(summary) as Import['summary']; // written by fromImport only
          rows.read += one.rows;
          rows.refused += one.refusedRows;
          for (const name of ['opened', 'corrected', 'unchanged', 'repeated'] as const) rows[name] += one[name];
        }
        return { state: state as Import['state'], imports, rows };
      });
    },
    async listOld(before) {
      const query = db
        .selectFrom('import')
        .select('id')
        .where((e) =>
          e.or([e('finished_at', '<', before), e.and([e('state', '=', 'held'), e('created_at', '<', before)])]),
        )
        .where((e) =>
          e.exists(e.selectFrom('import_kept').select('row').whereRef('import_kept.import', '=', 'import.id')),
        );
      return (await query.orderBy('id').execute()).map(({ id }) => id);
    },
    async putChunk(id, n, bytes) {
      await db
        .insertInto('import_chunk')
        .values({ import: id, n, bytes: Buffer.from(bytes).toString('base64') })
        .execute();
    },
    async readChunk(id, n) {
      const row = await db
        .selectFrom('import_chunk')
        .select('bytes')
        .where('import', '=', id)
        .where('n', '=', n)
        .executeTakeFirst();
      return row && new Uint8Array(Buffer.from(row.bytes, 'base64'));
    },
    async dropChunks(id) {
      await db.deleteFrom('import_chunk').where('import', '=', id).execute();
    },
    async putItems(id, items) {
      await putMany(
        db,
        'import_item',
        items.map((item) => fromItem(id, item)),
      );
    },
    async putRefusals(id, first, refusals) {
      const rows = refusals.map((refusal, i) => fromRefusal(id, first + i, refusal));
      await putMany(db, 'import_refusal', rows);
    },
    async countRefusals(id) {
      const query = db
        .selectFrom('import_refusal')
        .select((e) => e.fn.countAll<number>().as('n'))
        .where('import', '=', id);
      return (await query.executeTakeFirstOrThrow()).n;
    },
    async listRefusals(id, from, limit) {
      const query = db.selectFrom('import_refusal').selectAll().where('import', '=', id).where('n', '>=', from);
      return (await query.orderBy('n').limit(limit).execute()).map(toRefusal);
    },
    async putKept(id, rows) {
      const kept = rows.map(({ row, cells }) => ({ import: id, row, cells: JSON.stringify(cells) }));
      await putMany(db, 'import_kept', kept);
    },
    async listKept(id, limit) {
      const query = db.selectFrom('import_kept').select(['row', 'cells']).where('import', '=', id);
      const rows = await query.orderBy('row').limit(limit).execute();
      return rows.map(({ row, cells }) => ({ row, cells: JSON.parse(cells) as KeptRow['cells'] })); // written by putKept only
    },
    async dropRefused(id) {
      await db.deleteFrom('import_refusal').where('import', '=', id).execute();
      await db.deleteFrom('import_kept').where('import', '=', id).execute();
    },
    async dropReading(id) {
      await db.deleteFrom('import_item').where('import', '=', id).execute();
      await db.deleteFrom('import_refusal').where('import', '=', id).execute();
      await db.deleteFrom('import_kept').where('import', '=', id).execute();
    },
    async dropWaiting(id) {
      await db.deleteFrom('import_item').where('import', '=', id).execute();
    },
    async listWaiting(id, after, limit) {
      const query = db.selectFrom('import_item').selectAll().where('import', '=', id).where('row', '>', after);
      return (await query.orderBy('row').limit(limit).execute()).map(toItem);
    },
    async putOutcomes(id, outcomes) {
      const [first, last] = [outcomes[0], outcomes.at(-1)];
      if (!first || !last) return;
      const rows = outcomes.map(({ row, outcome, txn, at }) => {
        return { import: id, row, outcome, txn, log: at?.log ?? null, idx: at?.index ?? null };
      });
      await putMany(db, 'import_outcome', rows);
      const items = db.deleteFrom('import_item').where('import', '=', id);
      await items.where('row', '>=', first.row).where('row', '<=', last.row).execute();
    },
    async listOpened(id) {
      const outcomes = db.selectFrom('import_outcome').select('txn').where('import', '=', id);
      return (await outcomes.where('outcome', '=', 'opened').orderBy('row').execute()).map(({ txn }) => txn);
    },
  };
}

function fromImport(given: Import): ImportTable {
  const { id, type, fileName, authority, person, state, hold, allOrNothing, summary, problem, createdAt, finishedAt } =
    given;
  return {
    id,
    type,
    file_name: fileName,
    authority,
    person,
    state,
    hold: hold ? 1 : 0,
    all_or_nothing: allOrNothing ? 1 : 0,
    summary: JSON.stringify(summary),
    worker: null,
    revoking: 0,
    revocation: null,
    problem: problem ? JSON.stringify(problem) : null,
    created_at: createdAt,
    finished_at: finishedAt ?? null,
  };
}

export function toImport(row: Selectable<ImportTable>): Import {
  return {
    id: row.id,
    type: row.type,
    fileName: row.file_name,
    authority: row.authority,
    person: row.person,
    state: row.state as ImportState, // written by fromImport and moveImport only
    hold: row.hold === 1,
    allOrNothing: row.all_or_nothing === 1,
    summary: JSON.parse(row.summary) as Import['summary'],
    ...(row.problem !== null && { problem: JSON.parse(row.problem) as NonNullable<Import['problem']> }),
    ...(row.revocation !== null && { revocation: JSON.parse(row.revocation) as NonNullable<Import['revocation']> }),
    createdAt: row.created_at,
    ...(row.finished_at !== null && { finishedAt: row.finished_at }),
  };
}

function fromItem(id: string, item: ImportItem): ImportItemTable {
  const { row, naturalKey, uscc, decidedOn, authority, body } = item;
  return {
    import: id,
    row,
    natural_key: naturalKey,
    uscc,
    decided_on: decidedOn,
    authority,
    body: JSON.stringify(body),
  };
}

function toItem(row: Selectable<ImportItemTable>): ImportItem {
  const { natural_key, uscc, decided_on, authority, body } = row;
  return {
    row: row.row,
    naturalKey: natural_key,
    uscc,
    decidedOn: decided_on,
    authority,
    body: JSON.parse(body) as ImportItem['body'],
  };
}

function fromRefusal(id: string, n: number, refusal: ImportRefusal): ImportRefusalTable {
  const { row, column, value, code, facts } = refusal;
  return { import: id, n, row, col: column, value, code, facts: JSON.stringify(facts) };
}

function toRefusal(row: Selectable<ImportRefusalTable>): ImportRefusal {
  return {
    row: row.row,
    column: row.col,
    value: row.value,
    code: row.code,
    facts: JSON.parse(row.facts) as ImportRefusal['facts'],
  };
}
