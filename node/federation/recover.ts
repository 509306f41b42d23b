/**
 * Our own log back from the peers, when the store is older than what we signed (docs/protocol.md, When things go wrong):
 * leaves first, proved against our own signature, each with whatever content a peer may show us; with them the steps of
 * our records, the erasures that we said, and how far our receipts of each peer's log reach. Nothing is signed here.
 */

import type { Agreement } from '../agreement/agreement.ts';
import { parseBase64 } from '../base/bytes.ts';
import { parseCompact } from '../base/jws.ts';
import type { Hash, Logger, Now } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { formatInstant } from '../base/time.ts';
import { type Bulletin, bulletinTyp, hasRecord } from '../bulletin/bulletin.ts';
import { findType } from '../bulletin/catalogue.ts';
import { parseClaims } from '../bulletin/claims.ts';
import { adoption } from '../bulletin/types/adoption.ts';
import type { Receipt } from '../bulletin/types/receipt.ts';
import type { Checkpoint } from '../log/checkpoint.ts';
import { isOpenedBy, type Leaf, parseLeaf } from '../log/leaf.ts';
import { treeOf } from '../log/ledger.ts';
import type { Entry, HeldLog } from '../log/ports.ts';
import { isConsistent } from '../log/proof.ts';
import type { Growth } from '../log/tile.ts';
import { replay } from '../registry/effects.ts';
import type { NewStep } from '../registry/ports.ts';
import { believe, isMark, standingOf } from '../registry/record.ts';
import type { Client, ShownEntry } from './client.ts';
import { eraseEntries, toEraseBy } from './erase.ts';
import type { Laws } from './law.ts';
import { type OwnKnown, ownStepOf } from './own-steps.ts';
import type { ErasedLine, ErasureLedger, ExchangeStore, Tally } from './ports.ts';
import { fetchPages, grow } from './pull.ts';

export interface RecoverNeeds {
  store: ExchangeStore;
  laws: Laws;
  erasureLedger: ErasureLedger;
  /** Our own member id. */
  me: string;
  /** Other members, by id: whoever may hold content that one peer does not. */
  clients: () => ReadonlyMap<string, Client>;
  hash: Hash;
  now: Now;
  logger: Logger;
}

/**
 * Brings our own log up to a checkpoint that we signed, from one peer; content from every addressee that answers.
 *
 * @returns the log as it is held then
 * @throws {Problem} peer/… when that peer cannot give it; log/fork when what we hold leads elsewhere
 */
export async function recoverLog(
  needs: RecoverNeeds,
  { client, log, checkpoint }: { client: Client; log: HeldLog; checkpoint: Checkpoint },
): Promise<HeldLog> {
  const { store, hash, logger } = needs;
  await checkBeginning(needs, client, log, checkpoint);
  let held = log;
  let tree = treeOf(store.log, log, hash);
  for await (const page of fetchPages(client, held, checkpoint)) {
    const growth = await grow(hash, tree, page, checkpoint);
    const entries = await complete(needs, log.origin, page.from, page.entries);
    await storePage(needs, held, growth, entries);
    held = { ...held, size: growth.size, root: growth.root };
    tree = treeOf(store.log, held, hash);
    logger.info({ size: held.size, of: checkpoint.size }, 'part of our own log came back');
  }
  return held;
}

/** What we hold must be the beginning of what we signed: else our own key forked, and no peer can help. */
async function checkBeginning(
  { hash }: RecoverNeeds,
  client: Client,
  log: HeldLog,
  checkpoint: Checkpoint,
): Promise<void> {
  if (log.size === 0) return;
  const proof = await client.consistency(log.origin, log.size, checkpoint.size);
  const claim = { from: log.size, to: checkpoint.size, fromRoot: log.root, toRoot: checkpoint.root, proof };
  if (!isConsistent(hash, claim))
    throw new Problem('log/fork', { log: log.origin, held: log.size, shown: checkpoint.size });
}

/** A leaf of ours with its content, where somebody gave it. */
interface Found {
  index: number;
  text: string;
  leaf: Leaf;
  content?: { salt: string; jws: string };
}

