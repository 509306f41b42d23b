/**
 * What this node knows, or knew at an instant: one record, or all of a subject. Whoever asks is written down first
 * (`questions.ts`). Reads only; what the node says is `federation/publish-…`.
 */

import type { Now } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { dayOf, endOfDay, formatInstant, isDay, readDayOrInstant } from '../base/time.ts';
import {
  type Basis,
  buildAnswer,
  buildRecordAnswer,
  checkPurpose,
  checkSubject,
  type RecordAnswer,
  type SubjectAnswer,
} from './answer.ts';
import type { RegistryStore } from './ports.ts';
import type { QuestionForm } from './question-chain.ts';
import type { Questions } from './questions.ts';
import { type CreditRecord, foldRecord, foldRecords, parseRecordId } from './record.ts';
import type { Asker } from './tokens.ts';
import { dayOrInstantWanted } from './words.ts';

/** A question about a subject as it came; `asOf` a day or an instant. */
export interface SubjectQuestion {
  uscc: string;
  purpose: string;
  asOf?: string;
  /** As what the answer will be handed over: `json` unless told otherwise. */
  form?: Exclude<QuestionForm, 'record' | 'evidence'>;
}

export interface Registry {
  /**
   * @param asked `record` as it came: `310000.0198f3c2-…`
   * @throws {Problem} registry/not-found, agreement/unknown-purpose, registry/purpose-not-allowed, agreement/flow-not-allowed
   */
  getRecord(asker: Asker, asked: { record: string; purpose: string }): Promise<RecordAnswer>;
  /**
   * With `asOf` as this node would have answered then: by what it had learned, under the agreement, the rules and the list
   * of measures of today. What was erased since shows as erased.
   *
   * @throws {Problem} subject/invalid-uscc, agreement/unknown-purpose, registry/purpose-not-allowed, input/invalid of `asOf`,
   * registry/as-of-in-future
   */
  ask(asker: Asker, asked: SubjectQuestion): Promise<SubjectAnswer>;
}

export function createRegistry({
  store,
  questions,
  basis,
  now,
}: {
  store: { registry: RegistryStore };
  questions: Pick<Questions, 'ask'>;
  basis: Basis;
  now: Now;
}): Registry {
  /** The records that decide whether that one is superseded. */
  async function listAmong(record: CreditRecord): Promise<CreditRecord[]> {
    return record.type === 'grade' && record.uscc !== ''
      ? foldRecords(await store.registry.listSubjectSteps(record.uscc))
      : [record];
  }

  return {
    async getRecord(asker, { record: text, purpose }) {
      const id = parseRecordId(text);
      const record = id && foldRecord(await store.registry.listRecordSteps(id));
      const about = record?.uscc ? { uscc: record.uscc } : {}; // of an individual business it was erased with the rest
      return questions.ask(asker, { record: text, ...about, purpose, form: 'record' }, async () => {
        checkPurpose(asker, purpose, basis.agreement);
        if (!record) throw new Problem('registry/not-found', { record: text.slice(0, 64) });
        return buildRecordAnswer(record, await listAmong(record), { asker, purpose, at: formatInstant(now()) }, basis);
      });
    },
    ask(asker, { uscc, purpose, asOf, form = 'json' }) {
      const asked = { uscc, purpose, ...(asOf !== undefined && { asOf }), form };
      return questions.ask(asker, asked, async () => {
        checkSubject(uscc);
        checkPurpose(asker, purpose, basis.agreement);
        const at = formatInstant(now());
        const instant = asOf === undefined ? undefined : instantOf(asOf, at);
        const steps = await store.registry.listSubjectSteps(uscc);
        const freshness = await store.registry.listFreshness(instant ?? at);
        const question = { asker, purpose, at, ...(instant !== undefined && { asOf: instant }) };
        return buildAnswer(uscc, steps, freshness, question, basis);
      });
    },
  };
}

/**
 * The instant meant: of a day its end, of today the moment.
 *
 * @throws {Problem} input/invalid when it is neither, registry/as-of-in-future
 */
function instantOf(asOf: string, at: string): string {
  const read = readDayOrInstant(asOf);
  if (read === undefined)
    throw new Problem('input/invalid', { mistakes: [{ pointer: 'asOf', ...dayOrInstantWanted }] });
  const isToday = asOf === dayOf(new Date(at));
  const instant = isToday ? at : isDay(asOf) ? endOfDay(asOf) : read;
  if (instant > at) throw new Problem('registry/as-of-in-future', { asOf, at });
  return instant;
}
