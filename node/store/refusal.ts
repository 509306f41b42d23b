/** What peers refused of our own log, until something took its place. */

import { bulletinTypes } from '../bulletin/catalogue.ts';
import type { LaterStep, RefusalStore, Refused } from '../federation/ports.ts';
import type { RecordState } from '../registry/lifecycle.ts';
import type { Database } from './tables.ts';

const recordsAtOnce = 500;
const moveTypes = bulletinTypes.filter(({ kind }) => kind === 'moves').map(({ name }) => name);

export function refusalStore(db: Database): RefusalStore {
  /** Each refusal with the step of ours that was refused. */
  const refusals = () =>
    db
      .selectFrom('refusal')
      .innerJoin('step', (join) => join.onRef('step.log', '=', 'refusal.log').onRef('step.idx', '=', 'refusal.idx'))
      .where('refusal.mended_by', 'is', null);

  return {
    async putRefusals(given) {
      if (given.length === 0) return;
      const rows = given.map(({ member, log, index, code, at }) => ({
        ...{ member, log, idx: index, code, at },
        ...{ mended_log: null, mended_by: null },
      }));
      await db
        .insertInto('refusal')
        .values(rows)
        .onConflict((c) => c.doNothing())
        .execute();
    },
    async listRefused(limit, { at, record, authority }) {
      let some = refusals()
        .innerJoin('entry', (join) => join.onRef('entry.log', '=', 'step.log').onRef('entry.idx', '=', 'step.idx'))
        .select(['refusal.log', 'refusal.idx'])
        .distinct()
        .where('entry.erased_at', 'is', null);
      if (at) some = some.where('refusal.log', '=', at.log).where('refusal.idx', '=', at.index);
      if (record) some = some.where('step.txn', '=', record.txn).where('step.member', '=', record.member);
      if (authority !== undefined)
        some = some.where((e) => e.or([e('step.authority', '=', authority), e('step.authority', 'is', null)]));
      const rows = await refusals()
        .innerJoin(some.orderBy('refusal.log').orderBy('refusal.idx').limit(limit).as('some'), (join) =>
          join.onRef('some.log', '=', 'refusal.log').onRef('some.idx', '=', 'refusal.idx'),
        )
        .selectAll('step')
        .select(['refusal.member as refuser', 'refusal.code', 'refusal.at as refused_at'])
        .orderBy('refusal.log')
        .orderBy('refusal.idx')
        .orderBy('refusal.member')
        .execute();
      const found = new Map<string, Refused & { by: Refused['by'][number][] }>();
      for (const { log, idx, jti, type, member, txn, uscc, authority: mover, refuser, code, refused_at } of rows) {
        const refused = found.get(`${log} ${idx}`) ?? {
          ...{ log, index: idx, jti, type, record: { member, txn }, uscc, by: [] },
          ...(mover !== null && { authority: mover }),
        };
        refused.by.push({ member: refuser, code, at: refused_at });
        found.set(`${log} ${idx}`, refused);
      }
      return [...found.values()];
    },
    async listLater(member, log, from, to) {
      const moved = await db
        .selectFrom('step')
        .innerJoin('entry', (join) => join.onRef('entry.log', '=', 'step.log').onRef('entry.idx', '=', 'step.idx'))
        .select(['step.idx', 'step.txn', 'step.type', 'step.state', 'entry.leaf'])
        .where('step.log', '=', log)
        .where('step.idx', '>=', from)
        .where('step.idx', '<', to)
        .where('step.type', 'in', moveTypes)
        .orderBy('step.idx')
        .execute();
      const found: LaterStep[] = [];
      for (let at = 0; at < moved.length; at += recordsAtOnce) {
        const some = moved.slice(at, at + recordsAtOnce);
        const before = await refusals()
          .select(['step.log', 'step.idx', 'step.txn', 'step.type'])
          .where('refusal.member', '=', member)
          .where('step.txn', 'in', [...new Set(some.map(({ txn }) => txn))])
          .orderBy('step.log')
          .orderBy('step.idx')
          .execute();
        for (const { idx: index, txn, type, state, leaf } of some) {
          const standing = state === null ? {} : { state: state as RecordState }; // written by the registry's mapping only
          for (const one of before) {
            const isBefore = one.log < log || (one.log === log && one.idx < index);
            if (one.txn !== txn || !isBefore) continue;
            const refused = { log: one.log, index: one.idx, type: one.type };
            found.push({ log, index, type, ...standing, leaf, refused });
          }
        }
      }
      return found;
    },
    async endRefusals(members, places, mendedBy) {
      if (members.length === 0) return;
      for (const log of new Set(places.map((place) => place.log))) {
        const indexes = places.filter((place) => place.log === log).map(({ index }) => index);
        await db
          .updateTable('refusal')
          .set({ mended_log: mendedBy.log, mended_by: mendedBy.index })
          .where('member', 'in', members)
          .where('log', '=', log)
          .where('idx', 'in', indexes)
          .where('mended_by', 'is', null)
          .execute();
      }
    },
  };
}
