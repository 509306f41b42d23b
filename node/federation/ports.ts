/** What the exchange needs of a store: the other nouns' stores on one handle, and how every peer stands. */

import type { LogStore } from '../log/ports.ts';
import type { ImportStore, RegistryStore } from '../registry/ports.ts';
import type { Peer } from './peer.ts';

/** A receipt that a peer gave for our log, in the order of its ranges. */
export interface HeldReceipt {
  /** Member id of the peer. */
  member: string;
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

/** Bulletins about records, counted: `issued` to a member in our log, or our word on a member's. */
export interface Tally {
  log: number;
  member: string;
  what: 'issued' | 'taken' | 'noted' | 'refused' | 'withheld';
  n: number;
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
  putPeer(peer: Peer): Promise<void>;
  /** Adds to the counts; a negative `n` takes away. */
  addTallies(tallies: readonly Tally[]): Promise<void>;
  listTallies(): Promise<Tally[]>;
  putReceipt(receipt: HeldReceipt): Promise<void>;
  /** The receipt of that peer that reaches furthest. */
  findLastReceipt(member: string): Promise<HeldReceipt | undefined>;
  /** All of a peer's, or all that may speak of the entry at `index`, in the order of their ranges. */
  listReceipts(member: string, index?: number): Promise<HeldReceipt[]>;
  /** Those that name an entry, in the order of their ranges. */
  listNamingReceipts(member: string): Promise<HeldReceipt[]>;
  sumReceipts(member: string): Promise<ReceiptSum>;
  putFinding(finding: Finding): Promise<void>;
  listFindings(): Promise<Finding[]>;
  /** Remembers a request's id; false when it was seen before. */
  addRequest(jti: string, expires: number): Promise<boolean>;
  /** Forgets ids that expired before that NumericDate. */
  forgetRequests(before: number): Promise<void>;
}

export interface ExchangeStore {
  log: LogStore;
  registry: RegistryStore;
  imports: ImportStore;
  peers: PeerStore;
  /** All or nothing. Inside, use the inner store. */
  transaction<T>(work: (store: ExchangeStore) => Promise<T>): Promise<T>;
  /** Inside a transaction: undoes what `work` did when it throws, and goes on throwing. */
  savepoint<T>(work: () => Promise<T>): Promise<T>;
}
