/**
 * A spreadsheet's way to the point where it can be published, and what is kept of it: received into the store, read, its
 * good rows waiting and its refused ones ready to go back to the clerk. Every step of the way is in the store, so that a
 * process that was killed goes on after it. Rows are read in `read-import.ts`, published in `federation/`.
 */

import type { NewId } from '../base/ports.ts';
import { isProblem, Problem, type ProblemCode } from '../base/problem.ts';
import { sentenceOf } from '../base/sentences.ts';
import { formatInstant } from '../base/time.ts';
import { forms } from '../form/forms.ts';
import { buildRefused, type KeptRow, type Reason } from '../form/refused.ts';
import type { SheetContent } from '../sheet/workbook.ts';
import type { Import, ImportRefusal, ImportState, ImportStore, ImportSummary } from './ports.ts';
import { isSamePerson } from './proposals.ts';
import { mostKeptRows, nothing, type ReadNeeds, readInto, TakenOver } from './read-import.ts';
import type { Asker } from './tokens.ts';
import { importStates, recordStates, stateFacts } from './words.ts';

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
  /**
   * Reads a received file; afterwards it is `comparing`, `publishing` or `refused`. Never throws for what the file holds.
   *
   * @param claim `take` it from whichever process has it, or `keep` it only if it is this one's still
   * @throws {TakenOver} when another process goes on with it
   */
  read(id: string, claim?: 'take' | 'keep'): Promise<Import>;
  /** Ends a comparison: the import is held, with what publishing would do. @throws {TakenOver} */
  putPreview(id: string, preview: NonNullable<ImportSummary['preview']>): Promise<void>;
  /** Refuses what is left of an import, by a problem that its publication met. @throws {TakenOver} */
  refuse(id: string, problem: Problem): Promise<void>;
  /** @throws {Problem} import/not-found, import/wrong-state */
  release(id: string): Promise<Import>;
  /** @throws {Problem} import/not-found, import/wrong-state */
  discard(id: string): Promise<Import>;
  /**
   * Takes back all that an import opened, or, where a second person must approve, proposes that and approves it.
   *
   * @throws {Problem} import/not-found, import/wrong-state, proposal/same-person
   */
  revoke(id: string, reason: string, asker: Asker): Promise<Import>;
  /** Ends an import, or its revocation, that keeps failing here, unless another process has it; what was published stays. */
  giveUp(id: string): Promise<void>;
  /** Discards what a killed process never received whole, with what had come of it, once it is an hour old. */
  discardAbandoned(): Promise<void>;
  /** Forgets refused rows after 90 days, and discards what was held as long. Returns how many imports that were. */
  forgetOld(): Promise<number>;
  /** @throws {Problem} import/not-found */
  get(id: string): Promise<Import>;
  /** Newest first; those of one authority, when given. */
  list(limit: number, authority?: string): Promise<Import[]>;
  listRefusals(id: string, from: number, limit: number): Promise<ImportRefusal[]>;
  /** The refused rows as a workbook for the clerk. @throws {Problem} import/not-found, import/forgotten, import/wrong-state when there are none */
  buildRefusals(id: string): Promise<SheetContent[]>;
}

export interface ImportNeeds extends ReadNeeds {
  newId: NewId;
  greatestFileBytes: number;
  /** Types of steps that a second person must approve. */
  fourEyes: readonly string[];
}

const chunkBytes = 1024 * 1024;
const longestReceivingMs = 3_600_000; // no upload takes so long
const keptMs = 90 * 24 * 3_600_000;
const reasonsAtOnce = 10_000;
const unfinished: readonly ImportState[] = ['received', 'reading', 'comparing', 'publishing'];

