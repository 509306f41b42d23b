/** Two words of one log key that cannot both be true (docs/evidence.md, fork). */

import { formatBase64, isEqual, utf8 } from '../base/bytes.ts';
import { Problem } from '../base/problem.ts';
import type { Checkpoint } from '../log/checkpoint.ts';
import { parseLeaf } from '../log/leaf.ts';
import { leafHash } from '../log/merkle.ts';
import { isConsistent, isIncluded } from '../log/proof.ts';
import type { ClaimOf, ShownFork } from './evidence.ts';
import { originOfNote, readShownNote, toHash } from './shown-note.ts';
import type { Verification } from './verification.ts';

/** @throws {Problem} evidence/no-fork, evidence/claim-mismatch, log/… */
export async function verifyFork(verification: Verification, claim: ClaimOf<'fork'>, fork: ShownFork): Promise<void> {
  const { trust, reporter } = verification;
  const owner = trust.ownerOf(claim.log);
  if (!owner) throw new Problem('evidence/other-agreement', { reason: `no version lists the log ${claim.log}` });
  verification.expectClaim('member', claim.member, owner.id);
  verification.expectClaim('form', claim.form, formOf(fork));
  const read = async (note: string): Promise<Checkpoint> => {
    verification.expectClaim('log', claim.log, originOfNote(note));
    const { checkpoint, cosignatures } = await readShownNote(note, claim.log, trust, verification);
    const shown = cosignatures.map(({ name, time }) => ({
      who: name,
      counts: false,
      at: new Date(time * 1000).toISOString(),
    }));
    const { size, root } = checkpoint;
    reporter.checkpoint({ log: claim.log, member: owner.id, size, root: formatBase64(root), cosignatures: shown });
    reporter.checked('checkpoint', { log: claim.log, size });
    return checkpoint;
  };
  if ('notes' in fork) {
    const [first, second] = fork.notes;
    if (!('root' in fork) && first >= second)
      throw new Problem('evidence/surplus', { what: 'fork: the notes do not ascend' });
    const checkpoints = [await read(first), await read(second)] as const;
    if ('root' in fork) compareBeginning(verification, checkpoints, fork);
    else compareRoots(checkpoints);
  } else {
    await judgeStray(verification, await read(fork.note), owner.id, fork);
  }
  reporter.checked('fork', { log: claim.log });
}

function compareRoots([first, second]: readonly [Checkpoint, Checkpoint]): void {
  if (first.size !== second.size) throw noFork('the sizes differ');
  if (isEqual(first.root, second.root)) throw noFork('the roots are the same');
}

function compareBeginning(
  { hash }: Verification,
  [smaller, larger]: readonly [Checkpoint, Checkpoint],
  { root, consistency }: Extract<ShownFork, { notes: unknown; root: string }>,
): void {
  if (smaller.size >= larger.size) throw noFork('the sizes do not ascend');
  const fromRoot = toHash(root);
  const claim = { from: smaller.size, to: larger.size, fromRoot, toRoot: larger.root, proof: consistency.map(toHash) };
  if (!isConsistent(hash, claim)) throw noFork('the proof does not join the root to the larger note');
  if (isEqual(fromRoot, smaller.root)) throw noFork('the smaller note has that root, too');
}

async function judgeStray(
  { hash }: Verification,
  checkpoint: Checkpoint,
  owner: string,
  fork: Extract<ShownFork, { leaf: string }>,
): Promise<void> {
  const root = toHash(fork.root);
  const { index, size, leaf } = fork;
  const proof = fork.inclusion.map(toHash);
  if (!isIncluded(hash, { index, size, leafHash: leafHash(hash, utf8(leaf)), proof, root }))
    throw noFork('the leaf is not in the tree');
  const claim = {
    from: size,
    to: checkpoint.size,
    fromRoot: root,
    toRoot: checkpoint.root,
    proof: fork.consistency.map(toHash),
  };
  if (!isConsistent(hash, claim)) throw noFork('the tree is no beginning of the note');
  const parsed = parseLeaf(leaf, owner);
  if (parsed && (index > 0 || parsed.audience[0] === '*')) throw noFork('the leaf may stand there');
}

function formOf(fork: ShownFork): ClaimOf<'fork'>['form'] {
  if ('leaf' in fork) return 'stray-leaf';
  return 'root' in fork ? 'not-a-beginning' : 'two-roots';
}

function noFork(reason: string): Problem {
  return new Problem('evidence/no-fork', { reason });
}