/** The entries of a page; what this peer may not show is asked of those to whom it is addressed. */
async function complete(
  needs: RecoverNeeds,
  origin: string,
  from: number,
  shown: readonly ShownEntry[],
): Promise<Found[]> {
  const found = shown.map((entry, i) => {
    const leaf = parseLeaf(entry.leaf, needs.me);
    if (!leaf) throw new RangeError('our own signature is over what is no leaf');
    return open(needs.hash, { index: from + i, text: entry.leaf, leaf }, entry);
  });
  for (const [member, client] of needs.clients()) {
    const lacking = found.filter(
      ({ content, leaf }) => !content && (leaf.audience[0] === '*' || leaf.audience.includes(member)),
    );
    const [first, last] = [lacking.at(0), lacking.at(-1)];
    if (!first || !last) continue;
    for (const [index, entry] of await entriesOf(client, origin, first.index, last.index + 1)) {
      const at = index - from;
      const one = found[at];
      if (one && !one.content) found[at] = open(needs.hash, one, entry);
    }
  }
  return found;
}

function open(hash: Hash, found: Found, { leaf, salt, jws }: ShownEntry): Found {
  const bytes = parseBase64(salt ?? '');
  if (leaf !== found.text || !bytes || salt === undefined || jws === undefined) return found;
  return isOpenedBy(hash, found.leaf.commitment, bytes, jws) ? { ...found, content: { salt, jws } } : found;
}

