/** What this node knows: one record, or all of a subject. Reads only; what it says is `federation/publish-…`. */

import type { Agreement } from '../agreement/agreement.ts';
import type { Now } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { formatInstant } from '../base/time.ts';
import { buildAnswer, checkQuestion, type ShownRecord, type SubjectAnswer, showRecord } from './answer.ts';
import type { RegistryStore } from './ports.ts';
import { foldRecord, formatRecordId, type RecordId } from './record.ts';

export interface Registry {
  /** @throws {Problem} registry/not-found */
  getRecord(id: RecordId): Promise<ShownRecord & { uscc: string }>;
  /** @throws {Problem} subject/invalid-uscc, agreement/unknown-purpose */
  ask(uscc: string, purpose: string): Promise<SubjectAnswer>;
}

export function createRegistry({
  store,
  version,
  me,
  readPulledAt,
  now,
}: {
  store: { registry: RegistryStore };
  /** The version in force. */
  version: { agreement: Agreement; digest: string };
  /** Our own member id. */
  me: string;
  /** When each other member's log was last pulled whole. */
  readPulledAt: () => Promise<ReadonlyMap<string, string>>;
  now: Now;
}): Registry {
  return {
    async getRecord(id) {
      const record = foldRecord(await store.registry.listRecordSteps(id));
      if (!record) throw new Problem('registry/not-found', { record: formatRecordId(id) });
      return { uscc: record.uscc, ...showRecord(record) };
    },
    async ask(uscc, purpose) {
      checkQuestion({ uscc, purpose }, version.agreement);
      const steps = await store.registry.listSubjectSteps(uscc);
      const asked = { uscc, purpose, at: formatInstant(now()) };
      return buildAnswer(steps, asked, { ...version, me, pulledAt: await readPulledAt() });
    },
  };
}
