/**
 * The whole history of a credit record as it is known here: what its issuer said of it, what others said of it in their own
 * logs (objections, feedback on measures), and the receipts on all of these that are held here. What was erased is left out,
 * unless it is what opens the record.
 */

import { Problem } from '../base/problem.ts';
import { readType } from '../bulletin/read.ts';
import { parseRecordId, type RecordId } from '../registry/record.ts';
import type { ClaimOf, Part } from './evidence.ts';
import type { Exported } from './export.ts';
import { type FoundReceipt, findReceipts } from './find-receipts.ts';
import { byPlace, type Place, type Plan, planShown, receiptParts, schemasFor, usesOf } from './plan.ts';
import type { Session } from './session.ts';
import { createShow, notHeld } from './show-entry.ts';

/**
 * @param record `310000.0198f3c2-…`
 * @throws {Problem} registry/not-found; evidence/not-held when its opener was erased; evidence/no-quorum, log/struck,
 *   agreement/unknown-schema
 */
export async function exportRecord(session: Session, record: string): Promise<Exported> {
  const id = parseRecordId(record);
  const places = id ? await listPlaces(session, id) : [];
  if (!id || places.length === 0) throw new Problem('registry/not-found', { record: record.slice(0, 64) });
  const held = fromOpener(
    places.filter(({ entry }) => entry.content),
    id,
  );
  if (!held) {
    const { log, entry } = places.find(({ entry }) => !entry.content) ?? (places[0] as Place); // there is one
    throw notHeld(log.origin, entry);
  }
  const receipts: FoundReceipt[] = [];
  for (const { log, entry } of held) receipts.push(...(await findReceipts(session, log, entry)));
  const plan = await planShown(session, held, receipts);
  const claim: ClaimOf<'record'> = {
    ...{ kind: 'record', agreement: session.digest, issuer: id.member, txn: id.txn },
    ...{ bulletins: plan.bulletins.length, receipts: plan.receipts.length },
  };
  const schemas = await schemasFor(session, [...plan.bulletins, ...plan.receipts]);
  return { claim, uses: usesOf(held), parts: recordParts(session, plan, schemas) };
}

async function* recordParts(session: Session, plan: Plan, schemas: Part[]): AsyncGenerator<Part> {
  const show = createShow(session);
  yield* session.agreementParts();
  yield* schemas;
  for (const { log, entry } of plan.bulletins)
    yield { section: 'bulletins', value: await show.entry(plan.chosenOf(log.origin), entry) };
  yield* receiptParts(show, plan);
}

async function listPlaces({ store, logs }: Session, id: RecordId): Promise<Place[]> {
  const places: Place[] = [];
  for (const { origin, index } of await store.registry.listStepsOf([id])) {
    const log = logs.find((one) => one.origin === origin);
    const [entry] = log ? await store.log.listEntries(log.id, index, index + 1) : [];
    if (log && entry) places.push({ log, entry });
  }
  return places;
}

/**
 * In the order of the file, without what the issuer said before the first opener that is held: of a record that nobody had
 * opened here it moved nothing. Undefined when none is held.
 */
function fromOpener(places: readonly Place[], id: RecordId): Place[] | undefined {
  const ordered = [...places].sort(byPlace);
  const first = ordered.findIndex((place) => opens(place, id));
  return first < 0 ? undefined : ordered.filter(({ log }, i) => i >= first || log.member !== id.member);
}

function opens({ log, entry }: Place, { member }: RecordId): boolean {
  return log.member === member && entry.content !== undefined && readType(entry.content.jws)?.kind === 'opens';
}
