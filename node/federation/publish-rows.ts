/**
 * The good rows of an import into our log, a batch a transaction: a new natural key opens a record, a changed row
 * corrects it, the same row changes nothing. What was decided is looked at again inside the transaction, so that two
 * imports at once do not open one record twice.
 */

import { addresseesOf } from '../agreement/policy.ts';
import { formatBase64url } from '../base/bytes.ts';
import { canonicalBytes } from '../base/canonical.ts';
import { Problem } from '../base/problem.ts';
import { formatInstant } from '../base/time.ts';
import type { Draft } from '../bulletin/build.ts';
import type { BulletinType } from '../bulletin/bulletin.ts';
import { findTypeByName } from '../bulletin/catalogue.ts';
import { decideEffect, type Situation } from '../registry/effects.ts';
import type { Import, ImportItem, ImportOutcome, OwnRecord } from '../registry/ports.ts';
import { type Standing, standingOf } from '../registry/record.ts';
import type { ExchangeStore } from './ports.ts';
import { type Prepared, stepOf } from './publish.ts';
import { audienceOf, Changed, isSameRecord, type PublishNeeds } from './publish-steps.ts';

const rowsAtOnce = 500;
const correctionType = findTypeByName('correction') as BulletinType; // the catalogue has it

/** What becomes of a row, and what is to be said of it. */
interface Decision {
  item: ImportItem;
  outcome: ImportOutcome;
  txn: string;
  says?: { draft: Draft; after: Standing; bodyDigest: string };
}

type Saying = Required<Decision>;

/** Publishes all that waits of an import in state `publishing`; goes on where a killed process stopped. */
export async function publishRows(needs: PublishNeeds, given: Import): Promise<void> {
  await needs.store.imports.claimImport(given.id, needs.worker);
  try {
    while (await publishOnce(needs, given)); // rows whose records were moved meanwhile are decided anew
  } catch (error) {
    if (!(error instanceof Problem) || error.code === 'log/head-changed') throw error;
    return end(needs, given, 'refused', error); // what was published stays
  }
  return end(needs, given, 'done');
}

/** Goes once through the waiting rows: while one batch is stored, the next is signed. True when any row still waits. */
async function publishOnce(needs: PublishNeeds, given: Import): Promise<boolean> {
  let after = 0;
  let left = false;
  let underWay: Promise<boolean> = Promise.resolve(true);
  for (;;) {
    const items = await needs.store.imports.listWaiting(given.id, after, rowsAtOnce);
    const last = items.at(-1);
    if (!last) break;
    after = last.row;
    const batch = publishBatch(needs, given, items);
    try {
      if (!(await underWay)) left = true;
    } catch (error) {
      await batch.catch(() => undefined); // nothing of this import is under way any more when its end is said
      throw error;
    }
    underWay = batch;
    underWay.catch(() => undefined); // reported when its turn comes
  }
  return !(await underWay) || left;
}

async function end(
  { store, now }: PublishNeeds,
  given: Import,
  state: 'done' | 'refused',
  problem?: Problem,
): Promise<void> {
  const { opened = 0, corrected = 0, unchanged = 0, refused = 0 } = await store.imports.countOutcomes(given.id);
  const refusedRows = given.summary.refusedRows + refused;
  const summary = { ...given.summary, opened, corrected, unchanged, refusedRows };
  const why = problem && { problem: { code: problem.code, facts: { ...problem.facts } } };
  await store.transaction(async ({ imports }) => {
    await imports.putImport({ ...given, state, summary, ...why, finishedAt: formatInstant(now()) });
    await imports.dropWaiting(given.id);
  });
}

