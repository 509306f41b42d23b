/**
 * What evidence adds to a mirror: content that a node showed somebody, each file verified by itself. It tells the day of a
 * decision, which leaves do not, and what a bulletin is about. Memory grows with the bulletins in the files.
 */

import { findEntry } from '../agreement/agreement.ts';
import type { GeneralJws } from '../agreement/signatures.ts';
import { addWorkingDays, type Calendar, type Reckoned } from '../base/calendar.ts';
import { isProblem } from '../base/problem.ts';
import { findType } from '../bulletin/catalogue.ts';
import { readForm } from './rebuilt-leaf.ts';
import type { Opened } from './shown-log.ts';
import { type VerifyEvidencePorts, verifyEvidence } from './verify.ts';

/** A file, opened when its turn comes. */
export interface EvidenceFile {
  name: string;
  read(): AsyncIterable<Uint8Array>;
}

/** A bulletin whose content was shown. */
export interface Told {
  log: string;
  index: number;
  audience: readonly string[];
  /** Type and record, the same of two bulletins of which one may stand for the other. */
  about: string;
  /** Whether the rules let it stand. */
  isGood: boolean;
  /** Of one that opens a record, where the agreement sets a time. */
  publication?: Publication;
}

export interface Publication {
  type: string;
  txn: string;
  /** NumericDate of signing. */
  signedAt: number;
  decidedOn: string;
  due: Reckoned;
}

export interface Contents {
  /** Files that hold, and those that do not, with the code. */
  files: number;
  refused: { file: string; code: string }[];
  /** By {@link placeOf}. */
  told: ReadonlyMap<string, Told>;
  /** The same, by `about`. */
  byAbout: ReadonlyMap<string, readonly Told[]>;
  /** Log keys that a file convicts. */
  forks: { file: string; member: string; log: string }[];
  /** Checkpoints in good files: signed notes. */
  notes: { file: string; log: string; note: string }[];
}

export interface ContentNeeds {
  /** The versions that the files are held against. */
  agreement: readonly GeneralJws[];
  calendar: Calendar;
  ports: VerifyEvidencePorts;
  /** Told before each file is read. */
  onFile?: (done: number, total: number) => void;
}

/** A file that does not hold adds nothing. */
export async function readEvidenceFiles(files: readonly EvidenceFile[], needs: ContentNeeds): Promise<Contents> {
  const { agreement, calendar, ports, onFile } = needs;
  const told = new Map<string, Told>();
  const contents = {
    files: 0,
    refused: [] as Contents['refused'],
    forks: [] as Contents['forks'],
    notes: [] as Contents['notes'],
  };
  for (const [i, { name, read }] of files.entries()) {
    onFile?.(i, files.length);
    const opened: Told[] = [];
    const notes: Contents['notes'] = [];
    const options = {
      agreement,
      onOpened: (entry: Opened) => opened.push(...toTold(entry, calendar)),
      onCheckpoint: (log: string, note: string) => notes.push({ file: name, log, note }),
    };
    const { ok, claim, findings } = await verifyEvidence(read(), options, ports).catch((error: unknown) => {
      if (!isProblem(error)) throw error;
      return { ok: false, claim: undefined, findings: [{ code: error.code, grave: true }] };
    });
    if (!ok) {
      contents.refused.push({ file: name, code: findings.find(({ grave }) => grave)?.code ?? '' });
      continue;
    }
    contents.files++;
    contents.notes.push(...notes);
    for (const one of opened) told.set(placeOf(one), one);
    if (claim?.kind === 'fork') contents.forks.push({ file: name, member: claim.member, log: claim.log });
  }
  onFile?.(files.length, files.length);
  const byAbout = new Map<string, Told[]>();
  for (const one of told.values()) {
    const same = byAbout.get(one.about);
    if (same) same.push(one);
    else byAbout.set(one.about, [one]);
  }
  return { ...contents, told, byAbout };
}

/** The key of an entry. */
export function placeOf({ log, index }: { log: string; index: number }): string {
  return `${log} ${index}`;
}

/** One, or none of what is no bulletin about a record. */
function toTold({ log, index, audience, jws, governing, verdict }: Opened, calendar: Calendar): Told[] {
  const claims = readForm(jws);
  const [event = ''] = Object.keys(claims?.events ?? {});
  const type = findType(event);
  if (!claims?.txn || !type || type.kind === 'receipt' || type.kind === 'governance') return [];
  const { txn, iat: signedAt } = claims;
  const one: Told = { log, index, audience, about: `${type.name} ${txn}`, isGood: 'good' in verdict };
  const days = findEntry(governing.agreement, type.name)?.publishWithinWorkingDays;
  const decidedOn =
    'good' in verdict && type.kind === 'opens' ? type.decidedOn?.(verdict.good.body as never) : undefined; // its schema was checked
  if (days === undefined || decidedOn === undefined) return [one];
  const due = addWorkingDays(calendar, decidedOn, days);
  return [{ ...one, publication: { type: type.name, txn, signedAt, decidedOn, due } }];
}
