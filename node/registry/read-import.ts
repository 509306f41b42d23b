/**
 * A received file's rows into the store as they come: the good ones wait to be published, of the refused ones the reasons
 * are kept, and so much of the first thousands of their cells as goes back to the clerk.
 */

import { findUnsaid } from '../base/jws.ts';
import { textAt } from '../base/pointer.ts';
import type { Hash, Now } from '../base/ports.ts';
import type { Check } from '../base/schema.ts';
import { dayOf } from '../base/time.ts';
import type { CodeLists } from '../form/cell.ts';
import { type FormReading, type ImportRow, type Judge, readForm } from '../form/read.ts';
import type { KeptRow } from '../form/refused.ts';
import type { GoodRow, Refusal } from '../form/row.ts';
import { openSheet, type Source } from '../sheet/sheet.ts';
import type { Import, ImportItem, ImportRefusal, ImportStore, ImportSummary } from './ports.ts';
import type { Rules } from './rules.ts';
import { createStating } from './stating.ts';

/** So many refused rows go back to the clerk as a workbook; of the others the reasons are kept. */
export const mostKeptRows = 5_000;

/** Another process goes on with this import. */
export class TakenOver extends Error {}

export interface ReadNeeds {
  store: { imports: ImportStore; transaction<T>(work: (store: { imports: ImportStore }) => Promise<T>): Promise<T> };
  now: Now;
  hash: Hash;
  codes: CodeLists;
  rules: Rules;
  /** Compiled schemas of the record-opening types, by bare name. */
  checks: ReadonlyMap<string, Check>;
  /** USCC of the province's own authority, whose tokens may bring rows of any. */
  ownAuthority: string;
  /** Bound on the parts of a workbook together, unpacked. */
  greatestUnpackedBytes: number;
  /** Names this process. */
  worker: string;
}

const rowsAtOnce = 1_000;
const mostWarnings = 100;
export const nothing: ImportSummary = {
  rows: 0,
  refusedRows: 0,
  opened: 0,
  corrected: 0,
  unchanged: 0,
  repeated: 0,
  personalCells: 0,
  oddRows: 0,
  warnings: [],
};

/**
 * Reads every row.
 *
 * @throws {Problem} what `openSheet` and `readForm` name
 * @throws {TakenOver} when another process claimed the import
 */
export async function readInto(needs: ReadNeeds, given: Import): Promise<ImportSummary> {
  const { store, worker, greatestUnpackedBytes, hash, codes, now } = needs;
  await store.imports.dropReading(given.id);
  const source: Source = () => readChunks(store.imports, given.id);
  const reading = await readForm(given.type, await openSheet(source, given.fileName, greatestUnpackedBytes), {
    ...{ hash, codes, today: dayOf(now()) },
    judge: createJudge(needs, given),
  });
  await store.imports.putKept(given.id, [reading.names]);
  const tally: Tally = { refusals: 0, kept: 0, oddRows: 0, oddities: [] };
  for await (const rows of inGroups(reading.rows, rowsAtOnce)) {
    const { items, refusals, kept } = sort(rows, tally);
    const goesOn = await store.transaction(async ({ imports }) => {
      if (!(await imports.isClaimed(given.id, worker))) return false;
      await imports.putItems(given.id, items);
      await imports.putRefusals(given.id, tally.refusals, refusals);
      await imports.putKept(given.id, kept);
      await imports.putImport({ ...given, state: 'reading', summary: summaryOf(reading, tally) });
      return true;
    });
    if (!goesOn) throw new TakenOver(given.id);
    tally.refusals += refusals.length;
  }
  return summaryOf(reading, tally);
}

/** What is counted beside the reading's own totals. */
interface Tally {
  refusals: number;
  kept: number;
  oddRows: number;
  oddities: Record<string, unknown>[];
}

function sort(rows: readonly ImportRow[], tally: Tally) {
  const items: ImportItem[] = [];
  const refusals: ImportRefusal[] = [];
  const kept: KeptRow[] = [];
  for (const row of rows) {
    if ('refusals' in row) {
      refusals.push(...row.refusals.map(toRefusal));
      if (tally.kept++ < mostKeptRows) kept.push(row.kept);
    } else {
      items.push(toItem(row));
      if (row.oddities) note(row.oddities, tally);
    }
  }
  return { items, refusals, kept };
}

function note(oddities: readonly Refusal[], tally: Tally): void {
  tally.oddRows++;
  const free = mostWarnings - tally.oddities.length;
  tally.oddities.push(...oddities.slice(0, free).map(({ facts, ...rest }) => ({ ...rest, ...facts })));
}

function summaryOf({ totals, warnings }: FormReading, { oddRows, oddities }: Tally): ImportSummary {
  return {
    ...nothing,
    rows: totals.rows,
    refusedRows: totals.refused,
    repeated: totals.repeated,
    personalCells: totals.personalCellsDropped,
    oddRows,
    warnings: [...warnings.map((warning) => ({ ...warning })), ...oddities],
  };
}

/** Completes a row by the rules, and says what the form cannot see: whose it is, and whether a receiver would take it. */
function createJudge({ ownAuthority, checks, rules, now }: ReadNeeds, { type, authority }: Import): Judge {
  const check = checks.get(type);
  const state = createStating(rules, type);
  const today = dayOf(now());
  return (row) => {
    if (authority !== ownAuthority && authority !== row.authority)
      return [{ code: 'auth/not-your-authority', facts: { authority: row.authority } }];
    const body = state(row.body);
    const unsaid = findUnsaid(body);
    if (unsaid) return [{ code: 'bulletin/malformed', facts: { reason: unsaid } }];
    const complaints = check?.(body) ?? [];
    if (complaints.length > 0) return [{ code: 'bulletin/schema', facts: { complaints: complaints.slice(0, 20) } }];
    const until = textAt(body, 'retainUntil');
    if (until !== undefined && until < today) return [{ code: 'import/retention-ended', facts: { until } }];
    return Object.assign(row, { body });
  };
}

function toItem({ row, subject: uscc, decidedOn, authority, naturalKey, body }: GoodRow): ImportItem {
  return { row, naturalKey, uscc, decidedOn, authority, body };
}

function toRefusal({ row, column, value = '', code, facts = {} }: Refusal): ImportRefusal {
  return { row, column, value, code, facts: { ...facts } };
}

async function* readChunks(imports: ImportStore, id: string): AsyncGenerator<Uint8Array> {
  for (let n = 0; ; n++) {
    const chunk = await imports.readChunk(id, n);
    if (!chunk) return;
    yield chunk;
  }
}

async function* inGroups<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  yield group;
}
