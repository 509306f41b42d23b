/**
 * Decide what to do with a page of a peer's log: take, refuse, note or wait for each bulletin. One bad bulletin never
 * stops a log. What is not addressed to us stays a leaf.
 */

import { parseBase64 } from '../base/bytes.ts';
import { parseCompact } from '../base/jws.ts';
import type { Hash, VerifySignature } from '../base/ports.ts';
import { Problem, type ProblemCode } from '../base/problem.ts';
import type { Bulletin, Verified } from '../bulletin/bulletin.ts';
import { bulletinTyp } from '../bulletin/bulletin.ts';
import { parseClaims } from '../bulletin/claims.ts';
import { adoption } from '../bulletin/types/adoption.ts';
import { refuseRepeat, type Standing, type Verdict, verifyBulletin } from '../bulletin/verify.ts';
import { isOpenedBy, type Leaf, parseLeaf } from '../log/leaf.ts';
import type { ShownEntry } from './client.ts';
import type { Governing, Laws } from './law.ts';

/** As many as fit into one answer, one receipt and one transaction; each page costs a commit. */
export const entriesPerPage = 800;

/** An entry of a page, decided. `word` is absent for what is not addressed to us. */
export interface Admission {
  index: number;
  leaf: string;
  governance: boolean;
  word?: 'taken' | 'refused' | 'withheld';
  code?: ProblemCode;
  jti?: string;
  /** The type URI of what was refused, where it could be read. */
  event?: string;
  /** Kept with what we take, and as proof with what we refuse. */
  content?: { salt: string; jws: string };
  /** What was taken. */
  bulletin?: Verified<Bulletin>;
  /** Governance that was refused because it repeats an id, and for nothing else: it acts all the same. */
  acts?: Verified<Bulletin>;
}

/** Whose log it is, and who reads it. */
export interface Reader {
  /** Member id and issuer URL of the log's owner, and the log's name. */
  owner: { id: string; issuer: string; origin: string };
  /** Whether an entry's content is for us to judge: a member's is what is addressed to it, an auditor's what it may see. */
  reads(audience: readonly string[], entry: ShownEntry): boolean;
  laws: Laws;
  hash: Hash;
  verifySignature: VerifySignature;
}

/** What a member reads. */
export function addressedTo(me: string): Reader['reads'] {
  return (audience) => audience.includes(me);
}

/** The page being decided, and what governs the log after it. */
export interface AdmittedPage {
  admissions: Promise<Admission[]>;
  governing: Governing | undefined;
}

/**
 * Begins to decide a page whose leaves stand in the log from `first` on. Signatures are verified side by side; only
 * governance is waited for, because it decides what governs the rest. Repeated ids are left to `refuseRepeats`.
 *
 * @throws {Problem} log/fork when a leaf is none, stands after the closing, or entry 0 is no valid adoption
 */
export async function admitPage(
  shown: readonly ShownEntry[],
  first: number,
  governing: Governing | undefined,
  reader: Reader,
): Promise<AdmittedPage> {
  const pending: Promise<Admission>[] = [];
  let current = governing;
  for (const [i, entry] of shown.entries()) {
    const index = first + i;
    const leaf = parseLeaf(entry.leaf, reader.owner.id);
    if (!leaf) throw new Problem('log/fork', { index, reason: 'no leaf' });
    if (index === 0 && leaf.audience[0] !== '*') throw noAdoption('agreement/not-in-force');
    if (current?.closed) throw new Problem('log/fork', { index, reason: 'an entry after the closing' });
    if (leaf.audience[0] !== '*') {
      pending.push(admitOne(entry, leaf, index, current, reader));
      continue;
    }
    const { admission, governing: next } = await admitGovernance(entry, leaf, index, current, reader);
    current = next;
    pending.push(Promise.resolve(admission));
  }
  return { admissions: Promise.all(pending), governing: current };
}

/** The same page, with what repeats a lower entry's `jti` refused. */
export function refuseRepeats(admissions: readonly Admission[], known: ReadonlySet<string>): Admission[] {
  const seen = new Set(known);
  return admissions.map((admission) => {
    const { jti, bulletin } = admission;
    if (jti === undefined) return admission;
    const repeated = seen.has(jti);
    seen.add(jti);
    if (!bulletin || !repeated) return admission;
    const refused = settle(
      admission,
      refuseRepeat({ good: bulletin }, () => true),
    );
    return bulletin.type.kind === 'governance' ? { ...refused, acts: bulletin } : refused;
  });
}

/** Decides content that came late for an entry which we hold as a leaf. */
export function admitLate(entry: ShownEntry, index: number, governing: Governing, reader: Reader): Promise<Admission> {
  const leaf = parseLeaf(entry.leaf, reader.owner.id) as Leaf; // it was read when it was stored
  return admitOne(entry, leaf, index, governing, reader);
}

