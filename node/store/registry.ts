/** Steps of credit records in tables. The content stays in the log's entry; a step only points at it. */

import type { ExpressionBuilder } from 'kysely';
import { bulletinTypes } from '../bulletin/catalogue.ts';
import { isErasedKey } from '../registry/erased-key.ts';
import type { RegistryStore } from '../registry/ports.ts';
import { formatRecordId, type RecordId, type ToldStep } from '../registry/record.ts';
import type { PutMany } from './put-many.ts';
import { foldOwn, foldSituations, fromStep, toToldStep } from './step.ts';
import type { Database, Tables } from './tables.ts';

const recordsAtOnce = 500;
const openerTypes = bulletinTypes.filter(({ kind }) => kind === 'opens').map(({ name }) => name);

export function registryStore(db: Database, putMany: PutMany): RegistryStore {
  const told = () =>
    db
      .selectFrom('step')
      .innerJoin('entry', (join) => join.onRef('entry.log', '=', 'step.log').onRef('entry.idx', '=', 'step.idx'))
      .innerJoin('log', 'log.id', 'step.log')
      .selectAll('step')
      .select(['log.origin', 'log.member as author', 'entry.jws', 'entry.code'])
      .select(['entry.erased_by', 'entry.erased_at', 'entry.ground'])
      .orderBy('step.log')
      .orderBy('step.idx');
  const steps = () => db.selectFrom('step').selectAll().orderBy('log').orderBy('idx');
  const own = (member: string, types: readonly string[]) =>
    db.selectFrom('step').where('member', '=', member).where('natural_key', 'is not', null).where('type', 'in', types);

  return {
    async putSteps(log, given) {
      await putMany(
        db,
        'step',
        given.map((step) => fromStep(log, step)),
      );
    },
    async putStates(log, states) {
      for (const { index, state, until } of states) {
        await db
          .updateTable('step')
          .set({ state: state ?? null, until_day: until ?? null })
          .where('log', '=', log)
          .where('idx', '=', index)
          .execute();
      }
    },
    async dropSteps(log, from) {
      await db.deleteFrom('step').where('log', '=', log).where('idx', '>=', from).execute();
    },
    async dropStepsAt(log, indexes) {
      if (indexes.length === 0) return;
      await db.deleteFrom('step').where('log', '=', log).where('idx', 'in', indexes).execute();
    },
    async findSituations(member, txns) {
      if (txns.length === 0) return new Map();
      const rows = await steps().where('txn', 'in', txns).where('member', '=', member).execute();
      return foldSituations(rows, (row) => row.txn);
    },
    async listRecordSteps({ member, txn }) {
      return (await told().where('step.txn', '=', txn).where('step.member', '=', member).execute()).map(toToldStep);
    },
    async listSubjectSteps(uscc) {
      return (await told().where('step.uscc', '=', uscc).execute()).map(toToldStep);
    },
    async listRecordIds(after, limit) {
      const all = db.selectFrom('step').select(['txn', 'member']).distinct().orderBy('txn').orderBy('member');
      const query = after
        ? all.where((e) =>
            e.or([e('txn', '>', after.txn), e.and([e('txn', '=', after.txn), e('member', '>', after.member)])]),
          )
        : all;
      return query.limit(limit).execute();
    },
    async listStepMarks(log, from, to) {
      const query = db
        .selectFrom('step')
        .select(['idx as index', 'jti', 'type', 'txn'])
        .where('log', '=', log)
        .where('idx', '>=', from)
        .where('idx', '<', to);
      return query.orderBy('idx').execute();
    },
    async listStepsOf(records) {
      const found: ToldStep[] = [];
      for (let at = 0; at < records.length; at += recordsAtOnce) {
        const some = records.slice(at, at + recordsAtOnce);
        const ids = new Set(some.map(formatRecordId));
        const rows = await told()
          .where('step.txn', 'in', [...new Set(some.map(({ txn }) => txn))])
          .execute();
        found.push(...rows.map(toToldStep).filter((step) => ids.has(formatRecordId(step))));
      }
      return found;
    },
    async listOpenObjections(whose, limit) {
      const decision = (e: ExpressionBuilder<Tables, 'step'>) =>
        e
          .selectFrom('step as decision')
          .select('decision.idx')
          .whereRef('decision.txn', '=', 'step.txn')
          .whereRef('decision.member', '=', 'step.member')
          .whereRef('decision.answers', '=', 'step.jti')
          .where('decision.state', 'is not', null);
      const authority = (e: ExpressionBuilder<Tables, 'step'>) =>
        e
          .selectFrom('step as own')
          .select('own.authority')
          .whereRef('own.txn', '=', 'step.txn')
          .whereRef('own.member', '=', 'step.member')
          .where('own.authority', 'is not', null)
          .orderBy('own.idx', 'desc')
          .limit(1);
      const query = told()
        .clearOrderBy()
        .select((e) => authority(e).as('record_authority'))
        .where('step.type', '=', 'objection')
        .where('entry.erased_at', 'is', null)
        .where((e) => e.not(e.exists(decision(e))))
        .where((e) => {
          if ('by' in whose) return e.and([e('log.member', '=', whose.by), e('step.member', '<>', whose.by)]);
          const ofMember = e('step.member', '=', whose.of);
          return whose.authority === undefined ? ofMember : e.and([ofMember, e(authority(e), '=', whose.authority)]);
        })
        .orderBy('step.at')
        .orderBy('step.jti');
      return (await query.limit(limit).execute()).map(({ record_authority: authority, ...row }) => ({
        mark: toToldStep(row),
        ...(authority !== null && { authority }),
      }));
    },
    async listFreshness(at) {
      const rows = await db
        .selectFrom('log')
        .select('log.member')
        .select((e) => [
          e
            .selectFrom('pull')
            .select('pull.at')
            .whereRef('pull.member', '=', 'log.member')
            .where('pull.at', '<=', at)
            .orderBy('pull.at', 'desc')
            .limit(1)
            .as('pulled_at'),
          e
            .selectFrom('step')
            .select('step.at')
            .whereRef('step.log', '=', 'log.id')
            .where('step.at', '<=', at)
            .orderBy('step.at', 'desc')
            .limit(1)
            .as('newest_at'),
        ])
        .execute();
      const newestOf = (member: string) =>
        rows
          .flatMap((row) => (row.member === member && row.newest_at) || [])
          .sort()
          .at(-1);
      const byMember = new Map(rows.map((row) => [row.member, row])); // who has two logs stands there twice
      return [...byMember.values()].map(({ member, pulled_at: pulledAt }) => {
        const newestAt = newestOf(member);
        return { member, ...(pulledAt !== null && { pulledAt }), ...(newestAt !== undefined && { newestAt }) };
      });
    },
    async findOwnByKeys(member, keys) {
      if (keys.length === 0) return new Map();
      const rows = await steps().where('natural_key', 'in', keys).where('member', '=', member).execute();
      return foldOwn(rows);
    },
    async findOwn({ member, txn }: RecordId) {
      const rows = await steps()
        .where('txn', '=', txn)
        .where('member', '=', member)
        .where('natural_key', 'is not', null)
        .execute();
      return [...foldOwn(rows).values()].find(({ naturalKey }) => !isErasedKey(naturalKey));
    },
    async listOpeners({ member, txn }) {
      const rows = await db
        .selectFrom('step')
        .innerJoin('entry', (join) => join.onRef('entry.log', '=', 'step.log').onRef('entry.idx', '=', 'step.idx'))
        .select(['entry.leaf', 'entry.jws'])
        .where('step.txn', '=', txn)
        .where('step.member', '=', member)
        .where('step.type', 'in', openerTypes)
        .orderBy('step.log')
        .orderBy('step.idx')
        .execute();
      return rows.map(({ leaf, jws }) => ({ leaf, ...(jws !== null && { jws }) }));
    },
    async listOwnTxns(member, types, after, limit) {
      const query = own(member, types).select('txn').distinct().where('txn', '>', after);
      return (await query.orderBy('txn').limit(limit).execute()).map(({ txn }) => txn);
    },
    async countOwn(member, types) {
      const query = own(member, types).select((e) => e.fn.count<number>('txn').distinct().as('n'));
      return (await query.executeTakeFirstOrThrow()).n;
    },
  };
}
