/**
 * What convicts a log that forked: signed notes and the proofs between them, enough for anyone to check without its
 * issuer's help (docs/protocol.md, When things go wrong).
 */

import { formatBase64, isEqual } from '../base/bytes.ts';
import type { Hash } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import type { Checkpoint } from '../log/checkpoint.ts';
import { treeOf } from '../log/ledger.ts';
import type { HeldLog, LogStore } from '../log/ports.ts';
import { consistencyBeyond, consistencyProof, inclusionProof } from '../log/proof.ts';
import { rootAt, type Tree } from '../log/tile.ts';
import { decideSight } from './witness.ts';

/**
 * Compares checkpoints that we were shown before we held their leaves, those of (from, log.size], with the leaves that came.
 *
 * @throws {Problem} log/fork with both notes and the proof as evidence
 */
export async function compareSeen(store: LogStore, log: HeldLog, from: number, hash: Hash): Promise<void> {
  for (const seen of await store.listCheckpoints(log.id, from, log.size)) {
    const root = await rootAt(treeOf(store, log, hash), seen.size);
    if (decideSight({ ...seen, origin: log.origin }, root) === 'fork') throw await forkOf(store, log, seen, hash);
  }
}

/**
 * A signed checkpoint that contradicts another one, or the leaves that led to another one: then the proof shows what root
 * those had at its size, so that both notes and the proof convict the log key without the issuer's help.
 */
export async function forkOf(
  store: LogStore,
  log: HeldLog,
  shown: { size: number; root: Uint8Array; note: string },
  hash: Hash,
): Promise<Problem> {
  const known = await store.findCheckpoint(log.id, shown.size);
  if (known && !isEqual(known.root, shown.root)) return fork(log, shown.size, [known.note, shown.note]);
  const tree = treeOf(store, log, hash);
  const root = formatBase64(await rootAt(tree, shown.size));
  const held = (await store.listCheckpoints(log.id, shown.size, log.size)).at(-1);
  if (held) {
    const proof = await consistencyProof(tree, shown.size, held.size);
    return fork(log, shown.size, [held.note, shown.note], { root, proof: proof.map(formatBase64) });
  }
  // No signed checkpoint lies between: the one that we are reading towards has been proved to follow from our leaves.
  const head = await store.findHeadProof(log.id);
  const ahead = head?.size === log.size ? await store.findCheckpoint(log.id, head.to) : undefined;
  if (!head || !ahead) return fork(log, shown.size, [shown.note], { root }); // whoever holds more finds it by the note
  const proof = await consistencyBeyond(tree, shown.size, head.to, head.proof);
  return fork(log, shown.size, [ahead.note, shown.note], { root, proof: proof.map(formatBase64) });
}

/**
 * A checkpoint whose own consistency proof does not hold: no conviction by itself, but whoever holds the leaves of either
 * note convicts with it. Beside it stands what we hold.
 */
export async function unprovenOf(
  store: LogStore,
  log: HeldLog,
  shown: Checkpoint,
  proof: readonly Uint8Array[],
): Promise<Problem> {
  const head = await store.findHeadProof(log.id);
  const held = head?.size === log.size ? head.to : (await store.listCheckpoints(log.id, 0, log.size)).at(-1)?.size;
  const ours = held === undefined ? undefined : await store.findCheckpoint(log.id, held);
  const theirs = await store.findCheckpoint(log.id, shown.size);
  return new Problem('log/fork', {
    ...{ log: log.origin, held: log.size, shown: shown.size, root: formatBase64(log.root) },
    ...{ notes: [ours?.note, theirs?.note].filter((note) => note !== undefined), unproven: proof.map(formatBase64) },
  });
}

function fork(log: HeldLog, size: number, notes: string[], more: object = {}): Problem {
  return new Problem('log/fork', { log: log.origin, size, notes, ...more });
}

/**
 * A leaf that may not stand in a log, beside the proofs that it does: its inclusion in the tree up to the end of its page,
 * and from there to the signed checkpoint.
 */
export async function strayLeafOf(
  store: LogStore,
  found: Problem,
  given: { log: number; checkpoint: Checkpoint; tree: Tree; root: Uint8Array; leaf: string; consistency: Uint8Array[] },
): Promise<Problem> {
  const { checkpoint, tree, root, leaf, consistency } = given;
  const inclusion = await inclusionProof(tree, Number(found.facts.index), tree.size);
  const note = (await store.findCheckpoint(given.log, checkpoint.size))?.note;
  return new Problem('log/fork', {
    ...found.facts,
    ...{ log: checkpoint.origin, leaf, notes: [note], size: tree.size, root: formatBase64(root) },
    ...{ inclusion: inclusion.map(formatBase64), consistency: consistency.map(formatBase64) },
  });
}
