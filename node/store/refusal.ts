/** What peers refused of our own log, until something took its place. */

import { bulletinTypes } from '../bulletin/catalogue.ts';
import type { LaterStep, RefusalStore, Refused } from '../federation/ports.ts';
import type { RecordState } from '../registry/lifecycle.ts';
import type { Database } from './open.ts';

const recordsAtOnce = 500;
const moveTypes = bulletinTypes.filter(({ kind }) => kind === 'moves').map(({ name }) => name);

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
      const moved = await db
        .selectFrom('step')
        .innerJoin('log', 'log.id', 'step.log')
        .innerJoin('entry', (join) => join.onRef('entry.log', '=', 'step.log').onRef('entry.idx', '=', 'step.idx'))
        .select(['step.idx', 'step.txn', 'step.type', 'step.state', 'entry.leaf'])
        .where('log.own', '=', 1)
        .where('step.idx', '>=', from)
        .where('step.idx', '<', to)
        .where('step.type', 'in', moveTypes)
        .orderBy('step.idx')
        .execute();
      const found: LaterStep[] = [];
      for (let at = 0; at < moved.length; at += recordsAtOnce) {
        const some = moved.slice(at, at + recordsAtOnce);
        const before = await refusals()
          .select(['step.idx', 'step.txn', 'step.type'])
          .where('refusal.member', '=', member)
          .where('step.txn', 'in', [...new Set(some.map(({ txn }) => txn))])
          .orderBy('step.idx')
          .execute();
        for (const { idx: index, txn, type, state, leaf } of some) {
          const standing = state === null ? {} : { state: state as RecordState }; // written by the registry's mapping only
          for (const one of before) {
            if (one.txn !== txn || one.idx >= index) continue;
            found.push({ index, type, ...standing, leaf, refused: { index: one.idx, type: one.type } });
          }
        }
      }
      return found;
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
