/**
 * When members cosigned how much of a log, as far as the mirror keeps it. A cosignature on a checkpoint that holds an entry
 * bounds from above when its witness knew it; one on a checkpoint without it bounds from below when it was shown.
 */

import { cosignaturesOn } from '../log/cosignature.ts';
import type { HeldLog, LogStore } from '../log/ports.ts';

export interface CosignedTimes {
  /** NumericDate by which a witness of one of these names had covered the entry; undefined when none is kept. */
  coveredAt(names: readonly string[], index: number): number | undefined;
  /** NumericDate of the newest cosignature on a checkpoint that does not hold the entry. */
  absentAt(index: number): number | undefined;
}

export async function readCosigned(store: LogStore, log: HeldLog): Promise<CosignedTimes> {
  const kept = (await store.listCheckpoints(log.id, 0, log.size)).map(({ size, note }) => {
    const times = new Map<string, number>();
    for (const { name, at } of cosignaturesOn(note)) times.set(name, Date.parse(at) / 1000);
    return { size, times };
  });
  let newest = 0;
  const absent = kept.map(({ times }) => {
    newest = Math.max(newest, ...times.values());
    return newest;
  });
  /** How many of them hold fewer leaves than `size`. */
  const below = (size: number) => {
    let [low, high] = [0, kept.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((kept[middle]?.size ?? 0) < size) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    coveredAt(names, index) {
      for (let i = below(index + 1); i < kept.length; i++) {
        const times = names.flatMap((name) => kept[i]?.times.get(name) ?? []);
        if (times.length > 0) return Math.min(...times); // a larger one was cosigned later: a witness's time never goes back
      }
      return undefined;
    },
    absentAt: (index) => absent[below(index + 1) - 1] || undefined,
  };
}
