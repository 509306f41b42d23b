/**
 * Imports from received to done, and back out again, one after the other, in the background. What a killed process left
 * half way is taken up at the next start; nothing is published twice. Of several processes on one store the one that
 * claimed an import last goes on with it, and the others let it go.
 */

import type { Logger } from '../base/ports.ts';
import { isProblem, type ProblemCode } from '../base/problem.ts';
import type { Imports } from '../registry/imports.ts';
import type { Import } from '../registry/ports.ts';
import { TakenOver } from '../registry/read-import.ts';
import { countPreview } from './preview-rows.ts';
import { publishRows, type RowNeeds } from './publish-rows.ts';
import { revokeImport } from './revoke-import.ts';

const mostFailures = 5;
/** What says nothing about the import itself. */
const passing: ReadonlySet<ProblemCode> = new Set(['log/head-changed', 'log/locked', 'store/unwritable']);

export type ImportWork = ReturnType<typeof createImportWork>;

export function createImportWork({
  imports,
  publishing,
  logger,
}: {
  imports: Imports;
  publishing: RowNeeds;
  logger: Logger;
}) {
  const failures = new Map<string, number>();
  const waiting = new Set<string>();
  let last: Promise<void> = Promise.resolve();

  async function carryOut(id: string): Promise<void> {
    const given = await imports.read(id, failures.has(id) ? 'keep' : 'take');
    await goOn(given).catch((error: unknown) => {
      if (!isProblem(error) || passing.has(error.code)) throw error;
      return imports.refuse(id, error); // what was published stays
    });
    failures.delete(id);
    const { state, summary, revocation } = await imports.get(id);
    const { rows, refusedRows, opened } = summary;
    logger.info(
      { import: id, state, rows, refusedRows, opened, ...(revocation && { revoked: revocation.revoked }) },
      'import carried out',
    );
  }

  async function goOn(given: Import): Promise<void> {
    if (given.state === 'comparing') await imports.putPreview(given.id, await countPreview(publishing, given));
    else if (given.state === 'publishing') await publishRows(publishing, given);
    else await revokeImport(publishing, given);
  }

  /** What was not foreseen: tried again at the next turn, given up when it keeps failing. */
  async function fail(id: string, error: unknown): Promise<void> {
    if (error instanceof TakenOver) {
      failures.delete(id);
      logger.info({ import: id }, 'another process goes on with the import');
      return;
    }
    if (isProblem(error) && error.code === 'log/locked') {
      failures.set(id, failures.get(id) ?? 0); // it waits, and has not failed
      logger.info({ import: id }, 'the import waits until the log key is unlocked');
      return;
    }
    if (isProblem(error) && error.code === 'store/unwritable') {
      const line = { import: id, code: error.code, facts: error.facts };
      if (failures.has(id)) logger.debug(line, 'the import still waits');
      else logger.warn(line, 'the import waits until the store can be written');
      failures.set(id, failures.get(id) ?? 0); // however long that takes
      return;
    }
    const count = (failures.get(id) ?? 0) + 1;
    failures.set(id, count);
    logger.error({ import: id, failures: count, err: error }, 'import stopped half way');
    if (count < mostFailures) return;
    failures.delete(id);
    await imports.giveUp(id);
  }

  function enqueue({ id }: Pick<Import, 'id'>): void {
    if (waiting.has(id)) return;
    waiting.add(id);
    last = last
      .then(() => {
        waiting.delete(id); // what comes from now on is for the next turn
        return carryOut(id);
      })
      .catch((error: unknown) => fail(id, error))
      .catch((error: unknown) => logger.error({ import: id, err: error }, 'import could not be given up'));
  }

  return {
    enqueue,
    /** Takes up what an earlier process left half way. */
    async resume(): Promise<void> {
      for (const given of await publishing.store.imports.listUnfinished()) enqueue(given);
    },
    /** Tries again what failed in this process, as long as no other has it. */
    async retry(): Promise<void> {
      for (const id of failures.keys()) enqueue({ id });
    },
    /** Until nothing waits. */
    settled: () => last,
  };
}
