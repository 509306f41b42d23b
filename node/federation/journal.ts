/**
 * Each day's head of the chain of questions, said in our own log to every member (docs/protocol.md, Questions): from then
 * on not even we can write the chain anew unseen. The chain itself is `registry/questions.ts`.
 */

import type { Agreement } from '../agreement/agreement.ts';
import { addresseesOf, isWithinPeriod } from '../agreement/policy.ts';
import type { Now } from '../base/ports.ts';
import { dayOf, startOfDay, toNumericDate } from '../base/time.ts';
import type { BulletinType } from '../bulletin/bulletin.ts';
import { findTypeByName } from '../bulletin/catalogue.ts';
import type { Journal } from '../bulletin/types/journal.ts';
import { headBefore, type QuestionStore } from '../registry/questions.ts';
import type { ExchangeStore } from './ports.ts';
import type { Publisher } from './publish.ts';

const journalType = findTypeByName('journal') as BulletinType; // the catalogue has it

export interface Journals {
  /** Says the head of the newest day that has ended, when questions have come since the last time. Safe to repeat. */
  issue(): Promise<void>;
}

export function createJournals({
  store,
  version,
  publisher,
  member,
  now,
}: {
  store: ExchangeStore;
  /** The version in force. */
  version: { agreement: Agreement };
  publisher: Publisher;
  /** Our own member id. */
  member: string;
  now: Now;
}): Journals {
  return {
    async issue() {
      const { agreement } = version;
      const audience = addresseesOf({ agreement, from: member, type: journalType.name });
      if (audience.length === 0 || !isWithinPeriod(agreement, toNumericDate(now()))) return;
      const body = await findDue(store.questions, now());
      if (!body) return;
      try {
        await publisher.publish([{ type: journalType, audience, body }], async (within, index) => {
          if (!(await isNews(within.questions, body))) throw new AlreadySaid();
          const { id } = await publisher.log(within.log);
          await within.questions.putJournal({ day: body.day, size: body.size, log: id, index });
        });
      } catch (error) {
        if (!(error instanceof AlreadySaid)) throw error;
      }
    },
  };
}

/** Another process of this node was faster. */
class AlreadySaid extends Error {}

async function findDue(questions: QuestionStore, at: Date): Promise<Journal | undefined> {
  const today = dayOf(at);
  const day = dayOf(new Date(startOfDay(today) * 1000 - 1));
  const { size, hash } = await headBefore(questions, today);
  const body = { day, size, head: hash };
  return (await isNews(questions, body)) ? body : undefined;
}

async function isNews(questions: QuestionStore, { size }: Journal): Promise<boolean> {
  return size > ((await questions.findLastJournal())?.size ?? 0);
}
