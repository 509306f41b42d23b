/** The chain of questions in tables. */

import type { Selectable } from 'kysely';
import type { ChainHead, Question, QuestionForm } from '../registry/question-chain.ts';
import type { QuestionStore } from '../registry/questions.ts';
import type { Role } from '../registry/tokens.ts';
import type { QuestionHeadTable, QuestionTable } from './person-tables.ts';
import type { Database } from './tables.ts';

export function questionStore(db: Database): QuestionStore {
  return {
    async findHead() {
      return toHead(await db.selectFrom('question_head').selectAll().executeTakeFirstOrThrow());
    },
    async lockHead() {
      const query = db.updateTable('question_head').set((e) => ({ size: e.ref('size') }));
      return toHead(await query.returningAll().executeTakeFirstOrThrow());
    },
    async putQuestion(question) {
      const { n, hash } = question;
      await db.insertInto('question').values(fromQuestion(question)).execute();
      await db
        .updateTable('question_head')
        .set({ size: n + 1, hash })
        .execute();
    },
    async listQuestions({ uscc, person, authority, since, until }, from, limit) {
      let query = db.selectFrom('question').selectAll().where('n', '>=', from);
      if (uscc !== undefined) query = query.where('uscc', '=', uscc);
      if (person !== undefined) query = query.where('person', '=', person);
      if (authority !== undefined) query = query.where('authority', '=', authority);
      if (since !== undefined) query = query.where('at', '>=', since);
      if (until !== undefined) query = query.where('at', '<', until);
      return (await query.orderBy('n').limit(limit).execute()).map(toQuestion);
    },
    async findFirstSince(at) {
      const query = db
        .selectFrom('question')
        .select((e) => e.fn.min('n').as('n'))
        .where('at', '>=', at);
      return (await query.executeTakeFirst())?.n ?? undefined;
    },
    async dropBefore({ size, hash }) {
      await db.deleteFrom('question').where('n', '<', size).execute();
      await db.deleteFrom('journal').where('size', '<', size).execute();
      await db.updateTable('question_head').set({ pruned: size, pruned_hash: hash }).execute();
    },
    async putJournal({ day, size, log, index }) {
      await db.insertInto('journal').values({ size, day, log, idx: index }).execute();
    },
    async findLastJournal() {
      const query = db.selectFrom('journal').selectAll().orderBy('size', 'desc').limit(1);
      const row = await query.executeTakeFirst();
      return row && { day: row.day, size: row.size, log: row.log, index: row.idx };
    },
    async listJournals(most) {
      const rows = await db
        .selectFrom('journal')
        .innerJoin('entry', (join) =>
          join.onRef('entry.log', '=', 'journal.log').onRef('entry.idx', '=', 'journal.idx'),
        )
        .select(['journal.idx', 'entry.jws'])
        .where('journal.size', '<=', most)
        .orderBy('journal.size')
        .execute();
      return rows.flatMap(({ idx, jws }) => (jws === null ? [] : [{ index: idx, jws }]));
    },
  };
}

function toHead({ size, hash, pruned, pruned_hash }: Selectable<QuestionHeadTable>): ChainHead & { pruned: ChainHead } {
  return { size, hash, pruned: { size: pruned, hash: pruned_hash } };
}

function fromQuestion(question: Question): QuestionTable {
  const { n, at, role, authority, person, uscc, record, purpose, asOf, form, outcome, answer, previous, hash } =
    question;
  return {
    n,
    at,
    role,
    authority,
    person,
    uscc: uscc ?? null,
    record: record ?? null,
    purpose: purpose ?? null,
    as_of: asOf ?? null,
    form,
    outcome,
    answer: answer ?? null,
    previous,
    hash,
  };
}

function toQuestion(row: Selectable<QuestionTable>): Question {
  const { n, at, role, authority, person, uscc, record, purpose, as_of, form, outcome, answer, previous, hash } = row;
  return {
    n,
    at,
    role: role as Role, // these two written by fromQuestion only
    authority,
    person,
    ...(uscc !== null && { uscc }),
    ...(record !== null && { record }),
    ...(purpose !== null && { purpose }),
    ...(as_of !== null && { asOf: as_of }),
    form: form as QuestionForm,
    outcome,
    ...(answer !== null && { answer }),
    previous,
    hash,
  };
}
