/**
 * The logs that a member left behind: one that was struck is read to where the agreement ends it, one that its member
 * closed to its last entry (docs/protocol.md, A member’s next log). What was taken beyond the end of a struck log counts
 * no more; leaves and content stay, as evidence.
 */

import type { Member } from '../agreement/agreement.ts';
import type { Agreements } from '../agreement/agreements.ts';
import { parseBase64 } from '../base/bytes.ts';
import type { Checkpoint } from '../log/checkpoint.ts';
import type { Entry, HeldLog } from '../log/ports.ts';
import type { PullNeeds } from './apply.ts';
import type { Client } from './client.ts';
import type { createCosigner } from './cosign.ts';
import { pullLog } from './pull.ts';
import type { createSettler } from './settle.ts';

export interface EarlierLogNeeds extends PullNeeds {
  agreements: Agreements;
  cosigner: Pick<ReturnType<typeof createCosigner>, 'see'>;
  /** Throws when what we hold does not lead to the checkpoint. */
  checkGrowth(client: Client, log: HeldLog, checkpoint: Checkpoint): Promise<void>;
  settleWithheld: ReturnType<typeof createSettler>;
}

const atOnce = 500;

export function createEarlierLogs(needs: EarlierLogNeeds) {
  const { store, laws, agreements, cosigner, checkGrowth, settleWithheld, logger } = needs;

  async function read(client: Client, owner: Member, log: HeldLog, checkpoint: Checkpoint): Promise<void> {
    let held = log;
    if (log.size < checkpoint.size) {
      await checkGrowth(client, log, checkpoint);
      held = await pullLog(needs, { client, owner, log, checkpoint });
    }
    if (held.size === checkpoint.size) await settleWithheld({ client, owner, log: held, checkpoint });
  }

  /** What was taken beyond its end is refused, and moves no record any more. */
  async function refuseBeyond(log: HeldLog, end: number): Promise<void> {
    for (let from = end; from < log.size; from += atOnce) {
      const to = Math.min(from + atOnce, log.size);
      const taken = (await store.log.listEntries(log.id, from, to)).filter(isTaken);
      if (taken.length === 0) continue;
      await store.transaction(async (within) => {
        await within.log.lockLog(log.id);
        for (const entry of taken) await within.log.putWord(log.id, { ...entry, word: 'refused', code: 'log/struck' });
        await within.registry.dropSteps(log.id, from);
      });
      logger.warn(
        { member: log.member, origin: log.origin, end, from, to },
        'beyond its end a struck log counts no more',
      );
    }
  }

  const earlier = {
    /**
     * A struck log is read to where the agreement ends it, and no further; its root stands in the agreement.
     *
     * @throws {Problem} peer/…, log/fork when we hold another history of it
     */
    async followStruck(client: Client, owner: Member, log: HeldLog): Promise<void> {
      const end = agreements.strikes().logEnd(log.origin);
      const root = end && parseBase64(end.root);
      if (!root) return;
      if (log.size > end.size) return refuseBeyond(log, end.size);
      await read(client, owner, log, { origin: log.origin, size: end.size, root });
    },

    /** @param owner the member as the last version with that log lists it */
    async follow(client: Client, owner: Member, log: HeldLog): Promise<void> {
      if (agreements.strikes().logEnd(log.origin)) return earlier.followStruck(client, owner, log);
      if ((await laws.governing(store.log, log))?.closed) return; // nothing can follow
      const { checkpoint } = await cosigner.see(log, await client.checkpoint(log.origin));
      await read(client, owner, log, checkpoint);
    },
  };
  return earlier;
}

function isTaken({ word }: Entry): boolean {
  return word === 'taken' || word === 'noted';
}
