/**
 * One page into the store, all or nothing: entries with our word on each, tiles and position, what the bulletins do to
 * their records, what its erasures take, the receipts that we were given, and our own receipt in our own log.
 */

import type { Member } from '../agreement/agreement.ts';
import type { Hash, Logger, Now, VerifySignature } from '../base/ports.ts';
import { Problem, type ProblemCode } from '../base/problem.ts';
import { formatInstant } from '../base/time.ts';
import type { BulletinType } from '../bulletin/bulletin.ts';
import { type Bulletin, hasRecord, type Verified } from '../bulletin/bulletin.ts';
import { findType, findTypeByName } from '../bulletin/catalogue.ts';
import type { Receipt } from '../bulletin/types/receipt.ts';
import type { Checkpoint } from '../log/checkpoint.ts';
import type { Gate } from '../log/gate.ts';
import type { Entry, HeadProof, HeldLog, Word } from '../log/ports.ts';
import type { Growth } from '../log/tile.ts';
import { answersOf, decidedOnOf, decideEffect, deedOf, type Situation } from '../registry/effects.ts';
import type { NewStep } from '../registry/ports.ts';
import { markedBy, standingOf } from '../registry/record.ts';
import { type Admission, entriesPerPage } from './admit.ts';
import { eraseEntries, toEraseBy } from './erase.ts';
import { compareSeen } from './evidence.ts';
import { keepReceipt } from './keep-receipt.ts';
import type { Laws } from './law.ts';
import type { ErasedLine, ErasureLedger, ExchangeStore, Tally } from './ports.ts';
import { Moved, type Prepared, type Publisher, whileMoved } from './publish.ts';
import { buildReceipt, isReceiptDue, mostListed, type Said } from './receipt.ts';

/** Beyond so many a receipt is due, whatever they are: with those of one more page its lists are full. */
export const mostUnsaid = mostListed - entriesPerPage;
const receiptType = findTypeByName('receipt') as BulletinType; // the catalogue has it

/** What pulling needs. `me` is our own member id. */
export interface PullNeeds {
  store: ExchangeStore;
  laws: Laws;
  publisher: Publisher;
  /** Whether our log key may sign: while it may not, pages are stored and receipts wait. */
  gate: Pick<Gate, 'isOpen'>;
  erasureLedger: ErasureLedger;
  me: string;
  hash: Hash;
  verifySignature: VerifySignature;
  now: Now;
  logger: Logger;
}

/** What a page amounts to when it is stored. */
export interface PageToStore {
  owner: Member;
  /** As held before the page. */
  log: HeldLog;
  growth: Growth;
  admissions: readonly Admission[];
  checkpoint: Checkpoint;
  /** From the page's end to the checkpoint. */
  proof: readonly Uint8Array[];
}

/** An admission with what it does to its record. */
interface Applied extends Omit<Admission, 'word' | 'code'> {
  word?: Word;
  code?: string;
  step?: NewStep;
}

/**
 * Stores a page.
 *
 * @returns the first index that our receipts do not cover then; undefined when the position had moved meanwhile
 */
export function applyPage(needs: PullNeeds, page: PageToStore): Promise<{ receipted: number } | undefined> {
  const failed = new Set<number>();
  return whileMoved(() => storePage(needs, page, failed));
}

