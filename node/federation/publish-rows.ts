/**
 * The good rows of an import into our log, a batch a transaction. What was decided (`decide-rows.ts`) is looked at again
 * inside the transaction, so that two imports at once do not open one record twice.
 */

import { formatInstant } from '../base/time.ts';
import type { CodeLists } from '../form/cell.ts';
import { forms } from '../form/forms.ts';
import { rebuildRow } from '../form/refused.ts';
import type { Import, ImportItem, ImportStore, ImportSummary } from '../registry/ports.ts';
import { mostKeptRows, TakenOver } from '../registry/read-import.ts';
import { decideRows, findKnown, type RowDecision } from './decide-rows.ts';
import type { ExchangeStore } from './ports.ts';
import { type Prepared, stepOf } from './publish.ts';
import { Changed, isSameRecord, type PublishNeeds } from './publish-steps.ts';

export interface RowNeeds extends PublishNeeds {
  codes: CodeLists;
}

const rowsAtOnce = 1_000;

type Saying = RowDecision & Required<Pick<RowDecision, 'says'>>;

/**
 * Publishes all that waits of an import in state `publishing`, of which this process is the worker; goes on where a
 * killed one stopped.
 *
 * @throws {TakenOver} when another process claimed the import
 * @throws {Problem} what speaks against going on; what was published stays
 */
export async function publishRows(needs: RowNeeds, given: Import): Promise<void> {
  while (await publishOnce(needs, given)); // rows whose records were moved meanwhile are decided anew
  await needs.store.transaction(async ({ imports }) => {
    const summed = await findMine(needs, imports, given.id);
    await imports.putImport({ ...summed, state: 'done', finishedAt: formatInstant(needs.now()) });
  });
}

/** The import as it stands, held against other processes until the transaction ends. @throws {TakenOver} */
async function findMine({ worker }: RowNeeds, imports: ImportStore, id: string): Promise<Import> {
  const given = (await imports.isClaimed(id, worker)) && (await imports.findImport(id));
  if (!given) throw new TakenOver(id);
  return given;
}

/** Goes once through the waiting rows: while one batch is stored, the next is signed. True when any row still waits. */
async function publishOnce(needs: RowNeeds, given: Import): Promise<boolean> {
  let after = 0;
  let left = false;
  let underWay: Promise<boolean> = Promise.resolve(true);
  for (;;) {
    const items = await needs.store.imports.listWaiting(given.id, after, rowsAtOnce);
    const last = items.at(-1);
    if (!last) break;
    after = last.row;
    const batch = publishBatch(needs, given, items);
    try {
      if (!(await underWay)) left = true;
    } catch (error) {
      await batch.catch(() => undefined); // nothing of this import is under way any more when its end is said
      throw error;
    }
    underWay = batch;
    underWay.catch(() => undefined); // reported when its turn comes
  }
  return !(await underWay) || left;
}

/** False when a record was moved, or a version adopted, since the batch was decided; then nothing of it was written. */
async function publishBatch(needs: RowNeeds, given: Import, items: readonly ImportItem[]): Promise<boolean> {
  const { store, publisher, member } = needs;
  const keys = items.map(({ naturalKey }) => naturalKey);
  const known = await findKnown(needs, items);
  const { digest } = await publisher.governing();
  const decisions = await decideRows(needs, given.type, items, known);
  const sayings = decisions.filter((one): one is Saying => one.says !== undefined);

  const write = async (within: ExchangeStore, first: number, prepared: readonly Prepared[]) => {
    const { id } = await publisher.log(within.log);
    await within.log.lockLog(id); // a batch that appends nothing waits its turn too: its refusals are numbered
    if (prepared[0] && prepared[0].governing.digest !== digest) throw new Changed(); // others may receive it by now
    const now = await within.registry.findOwnByKeys(member, keys);
    if (keys.some((key) => !isSameRecord(known.get(key), now.get(key)))) throw new Changed();
    await writeOutcomes(
      needs,
      within,
      await findMine(needs, within.imports, given.id),
      decisions,
      sayings,
      first,
      prepared,
    );
  };
  try {
    const drafts = sayings.map(({ says }) => says.draft);
    if (drafts.length === 0) await store.transaction((within) => write(within, 0, []));
    else await publisher.publish(drafts, write);
    return true;
  } catch (error) {
    if (error instanceof Changed) return false;
    throw error;
  }
}

async function writeOutcomes(
  needs: RowNeeds,
  within: ExchangeStore,
  given: Import,
  decisions: readonly RowDecision[],
  sayings: readonly Saying[],
  first: number,
  prepared: readonly Prepared[],
): Promise<void> {
  const { publisher, member, now } = needs;
  const at = formatInstant(now());
  const { id: log } = await publisher.log(within.log);
  const steps = sayings.map(({ item, says }, i) => {
    const own = { naturalKey: item.naturalKey, bodyDigest: says.bodyDigest, authority: item.authority };
    return stepOf(prepared[i] as Prepared, { member, index: first + i, ...says.after, at, own }); // one for each saying
  });
  const indexes = new Map(sayings.map(({ item }, i) => [item.row, first + i]));
  const outcomes = decisions.map(({ item: { row }, outcome, txn }) => {
    const index = indexes.get(row);
    return { row, outcome, txn, ...(index !== undefined && { at: { log, index } }) };
  });
  await within.registry.putSteps(log, steps);
  await within.imports.putOutcomes(given.id, outcomes);
  await within.imports.putImport({ ...given, summary: addOutcomes(given.summary, decisions) });
  await writeRefusals(needs, within, given, decisions);
}

function addOutcomes(summary: ImportSummary, decisions: readonly RowDecision[]): ImportSummary {
  const sum = { ...summary };
  for (const { outcome } of decisions) sum[outcome === 'refused' ? 'refusedRows' : outcome]++;
  const erased = new Set<unknown>(decisions.filter(isOfErased).map(({ item }) => item.row));
  return { ...sum, warnings: sum.warnings.filter(({ row }) => !erased.has(row)) };
}

/** Nothing is kept of such a row but that it was refused. */
function isOfErased({ refusal }: RowDecision): boolean {
  return refusal?.code === 'registry/erased';
}

/** The refused ones go back to the clerk like those that could not be read, their cells written anew. */
async function writeRefusals(
  { codes }: RowNeeds,
  { imports }: ExchangeStore,
  { id, type, summary }: Import,
  decisions: readonly RowDecision[],
): Promise<void> {
  const refusals = decisions.flatMap(({ item: { row }, refusal }) =>
    refusal ? [{ row, column: '', value: '', ...refusal }] : [],
  );
  if (refusals.length === 0) return;
  await imports.putRefusals(id, await imports.countRefusals(id), refusals);
  const [names] = await imports.listKept(id, 1);
  const form = forms.get(type);
  if (!names || !form) return;
  const refused = decisions.filter((one) => one.refusal !== undefined && !isOfErased(one));
  const kept = refused.slice(0, Math.max(0, mostKeptRows - summary.refusedRows));
  await imports.putKept(
    id,
    kept.map(({ item }) => rebuildRow(item, names.cells, form, codes)),
  );
}
