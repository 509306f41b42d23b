/** What the registry needs of a store. Every method works inside the transaction whose store it was taken from. */

import type { KeptRow } from '../form/refused.ts';
import type { Situation } from './effects.ts';
import type { RecordState } from './lifecycle.ts';
import type { Person } from './proposals.ts';
import type { RecordId, Step, ToldStep } from './record.ts';

/** A step to be stored, with what only the record's own issuer keeps. */
export interface NewStep extends Omit<Step, 'origin'> {
  own?: { naturalKey: string; bodyDigest: string; authority: string };
  /** The last day on which we keep what we said ourselves, where `retention.ts` finds one. */
  retainUntil?: string;
  /** Of a decision: `jti` of the objection that it answers, which outlives its content. */
  answers?: string;
}

/** An objection that was not decided, and the authority of the record where that is ours. */
export interface OpenObjection {
  mark: ToldStep;
  authority?: string;
}

/** One of our own records as the importer knows it. */
export interface OwnRecord extends Situation {
  txn: string;
  naturalKey: string;
  bodyDigest: string;
  authority: string;
}

/** A bulletin that opened a record; its content may be erased. */
export interface Opener {
  leaf: string;
  jws?: string;
}

/** How far what a member says has come here. */
export interface Freshness {
  member: string;
  /** Instant of the last complete pull of its log; absent for our own and before the first. */
  pulledAt?: string;
  /** Instant at which this node learned its newest bulletin about a record. */
  newestAt?: string;
}

export interface RegistryStore {
  putSteps(log: number, steps: readonly NewStep[]): Promise<void>;
  /** The states of steps, said anew after content came late. */
  putStates(log: number, states: readonly { index: number; state?: RecordState; until?: string }[]): Promise<void>;
  /** Forgets what was done to records from that index of a log on: it was struck there. */
  dropSteps(log: number, from: number): Promise<void>;
  /** Forgets what these entries of a log did to records. */
  dropStepsAt(log: number, indexes: readonly number[]): Promise<void>;
  /** Where records of one member stand, by `txn`. */
  findSituations(member: string, txns: readonly string[]): Promise<Map<string, Situation>>;
  /** Every step of a record, in log order. */
  listRecordSteps(id: RecordId): Promise<ToldStep[]>;
  /** Every step of every record about a subject, in log order. */
  listSubjectSteps(uscc: string): Promise<ToldStep[]>;
  /** Records by `txn`, then member: the first `limit` after that one. */
  listRecordIds(after: RecordId | undefined, limit: number): Promise<RecordId[]>;
  /** Which entries of [from, to) of a log are steps, and of what; in order. */
  listStepMarks(log: number, from: number, to: number): Promise<Pick<Step, 'index' | 'jti' | 'type' | 'txn'>[]>;
  /** Every step of these records, in log order. */
  listStepsOf(records: readonly RecordId[]): Promise<ToldStep[]>;
  /**
   * Objections without a decision, those heard of first at the front: to records of a member, where told of one authority
   * alone, or raised by a member to others'.
   */
  listOpenObjections(
    whose: { of: string; authority?: string } | { by: string },
    limit: number,
  ): Promise<OpenObjection[]>;
  /** How fresh every held log was at an instant. */
  listFreshness(at: string): Promise<Freshness[]>;
  /** Our own records of these natural keys. */
  findOwnByKeys(member: string, keys: readonly string[]): Promise<Map<string, OwnRecord>>;
  /** Our own record of that id. */
  findOwn(id: RecordId): Promise<OwnRecord | undefined>;
  /** Everything that opened a record, at first or anew, in log order. */
  listOpeners(id: RecordId): Promise<Opener[]>;
  /** `txn` of our own records of these types, ascending: the first `limit` after that one. */
  listOwnTxns(member: string, types: readonly string[], after: string, limit: number): Promise<string[]>;
  countOwn(member: string, types: readonly string[]): Promise<number>;
}

/** `comparing`: what publishing would do is being found out; then it is `held`. */
export type ImportState =
  | 'receiving'
  | 'received'
  | 'reading'
  | 'comparing'
  | 'held'
  | 'publishing'
  | 'done'
  | 'refused'
  | 'discarded';

/** A spreadsheet on its way into the log. */
export interface Import {
  id: string;
  /** Bare name of a bulletin type. */
  type: string;
  fileName: string;
  /** USCC and staff number of who brought it. */
  authority: string;
  person: string;
  state: ImportState;
  /** Read it, but publish only when told to. */
  hold: boolean;
  /** Publish nothing when a row is refused. */
  allOrNothing: boolean;
  summary: ImportSummary;
  /** Why the whole file was refused. */
  problem?: { code: string; facts: Record<string, unknown> };
  /** That what it opened was taken back, or is being. */
  revocation?: ImportRevocation;
  createdAt: string;
  finishedAt?: string;
}

/** The records that an import opened, on their way out. */
export interface ImportRevocation {
  /** `waiting` for a second person; `stopped` by a `problem`, to be begun again by hand. */
  state: 'waiting' | 'running' | 'done' | 'stopped';
  reason: string;
  by: Person;
  approvedBy?: Person;
  at: string;
  /** Records, so far. */
  revoked: number;
  problem?: { code: string; facts: Record<string, unknown> };
  finishedAt?: string;
}

