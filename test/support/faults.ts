/** What is wrong with a node's store by its own tables: nothing, after whatever happened. */

import { createAgreements } from '../../node/agreement/agreements.ts';
import type { Fault } from '../../node/federation/fault.ts';
import { checkStore } from '../../node/federation/fsck.ts';
import { openStoreForReading } from '../../node/store/store.ts';
import { ports } from './agreement.ts';
import type { RunningNode } from './network.ts';

export async function faultsOf({ config }: RunningNode): Promise<Fault[]> {
  const store = await openStoreForReading(config.database);
  const faults: Fault[] = [];
  try {
    const agreements = createAgreements({ store: store.agreements, ...ports, now: () => new Date() });
    await checkStore({ store, agreements, ...ports, onFault: (fault) => faults.push(fault) });
    return faults;
  } finally {
    await store.close();
  }
}