export function createImports(needs: ImportNeeds): Imports {
  const { store, now, newId, greatestFileBytes, worker, codes } = needs;
  const before = (ms: number) => formatInstant(new Date(now().getTime() - ms));

  async function find(id: string, within = store.imports): Promise<Import> {
    const found = await within.findImport(id);
    if (!found) throw new Problem('import/not-found', { import: id });
    return found;
  }

  async function move(id: string, to: 'publishing' | 'discarded'): Promise<Import> {
    const { state } = await find(id);
    const finishedAt = to === 'discarded' ? formatInstant(now()) : undefined;
    await store.transaction(async ({ imports }) => {
      if (!(await imports.moveImport(id, 'held', to, finishedAt)))
        throw new Problem('import/wrong-state', { import: id, ...stateFacts(importStates, state) });
      if (to === 'discarded') await imports.dropReading(id);
    });
    return find(id);
  }

  /** In a transaction that holds the import against other processes. @throws {TakenOver} */
  function whileMine(id: string, work: (imports: ImportStore, given: Import) => Promise<void>): Promise<void> {
    return store.transaction(async ({ imports }) => {
      if (!(await imports.isClaimed(id, worker))) throw new TakenOver(id);
      await work(imports, await find(id, imports));
    });
  }

  const refuse = (id: string, { code, facts }: Problem) =>
    whileMine(id, async (imports, given) => {
      if (!unfinished.includes(given.state)) return;
      const isRead = given.state === 'comparing' || given.state === 'publishing';
      const summary = isRead ? given.summary : nothing;
      const problem = { code, facts: { ...facts } };
      await imports.putImport({ ...given, state: 'refused', summary, problem, finishedAt: formatInstant(now()) });
      await (isRead ? imports.dropWaiting(id) : imports.dropReading(id));
      await imports.dropChunks(id);
    });

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
          throw new Problem('import/wrong-state', { import: given.id, ...stateFacts(importStates, 'discarded') }); // it came too slowly
      } catch (error) {
        await store.imports.dropChunks(given.id);
        await store.imports.moveImport(given.id, 'receiving', 'discarded', formatInstant(now()));
        throw error;
      }
      return find(given.id);
    },
    async read(id, claim = 'take') {
      if (claim === 'take') await store.imports.claimImport(id, worker);
      else if (!(await store.imports.isClaimed(id, worker))) throw new TakenOver(id);
      await store.imports.moveImport(id, 'received', 'reading');
      const given = await find(id);
      if (given.state !== 'reading') return given;
      try {
        await finish(needs, given, await readInto(needs, given));
      } catch (error) {
        if (!isProblem(error)) throw error;
        await refuse(id, error);
      }
      return find(id);
    },
    putPreview: (id, preview) =>
      whileMine(id, async (imports, given) => {
        if (given.state !== 'comparing') throw new TakenOver(id);
        await imports.putImport({ ...given, state: 'held', summary: { ...given.summary, preview } });
      }),
    refuse,
    release: (id) => move(id, 'publishing'),
    discard: (id) => move(id, 'discarded'),
    async revoke(id, reason, { authority, person }) {
      await store.transaction(async ({ imports }) => {
        const { state, revocation } = await find(id, imports);
        if (state !== 'done' && state !== 'refused')
          throw new Problem('import/wrong-state', { import: id, ...stateFacts(importStates, state) }); // nothing stands yet, or not all
        if (revocation?.state === 'running') return;
        if (revocation?.state === 'done')
          throw new Problem('import/wrong-state', { import: id, ...stateFacts(recordStates, 'revoked') });
        const [by, at] = [{ authority, person }, formatInstant(now())];
        if (revocation?.state === 'waiting') {
          if (isSamePerson(revocation.by, by)) throw new Problem('proposal/same-person');
          await imports.putRevocation(id, { ...revocation, state: 'running', approvedBy: by, at });
          return;
        }
        const next = needs.fourEyes.includes('revocation') ? 'waiting' : 'running';
        await imports.putRevocation(id, { state: next, reason, by, at, revoked: revocation?.revoked ?? 0 });
      });
      return find(id);
    },
    async giveUp(id) {
      const problem = new Problem('import/failed');
      const { revocation } = await find(id);
      if (revocation?.state !== 'running') return refuse(id, problem);
      const { code, facts } = problem;
      await whileMine(id, (imports) =>
        imports.putRevocation(id, { ...revocation, state: 'stopped', problem: { code, facts } }),
      );
    },
    async discardAbandoned() {
      for (const id of await store.imports.listReceiving(before(longestReceivingMs))) {
        await store.transaction(async ({ imports }) => {
          if (await imports.moveImport(id, 'receiving', 'discarded', formatInstant(now())))
            await imports.dropChunks(id);
        });
      }
    },
    async forgetOld() {
      const old = await store.imports.listOld(before(keptMs));
      for (const id of old) {
        await store.transaction(async ({ imports }) => {
          if (await imports.moveImport(id, 'held', 'discarded', formatInstant(now()))) await imports.dropWaiting(id);
          await imports.dropRefused(id);
        });
      }
      return old.length;
    },
    get: (id) => find(id),
    list: (limit, authority) => store.imports.listImports(limit, authority),
    async listRefusals(id, from, limit) {
      await find(id);
      return store.imports.listRefusals(id, from, limit);
    },
    async buildRefusals(id) {
      const { type, state, summary } = await find(id);
      const form = forms.get(type);
      const [names, ...rows] = await store.imports.listKept(id, mostKeptRows + 1);
      if (summary.refusedRows === 0)
        throw new Problem('import/wrong-state', { import: id, ...stateFacts(importStates, state) }); // nothing to hand back
      if (!form || !names) throw new Problem('import/forgotten', { import: id });
      const reasons = await listReasons(store.imports, id, rows);
      return buildRefused({ names, rows, reasons, left: summary.refusedRows - rows.length }, form, codes);
    },
  };
}

