/** Imports in tables: the file, its rows that wait, what became of them. */

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

/** A refused row as it goes back to the clerk, without personal cells; the header of the sheet among them. */
export interface ImportKeptTable {
  import: string;
  row: number;
  /** JSON. */
  cells: string;
}
