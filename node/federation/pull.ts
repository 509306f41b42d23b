/**
 * Follow a peer's log: fetch, prove, admit, store, apply, receipt. A page is stored, with the position, as soon as the
 * root of all leaves up to its end is proved consistent with a checkpoint that the issuer signed; content, leaves, words,
 * steps, receipt and position go into one transaction (docs/protocol.md, Pull). Pulling twice changes nothing.
 */

import type { Member } from '../agreement/agreement.ts';
import { isEqual, utf8 } from '../base/bytes.ts';
import type { Hash, VerifySignature } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import type { Checkpoint } from '../log/checkpoint.ts';
import { treeOf } from '../log/ledger.ts';
import { leafHash } from '../log/merkle.ts';
import type { HeldLog, LogStore } from '../log/ports.ts';
import { isConsistent } from '../log/proof.ts';
import { appendLeaves, type Growth, type ReadTile, type Tile, type Tree } from '../log/tile.ts';
import { type Admission, addressedTo, admitPage, entriesPerPage, type Reader, refuseRepeats } from './admit.ts';
import { applyPage, type PageToStore, type PullNeeds } from './apply.ts';
import type { Client, ShownEntry } from './client.ts';
import { strayLeafOf, unprovenOf } from './evidence.ts';
import type { Laws } from './law.ts';
import type { ExchangeStore } from './ports.ts';

const pagesInFlight = 3;
const mostPageChars = 8 * 1024 * 1024; // whoever answers decides how long an entry is, and we hold several pages

/** A page as it came: its leaves stand in the log from `from` on; the proof leads from their end to the checkpoint. */
interface FetchedPage {
  from: number;
  /** Where the page was to end: it ends sooner when what came is long. */
  to: number;
  entries: ShownEntry[];
  proof: Uint8Array[];
}

/** Whose log is followed, from whom it is read and up to which checkpoint. */
export interface Course {
  client: Client;
  owner: Member;
  log: HeldLog;
  checkpoint: Checkpoint;
}

/**
 * Brings our copy of a member's log up to its checkpoint.
 *
 * @returns the log as it is held then
 * @throws {Problem} peer/… for an outage or a bad answer, log/fork with evidence
 */
export function pullLog(needs: PullNeeds, course: Course): Promise<HeldLog> {
  const { me, logger } = needs;
  return followLog(
    {
      ...needs,
      reads: addressedTo(me),
      async putPage(page) {
        const stored = await applyPage(needs, page);
        const { owner, growth, checkpoint } = page;
        if (stored) logger.debug({ member: owner.id, size: growth.size, of: checkpoint.size }, 'page stored');
        return stored;
      },
    },
    course,
  );
}

/** What following a log takes, whoever follows it. */
export interface FollowNeeds {
  store: Pick<ExchangeStore, 'log'>;
  laws: Laws;
  reads: Reader['reads'];
  hash: Hash;
  verifySignature: VerifySignature;
  /**
   * Stores a page, all or nothing.
   *
   * @returns the first index that is not receipted then; undefined when the position had moved meanwhile
   */
  putPage(page: PageToStore): Promise<{ receipted: number } | undefined>;
}

/** Brings a copy of a log up to a checkpoint, page by page. Returns and throws as {@link pullLog} does. */
export async function followLog(needs: FollowNeeds, { client, owner, log, checkpoint }: Course): Promise<HeldLog> {
  const { store, laws, hash, reads, verifySignature } = needs;
  const reader: Reader = { owner, reads, laws, hash, verifySignature };
  let held = log;
  let tree = treeOf(store.log, log, hash);
  let governing = await laws.governing(store.log, held);
  let waiting: AdmittingPage | undefined;

  const begin = async (page: FetchedPage): Promise<AdmittingPage> => {
    const growth = await grow(hash, tree, page, checkpoint);
    const { size, root, frontier, tiles } = growth;
    tree = {
      hash,
      size,
      frontier,
      readTile: overlay(tiles, (level, index) => store.log.readTile(log.id, level, index)),
    };
    const admitting = await admitPage(page.entries, page.from, governing, reader).catch(async (error: unknown) => {
      if (!(error instanceof Problem) || error.code !== 'log/fork') throw error;
      const leaf = page.entries[Number(error.facts.index) - page.from]?.leaf ?? '';
      throw await strayLeafOf(store.log, error, { log: log.id, checkpoint, tree, root, leaf, consistency: page.proof });
    });
    admitting.admissions.catch(() => undefined); // reported when its turn comes
    governing = admitting.governing;
    return { growth, admissions: admitting.admissions, proof: page.proof };
  };
  const storeWaiting = async (): Promise<boolean> => {
    const page = waiting;
    waiting = undefined;
    const stored = page && (await storePage(needs, owner, held, page, checkpoint));
    held = stored ?? held;
    return page === undefined || stored !== undefined;
  };

  // While a page is stored, the signatures of the next are already being verified on the pool.
  try {
    for await (const page of fetchPages(client, held, checkpoint)) {
      const next = await begin(page);
      if (!(await storeWaiting())) return refresh(store, held); // another process was faster: it goes on
      waiting = next;
    }
  } catch (error) {
    await storeWaiting(); // what came before the fault is good
    throw error;
  }
  return (await storeWaiting()) ? held : refresh(store, held);
}

