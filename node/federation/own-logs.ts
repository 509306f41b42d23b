/** Our own logs: as a rule one; of one that was struck, the next beside it (docs/protocol.md, A member’s next log). */

import type { HeldLog, LogStore } from '../log/ports.ts';

/** Oldest first; the last is the one that we speak in, once it was opened. */
export async function listOwnLogs(logs: Pick<LogStore, 'listLogs'>): Promise<HeldLog[]> {
  return (await logs.listLogs()).filter(({ own }) => own);
}