async function admitOne(
  entry: ShownEntry,
  leaf: Leaf,
  index: number,
  governing: Governing | undefined,
  reader: Reader,
): Promise<Admission> {
  const base: Admission = { index, leaf: entry.leaf, governance: false };
  if (!reader.reads(leaf.audience, entry)) return base;
  const content = open(entry, leaf, reader.hash);
  if (!content || !governing) return { ...base, word: 'withheld' };
  const law = reader.laws.toLaw(governing, reader.owner.id, index);
  const standing = { jws: content.jws, audience: leaf.audience, owner: reader.owner.issuer };
  return settle({ ...base, content }, await verifyBulletin(standing, law, reader.verifySignature));
}

/** Governance acts from its own index on; without its content nothing after it can be judged, so the pull waits. */
export async function admitGovernance(
  entry: ShownEntry,
  leaf: Leaf,
  index: number,
  governing: Governing | undefined,
  reader: Reader,
): Promise<{ admission: Admission; governing: Governing | undefined }> {
  const content = open(entry, leaf, reader.hash);
  if (!content)
    throw new Problem('peer/bad-answer', { member: reader.owner.id, index, reason: 'governance content is missing' });
  const base: Admission = { index, leaf: entry.leaf, governance: true, content };
  const standing = { jws: content.jws, audience: leaf.audience, owner: reader.owner.issuer };
  if (index > 0) return admitLater(base, standing, governing, reader);
  const adopted = await adopt(content.jws, reader);
  const verdict =
    adopted &&
    (await verifyBulletin(standing, reader.laws.toFirstLaw(adopted, reader.owner.id), reader.verifySignature));
  if (!adopted || !verdict || 'code' in verdict) {
    throw noAdoption(verdict && 'code' in verdict ? verdict.code : 'agreement/not-in-force');
  }
  return { admission: settle(base, verdict), governing: adopted };
}

/**
 * Governance after entry 0. An adoption makes the law that it is judged by; a later version that is not in force, or does
 * not follow the governing one, is refused if nothing worse is wrong with it. Whatever the word, bulletins above name this entry.
 */
async function admitLater(
  base: Admission,
  standing: Standing,
  governing: Governing | undefined,
  reader: Reader,
): Promise<{ admission: Admission; governing: Governing | undefined }> {
  const { laws, owner, verifySignature } = reader;
  const { index } = base;
  const refused: Verdict = { code: 'agreement/not-in-force', facts: {} };
  if (!governing) return { admission: settle(base, refused), governing };
  const adopted = await adopt(standing.jws, reader, governing);
  const verdict = await verifyBulletin(standing, laws.toLaw(adopted ?? governing, owner.id, index), verifySignature);
  if ('code' in verdict) return { admission: settle(base, verdict), governing: { ...governing, since: index } };
  if (adopted) return { admission: settle(base, verdict), governing: { ...adopted, since: index } };
  const { type, claims } = verdict.good;
  if (type.name === adoption.name) {
    const word = { ...refused, jti: claims.jti, event: adoption.event };
    return { admission: settle(base, word), governing: { ...governing, since: index } };
  }
  return { admission: settle(base, verdict), governing: await laws.change(governing, claims, index) };
}

function noAdoption(code: ProblemCode): Problem {
  return new Problem('log/fork', { index: 0, reason: 'entry 0 is no valid adoption', code });
}

async function adopt(jws: string, reader: Reader, governing?: Governing): Promise<Governing | undefined> {
  const reading = parseCompact(jws, bulletinTyp);
  const form = 'jws' in reading ? parseClaims(reading.jws.payload) : undefined;
  return form && 'claims' in form ? reader.laws.adopt(form.claims, reader.owner, governing) : undefined;
}

/** The content, when there is one and it opens the leaf's commitment. U+0000 is no text to every store. */
function open({ salt, jws }: ShownEntry, leaf: Leaf, hash: Hash): { salt: string; jws: string } | undefined {
  const bytes = salt === undefined ? undefined : parseBase64(salt);
  if (salt === undefined || bytes === undefined || jws === undefined || jws.includes('\0')) return undefined;
  return isOpenedBy(hash, leaf.commitment, bytes, jws) ? { salt, jws } : undefined;
}

function settle(base: Admission, verdict: Verdict): Admission {
  if ('good' in verdict) {
    return { ...base, word: 'taken', jti: verdict.good.claims.jti, bulletin: verdict.good };
  }
  const { code, jti, event } = verdict;
  const { content, bulletin: _, ...rest } = base;
  // What names a natural person is not kept, not even as proof.
  const kept = code === 'subject/natural-person' ? undefined : content;
  return {
    ...rest,
    word: 'refused',
    code,
    ...(jti !== undefined && { jti }),
    ...(event !== undefined && { event }),
    ...(kept && { content: kept }),
  };
}