async function putChunks(
  imports: ImportStore,
  id: string,
  bytes: AsyncIterable<Uint8Array>,
  greatest: number,
): Promise<void> {
  const chunk = new Uint8Array(chunkBytes); // what comes over a line comes in small pieces
  let n = 0;
  let size = 0;
  for await (const given of bytes) {
    if (size + given.length > greatest) throw new Problem('input/too-large', { most: greatest });
    for (let at = 0; at < given.length; ) {
      const held = size % chunkBytes;
      const piece = given.subarray(at, at + chunkBytes - held);
      chunk.set(piece, held);
      at += piece.length;
      size += piece.length;
      if (size % chunkBytes === 0) await imports.putChunk(id, n++, chunk);
    }
  }
  if (size === 0) throw new Problem('import/empty');
  if (size % chunkBytes > 0) await imports.putChunk(id, n, chunk.subarray(0, size % chunkBytes));
}

/** The import moves on and its file goes, both or neither: the file may hold what nobody is to keep. Refused, it keeps no rows. */
async function finish({ store, now }: ImportNeeds, given: Import, summary: ImportSummary): Promise<void> {
  const refused = given.allOrNothing && summary.refusedRows > 0;
  const state = refused ? 'refused' : given.hold ? 'comparing' : 'publishing';
  await store.transaction(async ({ imports }) => {
    await imports.putImport({ ...given, state, summary, ...(refused && { finishedAt: formatInstant(now()) }) });
    if (refused) await imports.dropWaiting(given.id);
    await imports.dropChunks(given.id);
  });
}

/** What is said of these rows. */
async function listReasons(imports: ImportStore, id: string, rows: readonly KeptRow[]): Promise<Reason[]> {
  const wanted = new Set(rows.map(({ row }) => row));
  const reasons: Reason[] = [];
  for (let from = 0; ; from += reasonsAtOnce) {
    const page = await imports.listRefusals(id, from, reasonsAtOnce);
    for (const { row, column, value, code, facts } of page) {
      if (!wanted.has(row)) continue;
      const sentence = sentenceOf({ code: code as ProblemCode, facts: { column, value, ...facts } }); // it was one when it was stored
      reasons.push({ row, column, ...sentence });
    }
    if (page.length < reasonsAtOnce) return reasons;
  }
}