/** What a member shows of [from, to); as far as it holds and answers. */
async function entriesOf(client: Client, origin: string, from: number, to: number): Promise<[number, ShownEntry][]> {
  const all: [number, ShownEntry][] = [];
  try {
    for (let at = from; at < to; ) {
      const { entries, next } = await client.entries(origin, at, to);
      all.push(...entries.map((entry, i): [number, ShownEntry] => [at + i, entry]));
      at = next;
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error; // it is away, or holds less: others are asked, and it is later
  }
  return all;
}

async function storePage(needs: RecoverNeeds, log: HeldLog, growth: Growth, found: readonly Found[]): Promise<void> {
  const { store, me, hash, now, erasureLedger } = needs;
  const at = formatInstant(now());
  const told = new Map(
    found.flatMap(({ index, content }) => (content ? [[index, readOwn(content.jws)] as const] : [])),
  );
  const versions = await governedBy(needs, log, told);
  await store.transaction(async (within) => {
    const current = await within.log.lockLog(log.id);
    if (current.size !== log.size) throw new Problem('log/head-changed', { signed: log.size, stored: current.size });
    await within.log.putEntries(
      log.id,
      found.map((one) => toEntry(one, told.get(one.index), at)),
    );
    await within.log.putTiles(log.id, growth.tiles);
    await within.log.putHead(log.id, { size: growth.size, root: growth.root });
    const erased: ErasedLine[] = [];
    const known = await knownOf(within, me, [...told.values()]);
    const steps: NewStep[] = [];
    for (const [index, bulletin] of told) {
      if (!bulletin) continue;
      const agreement = versions.get(index);
      const step = agreement && ownStepOf(bulletin, index, known, { member: me, at, agreement, hash });
      if (step) steps.push(step);
      if (bulletin.type.kind === 'receipt') await keepPosition(within, bulletin.body as Receipt); // its schema was checked
      const toErase = toEraseBy(bulletin, index, at);
      if (toErase) erased.push(...(await eraseEntries(within, { ...log, size: growth.size }, toErase, me, hash)));
    }
    await within.registry.putSteps(log.id, steps);
    await within.peers.addTallies(tallyOf(log.id, me, found, told));
    if (erased.length > 0) await erasureLedger.add(erased); // the last thing before the commit
  });
}

/** The version that governed our log where each entry stands. Read before the transaction, since it may bring a version. */
async function governedBy(
  { store, laws, me }: RecoverNeeds,
  log: HeldLog,
  told: ReadonlyMap<number, Bulletin | undefined>,
): Promise<ReadonlyMap<number, Agreement>> {
  let governing = await laws.governing(store.log, log);
  const versions = new Map<number, Agreement>();
  for (const [index, bulletin] of told) {
    if (bulletin?.type.name === adoption.name)
      governing = (await laws.adopt(bulletin.claims, { id: me, origin: log.origin }, governing)) ?? governing;
    if (governing) versions.set(index, governing.agreement);
  }
  return versions;
}

/** Where our own records of these bulletins stand before them. */
async function knownOf(within: ExchangeStore, me: string, told: readonly (Bulletin | undefined)[]): Promise<OwnKnown> {
  const txns = [...new Set(told.flatMap((bulletin) => bulletin?.claims.txn ?? []))];
  const known: OwnKnown = { situations: await within.registry.findSituations(me, txns), own: new Map() };
  for (const txn of txns) {
    const own = await within.registry.findOwn({ member: me, txn });
    if (own) known.own.set(txn, own);
  }
  return known;
}

/** Our receipts of a peer's log reach so far: the next one begins there, whatever we hold of that log. */
async function keepPosition(within: ExchangeStore, { log: origin, to }: Receipt): Promise<void> {
  const log = await within.log.findLog(origin);
  if (!log || to <= log.receipted) return;
  await within.log.putHead(log.id, { size: log.size, root: log.root, receipted: to });
}

function toEntry({ index, text, leaf, content }: Found, bulletin: Bulletin | undefined, at: string): Entry {
  const base = { index, leaf: text, governance: leaf.audience[0] === '*', at };
  if (!content) return { ...base, word: 'withheld' };
  return { ...base, content, word: 'issued', ...(bulletin && { jti: bulletin.claims.jti }) };
}

function tallyOf(
  log: number,
  me: string,
  found: readonly Found[],
  told: ReadonlyMap<number, Bulletin | undefined>,
): Tally[] {
  const counts = new Map<string, number>();
  for (const { index, leaf } of found) {
    const bulletin = told.get(index);
    if (!bulletin || !hasRecord(bulletin.type)) continue;
    for (const to of leaf.audience) counts.set(to, (counts.get(to) ?? 0) + 1);
  }
  const issued = [...counts].map(([member, n]) => ({ log, member, what: 'issued' as const, n }));
  const withheld = found.filter(({ content }) => !content).length;
  return withheld > 0 ? [...issued, { log, member: me, what: 'withheld', n: withheld }] : issued;
}

/** A bulletin of ours: it opens a leaf that we signed, so nothing of it is judged again. */
function readOwn(jws: string): Bulletin | undefined {
  const reading = parseCompact(jws, bulletinTyp);
  const form = 'jws' in reading ? parseClaims(reading.jws.payload) : undefined;
  if (!form || !('claims' in form)) return undefined;
  const [[event = '', body] = []] = Object.entries(form.claims.events);
  const type = findType(event);
  return type && { type, claims: form.claims, body, jws };
}

/** What became of contents of ours that no peer had shown yet. */
export interface Missing {
  found: number;
  /** Indexes whose every addressee answered and has nothing. */
  lost: number[];
}

/** Asks once more for contents of our own that are missing, at most `limit` of them. */
export async function findMissing(needs: RecoverNeeds, log: HeldLog, limit = 200): Promise<Missing> {
  const missing: Missing = { found: 0, lost: [] };
  for (const entry of await needs.store.log.listByWord(log.id, 'withheld', limit)) {
    const leaf = parseLeaf(entry.leaf, needs.me);
    if (!leaf) continue;
    let found: Found = { index: entry.index, text: entry.leaf, leaf };
    let unheard = false;
    for (const [member, client] of needs.clients()) {
      if (found.content || (leaf.audience[0] !== '*' && !leaf.audience.includes(member))) continue;
      const [shown] = await entriesOf(client, log.origin, entry.index, entry.index + 1);
      if (shown) found = open(needs.hash, found, shown[1]);
      else unheard = true; // it is away, or has not come so far
    }
    if (found.content) {
      await putFound(needs, log, entry, found);
      missing.found++;
    } else if (!unheard) missing.lost.push(entry.index);
  }
  return missing;
}

/** A content that came late: its step, and the states of its record anew. */
async function putFound(needs: RecoverNeeds, log: HeldLog, entry: Entry, found: Found): Promise<void> {
  const { store, me, hash } = needs;
  const bulletin = found.content && readOwn(found.content.jws);
  const agreement = (await needs.laws.governing(store.log, log, found.index + 1))?.agreement;
  await store.transaction(async (within) => {
    await within.log.lockLog(log.id);
    await within.log.putWord(log.id, toEntry(found, bulletin, entry.at));
    const told = new Map([[found.index, bulletin]]);
    await within.peers.addTallies([
      ...tallyOf(log.id, me, [found], told),
      { log: log.id, member: me, what: 'withheld', n: -1 },
    ]);
    const known = { situations: new Map(), own: new Map() };
    const step =
      bulletin && agreement && ownStepOf(bulletin, found.index, known, { member: me, at: entry.at, agreement, hash });
    if (bulletin?.type.kind === 'receipt') await keepPosition(within, bulletin.body as Receipt); // its schema was checked
    if (!step) return;
    await within.registry.putSteps(log.id, [step]);
    if (bulletin.type.kind === 'marks') return;
    const steps = (await within.registry.listRecordSteps(step)).filter((one) => !isMark(one));
    const states = replay(steps.map(believe)).map((effect, i) => {
      const index = steps[i]?.index ?? found.index; // one effect for each
      return { index, ...('after' in effect && standingOf(effect.after)) };
    });
    await within.registry.putStates(log.id, states);
  });
}
