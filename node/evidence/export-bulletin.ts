/** One bulletin as evidence: that it was said, that a receiver refused it, or that a receiver was not given it. */

import { Problem } from '../base/problem.ts';
import { wordOn } from '../federation/receipt.ts';
import type { Claim, Part } from './evidence.ts';
import type { Exported } from './export.ts';
import { type FoundReceipt, findReceipts } from './find-receipts.ts';
import { checkHeld, type Place, type Plan, planShown, receiptParts, receiversOf, schemasFor, usesOf } from './plan.ts';
import type { Session } from './session.ts';
import { createShow } from './show-entry.ts';

/**
 * The bulletin, with every receipt that is held here and speaks of it.
 *
 * @throws {Problem} bulletin/not-found, evidence/not-held, evidence/refused-bulletin, evidence/no-quorum, log/struck,
 *   agreement/unknown-schema
 */
export async function exportBulletin(session: Session, jti: string): Promise<Exported> {
  const place = await findBulletin(session, jti);
  const { log, entry } = place;
  if (entry.word === 'refused') throw new Problem('evidence/refused-bulletin', { jti, code: entry.code });
  checkHeld(place);
  const plan = await planShown(session, [place], await findReceipts(session, log, entry));
  const claim = { ...claimOf(session, place), kind: 'bulletin', jti, receivers: receiversOf(plan.receipts) } as const;
  const schemas = await schemasFor(session, [place, ...plan.receipts]);
  return { claim, uses: usesOf([place]), parts: bulletinParts(session, plan, schemas) };
}

/** A bulletin by its id, or by its issuer and its index in that one's log: what was refused may share its id, or have none. */
export type Named = { jti: string } | { issuer: string; index: number };

/**
 * What a receiver refused, and its receipt that says why.
 *
 * @param receiver by default the only one that refused it
 * @throws {Problem} as {@link exportBulletin} does, but for evidence/refused-bulletin; log/out-of-range; evidence/not-refused
 *   when nobody is known to have refused it; evidence/several-refused when several have
 */
export async function exportRefusal(session: Session, named: Named, receiver?: string): Promise<Exported> {
  const place =
    'jti' in named ? await findBulletin(session, named.jti) : await findPlace(session, named.issuer, named.index);
  const { entry, log } = place;
  const refusing = (await findReceipts(session, log, entry)).filter(
    (one) =>
      wordOn(one.body, entry.index)?.word === 'refused' && (receiver === undefined || one.log.member === receiver),
  );
  const receivers = receiversOf(refusing);
  const name = entry.jti ?? `${log.member} ${entry.index}`;
  if (receivers.length > 1) throw new Problem('evidence/several-refused', { jti: name, receivers });
  const receipt = refusing.at(-1);
  if (!receipt) throw new Problem('evidence/not-refused', { unrefused: name });
  checkHeld(place);
  const plan = await planOne(session, place, receipt);
  const claim = {
    ...claimOf(session, place),
    ...(entry.jti !== undefined && { jti: entry.jti }),
    ...({ kind: 'refusal' } as const),
    ...{ receiver: receipt.log.member, code: String(wordOn(receipt.body, entry.index)?.code) },
  };
  const schemas = await schemasFor(session, [place, receipt]);
  return { claim, uses: usesOf([place]), parts: bulletinParts(session, plan, schemas) };
}

/**
 * That a receiver said that it was not given the content of an entry.
 *
 * @throws {Problem} log/unknown, log/out-of-range, evidence/not-refused when no receipt held here says so, evidence/no-quorum
 */
export async function exportWithheld(
  session: Session,
  { issuer, index, receiver }: { issuer: string; index: number; receiver: string },
): Promise<Exported> {
  const place = await findPlace(session, issuer, index);
  const receipt = (await findReceipts(session, place.log, place.entry)).findLast(
    ({ log, body }) => log.member === receiver && body.withheld.includes(index),
  );
  if (!receipt) throw new Problem('evidence/not-refused', { receiver, index });
  const plan = await planOne(session, place, receipt);
  const claim = { ...claimOf(session, place), kind: 'withheld', receiver } as const;
  const schemas = await schemasFor(session, [receipt]);
  return { claim, uses: [], parts: withheldParts(session, plan, place, schemas) };
}

/** With the one receipt that the claim rests on, which must be covered. */
async function planOne(session: Session, place: Place, receipt: FoundReceipt): Promise<Plan> {
  const plan = await planShown(session, [place, receipt], [receipt]);
  if (plan.receipts.length === 0) {
    const { log, size } = receipt.body;
    throw new Problem('evidence/no-quorum', { log, size, have: 0, need: needOf(session) });
  }
  return { ...plan, bulletins: [place] };
}

async function* bulletinParts(session: Session, plan: Plan, schemas: Part[]): AsyncGenerator<Part> {
  const show = createShow(session);
  yield* session.agreementParts();
  yield* schemas;
  for (const { log, entry } of plan.bulletins)
    yield { section: 'bulletin', value: await show.entry(plan.chosenOf(log.origin), entry) };
  yield* receiptParts(show, plan);
}

async function* withheldParts(
  session: Session,
  plan: Plan,
  { log, entry }: Place,
  schemas: Part[],
): AsyncGenerator<Part> {
  const show = createShow(session);
  yield* session.agreementParts();
  yield* schemas;
  yield { section: 'leaf', value: await show.leaf(plan.chosenOf(log.origin), entry) };
  yield* receiptParts(show, plan);
}

async function findBulletin({ store }: Session, jti: string): Promise<Place> {
  const found = await store.log.findByJti(jti);
  if (!found) throw new Problem('bulletin/not-found', { jti });
  return found;
}

/** An entry by its issuer and index: of an issuer with several logs that one which has such an index, the newest first. */
async function findPlace({ logs, store }: Session, issuer: string, index: number): Promise<Place> {
  const owned = logs.filter(({ member }) => member === issuer);
  const log = owned.findLast(({ size }) => index < size);
  const [entry] = log ? await store.log.listEntries(log.id, index, index + 1) : [];
  if (!log || !entry)
    throw new Problem(owned.length === 0 ? 'agreement/unknown-member' : 'log/out-of-range', { member: issuer, index });
  return { log, entry };
}

function claimOf(session: Session, { log, entry }: Place) {
  return {
    agreement: session.digest,
    issuer: log.member,
    log: log.origin,
    index: entry.index,
  } satisfies Partial<Claim>;
}

function needOf({ versions }: Session): number | undefined {
  return versions.at(-1)?.exchange.witnessQuorum;
}
