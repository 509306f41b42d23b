/**
 * Every table by its name; the interfaces stand by noun in `<noun>-tables.ts`. Sizes and indexes are safe integers, instants
 * and days text, flags 0 or 1, salts base64, JSON text; only hash tiles are bytes. What a row means to a noun is mapped in
 * the file named after the noun.
 */

import type { Kysely } from 'kysely';
import type { AgreementRefusalTable, AgreementTable } from './agreement-tables.ts';
import type { AlarmTable, ClockTable, DeliveryTable, LogSizeTable } from './alarm-tables.ts';
import type {
  FindingTable,
  HistoryTable,
  OutsideWitnessTable,
  PeerTable,
  PullTable,
  ReceiptTable,
  RefusalTable,
  RequestTable,
  TallyTable,
  UnlockOrderTable,
} from './federation-tables.ts';
import type {
  ImportChunkTable,
  ImportItemTable,
  ImportKeptTable,
  ImportOutcomeTable,
  ImportRefusalTable,
  ImportTable,
} from './import-tables.ts';
import type { CheckpointTable, EntryTable, HeadProofTable, LogTable, TileTable } from './log-tables.ts';
import type { JournalTable, QuestionHeadTable, QuestionTable, SessionTable, TokenTable } from './person-tables.ts';
import type { ProposalTable, StepTable } from './registry-tables.ts';

export interface Tables {
  agreement: AgreementTable;
  agreement_refusal: AgreementRefusalTable;

  log: LogTable;
  entry: EntryTable;
  tile: TileTable;
  checkpoint: CheckpointTable;
  head_proof: HeadProofTable;

  peer: PeerTable;
  pull: PullTable;
  receipt: ReceiptTable;
  refusal: RefusalTable;
  tally: TallyTable;
  finding: FindingTable;
  history: HistoryTable;
  request: RequestTable;
  unlock_order: UnlockOrderTable;
  outside_witness: OutsideWitnessTable;

  step: StepTable;
  proposal: ProposalTable;

  import: ImportTable;
  import_chunk: ImportChunkTable;
  import_item: ImportItemTable;
  import_outcome: ImportOutcomeTable;
  import_refusal: ImportRefusalTable;
  import_kept: ImportKeptTable;

  token: TokenTable;
  session: SessionTable;
  question: QuestionTable;
  question_head: QuestionHeadTable;
  journal: JournalTable;

  alarm: AlarmTable;
  delivery: DeliveryTable;
  clock: ClockTable;
  log_size: LogSizeTable;
}

export type Database = Kysely<Tables>;
