/** Logs in tables: leaves with their contents, hash tiles, checkpoints. */

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

/** What joins the leaves that we hold of a log to the signed checkpoint that it is being read towards. */
export interface HeadProofTable {
  log: number;
  /** Leaves held when it was written. */
  size: number;
  to_size: number;
  /** JSON list of base64. */
  proof: string;
}
