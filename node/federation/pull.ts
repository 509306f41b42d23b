/**
 * Follow a peer's log: fetch, prove, admit, store, apply, receipt. A page is stored, with the position, as soon as the
 * root of all leaves up to its end is proved consistent with a checkpoint that the issuer signed; content, leaves, words,
 * steps, receipt and position go into one transaction (docs/protocol.md, Pull). Pulling twice changes nothing.
 */

import type { Member } from '../agreement/agreement.ts';
import { isEqual, utf8 } from '../base/bytes.ts';
import type { Hash, Logger, Now, VerifySignature } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { formatInstant } from '../base/time.ts';
import type { Checkpoint } from '../log/checkpoint.ts';
import { treeOf } from '../log/ledger.ts';
import { leafHash } from '../log/merkle.ts';
import type { HeldLog } from '../log/ports.ts';
import { isConsistent } from '../log/proof.ts';
import { appendLeaves, type Growth } from '../log/tile.ts';
import { type Admission, admitPage, type Reader, refuseRepeats } from './admit.ts';
import { applyPage } from './apply.ts';
import type { Client, ShownEntry } from './client.ts';
import type { Governing, Laws } from './law.ts';
import type { ExchangeStore } from './ports.ts';
import type { Publisher } from './publish.ts';

const entriesPerPage = 500;
const pagesInFlight = 4;

/** A page as it came: its leaves stand in the log from `from` on; the proof leads from their end to the checkpoint. */
interface FetchedPage {
  from: number;
  entries: ShownEntry[];
  proof: Uint8Array[];
}

/** What pulling needs. `me` is our own member id. */
export interface PullNeeds {
  store: ExchangeStore;
  laws: Laws;
  publisher: Publisher;
  me: string;
  hash: Hash;
  verifySignature: VerifySignature;
  now: Now;
  logger: Logger;
}

/**
 * Brings our copy of a member's log up to its checkpoint.
 *
 * @returns the log as it is held then
 * @throws {Problem} peer/… for an outage or a bad answer, log/fork with evidence
 */
export async function pullLog(
  needs: PullNeeds,
  { client, owner, log, checkpoint }: { client: Client; owner: Member; log: HeldLog; checkpoint: Checkpoint },
): Promise<HeldLog> {
  const { store, laws, hash, me, verifySignature } = needs;
  const reader: Reader = { owner, me, laws, hash, verifySignature };
  let held = log;
  let governing = await laws.governing(store.log, held);
  for await (const page of fetchPages(client, held, checkpoint)) {
    const growth = await grow(needs, held, page, checkpoint);
    const admitted = await admitPage(page.entries, page.from, governing, reader);
    const jtis = admitted.admissions.flatMap(({ jti }) => jti ?? []);
    const admissions = refuseRepeats(admitted.admissions, await store.log.findKnownJtis(held.id, jtis));
    const stored = await applyPage(needs, {
      owner,
      log: held,
      growth,
      admissions,
      checkpoint,
      governing: admitted.governing,
    });
    if (!stored) return refresh(store, held); // another process was faster: it goes on
    held = { ...held, size: growth.size, root: growth.root, receipted: stored.receipted };
    governing = admitted.governing;
    needs.logger.debug({ member: owner.id, size: held.size, of: checkpoint.size }, 'page stored');
  }
  return held;
}

/** Pages in order, several under way at once so that the peer's work and ours overlap. */
async function* fetchPages(client: Client, log: HeldLog, { origin, size }: Checkpoint): AsyncGenerator<FetchedPage> {
  const underWay: Promise<FetchedPage>[] = [];
  let next = log.size;
  while (next < size || underWay.length > 0) {
    while (next < size && underWay.length < pagesInFlight) {
      const to = Math.min(next + entriesPerPage, size);
      const page = fetchPage(client, origin, next, to, size);
      page.catch(() => undefined); // reported when its turn comes
      underWay.push(page);
      next = to;
    }
    yield await (underWay.shift() as Promise<FetchedPage>); // not empty: the loop's condition
  }
}

/** Entries [from, to), asked for again from where a short answer ends. */
async function fetchPage(client: Client, origin: string, from: number, to: number, size: number): Promise<FetchedPage> {
  const proof = to === size ? Promise.resolve([]) : client.consistency(origin, to, size);
  proof.catch(() => undefined); // reported below
  const entries: ShownEntry[] = [];
  while (from + entries.length < to) entries.push(...(await client.entries(origin, from + entries.length, to)).entries);
  return { from, entries, proof: await proof };
}

/** The tree with the page, if its root is proved to lead to the signed checkpoint. */
async function grow(
  { store, hash }: PullNeeds,
  log: HeldLog,
  page: FetchedPage,
  checkpoint: Checkpoint,
): Promise<Growth> {
  const leaves = page.entries.map(({ leaf }) => leafHash(hash, utf8(leaf)));
  const growth = await appendLeaves(treeOf(store.log, log, hash), leaves);
  const claim = {
    from: growth.size,
    to: checkpoint.size,
    fromRoot: growth.root,
    toRoot: checkpoint.root,
    proof: page.proof,
  };
  const proved = growth.size === checkpoint.size ? isEqual(growth.root, checkpoint.root) : isConsistent(hash, claim);
  if (!proved)
    throw new Problem('peer/bad-answer', {
      log: log.origin,
      from: page.from,
      reason: 'leaves do not lead to the signed root',
    });
  return growth;
}

async function refresh(store: ExchangeStore, log: HeldLog): Promise<HeldLog> {
  return (await store.log.findLog(log.origin)) ?? log;
}

/** What a page amounts to when it is stored. */
export interface PageToStore {
  owner: Member;
  /** As held before the page. */
  log: HeldLog;
  growth: Growth;
  admissions: readonly Admission[];
  checkpoint: Checkpoint;
  governing: Governing | undefined;
}

/** Now, as the store writes it. */
export function instantOf(now: Now): string {
  return formatInstant(now());
}
