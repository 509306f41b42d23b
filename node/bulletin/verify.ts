/**
 * Compact JWS → verdict. A pure function of leaf, JWS, the log before it and the agreement: no clock, no local state,
 * so that two honest receivers always say the same (docs/protocol.md, Verdicts). The order of the checks is the order of the codes.
 */

import { holdsIdentityNumber } from '../base/identity-number.ts';
import { isSignedBy, parseCompact } from '../base/jws.ts';
import type { PublicJwk, VerifySignature } from '../base/ports.ts';
import type { Facts, ProblemCode } from '../base/problem.ts';
import type { Check } from '../base/schema.ts';
import { checkUscc } from '../base/uscc.ts';
import {
  type Bulletin,
  type BulletinType,
  bulletinTyp,
  type Claims,
  hasRecord,
  maxBulletinBytes,
  type Verified,
} from './bulletin.ts';
import { bulletinTypes, findType } from './catalogue.ts';
import { parseClaims } from './claims.ts';

/** What governs the issuer's log at the bulletin's index. */
export interface Law {
  /** Digest of the version of the agreement in force there. */
  digest: string;
  /** Index of the nearest governance entry below; undefined for entry 0. */
  after: number | undefined;
  /** The issuer's bulletin keys in force, by RFC 7638 thumbprint. */
  keys: ReadonlyMap<string, PublicJwk>;
  /** The schema that the version pins for a type; undefined when it does not list the type. */
  findCheck(type: BulletinType): Check | undefined;
  /** The agreement's no: the period it is in force, who may send what to whom. */
  decideFlow(type: BulletinType, claims: Claims): ProblemCode | undefined;
}

/** A bulletin where it stands: opened, but not yet judged. */
export interface Standing {
  jws: string;
  /** The leaf's audience. */
  audience: readonly string[];
  /** Issuer URL of the member whose log holds it. */
  owner: string;
}

/** Why a bulletin is refused. `jti` and `event` are absent when they could not be read. */
export interface Refusal {
  code: ProblemCode;
  facts: Facts;
  jti?: string;
  /** The type URI that it names, whether or not there is such a type. */
  event?: string;
}

export type Verdict = { good: Verified<Bulletin> } | Refusal;

/** The verdict on one bulletin. Never throws for what a peer sent. */
export async function verifyBulletin(at: Standing, law: Law, verifySignature: VerifySignature): Promise<Verdict> {
  if (at.jws.length > maxBulletinBytes) return { code: 'bulletin/too-large', facts: { bytes: at.jws.length } };
  const reading = parseCompact(at.jws, bulletinTyp);
  if ('flaw' in reading) return { code: 'bulletin/malformed', facts: { reason: reading.flaw } };
  const { jws } = reading;
  const form = parseClaims(jws.payload);
  if ('flaw' in form) return { code: 'bulletin/malformed', facts: { reason: form.flaw } };
  const { claims } = form;
  const { jti } = claims;
  const [event] = Object.keys(claims.events) as [string]; // parseClaims saw to it
  const key = law.keys.get(jws.header.kid);
  if (!key) return { code: 'bulletin/unknown-key', facts: { kid: jws.header.kid }, jti, event };
  const signed = isSignedBy(jws, key, verifySignature); // runs on the pool while the content is judged here
  const content = judgeContent(at, law, claims);
  if (!(await signed)) return { code: 'bulletin/bad-signature', facts: { kid: jws.header.kid }, jti, event };
  return 'code' in content ? { ...content, jti, event } : content;
}

/**
 * The one check that looks below in the same log: a good bulletin whose `jti` is that of a lower entry which this
 * receiver opened is refused. It comes last, so that a page is judged whole and its ids are looked up at once.
 */
export function refuseRepeat(verdict: Verdict, isKnown: (jti: string) => boolean): Verdict {
  if ('code' in verdict || !isKnown(verdict.good.claims.jti)) return verdict;
  const { type, claims } = verdict.good;
  const { jti } = claims;
  return { code: 'bulletin/duplicate', facts: { jti }, jti, event: type.event };
}

/** What the content alone decides: all but key, signature and repetition. The issuer asks it before it signs. */
export function judgeContent(at: Standing, law: Law, claims: Claims): Verdict {
  if (claims.iss !== at.owner) return { code: 'bulletin/foreign', facts: { iss: claims.iss, owner: at.owner } };
  const [event, body] = Object.entries(claims.events)[0] as [string, unknown];
  const type = findType(event);
  const check = type && law.findCheck(type);
  if (!type || !check) return { code: 'bulletin/unknown-type', facts: { event } };
  if (hasRecord(type) !== hasAllOf(claims) || hasRecord(type) !== hasAnyOf(claims)) {
    return { code: 'bulletin/schema', facts: { reason: 'toe, txn and sub_id belong to bulletins about records' } };
  }
  const complaints = check(body);
  if (complaints.length > 0) return { code: 'bulletin/schema', facts: { complaints: complaints.slice(0, 20) } };
  if (!isAudienceRight(at, type, claims)) {
    return { code: 'bulletin/audience-mismatch', facts: { aud: claims.aud, leaf: at.audience } };
  }
  if (claims.agreement.digest !== law.digest || claims.agreement.after !== law.after) {
    return {
      code: 'bulletin/wrong-agreement',
      facts: { said: claims.agreement, governing: { digest: law.digest, after: law.after } },
    };
  }
  const flow = law.decideFlow(type, claims);
  if (flow) return { code: flow, facts: { type: type.name, aud: claims.aud } };
  if (claims.sub_id && checkUscc(claims.sub_id.uscc) === 'invalid') {
    return { code: 'subject/invalid-uscc', facts: { uscc: claims.sub_id.uscc } };
  }
  const personal = findIdentityNumber(type, body);
  if (personal) return { code: 'subject/natural-person', facts: { member: personal } };
  const bulletin: Bulletin = { type, claims, body, jws: at.jws };
  return { good: bulletin as Verified<Bulletin> }; // the one place that may say so
}

function hasAllOf(claims: Claims): boolean {
  return claims.toe !== undefined && claims.txn !== undefined && claims.sub_id !== undefined;
}

function hasAnyOf(claims: Claims): boolean {
  return claims.toe !== undefined || claims.txn !== undefined || claims.sub_id !== undefined;
}

function isAudienceRight(at: Standing, type: BulletinType, claims: Claims): boolean {
  const toAll = claims.aud[0] === '*';
  if (toAll !== (type.kind === 'governance')) return false;
  if (type.kind === 'receipt' && claims.aud.length !== 1) return false; // to the issuer alone
  return claims.aud.length === at.audience.length && claims.aud.every((id, i) => id === at.audience[i]);
}

const freeTextPaths = new Map(bulletinTypes.map((type) => [type, type.freeText.map((path) => path.split('.'))]));

/** The first free-text member that holds an identity number, as a dotted path. */
function findIdentityNumber(type: BulletinType, body: unknown): string | undefined {
  return freeTextPaths
    .get(type)
    ?.find((path) => {
      let text = body;
      for (const name of path) text = (text as Record<string, unknown> | undefined)?.[name]; // its schema was checked
      return typeof text === 'string' && holdsIdentityNumber(text);
    })
    ?.join('.');
}
