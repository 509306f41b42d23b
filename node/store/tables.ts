/**
 * One interface per table. Sizes and indexes are safe integers, instants and days text, flags 0 or 1, salts base64,
 * JSON text; only hash tiles are bytes. What a row means to a noun is mapped in the file named after the noun.
 */

/** An agreement version whose signatures were verified. */
export interface AgreementTable {
  digest: string;
  id: string;
  version: number;
  /** General JWS as JSON. */
  jws: string;
}

/** A member's signed no to a version, one for each. */
export interface AgreementRefusalTable {
  digest: string;
  member: string;
  /** Compact JWS. */
  jws: string;
  at: string;
}

/** A log of which we hold leaves and tiles: our own and every peer's. */
export interface LogTable {
  /** Counted by us, so that the large tables need not repeat the origin. */
  id: number;
  origin: string;
  member: string;
  own: number;
  /** Leaves stored; for a peer's log this is the position of the pull. */
  size: number;
  /** Root over them, base64. */
  root: string;
  /** First index that our receipts do not yet cover; 0 for our own log. */
  receipted: number;
}

export interface EntryTable {
  log: number;
  idx: number;
  leaf: string;
  /** 1 when the leaf's audience is `*`. */
  governance: number;
  jti: string | null;
  salt: string | null;
  /** The content, where it is ours to hold and was not withheld or erased. */
  jws: string | null;
  /** Our word on it: `issued`, `taken`, `noted`, `refused`, `withheld`, or null for what is not addressed to us. */
  verdict: string | null;
  code: string | null;
  /** Instant at which this node learned it. */
  at: string;
  /** Index of the erasure that took salt and content, null while none says it. */
  erased_by: number | null;
  /** When and why they were taken, null while they may stay. */
  erased_at: string | null;
  ground: string | null;
}

export interface TileTable {
  log: number;
  level: number;
  idx: number;
  hashes: Uint8Array;
}

export interface CheckpointTable {
  log: number;
  size: number;
  root: string;
  /** The signed note with every good signature line that we know. */
  note: string;
  /** 1 once enough members have cosigned it: kept for ever. */
  quorum: number;
  /** Instant of our own newest cosignature, null when we have not cosigned. */
  cosigned_at: string | null;
  at: string;
}

/** How many bulletins about records: `issued` to a member, or our verdicts on a member's. */
export interface TallyTable {
  log: number;
  member: string;
  what: string;
  n: number;
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

/** Evidence against a log: kept whatever happens after. */
export interface FindingTable {
  id: string;
  log: number;
  code: string;
  evidence: string;
  at: string;
}

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

export interface ImportTable {
  id: string;
  type: string;
  file_name: string;
  authority: string;
  person: string;
  state: string;
  hold: number;
  all_or_nothing: number;
  /** Rows read, rows refused, cells of personal columns dropped, warnings: JSON. */
  summary: string;
  /** Why the file as a whole was refused, `{code, facts}` as JSON. */
  problem: string | null;
  /** Process that reads or publishes it. */
  worker: string | null;
  /** 1 while the records that it opened are being revoked. */
  revoking: number;
  /** How that stands, JSON. */
  revocation: string | null;
  created_at: string;
  finished_at: string | null;
}

/** The uploaded file until it is read. */
export interface ImportChunkTable {
  import: string;
  n: number;
  bytes: string;
}

/** A row that was read well and waits. */
export interface ImportItemTable {
  import: string;
  row: number;
  natural_key: string;
  uscc: string;
  decided_on: string;
  authority: string;
  /** JSON. */
  body: string;
}

/** What became of a row that waited. */
export interface ImportOutcomeTable {
  import: string;
  row: number;
  /** `opened`, `corrected`, `unchanged`, `refused`. */
  outcome: string;
  /** The record that it opened, corrected, repeated or was at odds with. */
  txn: string;
  /** Own log and index of the leaf that says so, null when nothing was said. */
  log: number | null;
  idx: number | null;
}

export interface ImportRefusalTable {
  import: string;
  n: number;
  row: number;
  col: string;
  value: string;
  code: string;
  facts: string;
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

/** A refused row as it goes back to the clerk, without personal cells; the header of the sheet among them. */
export interface ImportKeptTable {
  import: string;
  row: number;
  /** JSON. */
  cells: string;
}

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

/** Ids of peer requests already seen, until they would be refused for their age. */
export interface RequestTable {
  jti: string;
  expires: number;
}

/** An alarm: it stands while `cleared_at` is null, of one code about one thing once. */
export interface AlarmTable {
  id: string;
  code: string;
  about: string;
  /** JSON. */
  facts: string;
  raised_at: string;
  cleared_at: string | null;
}

/** A message about an alarm on its way to the webhook. */
export interface DeliveryTable {
  id: string;
  /** Null of a test. */
  alarm: string | null;
  event: string;
  /** The document as it is sent. */
  message: string;
  tries: number;
  next_try_at: string;
  /** When it was taken, or given up; null while it waits. */
  ended_at: string | null;
  /** 1 when it was taken. */
  taken: number;
  last_error: string | null;
}

/** How far a member's clock is ahead of ours, as its newest answers showed. */
export interface ClockTable {
  member: string;
  seconds: number;
  at: string;
}

/** How long a log was at the end of a day, or is so far today. */
export interface LogSizeTable {
  log: number;
  day: string;
  size: number;
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

/** What joins the leaves that we hold of a log to the signed checkpoint that it is being read towards. */
export interface HeadProofTable {
  log: number;
  /** Leaves held when it was written. */
  size: number;
  to_size: number;
  /** JSON list of base64. */
  proof: string;
}

export interface Tables {
  unlock_order: UnlockOrderTable;
  outside_witness: OutsideWitnessTable;
  head_proof: HeadProofTable;
  agreement: AgreementTable;
  agreement_refusal: AgreementRefusalTable;
  log: LogTable;
  entry: EntryTable;
  tile: TileTable;
  checkpoint: CheckpointTable;
  tally: TallyTable;
  receipt: ReceiptTable;
  refusal: RefusalTable;
  history: HistoryTable;
  peer: PeerTable;
  pull: PullTable;
  finding: FindingTable;
  step: StepTable;
  import: ImportTable;
  import_chunk: ImportChunkTable;
  import_item: ImportItemTable;
  import_outcome: ImportOutcomeTable;
  import_refusal: ImportRefusalTable;
  import_kept: ImportKeptTable;
  proposal: ProposalTable;
  token: TokenTable;
  session: SessionTable;
  question: QuestionTable;
  question_head: QuestionHeadTable;
  journal: JournalTable;
  request: RequestTable;
  alarm: AlarmTable;
  delivery: DeliveryTable;
  clock: ClockTable;
  log_size: LogSizeTable;
}
