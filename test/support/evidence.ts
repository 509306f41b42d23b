/** Evidence as its receiver gets it: text, read back by its one form. */

import { readFileSync } from 'node:fs';
import { utf8 } from '../../node/base/bytes.ts';
import type { Claim, ClaimKind, ClaimOf, Evidence, Part, SectionName, Sections } from '../../node/evidence/evidence.ts';
import { compileEvidenceSchema, readEvidence } from '../../node/evidence/read.ts';
import type { Report } from '../../node/evidence/report.ts';
import { writeEvidence } from '../../node/evidence/write.ts';

const evidenceChecks = compileEvidenceSchema(JSON.parse(readFileSync('schemas/evidence.json', 'utf8')));

export interface ReadBack {
  text: string;
  claim: Claim;
  parts: Part[];
  /** The values of one section, in order. */
  values<S extends SectionName>(section: S): Sections[S][];
}

/** A file's text taken apart. */
export async function readText(text: string): Promise<ReadBack> {
  const { claim, parts } = await readEvidence(inChunks(utf8(text)), evidenceChecks);
  const read: Part[] = [];
  for await (const part of parts) read.push(part);
  return {
    ...{ text, claim, parts: read },
    values: <S extends SectionName>(section: S) =>
      read.filter((part) => part.section === section).map(({ value }) => value as Sections[S]),
  };
}

/** The whole text at once. */
export async function formatEvidence(evidence: Evidence): Promise<string> {
  let text = '';
  for await (const piece of writeEvidence(evidence)) text += piece;
  return text;
}

/** What an export gives, written and read again. */
export async function readBack(evidence: Evidence): Promise<ReadBack> {
  return readText(await formatEvidence(evidence));
}

/** Codes of what refuses a file, and of what is told besides. */
export function findingsOf({ findings }: Report): { grave: string[]; told: string[] } {
  const codes = (grave: boolean) => findings.filter((one) => one.grave === grave).map(({ code }) => code);
  return { grave: codes(true), told: codes(false) };
}

/** The claim, which must be of that kind. */
export function claimOf<K extends ClaimKind>({ claim }: { claim: Claim }, kind: K): ClaimOf<K> {
  if (claim.kind !== kind) throw new RangeError(`${claim.kind} is claimed, not ${kind}`);
  return claim as ClaimOf<K>;
}

async function* inChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
