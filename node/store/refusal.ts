/** What peers refused of our own log, until something took its place. */

import type { RefusalStore, Refused } from '../federation/ports.ts';
import type { RecordState } from '../registry/lifecycle.ts';
import type { Database } from './open.ts';

export function refusalStore(db: Database): RefusalStore {
  /** Each refusal with the step of ours that was refused. */
  const refusals = () =>
    db
      .selectFrom('refusal')
      .innerJoin('step', 'step.idx', 'refusal.idx')
      .innerJoin('log', 'log.id', 'step.log')
      .where('log.own', '=', 1)
      .where('refusal.mended_by', 'is', null);

  return {
    async putRefusals(given) {
      if (given.length === 0) return;
      const rows = given.map(({ member, index, code, at }) => ({ member, idx: index, code, at, mended_by: null }));
      await db
        .insertInto('refusal')
        .values(rows)
        .onConflict((c) => c.doNothing())
        .execute();
    },
    async listRefused(limit, { index, record, authority }) {
      let some = refusals()
        .innerJoin('entry', (join) => join.onRef('entry.log', '=', 'step.log').onRef('entry.idx', '=', 'step.idx'))
        .select('refusal.idx')
        .distinct()
        .where('entry.erased_at', 'is', null);
      if (index !== undefined) some = some.where('refusal.idx', '=', index);
      if (record) some = some.where('step.txn', '=', record.txn).where('step.member', '=', record.member);
      if (authority !== undefined)
        some = some.where((e) => e.or([e('step.authority', '=', authority), e('step.authority', 'is', null)]));
      const rows = await refusals()
        .selectAll('step')
        .select(['refusal.member as refuser', 'refusal.code', 'refusal.at as refused_at'])
        .where('refusal.idx', 'in', some.orderBy('refusal.idx').limit(limit))
        .orderBy('refusal.idx')
        .orderBy('refusal.member')
        .execute();
      const found = new Map<number, Refused & { by: Refused['by'][number][] }>();
      for (const { idx, jti, type, member, txn, uscc, authority: mover, refuser, code, refused_at } of rows) {
        const refused = found.get(idx) ?? {
          ...{ index: idx, jti, type, record: { member, txn }, uscc, by: [] },
          ...(mover !== null && { authority: mover }),
        };
        refused.by.push({ member: refuser, code, at: refused_at });
        found.set(idx, refused);
      }
      return [...found.values()];
    },
    async listLater(member, from, to) {
      const rows = await refusals()
        .innerJoin('step as later', (join) =>
          join
            .onRef('later.txn', '=', 'step.txn')
            .onRef('later.log', '=', 'step.log')
            .onRef('later.idx', '>', 'step.idx'),
        )
        .innerJoin('entry', (join) => join.onRef('entry.log', '=', 'later.log').onRef('entry.idx', '=', 'later.idx'))
        .select(['later.idx', 'later.type', 'later.state', 'entry.leaf'])
        .select(['step.idx as refused_idx', 'step.type as refused_type'])
        .where('refusal.member', '=', member)
        .where('later.idx', '>=', from)
        .where('later.idx', '<', to)
        .orderBy('later.idx')
        .orderBy('step.idx')
        .execute();
      return rows.map(({ idx, type, state, leaf, refused_idx, refused_type }) => ({
        index: idx,
        type,
        ...(state !== null && { state: state as RecordState }), // written by the registry's mapping only
        leaf,
        refused: { index: refused_idx, type: refused_type },
      }));
    },
    async endRefusals(members, indexes, mendedBy) {
      if (members.length === 0 || indexes.length === 0) return;
      await db
        .updateTable('refusal')
        .set({ mended_by: mendedBy })
        .where('member', 'in', members)
        .where('idx', 'in', indexes)
        .where('mended_by', 'is', null)
        .execute();
    },
  };
}
