/**
 * Steps taken by hand on our own records: correction, repair, revocation. A step has the opener's subject and goes to
 * everyone the opener went to (docs/protocol.md, Records).
 */

import { formatBase64url } from '../base/bytes.ts';
import { canonicalBytes } from '../base/canonical.ts';
import { holdsIdentityNumber } from '../base/identity-number.ts';
import type { Hash, NewId, Now } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { dayOf, formatInstant } from '../base/time.ts';
import type { Draft } from '../bulletin/build.ts';
import type { BulletinType } from '../bulletin/bulletin.ts';
import { findTypeByName } from '../bulletin/catalogue.ts';
import { parseLeaf } from '../log/leaf.ts';
import type { LogStore } from '../log/ports.ts';
import { decideEffect } from '../registry/effects.ts';
import type { RecordState } from '../registry/lifecycle.ts';
import type { OwnRecord } from '../registry/ports.ts';
import { formatRecordId, type RecordId } from '../registry/record.ts';
import type { Asker } from '../registry/tokens.ts';
import type { ExchangeStore } from './ports.ts';
import { type Prepared, type Publisher, stepOf } from './publish.ts';

const recordsAtOnce = 500;
const revocationType = findTypeByName('revocation') as BulletinType; // the catalogue has it

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
}

/** What is done to a record. The body is of that type's schema, but for `replaces`, which is filled in. */
export interface StepRequest {
  type: 'correction' | 'repair' | 'revocation';
  body: Record<string, unknown>;
}

interface Decision {
  own: OwnRecord;
  draft: Draft;
  state: RecordState;
  bodyDigest: string;
}

/** Someone moved one of these records since it was looked at. */
export class Changed extends Error {}

/** Whether a record stands where it stood. */
export function isSameRecord(before: OwnRecord | undefined, after: OwnRecord | undefined): boolean {
  return before?.txn === after?.txn && before?.currentJti === after?.currentJti && before?.state === after?.state;
}

/** Everyone the opener went to. */
export async function audienceOf(log: LogStore, publisher: Publisher, own: OwnRecord): Promise<string[]> {
  const { id } = await publisher.log(log);
  const [entry] = await log.listEntries(id, own.openedAt, own.openedAt + 1);
  const leaf = entry && parseLeaf(entry.leaf);
  if (!leaf) throw new RangeError('our own log has the opener');
  return leaf.audience;
}

/**
 * Takes a step on one of our records.
 *
 * @param ownAuthority USCC of the province's own authority, which may move any record
 * @returns the index of its leaf
 * @throws {Problem} registry/not-found, registry/not-ours, auth/not-your-authority, registry/illegal-step,
 *   registry/changed-meanwhile, or the code with which receivers would refuse it
 */
export async function publishStep(
  needs: PublishNeeds,
  id: RecordId,
  request: StepRequest,
  asker: Asker,
  ownAuthority: string,
): Promise<{ index: number; jti: string }> {
  const { member, store } = needs;
  if (id.member !== member) throw new Problem('registry/not-ours', { record: formatRecordId(id) });
  const own = await store.registry.findOwn(id);
  if (!own) throw new Problem('registry/not-found', { record: formatRecordId(id) });
  if (asker.authority !== own.authority && asker.authority !== ownAuthority) {
    throw new Problem('auth/not-your-authority', { authority: own.authority });
  }
  checkDocument(request.body);
  const decision = await decideStep(needs, own, request);
  try {
    const [done] = await publishDecisions(needs, [decision]);
    return done as { index: number; jti: string }; // one for the one decision
  } catch (error) {
    if (error instanceof Changed) throw new Problem('registry/changed-meanwhile', { record: formatRecordId(id) });
    throw error;
  }
}

/** Revokes every record that an import opened and that still stands; returns how many. */
export async function revokeImport(needs: PublishNeeds, importId: string, reason: string): Promise<number> {
  const txns = await needs.store.imports.listOpened(importId);
  let revoked = 0;
  for (let at = 0; at < txns.length; at += recordsAtOnce)
    revoked += await revokeSome(needs, txns.slice(at, at + recordsAtOnce), reason);
  return revoked;
}

async function revokeSome(needs: PublishNeeds, txns: readonly string[], reason: string): Promise<number> {
  const { store, member, now } = needs;
  const body = { revokedOn: dayOf(now()), ground: 'import-mistake', reason };
  for (;;) {
    const decisions: Decision[] = [];
    for (const txn of txns) {
      const own = await store.registry.findOwn({ member, txn });
      if (own && own.state !== 'revoked') decisions.push(await decideStep(needs, own, { type: 'revocation', body }));
    }
    try {
      if (decisions.length > 0) await publishDecisions(needs, decisions);
      return decisions.length;
    } catch (error) {
      if (!(error instanceof Changed)) throw error; // decided anew
    }
  }
}

/** A document's number is no free text, so receivers do not search it; nothing about a person leaves here all the same. */
function checkDocument(body: Record<string, unknown>): void {
  const number = (body.document as { number?: unknown } | undefined)?.number; // its schema has not been checked yet
  if (typeof number === 'string' && holdsIdentityNumber(number)) {
    throw new Problem('subject/natural-person', { member: 'document.number' });
  }
}

async function decideStep(
  { store, publisher, hash }: PublishNeeds,
  own: OwnRecord,
  { type: name, body: given }: StepRequest,
): Promise<Decision> {
  const type = name === 'revocation' ? revocationType : (findTypeByName(name) as BulletinType); // StepRequest names only these
  const body = name === 'correction' ? { replaces: own.currentJti, ...given } : given;
  const { txn, uscc } = own;
  const effect = decideEffect({ type: name, uscc, jti: '', body }, own);
  if ('code' in effect) throw new Problem(effect.code, { state: own.state, step: name });
  const audience = await audienceOf(store.log, publisher, own);
  const corrected = name === 'correction' ? (body as Record<string, unknown>)[own.kind] : undefined;
  const bodyDigest = corrected === undefined ? own.bodyDigest : formatBase64url(hash(canonicalBytes(corrected)));
  return { own, draft: { type, audience, record: { txn, uscc }, body }, state: effect.after.state, bodyDigest };
}

async function publishDecisions(
  needs: PublishNeeds,
  decisions: readonly Decision[],
): Promise<{ index: number; jti: string }[]> {
  const { publisher, member, now } = needs;
  const write = async (within: ExchangeStore, first: number, prepared: readonly Prepared[]) => {
    for (const { own } of decisions) {
      if (!isSameRecord(own, await within.registry.findOwn({ member, txn: own.txn }))) throw new Changed();
    }
    const at = formatInstant(now());
    const steps = decisions.map(({ own: { naturalKey, authority }, state, bodyDigest }, i) => {
      const own = { naturalKey, bodyDigest, authority };
      return stepOf(prepared[i] as Prepared, { member, index: first + i, state, at, own }); // one for each decision
    });
    await within.registry.putSteps((await publisher.log(within.log)).id, steps);
    return steps.map(({ index, jti }) => ({ index, jti }));
  };
  return publisher.publish(
    decisions.map(({ draft }) => draft),
    write,
  );
}
