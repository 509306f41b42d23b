/**
 * The chain of questions: each holds the hash of the one before, so that none can be changed, dropped or put in without
 * writing all later ones anew (docs/protocol.md, Questions). That nobody does that is for the daily journal to show.
 */

import { concat, formatBase64, utf8 } from '../base/bytes.ts';
import { canonicalBytes } from '../base/canonical.ts';
import type { Hash } from '../base/ports.ts';
import type { Role } from './tokens.ts';

/** A subject as JSON, as a workbook or as a printable page; one record; or evidence. */
export type QuestionForm = 'json' | 'xlsx' | 'html' | 'record' | 'evidence';

/** A question as it is kept. */
export interface Question {
  /** Counted from 0, without a gap. */
  n: number;
  /** Instant. */
  at: string;
  role: Role;
  /** USCC of the asker's authority. */
  authority: string;
  /** Staff number. */
  person: string;
  /** The subject, where one was named or found. */
  uscc?: string;
  /** The record asked for: `310000.0198f3c2-…`; of evidence also a bulletin's `jti`, or a range: `310000:0-1200:320000`. */
  record?: string;
  purpose?: string;
  /** Instant for which the answer was wanted. */
  asOf?: string;
  form: QuestionForm;
  /** `answered`, or the code with which it was refused. */
  outcome: string;
  /** Base64url SHA-256 of the answer's RFC 8785 form, of evidence of its claim's; absent when it was refused. */
  answer?: string;
  /** Hash of the question before, base64; 32 zero bytes for the first. */
  previous: string;
  /** Base64. */
  hash: string;
}

/** A question that has no place in the chain yet. */
export type Unchained = Omit<Question, 'n' | 'previous' | 'hash'>;

/** Where a chain ends. */
export interface ChainHead {
  /** How many questions it has. */
  size: number;
  /** Hash of the last, base64. */
  hash: string;
}

/** The chain before its first question. */
export const emptyChain: ChainHead = { size: 0, hash: formatBase64(new Uint8Array(32)) };

const hashPrefix = utf8('huxin-question/v1\n');

/** SHA-256 of the prefix and the RFC 8785 form of the question without its `hash`: base64. */
export function hashOfQuestion(hash: Hash, question: Omit<Question, 'hash'> & { hash?: string }): string {
  const { hash: _, ...row } = question;
  return formatBase64(hash(concat(hashPrefix, canonicalBytes(row))));
}

/** The question in its place at the end of the chain. */
export function chainQuestion(hash: Hash, { size, hash: previous }: ChainHead, question: Unchained): Question {
  const row = { ...question, n: size, previous };
  return { ...row, hash: hashOfQuestion(hash, row) };
}

/** The end of a chain whose last question that is. */
export function headAfter({ n, hash }: Question): ChainHead {
  return { size: n + 1, hash };
}

/** What keeps a question from following that end of a chain, the first of these that applies. */
export function findBreak(hash: Hash, head: ChainHead, question: Question): 'number' | 'previous' | 'hash' | undefined {
  if (question.n !== head.size) return 'number';
  if (question.previous !== head.hash) return 'previous';
  return question.hash === hashOfQuestion(hash, question) ? undefined : 'hash';
}
