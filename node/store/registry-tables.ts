/** Credit records in tables: the steps of which they are the fold, and those that wait for a second person. */

/** What a bulletin did to a credit record. The record is the fold of these. */
export interface StepTable {
  log: number;
  idx: number;
  member: string;
  txn: string;
  type: string;
  uscc: string;
  jti: string;
  /** The decision's day. */
  decided_on: string;
  /** State of the record after this step, null when the step has no legal effect. */
  state: string | null;
  /** The last day on which the record is in force after this step. */
  until_day: string | null;
  /** Own records only: what makes a spreadsheet row the same record again. */
  natural_key: string | null;
  /** Own records only: digest of the body in force after this step. */
  body_digest: string | null;
  /** Own records only: USCC of the authority that may move it. */
  authority: string | null;
  /** What we said of a record, in openers, corrections and marks: the last day on which we keep it. */
  retain_until: string | null;
  /** Of a decision: `jti` of the objection that it answers. */
  answers: string | null;
  at: string;
}

/** A step that waits for a second person, or what became of it. */
export interface ProposalTable {
  id: string;
  /** The record. */
  member: string;
  txn: string;
  type: string;
  /** JSON. */
  body: string;
  /** USCC of the authority whose record it is. */
  authority: string;
  proposed_authority: string;
  proposed_person: string;
  proposed_at: string;
  state: string;
  decided_authority: string | null;
  decided_person: string | null;
  decided_at: string | null;
  reason: string | null;
  jti: string | null;
}
