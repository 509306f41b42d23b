/** What the exchange needs of a store: the other nouns' stores on one handle, and how every peer stands. */

import type { Erased, LogStore, Word } from '../log/ports.ts';
import type { RecordState } from '../registry/lifecycle.ts';
import type { ImportStore, RegistryStore } from '../registry/ports.ts';
import type { ProposalStore } from '../registry/proposals.ts';
import type { QuestionStore } from '../registry/questions.ts';
import type { RecordId } from '../registry/record.ts';
import type { Peer } from './peer.ts';
import type { StoryStore } from './story.ts';

/** A receipt that a peer gave for our log, in the order of its ranges. */
export interface HeldReceipt {
  /** Member id of the peer. */
  member: string;
  /** Which of our own logs it is for. */
  log: number;
  from: number;
  to: number;
  jti: string;
  /** Whether it names no entry: all of its range was taken. */
  isPlain: boolean;
  /** The receipt's body, as signed. */
  body: Record<string, unknown>;
  at: string;
}

/** What a peer's receipts amount to. */
export interface ReceiptSum {
  receipts: number;
  /** First index that they do not cover. */
  receipted: number;
  /** Whether they join from 0 without gap or overlap. */
  joined: boolean;
}

/** Where an entry of ours stands: in which of our own logs, at which index. */
export interface Place {
  log: number;
  index: number;
}

/** An entry of our own that a peer refused. */
export interface Refusal extends Place {
  /** Member id of the peer. */
  member: string;
  /** Its reason. */
  code: string;
  at: string;
}

/** A refused bulletin, as long as nothing later took its place for those who refused it. */
export interface Refused extends Place {
  jti: string;
  /** Bare name of its type. */
  type: string;
  record: RecordId;
  uscc: string;
  /** USCC of the authority that may move the record, where that is ours. */
  authority?: string;
  by: readonly Pick<Refusal, 'member' | 'code' | 'at'>[];
}

/** A step of ours on a record of which a member refused something before. */
export interface LaterStep extends Place {
  type: string;
  state?: RecordState;
  /** Leaf of the entry. */
  leaf: string;
  refused: Place & { type: string };
}

export interface RefusalStore {
  putRefusals(refusals: readonly Refusal[]): Promise<void>;
  /**
   * Those of our own logs that wait to be mended and can be, in log order: one entry's, a record's, or, of moves and
   * openers, an authority's.
   */
  listRefused(limit: number, which: { at?: Place; record?: RecordId; authority?: string }): Promise<Refused[]>;
  /** What moves records at [from, to) of an own log, with what that member refused of them before. */
  listLater(member: string, log: number, from: number, to: number): Promise<LaterStep[]>;
  /** Says that a later entry of ours took the place of these, for these members. */
  endRefusals(members: readonly string[], places: readonly Place[], mendedBy: Place): Promise<void>;
}

/** Bulletins about records, counted: `issued` to a member in our log, or our word on a member's. */
export interface Tally {
  log: number;
  member: string;
  what: 'issued' | 'taken' | 'noted' | 'refused' | 'withheld';
  n: number;
}

/** How far we are with issuing our records in force anew to a member that joined. */
export interface History {
  /** Who joined, by the version of that digest. */
  member: string;
  digest: string;
  /** `txn` of the last record looked at; empty before the first. */
  upto: string;
  /** Records to look at, as they were when it began, and looked at so far. */
  total: number;
  looked: number;
  /** Of these: issued anew, and such as receivers would refuse. */
  issued: number;
  failed: number;
  begunAt: string;
  finishedAt?: string;
}

export interface HistoryStore {
  findHistory(member: string, digest: string): Promise<History | undefined>;
  /** Begins one; another that began before stays. */
  addHistory(history: History): Promise<void>;
  /** Moves one on from where it stood; false when it stands elsewhere by now. */
  moveHistory(from: History, to: History): Promise<boolean>;
}

/** Evidence against a log, kept whatever happens after. */
export interface Finding {
  id: string;
  log: number;
  code: string;
  evidence: Record<string, unknown>;
  at: string;
}

