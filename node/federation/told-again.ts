/** The steps of a record of another member as we hold them, read and said anew when what stands among them changes. */

import { isMark, type Standing, type ToldStep } from '../registry/record.ts';
import type { ExchangeStore } from './ports.ts';

/** A step of a log that we hold, by that log's id. */
export type HeldStep = ToldStep & { log: number };

/** Where a step leads; without a state it leads nowhere. */
export type StepStanding = { log: number; index: number } & Partial<Standing>;

/** What moved the record, in the order of its issuer's logs. */
export async function listMoves(store: ExchangeStore, record: { member: string; txn: string }): Promise<HeldStep[]> {
  const ids = new Map((await store.log.listLogs()).map(({ origin, id }) => [origin, id]));
  const steps = (await store.registry.listRecordSteps(record)).filter((one) => !isMark(one));
  return steps.map((one) => ({ ...one, log: ids.get(one.origin) as number })); // of a log that we hold
}

export async function putStandings(within: ExchangeStore, states: readonly StepStanding[]): Promise<void> {
  for (const log of new Set(states.map((one) => one.log)))
    await within.registry.putStates(
      log,
      states.filter((one) => one.log === log),
    );
}
