/** Claims → Security Event Token → compact JWS (RFC 8417 §2). Whether it may be said is the caller's to know. */

import { signCompact } from '../base/jws.ts';
import type { NewId, Now, Signer } from '../base/ports.ts';
import { startOfDay, toNumericDate } from '../base/time.ts';
import { type BulletinType, bulletinTyp, type Claims, hasRecord } from './bulletin.ts';

/** What is to be said. `record` is absent in governance, receipts and journals. */
export interface Draft<Body = unknown> {
  type: BulletinType<Body>;
  audience: readonly string[];
  record?: { txn: string; uscc: string };
  body: Body;
  /** The day of the decision, where it is not what the body says: of an opener that is said anew. */
  decidedOn?: string;
}

/** The claims of a draft, as of now, under the given version of the agreement. */
export function buildClaims(
  draft: Draft,
  { issuer, agreement, now, newId }: { issuer: string; agreement: Claims['agreement']; now: Now; newId: NewId },
): Claims {
  const { type, record, body } = draft;
  const claims: Claims = {
    iss: issuer,
    iat: toNumericDate(now()),
    jti: newId(),
    aud: [...draft.audience],
    agreement,
    events: { [type.event]: body },
  };
  if (!hasRecord(type)) return claims;
  if (!record || !type.decidedOn) throw new RangeError(`a ${type.name} speaks of a record and a day`);
  return {
    ...claims,
    toe: startOfDay(draft.decidedOn ?? type.decidedOn(body)),
    txn: record.txn,
    sub_id: { format: 'uscc', uscc: record.uscc },
  };
}

/** The compact JWS over the claims. */
export function signBulletin(signer: Signer, kid: string, claims: Claims): Promise<string> {
  return signCompact(signer, kid, bulletinTyp, claims);
}
