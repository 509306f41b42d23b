/**
 * A bulletin: what one member says about one credit record, as a Security Event Token (RFC 8417) in the profile of
 * docs/protocol.md. Here are its shapes; `build.ts` makes one, `verify.ts` judges one, `catalogue.ts` lists the types.
 */

/** The claims of a bulletin, exactly these and no others. */
export interface Claims {
  /** Issuer URL of the member whose log holds the bulletin. */
  iss: string;
  /** NumericDate of signing. */
  iat: number;
  /** UUID v7, once for ever. */
  jti: string;
  /** Member ids, ascending, never the issuer's own; `['*']` in governance entries and nowhere else. */
  aud: string[];
  /** NumericDate of the decision; absent in governance, receipts and journals, like the next two. */
  toe?: number;
  /** The credit record's id. */
  txn?: string;
  sub_id?: { format: 'uscc'; uscc: string };
  /** The governing version, and the index of the nearest governance entry below this one (absent in entry 0). */
  agreement: { digest: string; after?: number };
  /** One member: type URI → body. */
  events: Record<string, unknown>;
}

/**
 * What a type of bulletin does: `opens` a record, `moves` its issuer's own, `marks` another member's, acknowledges
 * (`receipt`), keeps its issuer to its word on who asked (`journal`), or changes what governs the log (`governance`).
 */
export type BulletinKind = 'opens' | 'moves' | 'marks' | 'receipt' | 'journal' | 'governance';

/** A row of the catalogue. */
export interface BulletinType<Body = unknown> {
  name: string;
  /** The key inside `events` (RFC 8417 §2.2): `urn:huxin:bulletin:<name>:<schema version>`. */
  event: string;
  /** The schema's name, `bulletin/<name>`, for the file `schemas/bulletin/<name>.json`. */
  schema: string;
  kind: BulletinKind;
  /** Body members that hold free text, as dotted paths such as `penalty.facts`: all but what a pattern or a list narrows, and document numbers. */
  freeText: readonly string[];
  /** The day of the decision, which becomes `toe`; absent where there is no record. */
  decidedOn?(body: Body): string;
}

/** A bulletin that was read and judged. */
export interface Bulletin<Body = unknown> {
  type: BulletinType;
  claims: Claims;
  body: Body;
  /** The compact JWS, as signed. */
  jws: string;
}

declare const verified: unique symbol;

/** What has been checked; only `verify.ts` makes one, and only these are stored as taken. */
export type Verified<T> = T & { readonly [verified]: true };

/** The `typ` of every bulletin (RFC 8417 §2.3). */
export const bulletinTyp = 'secevent+jwt';

/** A bulletin's compact JWS holds at most this many bytes. */
export const maxBulletinBytes = 256 * 1024;

/** Whether a type speaks about a credit record, and so carries `toe`, `txn` and `sub_id`. */
export function hasRecord(type: BulletinType): boolean {
  return type.kind === 'opens' || type.kind === 'moves' || type.kind === 'marks';
}
