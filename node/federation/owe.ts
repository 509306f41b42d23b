/**
 * Receipts that we owe: pages that were stored while our log key was locked, said once it is open. Ranges join as ever
 * (docs/protocol.md, Receipt).
 */

import type { Member } from '../agreement/agreement.ts';
import { parseBase64url, parseUtf8 } from '../base/bytes.ts';
import type { BulletinType } from '../bulletin/bulletin.ts';
import { findType, findTypeByName } from '../bulletin/catalogue.ts';
import type { Checkpoint } from '../log/checkpoint.ts';
import type { Entry, HeldLog } from '../log/ports.ts';
import { entriesPerPage } from './admit.ts';
import { mostUnsaid, type PullNeeds } from './apply.ts';
import { whileMoved } from './publish.ts';
import { buildReceipt, isReceiptDue, mostListed, type Said } from './receipt.ts';

const receiptType = findTypeByName('receipt') as BulletinType; // the catalogue has it

/** Says what is owed for [receipted, size) of a member's log, in as many receipts as it takes. */
export async function sayOwed(
  needs: PullNeeds,
  { owner, log, checkpoint }: { owner: Member; log: HeldLog; checkpoint: Checkpoint },
): Promise<void> {
  let from = log.receipted;
  let said: Said[] = [];
  for (let at = from; at < log.size; at += entriesPerPage) {
    const to = Math.min(at + entriesPerPage, log.size);
    const page = (await needs.store.log.listEntries(log.id, at, to)).map(toSaid);
    if (said.length > 0 && countListed([...said, ...page]) > mostListed) {
      if (!(await sayRange(needs, owner, log, checkpoint, from, at, said))) return;
      from = at;
      said = [];
    }
    said.push(...page.filter(({ word }) => word !== undefined));
  }
  if (isReceiptDue(said) || countListed(said) > mostUnsaid)
    await sayRange(needs, owner, log, checkpoint, from, log.size, said);
}

function countListed(said: readonly Said[]): number {
  return said.filter(({ word }) => word !== undefined && word !== 'taken').length;
}

/** False when another process was faster. */
function sayRange(
  { store, publisher }: PullNeeds,
  owner: Member,
  log: HeldLog,
  checkpoint: Checkpoint,
  from: number,
  to: number,
  said: readonly Said[],
): Promise<boolean> {
  return whileMoved(async () => {
    const body = buildReceipt(checkpoint, from, to, said);
    const receipt = await publisher.prepare([{ type: receiptType, audience: [owner.id], body }]);
    const appended = await store.transaction(async (within) => {
      const held = await within.log.lockLog(log.id);
      if (held.receipted !== from || held.size < to) return undefined;
      await within.log.putHead(log.id, { size: held.size, root: held.root, receipted: to });
      return publisher.append(within, receipt);
    });
    if (appended) publisher.committed(appended);
    return appended !== undefined;
  });
}

function toSaid({ index, word, code, governance, content }: Entry): Said {
  const kind = findType(eventOf(content?.jws))?.kind;
  const isReceiptOrGovernance = governance || kind === 'receipt' || kind === 'governance';
  return { index, ...(word && { word }), ...(code !== undefined && { code }), isReceiptOrGovernance };
}

/** The type URI inside a bulletin that was judged when it was stored; '' where there is none to read. */
function eventOf(jws: string | undefined): string {
  const payload = parseUtf8(parseBase64url(jws?.split('.')[1] ?? '') ?? new Uint8Array());
  try {
    return Object.keys((JSON.parse(payload ?? '') as { events?: object }).events ?? {})[0] ?? '';
  } catch {
    return '';
  }
}
