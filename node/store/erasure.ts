/** What erasing asks of the tables: entries lose salt and content, and every table what it copied from them. */

import type { ExpressionBuilder } from 'kysely';
import { bulletinTypes } from '../bulletin/catalogue.ts';
import type { Erasable, ErasureStore } from '../federation/ports.ts';
import type { Word } from '../log/ports.ts';
import { isErasedKey } from '../registry/erased-key.ts';
import type { ImportSummary } from '../registry/ports.ts';
import type { RecordId } from '../registry/record.ts';
import { toErased } from './entry.ts';
import type { StepTable } from './registry-tables.ts';
import type { Database, Tables } from './tables.ts';

const individualBusinesses = { from: '92', below: '93' };
const markTypes = bulletinTypes.filter(({ kind }) => kind === 'marks').map(({ name }) => name);

export function erasureStore(db: Database): ErasureStore {
  const stepsOf = (log: number) => db.selectFrom('step').selectAll('step').where('step.log', '=', log);
  const heldSteps = (log: number) =>
    stepsOf(log).innerJoin('entry', (join) =>
      join.onRef('entry.log', '=', 'step.log').onRef('entry.idx', '=', 'step.idx'),
    );
  /** What its issuer said of the record that a mark speaks of. */
  const ofRecord = (mark: ExpressionBuilder<Tables, 'step' | 'entry'>) =>
    mark
      .selectFrom('step as told')
      .innerJoin('entry as held', (join) => join.onRef('held.log', '=', 'told.log').onRef('held.idx', '=', 'told.idx'))
      .whereRef('told.txn', '=', 'step.txn')
      .whereRef('told.member', '=', 'step.member')
      .where('told.type', 'not in', markTypes);

  return {
    async listErasable(log, indexes) {
      const rows = await db
        .selectFrom('entry')
        .leftJoin('step', (join) => join.onRef('step.log', '=', 'entry.log').onRef('step.idx', '=', 'entry.idx'))
        .select(['entry.idx', 'governance', 'verdict', 'erased_by', 'erased_at', 'ground', 'member', 'txn'])
        .select((e) => e('jws', 'is not', null).as('has_content'))
        .where('entry.log', '=', log)
        .where('entry.idx', 'in', indexes)
        .orderBy('entry.idx')
        .execute();
      return rows.map((row): Erasable => {
        const { idx, governance, verdict, has_content, member, txn } = row;
        const erased = toErased(row);
        return {
          index: idx,
          governance: governance === 1,
          hasContent: Boolean(has_content), // one engine says true, the other 1
          ...(verdict !== null && { word: verdict as Word }), // written by the log's mapping only
          ...(erased && { erased }),
          ...(member !== null && txn !== null && { record: { member, txn } }),
        };
      });
    },
    async erase(log, indexes, { by, ground, at }, keyOf) {
      const steps = await stepsOf(log).where('idx', 'in', indexes).execute();
      await db
        .updateTable('entry')
        .set({ salt: null, jws: null, erased_by: by ?? null, erased_at: at, ground })
        .where('log', '=', log)
        .where('idx', 'in', indexes)
        .execute();
      const ofSteps = db.updateTable('step').where('log', '=', log).where('idx', 'in', indexes);
      await ofSteps.set({ natural_key: null, body_digest: null, retain_until: null }).execute();
      for (const { idx, natural_key } of steps) {
        if (natural_key === null) continue;
        const rest = isErasedKey(natural_key) ? natural_key : keyOf(natural_key);
        await ofSteps.where('idx', '=', idx).set({ natural_key: rest }).execute();
      }
      const { from, below } = individualBusinesses;
      await ofSteps.set({ uscc: '' }).where('uscc', '>=', from).where('uscc', '<', below).execute();
      const { own } = await db.selectFrom('log').select('own').where('id', '=', log).executeTakeFirstOrThrow();
      const moves = steps.filter(({ type }) => !markTypes.includes(type));
      if (own === 1) await forgetRows(moves);
      await forgetProposals(moves);
    },
    async listEndedRecords(log, member, before, limit) {
      const rows = await stepsOf(log)
        .where('step.retain_until', '<', before)
        .where('step.member', '=', member)
        .where('step.type', 'not in', markTypes)
        .where((e) => {
          const later = e
            .selectFrom('step as later')
            .select('later.idx')
            .whereRef('later.log', '=', 'step.log')
            .whereRef('later.txn', '=', 'step.txn')
            .whereRef('later.idx', '>', 'step.idx')
            .where('later.retain_until', 'is not', null)
            .where('later.type', 'not in', markTypes);
          return e.not(e.exists(later));
        })
        .orderBy('step.idx')
        .limit(limit)
        .execute();
      return rows.map(({ txn }) => ({ member, txn }));
    },
    async listOfRecords(log, records) {
      const rows = await heldSteps(log)
        .where(
          'step.txn',
          'in',
          records.map(({ txn }) => txn),
        )
        .where('entry.erased_at', 'is', null)
        .orderBy('step.idx')
        .execute();
      const isNamed = ({ member, txn }: RecordId) => records.some((one) => one.member === member && one.txn === txn);
      return rows.filter(isNamed).map(({ idx, member, txn }) => ({ index: idx, record: { member, txn } }));
    },
    async listDue(log, before, limit) {
      const marks = heldSteps(log).where('step.type', 'in', markTypes).where('entry.erased_at', 'is', null);
      const ended = await marks.where('step.retain_until', '<', before).orderBy('step.idx').limit(limit).execute();
      const orphans = await marks
        .select((e) => ofRecord(e).select('held.ground').where('held.ground', 'is not', null).limit(1).as('why'))
        .where((e) => e.exists(ofRecord(e).select('told.idx')))
        .where((e) => e.not(e.exists(ofRecord(e).select('told.idx').where('held.erased_at', 'is', null))))
        .orderBy('step.idx')
        .limit(limit)
        .execute();
      const unsaid = await db
        .selectFrom('entry')
        .select(['idx', 'ground'])
        .where('log', '=', log)
        .where('erased_by', 'is', null)
        .where('erased_at', 'is not', null)
        .orderBy('idx')
        .limit(limit)
        .execute();
      return [
        ...ended.map(({ idx }) => ({ index: idx, ground: 'retention-ended' })),
        ...orphans.flatMap(({ idx, why }) => (why === null ? [] : [{ index: idx, ground: why }])),
        ...unsaid.map(({ idx, ground }) => ({ index: idx, ground: ground ?? 'other' })),
      ];
    },
    async findLast() {
      const query = db.selectFrom('entry').select((e) => e.fn.max('erased_at').as('last'));
      return (await query.where('erased_at', 'is not', null).executeTakeFirst())?.last ?? undefined;
    },
  };

  /** Rows of spreadsheets that led to records of ours or still wait to, and what was said of them. */
  async function forgetRows(steps: readonly Pick<StepTable, 'txn' | 'natural_key'>[]): Promise<void> {
    if (steps.length === 0) return;
    const txns = [...new Set(steps.map(({ txn }) => txn))];
    const done = await db.selectFrom('import_outcome').select(['import', 'row']).where('txn', 'in', txns).execute();
    const keys = [...new Set(steps.flatMap(({ natural_key: key }) => key ?? []))];
    const waiting = db.deleteFrom('import_item').where('natural_key', 'in', keys).returning(['import', 'row']);
    const items = [...done, ...(keys.length > 0 ? await waiting.execute() : [])];
    for (const id of new Set(items.map((item) => item.import))) {
      const rows = items.filter((item) => item.import === id).map(({ row }) => row);
      const refusals = db.updateTable('import_refusal').set({ value: '', facts: '{}' });
      await refusals.where('import', '=', id).where('row', 'in', rows).execute();
      await db.deleteFrom('import_kept').where('import', '=', id).where('row', 'in', rows).execute();
      await forgetWarnings(id, rows);
    }
  }

  async function forgetWarnings(id: string, rows: readonly number[]): Promise<void> {
    const found = await db.selectFrom('import').select('summary').where('id', '=', id).executeTakeFirst();
    const summary = JSON.parse(found?.summary ?? '{}') as Partial<ImportSummary>; // written by the import's own mapping
    const warnings = summary.warnings?.filter(({ row }) => !rows.includes(row as number)); // those of the file have none
    if (!warnings || warnings.length === summary.warnings?.length) return;
    const text = JSON.stringify({ ...summary, warnings });
    await db.updateTable('import').set({ summary: text }).where('id', '=', id).execute();
  }

  /** What was to be done with these records, and what became of it: nothing is done with an erased one. */
  async function forgetProposals(records: readonly RecordId[]): Promise<void> {
    if (records.length === 0) return;
    const members = new Map(records.map(({ txn, member }) => [txn, member]));
    const known = await db
      .selectFrom('proposal')
      .select(['id', 'member', 'txn'])
      .where('txn', 'in', [...members.keys()])
      .execute();
    for (const { id } of known.filter(({ txn, member }) => members.get(txn) === member)) {
      const proposal = db.updateTable('proposal').where('id', '=', id);
      await proposal.set({ body: '{}', reason: null }).execute();
      await proposal.set({ state: 'withdrawn' }).where('state', '=', 'waiting').execute();
    }
  }
}
