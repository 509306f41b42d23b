/**
 * What stands in an evidence file: a claim, and the parts that prove it to somebody who trusts nobody but the agreement in
 * his hand (docs/evidence.md). Here are the shapes and which parts belong to which claim; `read.ts` and `write.ts` know the
 * text, `verify.ts` what it proves.
 */

import type { GeneralJws } from '../agreement/signatures.ts';

/** The one version of the format; the first line of every file names it. */
export const mediaType = 'application/vnd.huxin.evidence+json;version=1';

/** A governance entry shown. */
export interface ShownGovernance {
  /** Compact JWS. */
  jws: string;
  /** C2SP `.tlog-proof` with the salt as `extra`. */
  tlogProof: string;
  /** Only where JWS and salt do not give it: a refused JWS may be unreadable, or name another audience. */
  leaf?: string;
}

/** An entry shown, with the governance entries below it that no earlier entry of its log in the file brought. */
export interface ShownEntry extends ShownGovernance {
  governance: ShownGovernance[];
}

/** A receipt shown. */
export interface ShownReceipt extends ShownEntry {
  /** From the receipt's size to the file's checkpoint of the log that it speaks of: base64 hashes (RFC 6962 §2.1.2). */
  consistency: string[];
}

/** A leaf without its content. */
export interface ShownLeaf {
  leaf: string;
  /** Without `extra`. */
  tlogProof: string;
}

/** The head of a completeness statement. */
export interface ShownRange {
  /** Note of size `claim.to`. */
  checkpoint: string;
  /** Roots of the maximal full subtrees of the first `claim.from` leaves, largest first, base64. */
  frontier: string[];
  /** With days: a note of size `claim.from`. */
  before?: string;
}

/** One index of a completeness statement. */
export interface RangeEntry {
  leaf: string;
  salt?: string;
  jws?: string;
}

/** Two words of one log key that cannot both be true. Hashes and roots are base64. */
export type ShownFork =
  | { notes: [string, string] }
  | { notes: [string, string]; root: string; consistency: string[] }
  | {
      note: string;
      leaf: string;
      index: number;
      size: number;
      root: string;
      inclusion: string[];
      consistency: string[];
    };

/** Where a bulletin stands. */
interface ClaimedEntry {
  /** Member id. */
  issuer: string;
  /** Origin. */
  log: string;
  index: number;
}

/** What a file claims; `agreement` is the digest of the last version in it. A refused JWS may be too malformed to have a `jti`. */
export type Claim = { agreement: string } & (
  | ({ kind: 'bulletin'; jti: string; receivers: string[] } & ClaimedEntry)
  | ({ kind: 'refusal'; jti?: string; receiver: string; code: string } & ClaimedEntry)
  | ({ kind: 'withheld'; receiver: string } & ClaimedEntry)
  | { kind: 'record'; issuer: string; txn: string; bulletins: number; receipts: number }
  | {
      kind: 'completeness';
      issuer: string;
      receiver: string;
      log: string;
      from: number;
      to: number;
      bulletins: number;
      receipted: number;
      since?: string;
      until?: string;
    }
  | { kind: 'fork'; member: string; log: string; form: 'two-roots' | 'not-a-beginning' | 'stray-leaf' }
);

export type ClaimKind = Claim['kind'];

/** The claim of one kind. */
export type ClaimOf<K extends ClaimKind> = Extract<Claim, { kind: K }>;

/** Every section after `claim`, and what one of its values is. */
export interface Sections {
  agreements: GeneralJws;
  schemas: object;
  bulletin: ShownEntry;
  bulletins: ShownEntry;
  leaf: ShownLeaf;
  completeness: ShownRange;
  governance: ShownGovernance;
  receipts: ShownReceipt;
  entries: RangeEntry;
  fork: ShownFork;
}

export type SectionName = keyof Sections;

/** Sections that hold one value, all others a list. */
export const singleSections: readonly SectionName[] = ['bulletin', 'leaf', 'completeness', 'fork'];

/** Which sections follow the claim, in their order. */
export const sectionsOf: Record<ClaimKind, readonly SectionName[]> = {
  bulletin: ['agreements', 'schemas', 'bulletin', 'receipts'],
  refusal: ['agreements', 'schemas', 'bulletin', 'receipts'],
  withheld: ['agreements', 'schemas', 'leaf', 'receipts'],
  record: ['agreements', 'schemas', 'bulletins', 'receipts'],
  completeness: ['agreements', 'schemas', 'completeness', 'governance', 'receipts', 'entries'],
  fork: ['agreements', 'fork'],
};

/** One value of a file, in the order of the file. */
export type Part = { [S in SectionName]: { section: S; value: Sections[S] } }[SectionName];

/** A file taken apart: the claim, and its values as they come. */
export interface Evidence {
  claim: Claim;
  parts: AsyncIterable<Part>;
}
