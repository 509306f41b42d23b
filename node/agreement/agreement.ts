/**
 * The framework agreement: who takes part, with which keys, who may say what to whom and what for, and how the log is
 * witnessed (docs/protocol.md, Agreement). Here are its shapes and its look-ups. `check.ts` says whether one is well
 * formed, `author.ts` reads it from YAML, `signatures.ts` makes it binding, `policy.ts` decides by it.
 */

import type { PublicJwk } from '../base/ports.ts';

/** A name in both languages. */
export interface Bilingual {
  zh: string;
  en: string;
}

/** One version of the agreement: the payload that the members sign. Numbers are safe integers, days `YYYY-MM-DD`. */
export interface Agreement {
  /** Names the agreement through all its versions; a log belongs to one. */
  id: string;
  /** Counted from 1. */
  version: number;
  /** Digest of the version before; absent in version 1. */
  previous?: string;
  title: Bilingual;
  /** First and last day, both included, as days run in China; without `until` it has no end. */
  effective: { from: string; until?: string };
  members: Member[];
  /** Witnesses who are no members. */
  witnesses?: Witness[];
  auditors?: Auditor[];
  /** The closed list of what a record may be asked for. */
  purposes: Purpose[];
  catalogue: CatalogueEntry[];
  /** Management measures that a bulletin may name. */
  measures?: Measure[];
  exchange: ExchangeTerms;
  /** How many members must sign the next version. */
  governance: { required: 'all' | number };
  /** What third members and the public learn: the members say so themselves. */
  notice: Bilingual;
  /** What counts no more. They need not be said again by later versions. */
  strikes?: Strike[];
}

export interface Member {
  /** GB/T 2260 code of the province, six digits as text. */
  id: string;
  name: Bilingual;
  /** USCC of the authority that signs. */
  authority: string;
  /** Public base URL without a slash at the end, the `iss` of its bulletins. */
  issuer: string;
  /** Where peers call, without a slash at the end; often the issuer. */
  endpoint: string;
  /** Name of its log, such as `credit.sh.example/log`. */
  origin: string;
  keys: MemberKeys;
  /** SHA-256 of the SubjectPublicKeyInfo of its TLS certificates, base64 (RFC 7469 §2.4). */
  certificatePins?: string[];
  /** Whether the others issue their records in force anew to it when it joins; by default they do not. */
  history?: 'none' | 'records';
}

export interface MemberKeys {
  /** Sign bulletins and peer requests. */
  bulletin: PublicJwk[];
  /** vkey of the log (C2SP signed-note), named as `origin`, type 0x01. */
  log: string;
  /** vkey of the witness, named as `witnessNameOf` says, type 0x04. */
  witness: string;
  /** Signs agreements and nothing else. */
  agreement: PublicJwk;
}

/** A key, a log or a member that counts no more (docs/protocol.md, Strikes). */
export type Strike = { member: string; ground: StrikeGround } & (
  | {
      kind: 'bulletin-key';
      /** RFC 7638 thumbprint. */
      kid: string;
      /** Size of the log up to which it counts. */
      size: number;
    }
  | {
      kind: 'log';
      origin: string;
      /** Its last size, and the root there (base64). */
      size: number;
      root: string;
    }
  | {
      kind: 'witness-key';
      /** vkey. */
      key: string;
    }
  | { kind: 'member' }
);

export type StrikeGround = 'lost' | 'stolen' | 'forked' | 'withdrawn' | 'other';

export interface Witness {
  name: string;
  vkey: string;
  url: string;
}

/** Reads leaves, checkpoints, governance and receipts of every log. */
export interface Auditor {
  id: string;
  name: Bilingual;
  key: PublicJwk;
}

export interface Purpose extends Bilingual {
  id: string;
}

export interface Measure extends Bilingual {
  code: string;
}

/** What the agreement says of one type of bulletin. */
export interface CatalogueEntry {
  /** `penalty`, as in `urn:huxin:bulletin:penalty:1`. */
  type: string;
  /** `sha-256:` and the base64url digest of the schema's RFC 8785 form. */
  schema: string;
  /** Empty for receipts and governance, which need none. Each pair of members occurs in one flow at most. */
  flows: Flow[];
  /** No bulletin of this type is about a natural person. */
  naturalPersons: 'excluded';
  publishWithinWorkingDays?: number;
  retentionYears?: number;
}

/** Who sends to whom, and what the receiver may answer it for. */
export interface Flow {
  /** Member ids, or `['*']` for all. */
  from: string[];
  /** Member ids, or `['*']` for all but the sender. */
  to: string[];
  /** Purpose ids. */
  purposes: string[];
  /** Members of the body that are left out for these receivers, such as `content`. */
  omit?: string[];
}

export interface ExchangeTerms {
  /** When every member pulls at the latest, as cron fields in China's time. */
  pullSchedule: string;
  /** From cosignature to receipt. */
  greatestLagMinutes: number;
  /** Cosignatures by members other than the log's own that a checkpoint needs. */
  witnessQuorum: number;
  /** Bulletins of one member in a day; beyond it an alarm and slower pulls, never a verdict. */
  dailyVolume: number;
  alarms: {
    /** A peer behind by so many entries. */
    entriesBehind: number;
    /** A bulletin without receipt for so long. */
    unreceiptedMinutes: number;
    /** A log without a fresh cosignature for so long. */
    cosignatureAgeHours: number;
    /** Another node's clock apart from ours by so much. */
    clockSkewSeconds: number;
  };
}

/** The largest payload, in bytes. */
export const maxAgreementBytes = 128 * 1024;

/** The member of that id. */
export function findMember(agreement: Agreement, id: string): Member | undefined {
  return agreement.members.find((member) => member.id === id);
}

/** What the agreement says of a type, by its bare name such as `penalty`. */
export function findEntry(agreement: Agreement, type: string): CatalogueEntry | undefined {
  return agreement.catalogue.find((entry) => entry.type === type);
}

/** The one name that a member's witness key bears: `https://credit.sh.example` → `credit.sh.example/witness`. */
export function witnessNameOf(issuer: string): string {
  return `${issuer.replace(/^https?:\/\//, '')}/witness`;
}

/** The name of a member's first log: `https://credit.sh.example` → `credit.sh.example/log`. */
export function originOf(issuer: string): string {
  return `${issuer.replace(/^https?:\/\//, '')}/log`;
}
