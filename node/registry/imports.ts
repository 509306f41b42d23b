/**
 * A spreadsheet's way to the point where it can be published: received into the store, read, its good rows waiting and
 * its refused ones listed. Every step of the way is in the store, so that a process that was killed goes on after it.
 */

import { findUnsaid } from '../base/jws.ts';
import type { Hash, NewId, Now } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import type { Check } from '../base/schema.ts';
import { formatInstant } from '../base/time.ts';
import type { CodeLists } from '../form/cell.ts';
import { forms } from '../form/forms.ts';
import { type ImportRow, readForm } from '../form/read.ts';
import { openSheet, type Source } from '../sheet/sheet.ts';
import type { Import, ImportItem, ImportRefusal, ImportStore, ImportSummary } from './ports.ts';
import type { Asker } from './tokens.ts';

/** What comes with an upload. */
export interface Upload {
  type: string;
  fileName: string;
  hold: boolean;
  allOrNothing: boolean;
}

export interface Imports {
  /**
   * Takes a file in.
   *
   * @throws {Problem} import/unknown-type, input/too-large, import/empty
   */
  receive(upload: Upload, asker: Asker, bytes: AsyncIterable<Uint8Array>): Promise<Import>;
  /** Reads a received file; afterwards it is `held`, `publishing` or `refused`. Never throws for what the file holds. */
  read(id: string): Promise<Import>;
  /** @throws {Problem} import/not-found, import/wrong-state */
  release(id: string): Promise<Import>;
  /** @throws {Problem} import/not-found, import/wrong-state */
  discard(id: string): Promise<Import>;
  /** Ends an import that keeps failing here; what was published stays. */
  giveUp(id: string): Promise<void>;
  /** Discards what a killed process never received whole, with what had come of it, once it is an hour old. */
  discardAbandoned(): Promise<void>;
  /** With its counts as they are now. @throws {Problem} import/not-found */
  get(id: string): Promise<Import>;
  /** Newest first; those of one authority, when given. */
  list(limit: number, authority?: string): Promise<Import[]>;
  listRefusals(id: string, from: number, limit: number): Promise<ImportRefusal[]>;
}

interface ImportNeeds {
  store: { imports: ImportStore; transaction<T>(work: (store: { imports: ImportStore }) => Promise<T>): Promise<T> };
  now: Now;
  newId: NewId;
  hash: Hash;
  codes: CodeLists;
  /** Compiled schemas of the record-opening types, by bare name. */
  checks: ReadonlyMap<string, Check>;
  /** USCC of the province's own authority, whose tokens may bring rows of any. */
  ownAuthority: string;
  greatestFileBytes: number;
  /** Bound on the parts of a workbook together, unpacked. */
  greatestUnpackedBytes: number;
  /** Names this process. */
  worker: string;
}

const chunkBytes = 1024 * 1024;
const rowsAtOnce = 500;
const longestReceivingMs = 3_600_000; // no upload takes so long
const nothing: ImportSummary = {
  rows: 0,
  refusedRows: 0,
  opened: 0,
  corrected: 0,
  unchanged: 0,
  repeated: 0,
  personalCells: 0,
  warnings: [],
};

export function createImports(needs: ImportNeeds): Imports {
  const { store, now, newId, greatestFileBytes, worker } = needs;

  async function find(id: string): Promise<Import> {
    const found = await store.imports.findImport(id);
    if (!found) throw new Problem('import/not-found', { import: id });
    return found;
  }

  async function move(id: string, to: 'publishing' | 'discarded'): Promise<Import> {
    const { state } = await find(id);
    const finishedAt = to === 'discarded' ? formatInstant(now()) : undefined;
    await store.transaction(async ({ imports }) => {
      if (!(await imports.moveImport(id, 'held', to, finishedAt)))
        throw new Problem('import/wrong-state', { import: id, state });
      if (to === 'discarded') await imports.dropReading(id);
    });
    return find(id);
  }

  return {
    async receive(upload, { authority, person }, bytes) {
      if (!forms.has(upload.type))
        throw new Problem('import/unknown-type', { type: upload.type, known: [...forms.keys()] });
      const given: Import = {
        id: newId(),
        ...upload,
        authority,
        person,
        state: 'receiving',
        summary: nothing,
        createdAt: formatInstant(now()),
      };
      await store.imports.putImport(given);
      try {
        await putChunks(store.imports, given.id, bytes, greatestFileBytes);
        if (!(await store.imports.moveImport(given.id, 'receiving', 'received')))
          throw new Problem('import/wrong-state', { import: given.id, state: 'discarded' }); // it came too slowly
      } catch (error) {
        await store.imports.dropChunks(given.id);
        await store.imports.moveImport(given.id, 'receiving', 'discarded', formatInstant(now()));
        throw error;
      }
      return find(given.id);
    },
    async read(id) {
      await store.imports.claimImport(id, worker);
      await store.imports.moveImport(id, 'received', 'reading');
      const given = await find(id);
      if (given.state !== 'reading') return given;
      try {
        await finish(needs, given, await readInto(needs, given));
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        const problem = { code: error.code, facts: { ...error.facts } };
        await store.transaction(async ({ imports }) => {
          await imports.putImport({ ...given, state: 'refused', problem, finishedAt: formatInstant(now()) });
          await imports.dropReading(id);
          await imports.dropChunks(id);
        });
      }
      return find(id);
    },
    async giveUp(id) {
      const problem = { code: 'import/failed', facts: {} };
      const given = await find(id);
      await store.transaction(async ({ imports }) => {
        await imports.putImport({ ...given, state: 'refused', problem, finishedAt: formatInstant(now()) });
        await imports.dropWaiting(id);
        await imports.dropChunks(id);
      });
    },
    async discardAbandoned() {
      const before = formatInstant(new Date(now().getTime() - longestReceivingMs));
      for (const id of await store.imports.listReceiving(before)) {
        await store.transaction(async ({ imports }) => {
          if (await imports.moveImport(id, 'receiving', 'discarded', formatInstant(now())))
            await imports.dropChunks(id);
        });
      }
    },
    release: (id) => move(id, 'publishing'),
    discard: (id) => move(id, 'discarded'),
    async get(id) {
      const given = await find(id);
      if (given.state !== 'publishing') return given;
      const { opened = 0, corrected = 0, unchanged = 0 } = await store.imports.countOutcomes(id);
      return { ...given, summary: { ...given.summary, opened, corrected, unchanged } };
    },
    list: (limit, authority) => store.imports.listImports(limit, authority),
    async listRefusals(id, from, limit) {
      await find(id);
      return store.imports.listRefusals(id, from, limit);
    },
  };
}

