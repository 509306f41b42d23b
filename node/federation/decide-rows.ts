/**
 * What is to be said of a row: a new natural key opens a record, a changed row corrects it, the same row changes nothing,
 * and a row about another subject than its record is refused, as is a correction that a second person must approve. Whether it is said or only shown, it is decided here.
 */

import { addresseesOf } from '../agreement/policy.ts';
import { formatBase64url } from '../base/bytes.ts';
import { canonicalBytes } from '../base/canonical.ts';
import { Problem, type ProblemCode } from '../base/problem.ts';
import type { Draft } from '../bulletin/build.ts';
import type { BulletinType } from '../bulletin/bulletin.ts';
import { findTypeByName } from '../bulletin/catalogue.ts';
import { decideEffect } from '../registry/effects.ts';
import { erasedKeyOf, isErasedKey } from '../registry/erased-key.ts';
import type { ImportItem, ImportOutcome, OwnRecord } from '../registry/ports.ts';
import { formatRecordId, type Standing, standingOf } from '../registry/record.ts';
import { addresseesOfRecord, type PublishNeeds } from './publish-steps.ts';

/** What becomes of a row, and what is to be said of it. */
export interface RowDecision {
  item: ImportItem;
  outcome: ImportOutcome;
  /** Of the record, new or known. */
  txn: string;
  /** The record as it stands; absent when there is none. */
  own?: OwnRecord;
  says?: { draft: Draft; after: Standing; bodyDigest: string };
  /** Why nothing can be said, of a row that is refused. */
  refusal?: { code: ProblemCode; facts: Record<string, unknown> };
}

const correctionType = findTypeByName('correction') as BulletinType; // the catalogue has it

/** Our records that have the rows' natural keys, or had them before they were erased. */
export function findKnown(
  { store, member, hash }: PublishNeeds,
  items: readonly ImportItem[],
): Promise<Map<string, OwnRecord>> {
  const keys = items.flatMap(({ naturalKey }) => [naturalKey, erasedKeyOf(hash, naturalKey)]);
  return store.registry.findOwnByKeys(member, keys);
}

/**
 * Decides on rows of one import, by the records of ours that have their natural keys.
 *
 * @throws {Problem} agreement/flow-not-allowed when nobody receives the type from us, agreement/not-in-force
 */
export async function decideRows(
  needs: PublishNeeds,
  typeName: string,
  items: readonly ImportItem[],
  known: ReadonlyMap<string, OwnRecord>,
): Promise<RowDecision[]> {
  const { publisher, member, hash, newId, fourEyes } = needs;
  const { agreement } = await publisher.governing();
  const audience = addresseesOf({ agreement, from: member, type: typeName });
  if (audience.length === 0) throw new Problem('agreement/flow-not-allowed', { from: member, type: typeName });
  const type = findTypeByName(typeName) as BulletinType; // a form is of a type in the catalogue
  const hasErased = [...known.keys()].some(isErasedKey);
  const decideOne = async (item: ImportItem): Promise<RowDecision> => {
    const { uscc, body } = item;
    const bodyDigest = formatBase64url(hash(canonicalBytes(body)));
    const own = known.get(item.naturalKey);
    const erased = hasErased ? known.get(erasedKeyOf(hash, item.naturalKey)) : undefined;
    if (erased) {
      const record = formatRecordId({ member, txn: erased.txn });
      return { item, outcome: 'refused', txn: erased.txn, refusal: { code: 'registry/erased', facts: { record } } };
    }
    if (!own || own.state === 'revoked') {
      const txn = newId();
      const draft: Draft = { type, audience, record: { txn, uscc }, body };
      return decideSaying({ item, outcome: 'opened', txn }, draft, bodyDigest);
    }
    const { txn } = own;
    if (own.uscc !== uscc) {
      const refusal = {
        code: 'registry/other-subject',
        facts: { record: formatRecordId({ member, txn }), uscc },
      } as const;
      return { item, outcome: 'refused', txn, own, refusal };
    }
    if (own.bodyDigest === bodyDigest) return { item, outcome: 'unchanged', txn, own };
    const step = correctionType.name;
    if (fourEyes.includes(step)) {
      const record = formatRecordId({ member, txn });
      return { item, outcome: 'refused', txn, own, refusal: { code: 'proposal/needed', facts: { record, step } } };
    }
    const corrected = { replaces: own.currentJti, [typeName]: body };
    const to = await addresseesOfRecord(needs, own);
    const draft: Draft = { type: correctionType, audience: to, record: { txn, uscc }, body: corrected };
    return decideSaying({ item, outcome: 'corrected', txn, own }, draft, bodyDigest);
  };
  const decisions: RowDecision[] = [];
  for (const item of items) decisions.push(await decideOne(item));
  return decisions;
}

/** With where the record stands once that is said of it; refused when its table does not allow it. */
function decideSaying(decision: RowDecision, draft: Draft, bodyDigest: string): RowDecision {
  const { type, record, body } = draft;
  const effect = decideEffect({ type: type.name, uscc: record?.uscc ?? '', jti: '', body }, decision.own);
  if ('after' in effect) return { ...decision, says: { draft, after: standingOf(effect.after), bodyDigest } };
  const refusal = { code: effect.code, facts: { state: decision.own?.state, step: type.name } };
  return { ...decision, outcome: 'refused', refusal };
}