/** Counts of rows; `refusedRows` are rows, a row may have several refusals. */
export interface ImportSummary {
  rows: number;
  refusedRows: number;
  opened: number;
  corrected: number;
  unchanged: number;
  /** Rows that said again what another row of the file says. */
  repeated: number;
  /** Cells of personal columns, dropped unread. */
  personalCells: number;
  /** Rows that look odd and are taken all the same. */
  oddRows: number;
  /** What publishing would do to the rows, as things stood when it was read; of an import that was held. */
  preview?: Record<ImportOutcome, number>;
  /** Of the file, and of the first odd rows. */
  warnings: readonly Record<string, unknown>[];
}

export interface ImportItem {
  row: number;
  naturalKey: string;
  uscc: string;
  decidedOn: string;
  authority: string;
  body: Record<string, unknown>;
}

/** Rows of an import that were decided on one day by one authority. */
export interface NewRows {
  authority: string;
  decidedOn: string;
  rows: number;
  /** The first of them. */
  row: number;
}

export type ImportOutcome = 'opened' | 'corrected' | 'unchanged' | 'refused';

export interface ImportRefusal {
  row: number;
  /** The column's header as the file has it; empty when the row as a whole is meant. */
  column: string;
  /** Empty where it must not be repeated. */
  value: string;
  code: string;
  facts: Record<string, unknown>;
}

/** Imports of one state, counted; rows are those of the imports since an instant. */
export interface ImportSum {
  state: ImportState;
  imports: number;
  rows: { read: number; refused: number; opened: number; corrected: number; unchanged: number; repeated: number };
}

export interface ImportStore {
  putImport(given: Import): Promise<void>;
  /** Moves an import on, unless someone else did: false when it is no longer in `from`. */
  moveImport(id: string, from: ImportState, to: ImportState, finishedAt?: string): Promise<boolean>;
  /** Says how its revocation stands. */
  putRevocation(id: string, revocation: ImportRevocation): Promise<void>;
  /** Gives an unfinished import to a worker, taking it from another. */
  claimImport(id: string, worker: string): Promise<void>;
  /** Whether it is that worker's still; locks it until the transaction ends. */
  isClaimed(id: string, worker: string): Promise<boolean>;
  findImport(id: string): Promise<Import | undefined>;
  /** Newest first; those of one authority, when given. */
  listImports(limit: number, authority?: string): Promise<Import[]>;
  /** By state; only rows of imports begun at that instant or later are counted. */
  sumImports(rowsSince: string): Promise<ImportSum[]>;
  /** Those that are held, oldest first; of one authority, when given. */
  listHeld(limit: number, authority?: string): Promise<Import[]>;
  /** Those whose revocation was proposed and neither begun nor ended, newest first; of one authority, when given. */
  listRevocations(limit: number, authority?: string): Promise<Import[]>;
  /** What waits in an import and is of no record yet, by authority and day of the decision; its first row stands for it. */
  countNewRows(id: string): Promise<NewRows[]>;
  /** Those that a stopped process left half way. */
  listUnfinished(): Promise<Import[]>;
  /** Ids of those begun before that instant whose file is still coming. */
  listReceiving(before: string): Promise<string[]>;
  /** Ids of those that ended, or were held, before that instant and whose refused rows are still kept. */
  listOld(before: string): Promise<string[]>;
  putChunk(id: string, n: number, bytes: Uint8Array): Promise<void>;
  readChunk(id: string, n: number): Promise<Uint8Array | undefined>;
  dropChunks(id: string): Promise<void>;
  putItems(id: string, items: readonly ImportItem[]): Promise<void>;
  putRefusals(id: string, first: number, refusals: readonly ImportRefusal[]): Promise<void>;
  countRefusals(id: string): Promise<number>;
  listRefusals(id: string, from: number, limit: number): Promise<ImportRefusal[]>;
  /** Keeps refused rows for the clerk; the header of the sheet is the first. */
  putKept(id: string, rows: readonly KeptRow[]): Promise<void>;
  /** In the order of the sheet. */
  listKept(id: string, limit: number): Promise<KeptRow[]>;
  /** Forgets the refused rows: what was kept of them, and what was said. */
  dropRefused(id: string): Promise<void>;
  /** Forgets what was read, to read again. */
  dropReading(id: string): Promise<void>;
  /** Forgets the items that wait: they will never be published. */
  dropWaiting(id: string): Promise<void>;
  /** Items that wait, in row order, of rows below that one. */
  listWaiting(id: string, after: number, limit: number): Promise<ImportItem[]>;
  /** Says what became of items, all that wait between the first and the last of them; they are forgotten, the log has what was published. */
  putOutcomes(
    id: string,
    outcomes: readonly { row: number; outcome: ImportOutcome; txn: string; at?: { log: number; index: number } }[],
  ): Promise<void>;
  /** Ids of the records that an import opened. */
  listOpened(id: string): Promise<string[]>;
}
