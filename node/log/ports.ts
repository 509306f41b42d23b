/** What keeping logs needs of a store. Every method works inside the transaction whose store it was taken from. */

/** What this node says of an entry: `issued` in our own log, the others in a peer's; undefined for what is not addressed to us. */
export type Word = 'issued' | 'taken' | 'noted' | 'refused' | 'withheld';

/** A log of which we hold every leaf and tile. */
export interface HeldLog {
  /** Ours alone, never sent. */
  id: number;
  origin: string;
  /** Member id of its owner. */
  member: string;
  own: boolean;
  /** Leaves held. */
  size: number;
  /** Root over them, 32 bytes. */
  root: Uint8Array;
  /** First index that our receipts do not cover yet. */
  receipted: number;
}

/** How salt and content were taken from an entry; its leaf stays (docs/protocol.md, Governance entries). */
export interface Erased {
  /** Index of the erasure in the same log; absent while none says it (`federation/replay-erasures.ts`). */
  by?: number;
  ground: string;
  /** Instant at which this node carried it out. */
  at: string;
}

export interface Entry {
  index: number;
  leaf: string;
  /** Whether the audience is `*`. */
  governance: boolean;
  /** Salt (base64) and compact JWS, where they are ours to hold and were not erased. */
  content?: { salt: string; jws: string };
  /** Absent when the content could not be read. */
  jti?: string;
  word?: Word;
  /** Why, for `noted` and `refused`. */
  code?: string;
  erased?: Erased;
  /** Instant at which this node learned it. */
  at: string;
}

/** A log's signed tree head as we know it. */
export interface StoredCheckpoint {
  size: number;
  root: Uint8Array;
  /** The signed note with every good signature line we know. */
  note: string;
  /** Whether enough members have cosigned it. */
  quorum: boolean;
  /** Instant of our own newest cosignature. */
  cosignedAt?: string;
  at: string;
}

/** The consistency proof from the leaves that are held to a larger checkpoint that the log signed. */
export interface HeadProof {
  size: number;
  to: number;
  proof: readonly Uint8Array[];
}

export interface TileRow {
  level: number;
  index: number;
  hashes: Uint8Array;
}

export interface LogStore extends EntryStore, CheckpointStore {
  findLog(origin: string): Promise<HeldLog | undefined>;
  listLogs(): Promise<HeldLog[]>;
  /** Starts holding a log, empty; one that is held already stays as it is. */
  addLog(log: { origin: string; member: string; own: boolean; emptyRoot: Uint8Array }): Promise<HeldLog>;
  /** The log's row, locked until the transaction ends: one writer per log. */
  lockLog(id: number): Promise<HeldLog>;
  /** Moves the head; the caller holds the lock. */
  putHead(id: number, head: { size: number; root: Uint8Array; receipted?: number }): Promise<void>;

  /** What joins the leaves held to the checkpoint that they are read towards; undefined once that is reached. */
  putHeadProof(id: number, proof: HeadProof | undefined): Promise<void>;
  /** As it was written last: it may be of a smaller size. */
  findHeadProof(id: number): Promise<HeadProof | undefined>;

  readTile(id: number, level: number, index: number): Promise<Uint8Array | undefined>;
  /** Writes tiles, each replacing its narrower form. */
  putTiles(id: number, tiles: readonly TileRow[]): Promise<void>;

  /** The entry of that id in whichever log holds it. */
  findByJti(jti: string): Promise<{ log: HeldLog; entry: Entry } | undefined>;
}

/** The entries of a log, by its id. */
export interface EntryStore {
  putEntries(id: number, entries: readonly Entry[]): Promise<void>;
  /** Entries [from, to) in order. */
  listEntries(id: number, from: number, to: number): Promise<Entry[]>;
  /** Those of [from, to) on which we have a word, in order. */
  listJudged(id: number, from: number, to: number): Promise<Entry[]>;
  /** How the JWS of each good entry of [from, to) begins, long enough for its header, where we hold it; the newest first. */
  listContentStarts(id: number, from: number, to: number): Promise<{ index: number; at: string; start: string }[]>;
  /** Governance entries from `from` on, in order; at most `limit`. */
  listGovernance(id: number, from: number, limit?: number): Promise<Entry[]>;
  /** Entries of [from, to) whose leaf names that member, at most `limit`, in order; none of those that were erased. */
  listAddressed(id: number, member: string, from: number, to: number, limit: number): Promise<Entry[]>;
  /** Index of the last governance entry below that one. */
  findLastGovernance(id: number, below: number): Promise<number | undefined>;
  /** Entries with one of our words from index `from` on, at most `limit`, in order; of those withheld, what can still come. */
  listByWord(id: number, word: 'refused' | 'withheld' | 'noted', limit: number, from?: number): Promise<Entry[]>;
  /** Entries of [from, to) that were not simply taken, in order. */
  listWords(id: number, from: number, to: number): Promise<Entry[]>;
  /** Which of these ids stand in the log below that index. */
  findKnownJtis(id: number, jtis: readonly string[], below: number): Promise<Set<string>>;
  /** A later word on one entry, with the content when that came late. */
  putWord(id: number, entry: Entry): Promise<void>;
}

/** The checkpoints of a log, by its id. */
export interface CheckpointStore {
  findCheckpoint(id: number, size: number): Promise<StoredCheckpoint | undefined>;
  findLargestCheckpoint(id: number): Promise<StoredCheckpoint | undefined>;
  /** The smallest checkpoint larger than `size`; where asked for, of those that enough members cosigned. */
  findCheckpointBeyond(id: number, size: number, withQuorum?: boolean): Promise<StoredCheckpoint | undefined>;
  /** Instant at which a checkpoint larger than `size` was first seen. */
  findSeenBeyond(id: number, size: number): Promise<string | undefined>;
  /** Checkpoints with from < size ≤ to, smallest first. */
  listCheckpoints(id: number, from: number, to: number): Promise<StoredCheckpoint[]>;
  /** Those of at most that size that enough members cosigned, largest first. */
  listCosigned(id: number, most: number, limit: number): Promise<StoredCheckpoint[]>;
  /** Largest first. */
  listLargestCheckpoints(id: number, limit: number): Promise<StoredCheckpoint[]>;
  /** The instant of our newest cosignature on any checkpoint of the log. */
  findLastCosigned(id: number): Promise<string | undefined>;
  /** The largest checkpoint of the log that we cosigned. */
  findLargestCosigned(id: number): Promise<StoredCheckpoint | undefined>;
  putCheckpoint(id: number, checkpoint: StoredCheckpoint): Promise<void>;
  /** Forgets checkpoints below `size` that never reached their quorum, but for the one we cosigned last. */
  forgetCheckpoints(id: number, size: number): Promise<void>;
}
