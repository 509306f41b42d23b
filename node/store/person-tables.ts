/** Persons in tables: who may use the node, who is signed in, who asked what. */

export interface TokenTable {
  id: string;
  /** SHA-256 of the token, hexadecimal. */
  hash: string;
  role: string;
  authority: string;
  person: string;
  created_at: string;
  revoked_at: string | null;
}

/** A person signed in at the page. */
export interface SessionTable {
  /** SHA-256 of the session's secret, and of its token: hexadecimal. */
  hash: string;
  token: string;
  seen_at: string;
}

/** Who asked what, chained: no row is ever changed, and the oldest only are taken away. */
export interface QuestionTable {
  /** Counted from 0. */
  n: number;
  at: string;
  role: string;
  authority: string;
  person: string;
  uscc: string | null;
  record: string | null;
  purpose: string | null;
  as_of: string | null;
  form: string;
  outcome: string;
  /** Base64url SHA-256 of the answer. */
  answer: string | null;
  /** Hash of the question before, and its own: base64. */
  previous: string;
  hash: string;
}

/** One row: where the chain of questions ends, and where its pruned part does. */
export interface QuestionHeadTable {
  size: number;
  hash: string;
  pruned: number;
  pruned_hash: string;
}

/** Heads of the chain that our own log holds. */
export interface JournalTable {
  size: number;
  day: string;
  log: number;
  idx: number;
}
