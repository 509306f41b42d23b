/** What exporting needs of a store: the logs, what was said of records, receipts that peers gave, findings. */

import type { PeerStore } from '../federation/ports.ts';
import type { LogStore } from '../log/ports.ts';
import type { RegistryStore } from '../registry/ports.ts';

export interface EvidenceStore {
  log: LogStore;
  registry: Pick<RegistryStore, 'listStepsOf'>;
  peers: Pick<PeerStore, 'listReceipts' | 'listFindings'>;
}
