/**
 * Imports from received to done, one after the other, in the background. What a killed process left half way is taken
 * up at the next start; nothing is published twice.
 */

import type { Logger } from '../base/ports.ts';
import type { Imports } from '../registry/imports.ts';
import type { Import } from '../registry/ports.ts';
import { publishRows } from './publish-rows.ts';
import type { PublishNeeds } from './publish-steps.ts';

const mostFailures = 5;

export type ImportWork = ReturnType<typeof createImportWork>;

export function createImportWork({
  imports,
  publishing,
  logger,
}: {
  imports: Imports;
  publishing: PublishNeeds;
  logger: Logger;
}) {
  const failures = new Map<string, number>();
  const queued = new Set<string>();
  let last: Promise<void> = Promise.resolve();

  async function carryOut(id: string): Promise<void> {
    const given = await imports.read(id);
    if (given.state === 'publishing') await publishRows(publishing, given);
    failures.delete(id);
    const { state, summary } = await imports.get(id);
    logger.info(
      { import: id, state, rows: summary.rows, refusedRows: summary.refusedRows, opened: summary.opened },
      'import carried out',
    );
  }

  /** What was not foreseen: tried again at the next turn, given up when it keeps failing. */
  async function fail(id: string, error: unknown): Promise<void> {
    const count = (failures.get(id) ?? 0) + 1;
    failures.set(id, count);
    logger.error({ import: id, failures: count, err: error }, 'import stopped half way');
    if (count < mostFailures) return;
    failures.delete(id);
    await imports.giveUp(id);
  }

  function enqueue({ id }: Pick<Import, 'id'>): void {
    if (queued.has(id)) return;
    queued.add(id);
    last = last
      .then(() => carryOut(id))
      .catch((error: unknown) => fail(id, error))
      .catch((error: unknown) => logger.error({ import: id, err: error }, 'import could not be given up'))
      .finally(() => queued.delete(id));
  }

  return {
    enqueue,
    /** Takes up what an earlier process left half way. */
    async resume(): Promise<void> {
      for (const given of await publishing.store.imports.listUnfinished()) enqueue(given);
    },
    /** Tries again what failed in this process. */
    async retry(): Promise<void> {
      for (const id of failures.keys()) enqueue({ id });
    },
    /** Until nothing waits. */
    settled: () => last,
  };
}
