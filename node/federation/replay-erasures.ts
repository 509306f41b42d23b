/**
 * The ledger of erasures onto the store, before a node answers anything: what it lists and an old copy of the store has
 * again is erased again. An erasure of our own that was written down but never said (the process died between the two)
 * names no erasure then, until `publish-erasure.ts` says one.
 */

import type { Hash, Logger } from '../base/ports.ts';
import type { HeldLog } from '../log/ports.ts';
import { eraseEntries, isGone } from './erase.ts';
import type { ErasedLine, ErasureLedger, ExchangeStore } from './ports.ts';

/** Returns how many entries were erased again. @param me our own member id */
export async function replayErasures({
  store,
  erasureLedger,
  me,
  hash,
  logger,
}: {
  store: ExchangeStore;
  erasureLedger: ErasureLedger;
  me: string;
  hash: Hash;
  logger: Logger;
}): Promise<number> {
  const logs = new Map((await store.log.listLogs()).map((log) => [log.origin, log]));
  let erased = 0;
  for await (const lines of erasureLedger.read()) {
    for (const [origin, ofLog] of groupBy(lines, (line) => line.origin)) {
      const log = logs.get(origin);
      if (log) erased += await replay(store, log, ofLog, { me, hash });
    }
  }
  if (erased > 0) logger.warn({ entries: erased }, 'the store held erased content again: it was erased again');
  return erased;
}

async function replay(
  store: ExchangeStore,
  log: HeldLog,
  lines: readonly ErasedLine[],
  { me, hash }: { me: string; hash: Hash },
): Promise<number> {
  const held = await store.erasures.listErasable(
    log.id,
    lines.map(({ index }) => index),
  );
  const back = new Set(held.filter((one) => !isGone(one)).map(({ index }) => index));
  const missing = lines.filter(({ index }) => back.has(index));
  let erased = 0;
  for (const [, same] of groupBy(missing, ({ by }) => by)) {
    const [{ by, ground, at }] = same as [ErasedLine]; // a group has a first
    const indexes = same.map(({ index }) => index);
    erased += await store.transaction(async (within) => {
      const { size, own } = await within.log.lockLog(log.id);
      const isUnsaid = own && by >= size;
      return (await eraseEntries(within, log, { by, ground, at, indexes, isUnsaid }, me, hash)).length;
    });
  }
  return erased;
}

function groupBy<K>(lines: readonly ErasedLine[], keyOf: (line: ErasedLine) => K): Map<K, ErasedLine[]> {
  const groups = new Map<K, ErasedLine[]>();
  for (const line of lines) groups.set(keyOf(line), [...(groups.get(keyOf(line)) ?? []), line]);
  return groups;
}
