/**
 * The steps that our own bulletins are, made from the bulletins alone: for a log that came back from the peers. What only
 * the importer knew (its natural key, the bureau) follows from the body of whatever opened the record.
 */

import type { Agreement } from '../agreement/agreement.ts';
import { formatBase64url } from '../base/bytes.ts';
import { canonicalBytes } from '../base/canonical.ts';
import type { Hash } from '../base/ports.ts';
import { type Bulletin, hasRecord } from '../bulletin/bulletin.ts';
import { authorityOf, naturalKeyOf } from '../form/natural-key.ts';
import { answersOf, decidedOnOf, decideEffect, deedOf, type Situation } from '../registry/effects.ts';
import type { NewStep, OwnRecord } from '../registry/ports.ts';
import { markedBy, standingOf } from '../registry/record.ts';
import { retentionOf } from '../registry/retention.ts';

/** What is known of our own records as the log goes on, by `txn`; filled as steps are made. */
export interface OwnKnown {
  situations: Map<string, Situation>;
  own: Map<string, Pick<OwnRecord, 'naturalKey' | 'bodyDigest' | 'authority'>>;
}

/** The step of a bulletin of ours at `index`; undefined when it is about no record. */
export function ownStepOf(
  bulletin: Bulletin,
  index: number,
  known: OwnKnown,
  { member, at, agreement, hash }: { member: string; at: string; agreement: Agreement; hash: Hash },
): NewStep | undefined {
  const { type, claims } = bulletin;
  if (!hasRecord(type) || claims.txn === undefined) return undefined;
  const { txn, jti } = claims;
  const deed = deedOf(bulletin);
  const step = {
    ...(type.kind === 'marks' ? markedBy(bulletin) : { member, txn }),
    ...{ type: type.name, uscc: deed.uscc, jti, decidedOn: decidedOnOf(claims), index, at },
    ...retentionOf(bulletin, agreement),
    ...answersOf(deed),
  };
  if (type.kind === 'marks') return step;
  const effect = decideEffect(deed, known.situations.get(txn));
  if ('after' in effect) known.situations.set(txn, effect.after);
  const kind = known.situations.get(txn)?.kind ?? type.name;
  const own = ownOf(bulletin, kind, known.own.get(txn), hash);
  if (own) known.own.set(txn, own);
  return { ...step, ...('after' in effect && standingOf(effect.after)), ...(own && { own }) };
}

function ownOf(
  { type, claims, body }: Bulletin,
  kind: string,
  before: OwnKnown['own'] extends Map<string, infer T> ? T | undefined : never,
  hash: Hash,
) {
  const stated =
    type.kind === 'opens' ? body : type.name === 'correction' ? (body as Record<string, unknown>)[kind] : undefined;
  const bodyDigest =
    stated === undefined ? before?.bodyDigest : formatBase64url(hash(canonicalBytes(stated as object))); // its schema was checked
  const naturalKey = before?.naturalKey ?? naturalKeyOf(type.name, claims.sub_id?.uscc ?? '', body);
  const authority = before?.authority ?? authorityOf(type.name, body);
  return naturalKey === undefined || authority === undefined
    ? undefined
    : { naturalKey, authority, bodyDigest: bodyDigest ?? '' };
}
