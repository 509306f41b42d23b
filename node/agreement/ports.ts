/** What the agreement noun needs from outside: cryptography, the schema of the document, and a place to keep it. */

import type { Hash, VerifySignature } from '../base/ports.ts';
import type { Check } from '../base/schema.ts';

/** Enough to say whether a document is well formed. */
export interface FormPorts {
  hash: Hash;
  /** `schemas/agreement.json`, compiled. */
  form: Check;
}

/** Enough to verify a signed one. */
export interface VerifyPorts extends FormPorts {
  verifySignature: VerifySignature;
}

/** A version as it is kept: what was verified when it was put. */
export interface StoredAgreement {
  /** `sha-256:…` over the payload; the row's key. */
  digest: string;
  /** The agreement's id, the same through all its versions. */
  id: string;
  version: number;
  /** The General JWS as RFC 8785 text, with every signature seen so far. */
  jws: string;
}

export interface AgreementStore {
  findAgreement(digest: string): Promise<StoredAgreement | undefined>;
  /** All of them, by id and version ascending. */
  listAgreements(): Promise<StoredAgreement[]>;
  /** Stores a version, or its `jws` anew when the digest is there already. */
  putAgreement(agreement: StoredAgreement): Promise<void>;
}

export interface AgreementRefusalStore {
  /** What members refused: of one version. */
  listRefusals(digest: string): Promise<StoredRefusal[]>;
  /** Keeps a refusal; a later one of the same member takes its place. */
  putRefusal(refusal: StoredRefusal): Promise<void>;
}

/** A refusal as it is kept: what was verified when it was put. */
export interface StoredRefusal {
  digest: string;
  member: string;
  /** Compact JWS. */
  jws: string;
  /** Instant at which this node learned it. */
  at: string;
}
