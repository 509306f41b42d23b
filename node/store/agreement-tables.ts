/** Agreements in tables: the versions, and the members who refused one. */

/** An agreement version whose signatures were verified. */
export interface AgreementTable {
  digest: string;
  id: string;
  version: number;
  /** General JWS as JSON. */
  jws: string;
}

/** A member's signed no to a version, one for each. */
export interface AgreementRefusalTable {
  digest: string;
  member: string;
  /** Compact JWS. */
  jws: string;
  at: string;
}
