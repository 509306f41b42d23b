/**
 * What this node knows: one record, or all of a subject. Whoever asks is written down before the answer leaves (`questions.ts`). Reads only;
 * what the node says is `federation/publish-…`.
 */

import type { Agreement } from '../agreement/agreement.ts';
import { decideAsk, decideUse } from '../agreement/policy.ts';
import type { Now } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { formatInstant } from '../base/time.ts';
import { buildAnswer, checkQuestion, type ShownRecord, type SubjectAnswer, showRecord } from './answer.ts';
import type { RegistryStore } from './ports.ts';
import type { Questions } from './questions.ts';
import { foldRecord, parseRecordId } from './record.ts';
import type { Asker } from './tokens.ts';

export interface Registry {
  /**
   * @param asked `record` as it came: `310000.0198f3c2-…`
   * @throws {Problem} registry/not-found, agreement/unknown-purpose, agreement/flow-not-allowed
   */
  getRecord(asker: Asker, asked: { record: string; purpose: string }): Promise<ShownRecord & { uscc?: string }>;
  /** @throws {Problem} subject/invalid-uscc, agreement/unknown-purpose */
  ask(asker: Asker, asked: { uscc: string; purpose: string }): Promise<SubjectAnswer>;
}

export function createRegistry({
  store,
  questions,
  version,
  me,
  readPulledAt,
  now,
}: {
  store: { registry: RegistryStore };
  questions: Pick<Questions, 'ask'>;
  /** The version in force. */
  version: { agreement: Agreement; digest: string };
  /** Our own member id. */
  me: string;
  /** When each other member's log was last pulled whole. */
  readPulledAt: () => Promise<ReadonlyMap<string, string>>;
  now: Now;
}): Registry {
  return {
    async getRecord(asker, { record: text, purpose }) {
      const { agreement } = version;
      const id = parseRecordId(text);
      const record = id && foldRecord(await store.registry.listRecordSteps(id));
      const about = record?.uscc ? { uscc: record.uscc } : {}; // of an individual business it was erased with the rest
      const asked = { record: text, ...about, purpose, form: 'record' } as const;
      return questions.ask(asker, asked, () => {
        const known = decideAsk({ agreement, purpose });
        if (!known.allowed) throw new Problem(known.code, known.facts);
        if (!record) throw new Problem('registry/not-found', { record: text.slice(0, 64) });
        const from = record.id.member;
        const use = decideUse({ agreement, from, holder: me, type: record.type, purpose });
        if (!use.allowed) throw new Problem(use.code, use.facts);
        return { ...about, ...showRecord(record) };
      });
    },
    ask(asker, { uscc, purpose }) {
      return questions.ask(asker, { uscc, purpose, form: 'json' }, async () => {
        checkQuestion({ uscc, purpose }, version.agreement);
        const steps = await store.registry.listSubjectSteps(uscc);
        const asked = { uscc, purpose, at: formatInstant(now()) };
        return buildAnswer(steps, asked, { ...version, me, pulledAt: await readPulledAt() });
      });
    },
  };
}