/**
 * What we hold must lead to the checkpoint, before a single leaf is asked for. Ask the log's owner: of anybody else, a
 * proof that does not hold says nothing of the log.
 *
 * @throws {Problem} log/fork with both notes, which by themselves convict nobody yet
 */
export async function verifyGrowth(
  store: LogStore,
  client: Client,
  log: HeldLog,
  { origin, size, root }: Checkpoint,
  hash: Hash,
): Promise<void> {
  if (log.size === 0 || log.size >= size) return;
  const proof = await client.consistency(origin, log.size, size);
  if (isConsistent(hash, { from: log.size, to: size, fromRoot: log.root, toRoot: root, proof })) return;
  throw await unprovenOf(store, log, { origin, size, root }, proof);
}

/** A page whose leaves are proved and whose bulletins are being judged. */
interface AdmittingPage {
  growth: Growth;
  admissions: Promise<Admission[]>;
  proof: Uint8Array[];
}

/** Stores a page and returns the log as it is held then; undefined when the position had moved meanwhile. */
async function storePage(
  needs: FollowNeeds,
  owner: Member,
  log: HeldLog,
  { growth, admissions: deciding, proof }: AdmittingPage,
  checkpoint: Checkpoint,
): Promise<HeldLog | undefined> {
  const decided = await deciding;
  const jtis = decided.flatMap(({ jti }) => jti ?? []);
  const admissions = refuseRepeats(decided, await needs.store.log.findKnownJtis(log.id, jtis, log.size));
  const stored = await needs.putPage({ owner, log, growth, admissions, checkpoint, proof });
  if (!stored) return undefined;
  return { ...log, size: growth.size, root: growth.root, receipted: stored.receipted };
}

/** Pages in order, several under way at once so that the peer's work and ours overlap. */
export async function* fetchPages(
  client: Client,
  log: HeldLog,
  { origin, size }: Checkpoint,
): AsyncGenerator<FetchedPage> {
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
    let page = await (underWay.shift() as Promise<FetchedPage>); // not empty: the loop's condition
    yield page;
    for (let end = endOf(page); end < page.to; end = endOf(page)) {
      page = await fetchPage(client, origin, end, page.to, size);
      yield page;
    }
  }
}

const endOf = ({ from, entries }: FetchedPage): number => from + entries.length;

/** Entries [from, to), asked for again from where a short answer ends, until they are many characters. */
async function fetchPage(client: Client, origin: string, from: number, to: number, size: number): Promise<FetchedPage> {
  const proofFrom = async (end: number) => (end === size ? [] : client.consistency(origin, end, size));
  const proof = proofFrom(to);
  proof.catch(() => undefined); // reported below
  const entries: ShownEntry[] = [];
  for (let chars = 0; from + entries.length < to && chars < mostPageChars; ) {
    const answer = await client.entries(origin, from + entries.length, to);
    for (const { leaf, salt = '', jws = '' } of answer.entries) chars += leaf.length + salt.length + jws.length;
    entries.push(...answer.entries);
  }
  const end = from + entries.length;
  return { from, to, entries, proof: await (end === to ? proof : proofFrom(end)) };
}

/** The tree with the page, if its root is proved to lead to the signed checkpoint. */
export async function grow(hash: Hash, tree: Tree, page: FetchedPage, checkpoint: Checkpoint): Promise<Growth> {
  const leaves = page.entries.map(({ leaf }) => leafHash(hash, utf8(leaf)));
  const growth = await appendLeaves(tree, leaves);
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
      log: checkpoint.origin,
      from: page.from,
      reason: 'leaves do not lead to the signed root',
    });
  return growth;
}

/** The last page's tiles, which are not stored yet, over those that are. */
function overlay(tiles: readonly Tile[], below: ReadTile): ReadTile {
  const fresh = new Map(tiles.map(({ level, index, hashes }) => [`${level}/${index}`, hashes]));
  return async (level, index) => fresh.get(`${level}/${index}`) ?? below(level, index);
}

async function refresh(store: FollowNeeds['store'], log: HeldLog): Promise<HeldLog> {
  return (await store.log.findLog(log.origin)) ?? log;
}
