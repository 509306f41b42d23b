/**
 * Imports from received to done, one after the other, in the background. What a killed process left half way is taken
 * up at the next start; nothing is published twice.
 */

import type { Logger } from '../base/ports.ts';
import type { Imports } from '../registry/imports.ts';
import type { Import } from '../registry/ports.ts';
import { type PublishNeeds, publishRows } from './publish-rows.ts';

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
  let last: Promise<void> = Promise.resolve();

  async function carryOut(id: string): Promise<void> {
    const given = await imports.read(id);
    if (given.state === 'publishing') await publishRows(publishing, given);
    const { state, summary } = await imports.get(id);
    logger.info(
      { import: id, state, rows: summary.rows, refusedRows: summary.refusedRows, opened: summary.opened },
      'import carried out',
    );
  }

  function enqueue({ id }: Pick<Import, 'id'>): void {
    last = last
      .then(() => carryOut(id))
      .catch((error: unknown) => logger.error({ import: id, err: error }, 'import stopped half way'));
  }

  return {
    enqueue,
    /** Takes up what an earlier process left half way. */
    async resume(): Promise<void> {
      for (const given of await publishing.store.imports.listUnfinished()) enqueue(given);
    },
    /** Until nothing waits. */
    settled: () => last,
  };
}
