/**
 * An export of the chain of questions, checked with nothing but itself and, where it is at hand, the agreement
 * (docs/protocol.md, Questions): no node, no store, no network. Says what was checked, and what cannot be from one file.
 */

import { type Agreement, findMember } from '../agreement/agreement.ts';
import { parseUtf8 } from '../base/bytes.ts';
import { canonicalText } from '../base/canonical.ts';
import { isSignedBy, type ParsedJws, parseCompact, thumbprint } from '../base/jws.ts';
import type { Hash, PublicJwk, VerifySignature } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { bulletinTyp } from '../bulletin/bulletin.ts';
import { parseClaims } from '../bulletin/claims.ts';
import { type Journal, journal as journalType } from '../bulletin/types/journal.ts';
import { type ChainHead, findBreak, headAfter, type Question } from './question-chain.ts';

export const exportFormat = 'huxin-questions/1';

/** The first line of an export. The journals follow, then the questions; each line is its own RFC 8785 form. */
export interface ExportHead {
  format: typeof exportFormat;
  /** Whose questions these are. */
  member: string;
  /** Instant of the export. */
  at: string;
  head: ChainHead;
  /** Where the pruned part ends, which is not in the file. */
  pruned: ChainHead;
}

/** A journal in an export. */
export interface JournalLine {
  /** Its place in the member's log. */
  index: number;
  jws: string;
}

/** What can be wrong, in the order in which it is looked at within a line. */
export type Wrong = 'form' | 'signature' | 'number' | 'previous' | 'hash' | 'journal' | 'end';

export interface QuestionReport {
  member: string;
  /** Questions [from, to) are in the file; when something is wrong, those before it. */
  from: number;
  to: number;
  /** The newest head that the issuer's log holds. */
  journal?: { day: string; size: number; index: number };
  /** What holds throughout the file. */
  checked: readonly ('chain' | 'journals' | 'signatures')[];
  /** `pruned` is what is no longer there, `tail` what no journal covers yet; `log`: whether the journals are the log's, and all of them. */
  notChecked: readonly ('pruned' | 'tail' | 'signatures' | 'log')[];
  /** The first line that is wrong, counted from 1, and the number of the question that it should hold or bears out. */
  wrong?: { what: Wrong; line: number; n?: number };
}

export interface CheckPorts {
  hash: Hash;
  verifySignature: VerifySignature;
  /** Whose keys the journals must be signed with. */
  agreement?: Agreement;
}

interface SaidJournal extends Journal {
  index: number;
}

/** How far an export was read. */
interface Reading {
  head: ExportHead;
  /** The end of the chain up to here. */
  chain: ChainHead;
  journals: SaidJournal[];
  isSigned: (jws: ParsedJws, iss: string) => Promise<boolean>;
}

type Fault = Omit<NonNullable<QuestionReport['wrong']>, 'line'>;

/**
 * Checks an export line by line, up to the first that is wrong.
 *
 * @param lines without their line feeds
 * @returns undefined when the file is no such export
 * @throws {Problem} agreement/unknown-member when the agreement does not have the member
 */
export async function checkExport(
  lines: AsyncIterable<Uint8Array>,
  { hash, verifySignature, agreement }: CheckPorts,
): Promise<QuestionReport | undefined> {
  let line = 0;
  let reading: Reading | undefined;
  for await (const bytes of lines) {
    line++;
    const value = readLine(bytes);
    if (reading) {
      const fault = await readOn(reading, value, hash);
      if (fault) return { ...rangeOf(reading), checked: [], notChecked: [], wrong: { ...fault, line } };
    } else {
      if (!isExportHead(value)) return undefined;
      const isSigned = agreement ? await signedBy(agreement, value.member, verifySignature) : async () => true;
      reading = { head: value, chain: value.pruned, journals: [], isSigned };
    }
  }
  if (!reading) return undefined;
  if (!isWhole(reading)) {
    const wrong = { what: 'end', line: line + 1, n: reading.chain.size } as const;
    return { ...rangeOf(reading), checked: [], notChecked: [], wrong };
  }
  return { ...rangeOf(reading), ...judge(reading, agreement !== undefined) };
}

/** Takes one more line, or says what is wrong with it. */
async function readOn(reading: Reading, value: unknown, hash: Hash): Promise<Fault | undefined> {
  const { head, chain, journals, isSigned } = reading;
  const n = chain.size;
  if (n === head.pruned.size && isJournalLine(value)) {
    const read = readJournal(value);
    if (!read) return { what: 'form' };
    if (!(await isSigned(read.jws, read.iss))) return { what: 'signature' };
    journals.push(read.journal);
    return isContradicted(reading) ? { what: 'journal', n: n - 1 } : undefined;
  }
  if (!isQuestion(value)) return { what: 'form', n };
  const what = findBreak(hash, chain, value);
  if (what) return { what, n };
  reading.chain = headAfter(value);
  return isContradicted(reading) ? { what: 'journal', n } : undefined;
}

