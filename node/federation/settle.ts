/**
 * Content that came late: what a peer withheld is asked for again, judged by what governed it where it stands, and said
 * in a later receipt as settled (docs/protocol.md, Receipt).
 */

import type { Member } from '../agreement/agreement.ts';
import { formatInstant } from '../base/time.ts';
import { type BulletinType, hasRecord } from '../bulletin/bulletin.ts';
import { findTypeByName } from '../bulletin/catalogue.ts';
import type { Checkpoint } from '../log/checkpoint.ts';
import type { Entry, HeldLog } from '../log/ports.ts';
import { decidedOnOf, deedOf, replay } from '../registry/effects.ts';
import { type Admission, admitLate, refuseRepeats } from './admit.ts';
import type { Client } from './client.ts';
import type { ExchangeStore } from './ports.ts';
import { whileMoved } from './publish.ts';
import type { PullNeeds } from './pull.ts';
import { buildReceipt } from './receipt.ts';

const atOnce = 50;
const receiptType = findTypeByName('receipt') as BulletinType; // the catalogue has it

/** Asks for withheld content again; returns how many entries were settled. */
export async function settleWithheld(
  needs: PullNeeds,
  { client, owner, log, checkpoint }: { client: Client; owner: Member; log: HeldLog; checkpoint: Checkpoint },
): Promise<number> {
  let settled = 0;
  for (const entry of await needs.store.log.listByWord(log.id, 'withheld', atOnce)) {
    const { entries } = await client.entries(log.origin, entry.index, entry.index + 1);
    const [shown] = entries;
    const governing = await needs.laws.governing(needs.store.log, log, entry.index);
    if (!shown?.jws || shown.leaf !== entry.leaf || !governing) continue;
    const { hash, verifySignature, laws, me } = needs;
    const late = await admitLate(shown, entry.index, governing, { owner, me, laws, hash, verifySignature });
    if (late.word === 'withheld') continue;
    const known = await needs.store.log.findKnownJtis(log.id, late.jti === undefined ? [] : [late.jti]);
    const [admission] = refuseRepeats([late], known) as [Admission];
    await storeLate(needs, owner, log, checkpoint, entry, admission);
    settled++;
  }
  return settled;
}

function storeLate(
  needs: PullNeeds,
  owner: Member,
  log: HeldLog,
  checkpoint: Checkpoint,
  entry: Entry,
  admission: Admission,
): Promise<void> {
  const { store, publisher, now, me } = needs;
  const { index, code, word = 'taken', content, jti, bulletin } = admission;
  const said = [{ index, ...(code !== undefined && { code }) }];
  return whileMoved(async () => {
    const receipted = (await store.log.findLog(log.origin))?.receipted ?? log.receipted;
    const body = buildReceipt(checkpoint, receipted, receipted, [], said);
    const receipt = await publisher.prepare([{ type: receiptType, audience: [owner.id], body }]);
    const appended = await store.transaction(async (within) => {
      await within.log.putWord(log.id, {
        ...entry,
        word,
        ...(code !== undefined && { code }),
        ...(content && { content }),
        ...(jti !== undefined && { jti }),
      });
      if (bulletin && hasRecord(bulletin.type))
        await insertStep(within, log, owner.id, admission, formatInstant(now()));
      await within.peers.addTallies([
        { log: log.id, member: me, what: 'withheld', n: -1 },
        { log: log.id, member: me, what: word, n: 1 },
      ]);
      return publisher.append(within, receipt);
    });
    publisher.committed(appended);
  });
}

/** Puts the late step where it belongs, and says the states of the record's steps anew. */
async function insertStep(
  within: ExchangeStore,
  log: HeldLog,
  member: string,
  { bulletin, index }: Admission,
  at: string,
): Promise<void> {
  const { claims, type } = bulletin as NonNullable<Admission['bulletin']>; // the caller saw to it
  const txn = claims.txn as string; // hasRecord: the verdict saw to it
  const { uscc } = deedOf(bulletin as NonNullable<Admission['bulletin']>);
  await within.registry.putSteps(log.id, [
    { member, txn, type: type.name, uscc, jti: claims.jti, decidedOn: decidedOnOf(claims), index, at },
  ]);
  const steps = await within.registry.listRecordSteps({ member, txn });
  const states = replay(steps.map((step) => ({ ...step, body: step.body })));
  await within.registry.putStates(
    log.id,
    steps.flatMap((step, i) => {
      const state = states[i];
      return step.origin === log.origin ? [{ index: step.index, ...(state && { state }) }] : [];
    }),
  );
}