async function storePage(
  needs: PullNeeds,
  page: PageToStore,
  failed: Set<number>,
): Promise<{ receipted: number } | undefined> {
  const { store, publisher } = needs;
  await waitForOwnLog(needs, page);
  const applied = await decideSteps(needs, page, failed);
  const { growth, log, checkpoint } = page;
  // What stands since our last receipt and called for none, but was not taken.
  const before = log.receipted < log.size ? await store.log.listWords(log.id, log.receipted, log.size) : [];
  const said = applied.map(toSaid).filter(({ index }) => index >= log.receipted); // after a restore some of it was said before
  const unsaid = before.length + said.filter(({ word }) => word !== undefined && word !== 'taken').length;
  const due = needs.gate.isOpen() && (isReceiptDue(said) || unsaid > mostUnsaid);
  const body = buildReceipt(checkpoint, log.receipted, growth.size, [...before.map(toSaid), ...said]);
  const receipt = due ? await publisher.prepare([{ type: receiptType, audience: [page.owner.id], body }]) : [];
  try {
    return await commit(store, needs, page, applied, receipt, failed);
  } catch (error) {
    if (!(error instanceof EffectFailed)) throw error;
    // Its effect fails here, whatever the reason: noted once, never retried for ever.
    for (const index of error.indexes) failed.add(index);
    needs.logger.error(
      { member: page.owner.id, indexes: error.indexes, cause: String(error.cause) },
      'an effect failed and is noted',
    );
    return storePage(needs, page, failed);
  }
}

/** A receipt for more of our own log than we hold is not dropped: the page waits until our log has come back. */
async function waitForOwnLog({ store, publisher, gate }: PullNeeds, { admissions }: PageToStore): Promise<void> {
  if (gate.isOpen()) return;
  const own = await publisher.log(store.log);
  for (const { bulletin } of admissions) {
    if (bulletin?.type.kind !== 'receipt') continue;
    const { log, size } = bulletin.body as Receipt; // its schema was checked
    if (log === own.origin && size > own.size) throw new Problem('log/locked', { held: own.size, shown: size });
  }
}

async function commit(
  store: ExchangeStore,
  needs: PullNeeds,
  page: PageToStore,
  applied: readonly Applied[],
  receipt: readonly Prepared[],
  failed: ReadonlySet<number>,
): Promise<{ receipted: number } | undefined> {
  const { log, growth } = page;
  const receipted = receipt.length > 0 ? growth.size : log.receipted;
  const at = formatInstant(needs.now());
  const done = await store.transaction(async (within) => {
    const current = await within.log.lockLog(log.id);
    // Another process may have pulled the page, or our own log come back and told how far our receipts reach.
    if (current.size !== log.size || current.receipted !== log.receipted) return undefined;
    const again = await decideSteps({ ...needs, store: within }, page, failed);
    if (JSON.stringify(again.map(toWord)) !== JSON.stringify(applied.map(toWord))) throw new Moved(); // late content came between
    await within.log.putEntries(
      log.id,
      applied.map((one) => toEntry(one, at)),
    );
    await within.log.putTiles(log.id, growth.tiles);
    await within.log.putHead(log.id, { size: growth.size, root: growth.root, receipted });
    await within.log.putHeadProof(log.id, headProofOf(page));
    const grown = { ...log, size: growth.size, root: growth.root };
    if (!needs.laws.isStruck(log.origin)) await compareSeen(within.log, grown, log.size, needs.hash);
    await putSteps(
      within,
      log.id,
      applied.flatMap(({ step }) => step ?? []),
    );
    await within.peers.addTallies(tally(log.id, needs.me, applied));
    const erased: ErasedLine[] = [];
    for (const { bulletin, acts = bulletin, index } of applied) {
      if (bulletin?.type.kind === 'receipt') await keepReceipt(within, needs, { member: page.owner.id, bulletin, at });
      const toErase = acts && toEraseBy(acts, index, at);
      if (toErase) erased.push(...(await eraseEntries(within, log, toErase, needs.me, needs.hash)));
    }
    const appended = receipt.length > 0 ? await needs.publisher.append(within, receipt) : undefined;
    if (erased.length > 0) await needs.erasureLedger.add(erased); // the last thing before the commit
    return { appended };
  });
  if (done?.appended) needs.publisher.committed(done.appended);
  return done && { receipted };
}

/** What convicts the log, should somebody show another history of what we hold before we reach the checkpoint. */
function headProofOf({ growth: { size }, checkpoint, proof }: PageToStore): HeadProof | undefined {
  return size < checkpoint.size ? { size, to: checkpoint.size, proof } : undefined;
}

