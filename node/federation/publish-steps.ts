/**
 * What an issuer says to move its own records: correction, extension, repair, revocation, the decision on an objection. A
 * step has the opener's subject and goes to everyone that any opener went to (docs/protocol.md, A member that joins). Who may take one,
 * and who must approve it, is `steps.ts`.
 */

import { findMember } from '../agreement/agreement.ts';
import { formatBase64url } from '../base/bytes.ts';
import { canonicalBytes } from '../base/canonical.ts';
import type { Hash, NewId, Now } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { formatInstant } from '../base/time.ts';
import type { Draft } from '../bulletin/build.ts';
import type { BulletinType } from '../bulletin/bulletin.ts';
import { findTypeByName } from '../bulletin/catalogue.ts';
import { correction } from '../bulletin/types/correction.ts';
import { audienceOf } from '../log/leaf.ts';
import { decideEffect, type Situation } from '../registry/effects.ts';
import type { OwnRecord } from '../registry/ports.ts';
import { type Standing, standingOf } from '../registry/record.ts';
import type { ExchangeStore } from './ports.ts';
import { type Prepared, type Publisher, stepOf } from './publish.ts';

/** What publishing needs. */
export interface PublishNeeds {
  store: ExchangeStore;
  publisher: Publisher;
  /** Our own member id. */
  member: string;
  hash: Hash;
  now: Now;
  newId: NewId;
  /** Names this process. */
  worker: string;
  /** Types of steps that a second person must approve. */
  fourEyes: readonly string[];
}

export const moveTypes = ['correction', 'extension', 'repair', 'revocation', 'objection-decision'] as const;
export type MoveType = (typeof moveTypes)[number];

/** What moves a record. The body is of that type's schema, but for `replaces`, which is filled in. */
export interface Move {
  type: MoveType;
  body: Record<string, unknown>;
}

/** What is to be said of a record; `repeats` what everybody else knows, and so may have no effect where it is known. */
export interface RecordDraft extends Draft {
  repeats?: true;
}

/** A move as it will be said, and where the record stands then. */
export interface DecidedMove {
  own: OwnRecord;
  draft: Draft;
  after: Standing;
  bodyDigest: string;
}

/** What was said, and where it stands in our log. */
export interface Said {
  index: number;
  jti: string;
}

/** Someone moved one of these records since it was looked at. */
export class Changed extends Error {}

/** Whether a record stands where it stood. */
export function isSameRecord(before: OwnRecord | undefined, after: OwnRecord | undefined): boolean {
  return before?.txn === after?.txn && before?.currentJti === after?.currentJti && before?.state === after?.state;
}

/**
 * Everyone that any opener of the record went to, as far as they still are members. When none is, those who were: ids that
 * are no members address nobody, and the record is moved all the same.
 */
export async function addresseesOfRecord(
  { store, publisher, member }: Pick<PublishNeeds, 'store' | 'publisher' | 'member'>,
  { txn }: Pick<OwnRecord, 'txn'>,
): Promise<string[]> {
  const openers = await store.registry.listOpeners({ member, txn });
  const told = [...new Set(openers.flatMap(({ leaf }) => audienceOf(leaf)))].sort();
  if (told.length === 0) throw new RangeError('our own log has the opener');
  const { agreement } = await publisher.governing();
  const present = told.filter((id) => findMember(agreement, id));
  return present.length > 0 ? present : told;
}

/** What is to be said. @throws {Problem} registry/illegal-step */
export async function decideMove(
  needs: PublishNeeds,
  own: OwnRecord,
  { type: name, body: given }: Move,
): Promise<DecidedMove> {
  const type = findTypeByName(name) as BulletinType; // Move names only what the catalogue has
  const body = name === 'correction' ? { replaces: own.currentJti, ...given } : given;
  const { txn, uscc } = own;
  const effect = decideEffect({ type: name, uscc, jti: '', body }, own);
  if ('code' in effect) throw new Problem(effect.code, { state: own.state, step: name });
  const audience = await addresseesOfRecord(needs, own);
  const corrected = name === 'correction' ? (body as Record<string, unknown>)[own.kind] : undefined;
  const bodyDigest = corrected === undefined ? own.bodyDigest : formatBase64url(needs.hash(canonicalBytes(corrected)));
  return { own, draft: { type, audience, record: { txn, uscc }, body }, after: standingOf(effect.after), bodyDigest };
}

/** Each draft about one record with where it leaves it. @throws {Problem} registry/illegal-step, unless it only repeats */
export function decideDrafts(
  { hash }: Pick<PublishNeeds, 'hash'>,
  own: OwnRecord,
  drafts: readonly RecordDraft[],
): DecidedMove[] {
  let here: Situation = own;
  let { bodyDigest } = own;
  return drafts.map(({ repeats, ...draft }) => {
    const { type, body } = draft;
    const effect = decideEffect({ type: type.name, uscc: own.uscc, jti: '', body }, here);
    if ('after' in effect) here = effect.after;
    else if (!repeats) throw new Problem(effect.code, { state: here.state, step: type.name });
    const stated = type === correction ? (body as Record<string, unknown>)[own.kind] : body;
    if (type === correction || type.kind === 'opens')
      bodyDigest = formatBase64url(hash(canonicalBytes(stated as object))); // the schemas want objects
    return { own, draft, after: standingOf(here), bodyDigest };
  });
}

/**
 * Says them in one transaction, with what else belongs to it.
 *
 * @throws {Changed} when one of the records was moved since; nothing was written then
 */
export function publishMoves(
  { publisher, member, now }: PublishNeeds,
  moves: readonly DecidedMove[],
  alongside: (within: ExchangeStore, said: readonly Said[]) => Promise<void> = async () => {},
): Promise<Said[]> {
  const write = async (within: ExchangeStore, first: number, prepared: readonly Prepared[]) => {
    for (const { own } of moves) {
      if (!isSameRecord(own, await within.registry.findOwn({ member, txn: own.txn }))) throw new Changed();
    }
    const at = formatInstant(now());
    const steps = moves.map(({ own: { naturalKey, authority }, after, bodyDigest }, i) => {
      const own = { naturalKey, bodyDigest, authority };
      return stepOf(prepared[i] as Prepared, { member, index: first + i, ...after, at, own }); // one for each move
    });
    await within.registry.putSteps((await publisher.log(within.log)).id, steps);
    const said = steps.map(({ index, jti }) => ({ index, jti }));
    await alongside(within, said);
    return said;
  };
  return publisher.publish(
    moves.map(({ draft }) => draft),
    write,
  );
}