async function putChunks(
  imports: ImportStore,
  id: string,
  bytes: AsyncIterable<Uint8Array>,
  greatest: number,
): Promise<void> {
  let n = 0;
  let size = 0;
  for await (const given of bytes) {
    size += given.length;
    if (size > greatest) throw new Problem('input/too-large', { most: greatest });
    for (let at = 0; at < given.length; at += chunkBytes)
      await imports.putChunk(id, n++, given.subarray(at, at + chunkBytes));
  }
  if (size === 0) throw new Problem('import/empty');
}

/** Reads every row, good and refused ones into the store as they come. */
async function readInto(needs: ImportNeeds, given: Import): Promise<ImportSummary> {
  const { store, worker, ownAuthority, greatestUnpackedBytes } = needs;
  await store.imports.dropReading(given.id);
  const source: Source = () => readChunks(store.imports, given.id);
  const reading = await readForm(given.type, await openSheet(source, given.fileName, greatestUnpackedBytes), needs);
  const totals = { refusedRows: 0, refusals: 0 };
  const mayBring = (authority: string) => given.authority === ownAuthority || given.authority === authority;
  const check = needs.checks.get(given.type);
  const summary = (): ImportSummary => ({
    ...nothing,
    rows: reading.totals.rows,
    refusedRows: totals.refusedRows,
    repeated: reading.totals.repeated,
    personalCells: reading.totals.personalCellsDropped,
    warnings: reading.warnings.map((warning) => ({ ...warning })),
  });

  for await (const rows of inGroups(reading.rows, rowsAtOnce)) {
    const items: ImportItem[] = [];
    const refusals: ImportRefusal[] = [];
    for (const row of rows) {
      const found = judge(row, mayBring, check);
      if ('item' in found) items.push(found.item);
      else refusals.push(...found.refusals);
      if ('refusals' in found) totals.refusedRows++;
    }
    const goesOn = await store.transaction(async ({ imports }) => {
      if (!(await imports.isClaimed(given.id, worker))) return false;
      await imports.putItems(given.id, items);
      await imports.putRefusals(given.id, totals.refusals, refusals);
      await imports.putImport({ ...given, state: 'reading', summary: summary() });
      return true;
    });
    if (!goesOn) throw new Error(`import ${given.id} is another process's now`);
    totals.refusals += refusals.length;
  }
  return summary();
}

function judge(
  row: ImportRow,
  mayBring: (authority: string) => boolean,
  check: Check | undefined,
): { item: ImportItem } | { refusals: ImportRefusal[] } {
  if ('refusals' in row) {
    return {
      refusals: row.refusals.map(({ value = '', facts = {}, ...rest }) => ({ ...rest, value, facts: { ...facts } })),
    };
  }
  const { row: number, subject: uscc, decidedOn, authority, naturalKey, body } = row;
  const whole = { row: number, column: '', value: '' };
  if (!mayBring(authority)) return { refusals: [{ ...whole, code: 'auth/not-your-authority', facts: { authority } }] };
  const unsaid = findUnsaid(body);
  if (unsaid) return { refusals: [{ ...whole, code: 'bulletin/malformed', facts: { reason: unsaid } }] };
  const complaints = check?.(body) ?? [];
  if (complaints.length > 0)
    return { refusals: [{ ...whole, code: 'bulletin/schema', facts: { complaints: complaints.slice(0, 20) } }] };
  return { item: { row: number, naturalKey, uscc, decidedOn, authority, body } };
}

/** The import moves on and its file goes, both or neither: the file may hold what nobody is to keep. Refused, it keeps no rows. */
async function finish({ store, now }: ImportNeeds, given: Import, summary: ImportSummary): Promise<void> {
  const refused = given.allOrNothing && summary.refusedRows > 0;
  const state = refused ? 'refused' : given.hold ? 'held' : 'publishing';
  await store.transaction(async ({ imports }) => {
    await imports.putImport({ ...given, state, summary, ...(refused && { finishedAt: formatInstant(now()) }) });
    if (refused) await imports.dropWaiting(given.id);
    await imports.dropChunks(given.id);
  });
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
