/**
 * Who asked what, when, for what, and what the answer was: a chain of rows that only grows and is kept for years
 * (浙江省公共信用信息管理条例: ten). An answer is handed over once its row is committed, never before.
 */

import { formatBase64url } from '../base/bytes.ts';
import { canonicalBytes, canonicalText } from '../base/canonical.ts';
import { holdsIdentityNumber } from '../base/identity-number.ts';
import type { Hash, Now } from '../base/ports.ts';
import { isProblem } from '../base/problem.ts';
import { dayOf, formatInstant, fromNumericDate, startOfDay } from '../base/time.ts';
import { checkUscc } from '../base/uscc.ts';
import { type ChainHead, chainQuestion, type Question, type QuestionForm } from './question-chain.ts';
import { type ExportHead, exportFormat, type JournalLine } from './question-check.ts';
import { parseRecordId } from './record.ts';
import type { Asker } from './tokens.ts';

/** What is asked, as it came: nothing of it has been checked. */
export interface Asked {
  uscc?: string;
  record?: string;
  purpose?: string;
  asOf?: string;
  form: QuestionForm;
}

/** Which questions are looked for; `since` and `until` are instants, the second excluded. */
export interface QuestionFilter {
  uscc?: string;
  person?: string;
  authority?: string;
  since?: string;
  until?: string;
}

/** A head of the chain that our own log holds as a bulletin. */
export interface HeldJournal {
  /** The day that had ended. */
  day: string;
  /** How many questions there were. */
  size: number;
  /** Id of our own log, and the bulletin's index in it. */
  log: number;
  index: number;
}

/** What the chain needs of a store. Every method works inside the transaction whose store it was taken from. */
export interface QuestionStore {
  /** Where the chain ends, and how far it was pruned. */
  findHead(): Promise<ChainHead & { pruned: ChainHead }>;
  /** The same, locked until the transaction ends: one writer at a time. */
  lockHead(): Promise<ChainHead & { pruned: ChainHead }>;
  /** Adds the next question and moves the head; the caller holds the lock. */
  putQuestion(question: Question): Promise<void>;
  /** From number `from` on, at most `limit`, in their order. */
  listQuestions(filter: QuestionFilter, from: number, limit: number): Promise<Question[]>;
  /** Number of the first question that was asked at that instant or later. */
  findFirstSince(at: string): Promise<number | undefined>;
  /** Forgets the questions before that head, and the journals of smaller sizes; the caller holds the lock. */
  dropBefore(head: ChainHead): Promise<void>;
  putJournal(journal: HeldJournal): Promise<void>;
  findLastJournal(): Promise<HeldJournal | undefined>;
  /** Those of at most that size, the smallest first, each with its bulletin. */
  listJournals(most: number): Promise<JournalLine[]>;
}

export interface Questions {
  /**
   * Answers, and keeps that it did, or with which code it refused.
   *
   * @throws whatever `answer` throws
   */
  ask<T>(asker: Asker, asked: Asked, answer: () => T | Promise<T>): Promise<T>;
  /** Keeps a question that was refused before it came here. */
  refuse(asker: Asker, asked: Asked, code: string): Promise<void>;
  /** In the order in which they were asked; `next` is where to go on, when there are more. */
  list(filter: QuestionFilter, from: number, limit: number): Promise<{ questions: Question[]; next?: number }>;
  /** Everything, line by line (docs/protocol.md, Questions), for whoever checks it offline. */
  export(): AsyncGenerator<string>;
  /** Forgets what is older than the years that questions are kept; returns how many. */
  prune(): Promise<number>;
}

const exportPage = 1_000;

export function createQuestions({
  store,
  member,
  keepYears,
  hash,
  now,
}: {
  store: {
    questions: QuestionStore;
    transaction<T>(work: (store: { questions: QuestionStore }) => Promise<T>): Promise<T>;
  };
  /** Our own member id. */
  member: string;
  keepYears: number;
  hash: Hash;
  now: Now;
}): Questions {
  function keep({ role, authority, person }: Asker, asked: Asked, outcome: string, answer?: string): Promise<void> {
    return store.transaction(async ({ questions }) => {
      const head = await questions.lockHead();
      const at = formatInstant(now());
      const said = {
        at,
        role,
        authority,
        person,
        ...keepable(asked),
        outcome,
        ...(answer !== undefined && { answer }),
      };
      await questions.putQuestion(chainQuestion(hash, head, said));
    });
  }

  return {
    async ask(asker, asked, answer) {
      let given: Awaited<ReturnType<typeof answer>>;
      try {
        given = await answer();
      } catch (error) {
        await keep(asker, asked, isProblem(error) ? error.code : 'internal');
        throw error;
      }
      await keep(asker, asked, 'answered', formatBase64url(hash(canonicalBytes(given))));
      return given;
    },
    refuse: keep,
    async list(filter, from, limit) {
      const found = await store.questions.listQuestions(filter, from, limit + 1);
      const next = found[limit]?.n;
      return { questions: found.slice(0, limit), ...(next !== undefined && { next }) };
    },
    async *export() {
      const { pruned, ...head } = await store.questions.findHead();
      const at = formatInstant(now());
      yield canonicalText({ format: exportFormat, member, at, head, pruned } satisfies ExportHead);
      for (const journal of await store.questions.listJournals(head.size)) yield canonicalText(journal);
      for (let n = pruned.size; n < head.size; ) {
        const page = await store.questions.listQuestions({}, n, Math.min(exportPage, head.size - n));
        if (page[0]?.n !== n) throw new Error('the questions were pruned while they were exported');
        for (const question of page) yield canonicalText(question);
        n += page.length;
      }
    },
    prune: () =>
      store.transaction(async ({ questions }) => {
        const { pruned } = await questions.lockHead();
        const last = await headBefore(questions, yearsBefore(dayOf(now()), keepYears));
        if (last.size <= pruned.size) return 0;
        await questions.dropBefore(last);
        return last.size - pruned.size;
      }),
  };
}

/** Where the chain ended before the first question that was asked on that day or later. */
export async function headBefore(questions: QuestionStore, day: string): Promise<ChainHead> {
  const { pruned, ...head } = await questions.findHead();
  const first = await questions.findFirstSince(fromNumericDate(startOfDay(day)));
  if (first === undefined) return head;
  if (first <= pruned.size) return pruned;
  const [last] = await questions.listQuestions({}, first - 1, 1);
  if (!last) throw new RangeError(`the store has lost question ${first - 1}`);
  return { size: first, hash: last.hash };
}

/** The same day of an earlier year; of 29 February the day after, where there is none. */
function yearsBefore(day: string, years: number): string {
  return dayOf(new Date(startOfDay(`${Number(day.slice(0, 4)) - years}${day.slice(4)}`) * 1000));
}

/** As much of what was asked as may be kept for years, whatever somebody typed: codes and names of codes, no person's number. */
function keepable({ form, ...texts }: Asked): Asked {
  const kept = Object.entries(texts).map(([name, text]) => [name, isCode(text) ? text : withoutPerson(text)]);
  return { ...Object.fromEntries(kept), form };
}

function isCode(text: string): boolean {
  return checkUscc(text) !== 'invalid' || parseRecordId(text) !== undefined;
}

function withoutPerson(text: string): string {
  return holdsIdentityNumber(text) ? '*' : text.slice(0, 64).replace(/[^0-9A-Za-z.:-]/gu, '?');
}