/** False when one of these records was moved since the batch was decided; then nothing of it was written. */
async function publishBatch(needs: PublishNeeds, given: Import, items: readonly ImportItem[]): Promise<boolean> {
  const { store, publisher, member } = needs;
  const keys = items.map(({ naturalKey }) => naturalKey);
  const known = await store.registry.findOwnByKeys(member, keys);
  const decisions = await decideRows(needs, given.type, items, known);
  const sayings = decisions.filter((one): one is Saying => one.says !== undefined);

  const write = async (within: ExchangeStore, first: number, prepared: readonly Prepared[]) => {
    const { id } = await publisher.log(within.log);
    await within.log.lockLog(id); // a batch that appends nothing waits its turn too: its refusals are numbered
    const now = await within.registry.findOwnByKeys(member, keys);
    if (keys.some((key) => !isSameRecord(known.get(key), now.get(key)))) throw new Changed();
    await writeOutcomes(needs, within, given.id, decisions, sayings, first, prepared);
  };
  try {
    const drafts = sayings.map(({ says }) => says.draft);
    if (drafts.length === 0) await store.transaction((within) => write(within, 0, []));
    else await publisher.publish(drafts, write);
    return true;
  } catch (error) {
    if (error instanceof Changed) return false;
    throw error;
  }
}

async function writeOutcomes(
  { publisher, member, now }: PublishNeeds,
  within: ExchangeStore,
  id: string,
  decisions: readonly Decision[],
  sayings: readonly Saying[],
  first: number,
  prepared: readonly Prepared[],
): Promise<void> {
  const at = formatInstant(now());
  const steps = sayings.map(({ item, says }, i) => {
    const own = { naturalKey: item.naturalKey, bodyDigest: says.bodyDigest, authority: item.authority };
    return stepOf(prepared[i] as Prepared, { member, index: first + i, ...says.after, at, own }); // one for each saying
  });
  const indexes = new Map(sayings.map(({ item }, i) => [item.row, first + i]));
  const outcomes = decisions.map(({ item: { row }, outcome, txn }) => {
    const index = indexes.get(row);
    return { row, outcome, txn, ...(index !== undefined && { index }) };
  });
  await within.registry.putSteps((await publisher.log(within.log)).id, steps);
  await within.imports.putOutcomes(id, outcomes);
  const refused = decisions.filter(({ outcome }) => outcome === 'refused');
  const refusals = refused.map(({ item: { row, uscc }, txn }) => {
    return { row, column: '', value: '', code: 'registry/other-subject', facts: { record: `${member}.${txn}`, uscc } };
  });
  await within.imports.putRefusals(id, await within.imports.countRefusals(id), refusals);
}

async function decideRows(
  { publisher, member, store, hash, newId }: PublishNeeds,
  typeName: string,
  items: readonly ImportItem[],
  known: ReadonlyMap<string, OwnRecord>,
): Promise<Decision[]> {
  const { agreement } = await publisher.governing();
  const audience = addresseesOf({ agreement, from: member, type: typeName });
  if (audience.length === 0) throw new Problem('agreement/flow-not-allowed', { from: member, type: typeName });
  const type = findTypeByName(typeName) as BulletinType; // a form is of a type in the catalogue
  const decideOne = async (item: ImportItem): Promise<Decision> => {
    const { uscc, body } = item;
    const bodyDigest = formatBase64url(hash(canonicalBytes(body)));
    const own = known.get(item.naturalKey);
    if (!own || own.state === 'revoked') {
      const txn = newId();
      const draft: Draft = { type, audience, record: { txn, uscc }, body };
      return { item, outcome: 'opened', txn, says: { draft, after: standingAfter(draft), bodyDigest } };
    }
    const { txn } = own;
    if (own.uscc !== uscc) return { item, outcome: 'refused', txn }; // another subject is another record
    if (own.bodyDigest === bodyDigest) return { item, outcome: 'unchanged', txn };
    const corrected = { replaces: own.currentJti, [typeName]: body };
    const to = await audienceOf(store.log, publisher, own);
    const draft: Draft = { type: correctionType, audience: to, record: { txn, uscc }, body: corrected };
    return { item, outcome: 'corrected', txn, says: { draft, after: standingAfter(draft, own), bodyDigest } };
  };
  const decisions: Decision[] = [];
  for (const item of items) decisions.push(await decideOne(item));
  return decisions;
}

/** Where a record stands once that is said of it. */
function standingAfter({ type, record, body }: Draft, before?: Situation): Standing {
  const effect = decideEffect({ type: type.name, uscc: record?.uscc ?? '', jti: '', body }, before);
  if ('code' in effect) throw new Problem(effect.code, { state: before?.state, step: type.name });
  return standingOf(effect.after);
}
