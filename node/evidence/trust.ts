/**
 * Whom to believe: the versions of the agreement that an evidence file brings, held against the one that the auditor holds in
 * his hand. Every key that counts comes from here (docs/evidence.md, Verifying, 2).
 */

import type { Agreement, Member } from '../agreement/agreement.ts';
import { type Agreements, createAgreements } from '../agreement/agreements.ts';
import type { AgreementStore, StoredAgreement, VerifyPorts } from '../agreement/ports.ts';
import { decideInForce, type GeneralJws, readUnverified, type SignedAgreement } from '../agreement/signatures.ts';
import { canonicalText } from '../base/canonical.ts';
import { isProblem, Problem } from '../base/problem.ts';
import { startOfDay } from '../base/time.ts';
import type { Verified } from '../bulletin/bulletin.ts';
import { parseVkey, type Vkey } from '../log/note.ts';

/** A key whose cosignatures may be shown. */
export interface KnownWitness {
  vkey: Vkey;
  /** Of a member's witness; absent for an outside one, which counts for no quorum. */
  member?: string;
  struck: boolean;
}

export interface Trust {
  agreements: Agreements;
  /** In force, oldest first. */
  versions: readonly Verified<SignedAgreement>[];
  /** Digests of versions that are here and begin after the day asked for. */
  later: ReadonlySet<string>;
  /** Digest of the last version in the file. */
  lastInFile: string;
  /** The member that a version lists with that log, as the newest such version lists it. */
  ownerOf(origin: string): Member | undefined;
  /** The keys that any version lists for that log. */
  logKeys(origin: string): readonly Vkey[];
  /** Every witness that any version lists. */
  witnesses: readonly KnownWitness[];
}

/** As they stand in files: the auditor's first, so that a fault in it is told as his. */
export interface Given {
  /** What the auditor brought: one General JWS or a list of versions. */
  brought: unknown;
  inFile: readonly GeneralJws[];
  /** Versions that begin later are not applied. */
  at?: string;
}

/** What the auditor brought cannot be used: it is no agreement at all. */
export class UnusableAgreement extends Error {
  override name = 'UnusableAgreement';
}

/**
 * @throws {UnusableAgreement} when the auditor's is no agreement
 * @throws {Problem} evidence/other-agreement, evidence/missing, evidence/malformed (an order), agreement/…
 */
export async function establishTrust({ brought, inFile, at }: Given, ports: VerifyPorts): Promise<Trust> {
  const ofAuditor = [brought].flat().map((value) => readBrought(value, ports));
  if (ofAuditor.length === 0) throw new UnusableAgreement('an empty list');
  const ofFile = inFile.map((value) => ({ ...readUnverified(value, ports), value }));
  for (const [i, { agreement, jws }] of ofFile.entries()) checkOrder(agreement, jws, i + 1);
  const all = [...ofAuditor, ...ofFile].sort((x, y) => x.agreement.version - y.agreement.version);
  if (new Set(all.map(({ agreement }) => agreement.id)).size > 1) throw other('they are versions of two agreements');
  const whole = await chainOf(all, ports);
  const lastInFile = whole.find(({ agreement }) => agreement.version === inFile.length)?.digest;
  if (lastInFile === undefined) throw new Problem('evidence/missing', { what: 'agreements' });
  const applied =
    at === undefined ? all : all.filter(({ agreement }) => startOfDay(agreement.effective.from) <= startOfDay(at));
  if (applied.length === 0) throw new Problem('agreement/not-in-force', { day: at });
  const chain = applied.length === all.length ? whole : await chainOf(applied, ports);
  const later = whole.map(({ digest }) => digest).filter((digest) => chain.every((one) => one.digest !== digest));
  return { ...trustOf(chain, ports), later: new Set(later), lastInFile };
}

function trustOf(chain: Chain, { hash }: VerifyPorts): Omit<Trust, 'later' | 'lastInFile'> {
  const { agreements } = chain;
  const versions = agreements.inForce();
  const strikes = agreements.strikes();
  const listed = versions.flatMap(({ agreement }) => agreement.members).reverse();
  const read = (text: string) => parseVkey(hash, text) as Vkey; // the agreement was checked
  const unique = (texts: readonly string[]) => [...new Set(texts)].map(read);
  const ofMembers = new Map(listed.map(({ id, keys }) => [keys.witness, id]));
  const outside = versions.flatMap(({ agreement }) => agreement.witnesses ?? []).map(({ vkey }) => vkey);
  return {
    agreements,
    versions,
    ownerOf: (origin) => listed.find((member) => member.origin === origin),
    logKeys: (origin) => unique(listed.filter((member) => member.origin === origin).map(({ keys }) => keys.log)),
    witnesses: [
      ...[...ofMembers].map(([text, member]) => ({
        vkey: read(text),
        member,
        struck: strikes.isWitnessStruck(text),
      })),
      ...unique(outside).map((vkey) => ({ vkey, struck: false })),
    ],
  };
}

interface Candidate {
  agreement: Agreement;
  value: unknown;
}

type Chain = readonly Verified<SignedAgreement>[] & { agreements: Agreements };

/** All of them in one chain from version 1, each verified and in force. */
async function chainOf(candidates: readonly Candidate[], ports: VerifyPorts): Promise<Chain> {
  const agreements = createAgreements({ ...ports, store: createMemory(), now: () => new Date(0) });
  const digests = new Map<number, string>();
  const seen = new Set<string>();
  for (const { agreement, value } of candidates) {
    const text = canonicalText(value);
    if (seen.has(text)) continue;
    seen.add(text);
    const { version } = agreement;
    const { digest } = await agreements.put(value).catch((error: unknown) => {
      if (isProblem(error) && error.code === 'agreement/unknown-previous')
        throw other(`what precedes version ${version} is not here`);
      throw error;
    });
    if ((digests.get(version) ?? digest) !== digest) throw other(`there are two versions ${version}`);
    digests.set(version, digest);
  }
  const known = agreements.all().sort((x, y) => x.agreement.version - y.agreement.version);
  for (const one of known) {
    const word = decideInForce(one);
    if (!word.inForce) throw new Problem(word.code, word.facts);
  }
  return Object.assign(known, { agreements });
}

function readBrought(value: unknown, ports: VerifyPorts): Candidate {
  try {
    return { ...readUnverified(value, ports), value };
  } catch (cause) {
    throw new UnusableAgreement('no agreement', { cause });
  }
}

/** Versions ascend from 1 in a file, and signatures by their headers: it has one spelling. */
function checkOrder({ version }: Agreement, { signatures }: GeneralJws, expected: number): void {
  if (version !== expected) throw new Problem('evidence/missing', { what: `agreements: version ${expected}` });
  const headers = signatures.map((one) => one.protected);
  if (headers.some((header, i) => i > 0 && header <= (headers[i - 1] as string)))
    throw new Problem('evidence/surplus', { what: `agreements: the signatures of version ${version} do not ascend` });
}

function other(reason: string): Problem {
  return new Problem('evidence/other-agreement', { reason });
}

function createMemory(): AgreementStore {
  const rows = new Map<string, StoredAgreement>();
  return {
    findAgreement: async (digest) => rows.get(digest),
    listAgreements: async () => [...rows.values()],
    putAgreement: async (row) => {
      rows.set(row.digest, row);
    },
  };
}