/** Whether a journal of the size that the chain has now holds another hash. */
function isContradicted({ chain, journals }: Reading): boolean {
  return journals.some(({ size, head }) => size === chain.size && head !== chain.hash);
}

/** Whether the file goes as far as its head and its journals do. */
function isWhole({ head, chain, journals }: Reading): boolean {
  return (
    chain.size === head.head.size && chain.hash === head.head.hash && journals.every(({ size }) => size <= chain.size)
  );
}

function rangeOf({ head, chain, journals }: Reading) {
  const [newest] = [...journals].sort((a, b) => b.size - a.size);
  const journal = newest && { day: newest.day, size: newest.size, index: newest.index };
  return { member: head.member, from: head.pruned.size, to: chain.size, ...(journal && { journal }) };
}

function judge(reading: Reading, hasAgreement: boolean): Pick<QuestionReport, 'checked' | 'notChecked'> {
  const { from, to, journal } = rangeOf(reading);
  return {
    checked: [
      'chain' as const,
      ...(journal ? ['journals' as const] : []),
      ...(journal && hasAgreement ? ['signatures' as const] : []),
    ],
    notChecked: [
      ...(from > 0 ? ['pruned' as const] : []),
      ...(to > (journal?.size ?? 0) ? ['tail' as const] : []),
      ...(journal && !hasAgreement ? ['signatures' as const] : []),
      'log' as const,
    ],
  };
}

/** Whether a journal's signature is by one of the member's keys, and its `iss` the member's. */
async function signedBy(agreement: Agreement, id: string, verifySignature: VerifySignature) {
  const member = findMember(agreement, id);
  if (!member) throw new Problem('agreement/unknown-member', { member: id });
  const keys = new Map<string, PublicJwk>();
  for (const key of member.keys.bulletin) keys.set(await thumbprint(key), key);
  return async (jws: ParsedJws, iss: string) => {
    const key = keys.get(jws.header.kid);
    return key !== undefined && iss === member.issuer && (await isSignedBy(jws, key, verifySignature));
  };
}

function readJournal({ index, jws: text }: JournalLine) {
  const reading = parseCompact(text, bulletinTyp);
  const form = 'jws' in reading ? parseClaims(reading.jws.payload) : reading;
  if (!('jws' in reading) || !('claims' in form)) return undefined;
  const body = form.claims.events[journalType.event] as Partial<Journal> | undefined; // each member is looked at here
  const { day, size, head } = body ?? {};
  if (typeof day !== 'string' || !isSize(size) || typeof head !== 'string') return undefined;
  return { journal: { day, size, head, index }, jws: reading.jws, iss: form.claims.iss };
}

/** The value of a line that is its own RFC 8785 form, so that no byte of it can be changed without a word. */
function readLine(bytes: Uint8Array): unknown {
  const text = parseUtf8(bytes);
  try {
    const value: unknown = JSON.parse(text ?? '');
    return canonicalText(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

function isExportHead(value: unknown): value is ExportHead {
  const { format, member, at, head, pruned } = (value ?? {}) as Partial<Record<keyof ExportHead, unknown>>;
  const hasNames = format === exportFormat && typeof member === 'string' && typeof at === 'string';
  return hasNames && isChainHead(head) && isChainHead(pruned);
}

function isChainHead(value: unknown): value is ChainHead {
  const { size, hash } = (value ?? {}) as Partial<Record<keyof ChainHead, unknown>>;
  return isSize(size) && typeof hash === 'string';
}

function isJournalLine(value: unknown): value is JournalLine {
  const { index, jws } = (value ?? {}) as Partial<Record<keyof JournalLine, unknown>>;
  return isSize(index) && typeof jws === 'string';
}

const always = ['at', 'authority', 'form', 'hash', 'n', 'outcome', 'person', 'previous', 'role'];
const sometimes = ['answer', 'asOf', 'purpose', 'record', 'uscc'];

function isQuestion(value: unknown): value is Question {
  if (typeof value !== 'object' || value === null) return false;
  const members = Object.entries(value);
  return (
    always.every((name) => name in value) &&
    members.every(([name, member]) => (name === 'n' ? isSize(member) : typeof member === 'string')) &&
    members.every(([name]) => always.includes(name) || sometimes.includes(name))
  );
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
