/** Peers, receipts, tallies, findings and seen requests in tables. */

import { type Selectable, sql } from 'kysely';
import type { Peer } from '../federation/peer.ts';
import type { Finding, HeldReceipt, PeerStore, Tally } from '../federation/ports.ts';
import type { PeerTable, ReceiptTable } from './federation-tables.ts';
import type { Database } from './tables.ts';

export function peerStore(db: Database): PeerStore {
  const receiptsFor = (member: string, log: number) =>
    db.selectFrom('receipt').selectAll().where('member', '=', member).where('log', '=', log);
  const receipts = (member: string, log: number) => receiptsFor(member, log).orderBy('to_idx').orderBy('jti');

  return {
    async findPeer(member) {
      const row = await db.selectFrom('peer').selectAll().where('member', '=', member).executeTakeFirst();
      return row ? toPeer(row) : { member, failures: 0 };
    },
    async putPeer(peer) {
      const row = fromPeer(peer);
      const { member, ...rest } = row;
      await db
        .insertInto('peer')
        .values(row)
        .onConflict((c) => c.column('member').doUpdateSet(rest))
        .execute();
      if (row.last_ok_at === null) return;
      await db
        .insertInto('pull')
        .values({ member, at: row.last_ok_at })
        .onConflict((c) => c.doNothing())
        .execute();
    },
    async addTallies(tallies) {
      for (const { log, member, what, n } of tallies) {
        await db
          .insertInto('tally')
          .values({ log, member, what, n })
          .onConflict((c) =>
            c.columns(['log', 'member', 'what']).doUpdateSet((e) => ({ n: e('tally.n', '+', e.ref('excluded.n')) })),
          )
          .execute();
      }
    },
    async listTallies() {
      const rows = await db.selectFrom('tally').selectAll().orderBy('log').orderBy('member').orderBy('what').execute();
      return rows as Tally[]; // written by addTallies only
    },
    async dropReceipts(member, jtis) {
      if (jtis.length === 0) return;
      await db.deleteFrom('receipt').where('member', '=', member).where('jti', 'in', jtis).execute();
    },
    async putReceipt({ member, log, from, to, jti, isPlain, body, at }) {
      const range = { from_idx: from, to_idx: to };
      const row = { member, log, ...range, jti, plain: isPlain ? 1 : 0, body: JSON.stringify(body), at };
      await db
        .insertInto('receipt')
        .values(row)
        .onConflict((c) => c.doNothing())
        .execute();
    },
    async findLastReceipt(member, log) {
      const query = receiptsFor(member, log).orderBy('to_idx', 'desc').orderBy('jti', 'desc');
      const row = await query.limit(1).executeTakeFirst();
      return row && toReceipt(row);
    },
    async listReceipts(member, log, index) {
      const all = receipts(member, log);
      const query =
        index === undefined
          ? all
          : all.where((e) => e.or([e('plain', '=', 0), e.and([e('from_idx', '<=', index), e('to_idx', '>', index)])]));
      return (await query.execute()).map(toReceipt);
    },
    async listNamingReceipts(member, log) {
      return (await receipts(member, log).where('plain', '=', 0).execute()).map(toReceipt);
    },
    async sumReceipts(member, log) {
      const ranges = db
        .selectFrom('receipt')
        .select(['from_idx', 'to_idx', sql<number>`coalesce(lag(to_idx) over (order by to_idx, jti), 0)`.as('before')])
        .where('member', '=', member)
        .where('log', '=', log);
      const sum = await db
        .selectFrom(ranges.as('ranges'))
        .select((e) => [
          e.fn.countAll<number>().as('receipts'),
          e.fn.max('to_idx').as('receipted'),
          sql<number>`count(case when from_idx <> before then 1 end)`.as('breaks'),
        ])
        .executeTakeFirstOrThrow();
      return { receipts: sum.receipts, receipted: sum.receipted ?? 0, joined: sum.breaks === 0 };
    },
    async putFinding({ id, log, code, evidence, at }) {
      await db
        .insertInto('finding')
        .values({ id, log, code, evidence: JSON.stringify(evidence), at })
        .execute();
    },
    async listFindings() {
      const rows = await db.selectFrom('finding').selectAll().orderBy('at').orderBy('id').execute();
      return rows.map((row) => ({ ...row, evidence: JSON.parse(row.evidence) as Finding['evidence'] }));
    },
    async addRequest(jti, expires) {
      const query = db
        .insertInto('request')
        .values({ jti, expires })
        .onConflict((c) => c.doNothing());
      return (await query.executeTakeFirst()).numInsertedOrUpdatedRows === 1n;
    },
    async forgetRequests(before) {
      await db.deleteFrom('request').where('expires', '<', before).execute();
    },
  };
}

function fromPeer(peer: Peer): PeerTable {
  const { member, failures, nextTryAt, lastOkAt, lastError, lastErrorAt, stopped } = peer;
  return {
    member,
    failures,
    next_try_at: nextTryAt ?? null,
    last_ok_at: lastOkAt ?? null,
    last_error: lastError ?? null,
    last_error_at: lastErrorAt ?? null,
    stopped: stopped ?? null,
  };
}

function toPeer(row: Selectable<PeerTable>): Peer {
  const { member, failures, next_try_at, last_ok_at, last_error, last_error_at, stopped } = row;
  return {
    member,
    failures,
    ...(next_try_at !== null && { nextTryAt: next_try_at }),
    ...(last_ok_at !== null && { lastOkAt: last_ok_at }),
    ...(last_error !== null && { lastError: last_error }),
    ...(last_error_at !== null && { lastErrorAt: last_error_at }),
    ...(stopped !== null && { stopped: stopped as NonNullable<Peer['stopped']> }), // written by fromPeer only
  };
}

function toReceipt(row: Selectable<ReceiptTable>): HeldReceipt {
  const { member, log, from_idx: from, to_idx: to, jti, plain, body, at } = row;
  return { member, log, from, to, jti, isPlain: plain === 1, body: JSON.parse(body) as HeldReceipt['body'], at };
}
