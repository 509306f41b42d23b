/**
 * What we say of a record without moving it: an objection that a bureau here heard (异议), or what was done here on the
 * strength of a record (措施反馈). The record may be any member's that we hold.
 */

import { addresseesOf } from '../agreement/policy.ts';
import { Problem } from '../base/problem.ts';
import { formatInstant } from '../base/time.ts';
import type { BulletinType } from '../bulletin/bulletin.ts';
import { findTypeByName } from '../bulletin/catalogue.ts';
import { audienceOf } from '../log/leaf.ts';
import { decidedOnOf } from '../registry/effects.ts';
import { type CreditRecord, formatRecordId } from '../registry/record.ts';
import { retentionOf } from '../registry/retention.ts';
import type { ExchangeStore } from './ports.ts';
import type { Prepared } from './publish.ts';
import type { PublishNeeds, Said } from './publish-steps.ts';

export const markTypes = ['objection', 'measure-feedback'] as const;
export type MarkType = (typeof markTypes)[number];

/** What is said of a record; the body is of that type's schema, but for `record`, which is filled in. */
export interface Mark {
  type: MarkType;
  body: Record<string, unknown>;
}

/**
 * Says it to those whom it concerns: an objection to the record's issuer and everyone the record went to, feedback to
 * the issuer alone; each as far as the flows allow.
 *
 * @throws {Problem} agreement/flow-not-allowed when nobody is left, or the code with which receivers would refuse it
 */
export async function publishMark(needs: PublishNeeds, record: CreditRecord, mark: Mark): Promise<Said> {
  const { publisher, member, store } = needs;
  const { type: name } = mark;
  const { agreement } = await publisher.governing();
  const allowed = addresseesOf({ agreement, from: member, type: name });
  const concerned = name === 'objection' ? await holdersOf(store, record) : [record.id.member];
  const audience = allowed.filter((id) => concerned.includes(id));
  if (audience.length === 0) throw new Problem('agreement/flow-not-allowed', { from: member, type: name });
  return sayMark(needs, record, mark, audience);
}

/** Says it to these, in one transaction with what else belongs to it. @throws {Problem} what receivers would refuse it with */
export function sayMark(
  { publisher, now }: PublishNeeds,
  record: Pick<CreditRecord, 'id' | 'uscc'>,
  { type: name, body: given }: Mark,
  audience: readonly string[],
  alongside: (within: ExchangeStore, said: Said) => Promise<void> = async () => {},
): Promise<Said> {
  const type = findTypeByName(name) as BulletinType; // MarkType names only what the catalogue has
  const body = { ...given, record: formatRecordId(record.id) };
  const about = { txn: record.id.txn, uscc: record.uscc };
  return publisher.publish([{ type, audience, record: about, body }], async (within, index, [prepared]) => {
    const { claims, governing } = prepared as Prepared; // one for the one draft
    const { id } = await publisher.log(within.log);
    const decidedOn = decidedOnOf(claims);
    const kept = retentionOf({ type, claims }, governing.agreement);
    const step = { ...record.id, type: name, uscc: record.uscc, jti: claims.jti, decidedOn, index, ...kept };
    await within.registry.putSteps(id, [{ ...step, at: formatInstant(now()) }]);
    const said = { jti: claims.jti, index };
    await alongside(within, said);
    return said;
  });
}

/** The issuer of a record and everyone that an opener of it, as far as we hold them, went to. */
async function holdersOf({ registry }: ExchangeStore, { id }: CreditRecord): Promise<string[]> {
  return [id.member, ...(await registry.listOpeners(id)).flatMap(({ leaf }) => audienceOf(leaf))];
}