/** Steps of a page in one go; when that fails, one by one to learn which. */
async function putSteps(within: ExchangeStore, log: number, steps: readonly NewStep[]): Promise<void> {
  try {
    await within.savepoint(() => within.registry.putSteps(log, steps));
  } catch (error) {
    const indexes: number[] = [];
    for (const step of steps) {
      await within.savepoint(() => within.registry.putSteps(log, [step])).catch(() => indexes.push(step.index));
    }
    if (indexes.length === 0) throw error; // together they fail, alone they do not: no effect is to blame
    throw new EffectFailed(indexes, { cause: error });
  }
}

class EffectFailed extends Error {
  readonly indexes: readonly number[];

  constructor(indexes: readonly number[], options: ErrorOptions) {
    super('effects failed', options);
    this.indexes = indexes;
  }
}

/** What each taken bulletin does to its record, in log order. Only the issuer's own log moves its records. */
async function decideSteps(
  { store, now }: PullNeeds,
  page: PageToStore,
  failed: ReadonlySet<number>,
): Promise<Applied[]> {
  const at = formatInstant(now());
  const about = page.admissions.flatMap(({ bulletin }) =>
    bulletin && hasRecord(bulletin.type) ? (bulletin.claims.txn ?? []) : [],
  );
  const situations = await store.registry.findSituations(page.owner.id, [...new Set(about)]);
  return page.admissions.map((admission) => {
    const { bulletin, index } = admission;
    if (!bulletin || !hasRecord(bulletin.type)) return admission;
    if (failed.has(index)) return { ...admission, word: 'noted', code: 'registry/effect-failed' satisfies ProblemCode };
    return applyOne(admission, bulletin, page.owner.id, situations, at);
  });
}

function applyOne(
  admission: Admission,
  bulletin: Verified<Bulletin>,
  member: string,
  situations: Map<string, Situation>,
  at: string,
): Applied {
  const { claims, type } = bulletin;
  const { txn } = claims as typeof claims & { txn: string }; // hasRecord: the verdict saw to it
  const deed = deedOf(bulletin);
  const step = {
    ...(type.kind === 'marks' ? markedBy(bulletin) : { member, txn }),
    type: type.name,
    uscc: deed.uscc,
    jti: claims.jti,
    decidedOn: decidedOnOf(claims),
    index: admission.index,
    at,
    ...answersOf(deed),
  };
  if (type.kind === 'marks') return { ...admission, step };
  const effect = decideEffect(deed, situations.get(txn));
  if ('code' in effect) return { ...admission, word: 'noted', code: effect.code, step };
  situations.set(txn, effect.after);
  return { ...admission, step: { ...step, ...standingOf(effect.after) } };
}

/** What a decision amounts to, however often it is made. */
function toWord({ index, word, code, step }: Applied) {
  return { index, word, code, state: step?.state, until: step?.until };
}

function toSaid(one: Pick<Applied, 'index' | 'word' | 'code' | 'bulletin' | 'event' | 'governance'>): Said {
  const { index, word, code, bulletin, event = '', governance } = one;
  const type = bulletin?.type ?? findType(event);
  return {
    index,
    ...(word && { word }),
    ...(code !== undefined && { code }),
    isReceiptOrGovernance: governance || type?.kind === 'receipt' || type?.kind === 'governance',
  };
}

export function toEntry({ index, leaf, governance, content, jti, word, code }: Applied, at: string): Entry {
  return {
    index,
    leaf,
    governance,
    ...(content && { content }),
    ...(jti !== undefined && { jti }),
    ...(word && { word }),
    ...(code !== undefined && { code }),
    at,
  };
}

function tally(log: number, me: string, applied: readonly Applied[]): Tally[] {
  const counts = new Map<Tally['what'], number>();
  for (const { word, bulletin } of applied) {
    if (!word || word === 'issued' || (bulletin && !hasRecord(bulletin.type))) continue;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([what, n]) => ({ log, member: me, what, n }));
}
