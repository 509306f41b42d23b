/**
 * A fork that a peer found and shows: believed when its notes and proof convict the log key by themselves, without a word
 * of whoever shows it (docs/protocol.md, When things go wrong).
 */

import { isEqual, parseBase64 } from '../base/bytes.ts';
import type { Hash, VerifySignature } from '../base/ports.ts';
import { isProblem } from '../base/problem.ts';
import { type Checkpoint, verifyCheckpoint } from '../log/checkpoint.ts';
import { isBy, parseNote, type Vkey } from '../log/note.ts';
import { isConsistent } from '../log/proof.ts';

/** What a finding shows of a fork: two notes, and of different sizes the root that the larger proves at the smaller's. */
export interface ShownFork {
  /** Origin. */
  log: string;
  /** One alone convicts nobody, but whoever holds the leaves of another history. */
  notes: string[];
  /** Base64. */
  root?: string;
  proof?: string[];
}

/** Whether it convicts. */
export async function isConvicting(
  fork: ShownFork,
  given: { keys: readonly Vkey[]; hash: Hash; verifySignature: VerifySignature },
): Promise<boolean> {
  if (fork.notes.length !== 2) return false;
  const read = await Promise.all(fork.notes.map((note) => readNote(note, fork.log, given)));
  const [smaller, larger] = read.filter((one) => one !== undefined).sort((a, b) => a.size - b.size);
  if (!smaller || !larger) return false;
  if (smaller.size === larger.size) return !isEqual(smaller.root, larger.root);
  const fromRoot = parseBase64(fork.root ?? '');
  const proof = (fork.proof ?? []).map((text) => parseBase64(text) ?? new Uint8Array());
  if (!fromRoot || isEqual(fromRoot, smaller.root)) return false;
  return isConsistent(given.hash, { from: smaller.size, to: larger.size, fromRoot, toRoot: larger.root, proof });
}

/** Whether the evidence of a finding of ours is of the kind that convicts: it was checked when it was made. */
export function isConviction(evidence: Readonly<Record<string, unknown>>): boolean {
  if ('leaf' in evidence) return true;
  return Array.isArray(evidence.notes) && evidence.notes.length === 2 && 'size' in evidence && !('held' in evidence);
}

/** What a finding's evidence shows to peers; undefined when its log would have to be read for it. */
export function showFork(
  log: string,
  { notes, root, proof, held }: Readonly<Record<string, unknown>>,
): ShownFork | undefined {
  const fork = {
    log,
    notes,
    ...(held === undefined && { ...(root !== undefined && { root }), ...(proof !== undefined && { proof }) }),
  };
  return isShownFork(fork) ? fork : undefined;
}

export function isShownFork(value: unknown): value is ShownFork {
  if (typeof value !== 'object' || value === null) return false;
  const { log, notes, root, proof = [] } = value as Record<string, unknown>; // an object: just checked
  const areTexts = (list: unknown, most: number) =>
    Array.isArray(list) && list.length <= most && list.every((one) => typeof one === 'string');
  return (
    typeof log === 'string' &&
    areTexts(notes, 2) &&
    areTexts(proof, 64) &&
    (root === undefined || typeof root === 'string')
  );
}

async function readNote(
  note: string,
  origin: string,
  { keys, verifySignature }: { keys: readonly Vkey[]; verifySignature: VerifySignature },
): Promise<Checkpoint | undefined> {
  const signatures = parseNote(note)?.signatures ?? [];
  const log = keys.find((key) => key.name === origin && signatures.some((one) => isBy(one, key)));
  if (!log) return undefined;
  try {
    return (await verifyCheckpoint({ note, log, witnesses: [], verifySignature })).checkpoint;
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}
