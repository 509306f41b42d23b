/** How we stand with the others, in tables: pulls, receipts, refusals, findings, witnesses, orders. */

/** How the pull of one member stands; survives restarts. */
export interface PeerTable {
  member: string;
  failures: number;
  next_try_at: string | null;
  last_ok_at: string | null;
  last_error: string | null;
  last_error_at: string | null;
  /** Code of the finding that stopped the pull of this member's log, null while it runs. */
  stopped: string | null;
}

/** Every complete pull of a member's log, for what was known at an instant. */
export interface PullTable {
  member: string;
  at: string;
}

/** A receipt that a peer gave for our log. */
export interface ReceiptTable {
  member: string;
  /** Which of our own logs it is for. */
  log: number;
  from_idx: number;
  to_idx: number;
  jti: string;
  /** 1 when it names no entry: all of its range was taken. */
  plain: number;
  /** The receipt's body, JSON. */
  body: string;
  at: string;
}

/** An entry of our own log that a peer refused. */
export interface RefusalTable {
  member: string;
  log: number;
  idx: number;
  code: string;
  /** Our own entry that took its place for that member, null while none did. */
  mended_log: number | null;
  mended_by: number | null;
  at: string;
}

/** How many bulletins about records: `issued` to a member, or our verdicts on a member's. */
export interface TallyTable {
  log: number;
  member: string;
  what: string;
  n: number;
}

/** Evidence against a log: kept whatever happens after. */
export interface FindingTable {
  id: string;
  log: number;
  code: string;
  evidence: string;
  at: string;
}

/** How far our records in force are issued anew to a member that joined by a version. */
export interface HistoryTable {
  member: string;
  digest: string;
  upto: string;
  total: number;
  looked: number;
  issued: number;
  failed: number;
  begun_at: string;
  finished_at: string | null;
}

/** Ids of peer requests already seen, until they would be refused for their age. */
export interface RequestTable {
  jti: string;
  expires: number;
}

/** An operator's order to open the lock before our log key without the members; taken once. */
export interface UnlockOrderTable {
  member: string;
  at: string;
}

/** How an outside witness stands to one of our logs. */
export interface OutsideWitnessTable {
  vkey: string;
  log: number;
  /** Of the largest checkpoint that it cosigned. */
  size: number;
  cosigned_at: string | null;
  failures: number;
  next_try_at: string | null;
  last_error: string | null;
  last_error_at: string | null;
}
