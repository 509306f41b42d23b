/** What one bulletin's story is read from, across the tables. */

import type { StoryStore } from '../federation/story.ts';
import type { ImportOutcome } from '../registry/ports.ts';
import { toImport } from './import.ts';
import { toProposal } from './proposal.ts';
import type { Database } from './tables.ts';

const mostRows = 100;

export function storyStore(db: Database): StoryStore {
  return {
    async listRows(txn) {
      const rows = await db
        .selectFrom('import_outcome')
        .innerJoin('import', 'import.id', 'import_outcome.import')
        .selectAll('import')
        .select(['import_outcome.row', 'import_outcome.outcome', 'import_outcome.log', 'import_outcome.idx'])
        .where('import_outcome.txn', '=', txn)
        .orderBy('import.id')
        .orderBy('import_outcome.row')
        .limit(mostRows)
        .execute();
      return rows.map(({ row, outcome, log, idx, ...given }) => ({
        given: toImport(given),
        row,
        outcome: outcome as ImportOutcome, // written by putOutcomes only
        ...(log !== null && idx !== null && { at: { log, index: idx } }),
      }));
    },
    async findProposal(jti) {
      const row = await db.selectFrom('proposal').selectAll().where('jti', '=', jti).executeTakeFirst();
      return row && toProposal(row);
    },
    async listRefusals({ log, index }) {
      const query = db
        .selectFrom('refusal')
        .leftJoin('log', 'log.id', 'refusal.mended_log')
        .select(['refusal.member', 'refusal.mended_by', 'log.origin'])
        .where('refusal.log', '=', log)
        .where('refusal.idx', '=', index);
      const rows = await query.orderBy('refusal.member').execute();
      return rows.map(({ member, mended_by: at, origin }) => ({
        member,
        ...(at !== null && origin !== null && { mendedBy: { origin, index: at } }),
      }));
    },
    async findStep(log, index) {
      const query = db.selectFrom('step').select(['member', 'txn', 'type']).where('log', '=', log);
      return query.where('idx', '=', index).executeTakeFirst();
    },
    async listOwnBegun(prefixes, limit) {
      const query = db
        .selectFrom('step')
        .select('txn')
        .distinct()
        .where('natural_key', 'is not', null)
        .where((e) =>
          e.or(
            prefixes.map((prefix) =>
              e(e.fn<string>('substr', ['natural_key', e.lit(1), e.lit([...prefix].length)]), '=', prefix),
            ),
          ),
        );
      return (await query.orderBy('txn').limit(limit).execute()).map(({ txn }) => txn);
    },
    async listHolding(log, pieces, from, to) {
      const query = db
        .selectFrom('entry')
        .select('jws')
        .where('log', '=', log)
        .where('idx', '>=', from)
        .where('idx', '<', to)
        .where((e) => e.or(pieces.map((piece) => e('jws', 'like', `%${piece}%`)))); // may find too much, never too little
      return (await query.orderBy('idx').execute()).flatMap(({ jws }) => jws ?? []);
    },
  };
}
