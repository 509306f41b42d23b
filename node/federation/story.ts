/** One bulletin's story as far as this node knows it: the shapes. `explain.ts` finds it, `story-words.ts` tells it. */

import type { Bilingual } from '../agreement/agreement.ts';
import type { Sentence } from '../base/sentences.ts';
import type { Erased, Word } from '../log/ports.ts';
import type { Import, ImportOutcome } from '../registry/ports.ts';
import type { Proposal } from '../registry/proposals.ts';
import type { Place } from './ports.ts';

/** Where one bulletin stands, and our word on it. */
export interface Brief {
  /** Member id of whose log it stands in. */
  member: string;
  index: number;
  jti: string;
  /** Bare name of the type; absent when it cannot be read any more. */
  type?: string;
  /** `310000.0198f3c2-…` */
  record?: string;
  word: Word;
  code?: string;
  /** Instant at which this node issued or learned it. */
  at: string;
  erased?: Erased;
}

/** The row of a spreadsheet that it came from. What is not for the asker's authority is left out. */
export interface ImportedRow {
  outcome: ImportOutcome;
  /** USCC of who brought the file. */
  authority: string;
  id?: string;
  fileName?: string;
  row?: number;
  person?: string;
  createdAt?: string;
}

/** A checkpoint that covers it, with who cosigned. */
export interface Covering {
  size: number;
  /** Instant at which this node first knew it. */
  at: string;
  hasQuorum: boolean;
  cosignatures: { member: string; at: string }[];
}

/** A word in a receipt, and where that receipt stands. */
export interface ReceiptedWord {
  word: Exclude<Word, 'issued'>;
  code?: string;
  receipt: {
    jti: string;
    /** In the log of who gives it. */
    index?: number;
    /** When its giver says it signed. */
    signedAt?: string;
    /** When this node learned it, or put it into its own log. */
    at: string;
  };
}

/** What a member to whom we sent it has said. */
export interface Addressee {
  member: string;
  /** In the order in which it said them; the last one holds. */
  said: ReceiptedWord[];
  /** First index of our log that its receipts do not cover. */
  receipted: number;
  /** The largest size of our log that it cosigned, and when. */
  cosigned?: { size: number; at: string };
  /** How our calls to it stand. */
  lastOkAt?: string;
  lastError?: string;
  lastErrorAt?: string;
  failures: number;
  /** The entry of ours that took its place after a refusal. */
  mendedBy?: Mended;
}

/** Name and index of the log of ours in which it stands. */
export interface Mended {
  origin: string;
  index: number;
}

/** All that is known of one bulletin. */
export interface Story extends Brief {
  origin: string;
  audience: string[];
  /** Whether receivers owe a receipt for it: not for receipts and governance. */
  callsForReceipt: boolean;
  /** When its issuer says it signed; absent once it was erased. */
  signedAt?: string;
  /** Rows that led to it, or said later what it says. */
  rows: ImportedRow[];
  proposal?: Pick<Proposal, 'proposedBy' | 'proposedAt' | 'decidedBy' | 'decidedAt'>;
  /** The first checkpoint that covers it among those that are kept, and the first that enough members cosigned. */
  covered?: Covering;
  quorum?: Covering;
  /** Of one of our own: each member to whom it went. */
  addressees: Addressee[];
  /** Of another member's: our word in our own log, and our cosignature. */
  ours?: { said: ReceiptedWord[]; cosignedAt?: string };
}

export interface Line extends Sentence {
  /** When it happened. */
  at?: string;
}

export interface Explanation {
  /** The node's instant. */
  at: string;
  bulletin: Story;
  /** What else was said of the same record or under the same document number, oldest first. */
  others: Brief[];
  title: Sentence;
  /** What happened, in its order. */
  story: Line[];
  /** What this node cannot know, or does not yet. */
  unknown: Sentence[];
}

/** What telling it needs besides: whose node this is, names, how many make a quorum. */
export interface Scene {
  me: string;
  at: string;
  names: ReadonlyMap<string, Bilingual>;
  titleOf: (type: string) => Sentence;
  /** What a ground of erasure is called. */
  groundOf: (ground: string) => Sentence;
  witnessQuorum: number;
}

/** What explaining needs of a store beyond the other nouns'. */
export interface StoryStore {
  /** Rows of imports that opened, corrected or repeated our record of that id. */
  listRows(txn: string): Promise<{ given: Import; row: number; outcome: ImportOutcome; at?: Place }[]>;
  /** The proposal that became that bulletin. */
  findProposal(jti: string): Promise<Proposal | undefined>;
  /** Who refused that entry of ours, and what took its place. */
  listRefusals(at: Place): Promise<{ member: string; mendedBy?: Mended }[]>;
  /** The record and type of an entry that says something of one. */
  findStep(log: number, index: number): Promise<{ member: string; txn: string; type: string } | undefined>;
  /** Ids of our own records whose natural key begins so. */
  listOwnBegun(prefixes: readonly string[], limit: number): Promise<string[]>;
  /** Contents of [from, to) that may hold one of these pieces of base64url. */
  listHolding(log: number, pieces: readonly string[], from: number, to: number): Promise<string[]>;
}