export interface PeerStore {
  findPeer(member: string): Promise<Peer>;
  /** Each `lastOkAt` is kept, not the last alone. */
  putPeer(peer: Peer): Promise<void>;
  /** Adds to the counts; a negative `n` takes away. */
  addTallies(tallies: readonly Tally[]): Promise<void>;
  listTallies(): Promise<Tally[]>;
  putReceipt(receipt: HeldReceipt): Promise<void>;
  /** Forgets those of a peer's receipts that bear one of these ids. */
  dropReceipts(member: string, jtis: readonly string[]): Promise<void>;
  /** The receipt of that peer for an own log that reaches furthest. */
  findLastReceipt(member: string, log: number): Promise<HeldReceipt | undefined>;
  /** All of a peer's for an own log, or all that may speak of the entry at `index`, in the order of their ranges. */
  listReceipts(member: string, log: number, index?: number): Promise<HeldReceipt[]>;
  /** Those that name an entry, in the order of their ranges. */
  listNamingReceipts(member: string, log: number): Promise<HeldReceipt[]>;
  sumReceipts(member: string, log: number): Promise<ReceiptSum>;
  putFinding(finding: Finding): Promise<void>;
  listFindings(): Promise<Finding[]>;
  /** Remembers a request's id; false when it was seen before. */
  addRequest(jti: string, expires: number): Promise<boolean>;
  /** Forgets ids that expired before that NumericDate. */
  forgetRequests(before: number): Promise<void>;
}

/** An entry that an erasure names, as far as it says what is to go. */
export interface Erasable {
  index: number;
  governance: boolean;
  word?: Word;
  hasContent: boolean;
  /** The erasure that took it before. */
  erased?: Erased;
  /** The record that it speaks of, once it was taken: its own issuer's, or of a mark anybody's. */
  record?: RecordId;
}

/** An entry of our own log that is to go, and why. */
export interface Due {
  index: number;
  ground: string;
}

/** What erasing needs of the tables, each of which may hold words of a record. */
export interface ErasureStore {
  /** The entries at these indexes, in order. */
  listErasable(log: number, indexes: readonly number[]): Promise<Erasable[]>;
  /**
   * Takes salt and content of entries, and what was copied from them: of steps the natural key, the digest and the code of
   * an individual business; of imports and proposals the texts. Leaves, ids and states stay.
   *
   * @param keyOf what stays of a natural key
   */
  erase(log: number, indexes: readonly number[], erased: Erased, keyOf: (naturalKey: string) => string): Promise<void>;
  /** Records of that member whose last day of retention lies before a day, by the body in force; in the order of the log. */
  listEndedRecords(log: number, member: string, before: string, limit: number): Promise<RecordId[]>;
  /** Entries of the log about these records, of any kind, that were not erased; in order. */
  listOfRecords(log: number, records: readonly RecordId[]): Promise<{ index: number; record: RecordId }[]>;
  /**
   * What else is to go: marks whose own last day lies before a day, marks on records of which every bulletin was erased,
   * and what the ledger erased before any erasure said so.
   */
  listDue(log: number, before: string, limit: number): Promise<Due[]>;
  /** Instant of the newest erasure that was carried out here. */
  findLast(): Promise<string | undefined>;
}

/** A line of the ledger: what was erased, kept outside the store so that an old copy of the store does not bring it back. */
export interface ErasedLine extends Erased {
  origin: string;
  index: number;
  by: number;
  /** The record that it spoke of, where that was known. */
  member?: string;
  txn?: string;
}

export interface ErasureLedger {
  /** On the disk when it returns. @throws {Problem} erasure/unwritable-ledger: then nothing is erased */
  add(lines: readonly ErasedLine[]): Promise<void>;
  /** All lines in the order in which they came, some at a time. */
  read(): AsyncIterable<readonly ErasedLine[]>;
}

/** What an operator orders for the lock before our log key. */
export interface LockStore {
  /** Orders it open at the next turn of whichever process comes first, without waiting for the members. */
  orderUnlock(member: string, at: string): Promise<void>;
  /** Whether it was ordered; the order is gone then. */
  takeUnlock(member: string): Promise<boolean>;
}

/** How an outside witness stands to one of our logs. */
export interface OutsideStanding {
  vkey: string;
  log: number;
  /** Of the largest checkpoint that it cosigned, 0 for none. */
  size: number;
  /** Instant of its newest cosignature. */
  cosignedAt?: string;
  /** How often in a row it did not cosign. */
  failures: number;
  /** Instant before which it is not asked again. */
  nextTryAt?: string;
  /** Code of the last failure, kept after it was overcome. */
  lastError?: string;
  lastErrorAt?: string;
}

export interface OutsideStore {
  find(vkey: string, log: number): Promise<OutsideStanding>;
  put(standing: OutsideStanding): Promise<void>;
}

export interface ExchangeStore {
  locks: LockStore;
  outside: OutsideStore;
  log: LogStore;
  registry: RegistryStore;
  imports: ImportStore;
  peers: PeerStore;
  proposals: ProposalStore;
  refusals: RefusalStore;
  questions: QuestionStore;
  erasures: ErasureStore;
  stories: StoryStore;
  histories: HistoryStore;
  /** All or nothing. Inside, use the inner store. */
  transaction<T>(work: (store: ExchangeStore) => Promise<T>): Promise<T>;
  /** Inside a transaction: undoes what `work` did when it throws, and goes on throwing. */
  savepoint<T>(work: () => Promise<T>): Promise<T>;
}
