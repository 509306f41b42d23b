/**
 * What a verifier says: what it checked, what it could not, what it found, each with a code for machines and a sentence in
 * both languages; and the story that the evidence tells, for people (docs/evidence.md, Verifying).
 */

import type { Bilingual } from '../agreement/agreement.ts';
import type { Facts } from '../base/problem.ts';
import type { Claim } from './evidence.ts';

/** `code` is stable; `facts` say what it is about. */
export interface Statement extends Bilingual {
  code: string;
  facts: Facts;
}

export interface Finding extends Statement {
  /** Whether it refuses the evidence; otherwise it tells the reader something. */
  grave: boolean;
}

/** One moment of the story. */
export interface StoryEvent extends Bilingual {
  /** Instant, RFC 3339 in UTC with milliseconds; of what was decided, the day's beginning in China. */
  at: string;
  what: 'decided' | 'signed' | 'witnessed' | 'taken' | 'refused' | 'noted' | 'withheld' | 'settled';
  /** Who says so: a member's id, or the name of an outside witness. */
  who: string;
  log: string;
  /** Of the entry that it is about, where it is about one. */
  index?: number;
}

/** How a leaf is joined to the root of a checkpoint, for drawing. Hashes are base64. */
export interface ProofPath {
  log: string;
  index: number;
  size: number;
  leafHash: string;
  /** From the leaf upwards: the neighbour, the side on which it stands, and the node that both give. */
  steps: { side: 'left' | 'right'; sibling: string; node: string }[];
  root: string;
}

/** A log's checkpoint in the file, as far as it was right. */
export interface ShownCheckpoint {
  log: string;
  /** Member id of the owner. */
  member: string;
  size: number;
  root: string;
  /** Members and outside witnesses, earliest first. */
  cosignatures: { who: string; counts: boolean; at: string }[];
  /** When the quorum was reached. */
  quorumAt?: string;
}

/** A bulletin that was opened, for reading. */
export interface ShownBulletin {
  log: string;
  index: number;
  jti: string;
  /** Bare name, such as `penalty`. */
  type: string;
  issuer: string;
  audience: string[];
  signedAt: string;
  decidedAt?: string;
  txn?: string;
  uscc?: string;
  body: unknown;
}

export interface Report {
  /** Whether nothing grave was found. */
  ok: boolean;
  claim?: Claim;
  checked: Statement[];
  notChecked: Statement[];
  findings: Finding[];
  /** Names of members, by id. */
  members: Record<string, Bilingual>;
  /** By time. */
  story: StoryEvent[];
  proofs: ProofPath[];
  checkpoints: ShownCheckpoint[];
  /** Of a completeness statement none: they are too many. */
  bulletins: ShownBulletin[];
}
