/**
 * One log held against itself: leaf texts → leaf hashes → tiles of every level → root → head → signed checkpoints. Every
 * hash is computed anew from the leaves; what is stored is only compared. A few hundred entries are in memory at a time.
 */

import { formatBase64, isEqual, utf8 } from '../base/bytes.ts';
import type { Hash, VerifySignature } from '../base/ports.ts';
import { isProblem } from '../base/problem.ts';
import { verifyCheckpoint } from '../log/checkpoint.ts';
import { emptyRoot, leafHash } from '../log/merkle.ts';
import type { Vkey } from '../log/note.ts';
import type { Entry, HeldLog, LogStore, StoredCheckpoint } from '../log/ports.ts';
import { appendLeaves, type Tile, type Tree } from '../log/tile.ts';
import { type Fault, type FaultCode, faultOf } from './fault.ts';

const atOnce = 256;
const tileBytes = 256 * 32;

export interface LogNeeds {
  store: LogStore;
  hash: Hash;
  verifySignature: VerifySignature;
  /** Keys that an agreement ever gave this log, and those of all witnesses. */
  keys: readonly Vkey[];
  witnesses: readonly Vkey[];
  say: (fault: Fault) => void;
  /** Handed every part of the log in order. */
  onEntries: (entries: readonly Entry[]) => Promise<void>;
}

/** How much of a log was looked at. */
export interface CheckedLog {
  entries: number;
  checkpoints: number;
  /** Over the leaves that were read, base64. */
  root: string;
}

export async function checkLog(log: HeldLog, needs: LogNeeds): Promise<CheckedLog> {
  const { store, hash, keys } = needs;
  const say = sayerOf(log, needs);
  const edges = new Map<number, Tile>();
  let tree: Tree = { hash, size: 0, readTile: async (level) => edges.get(level)?.hashes };
  let root = emptyRoot(hash);
  let checkpoints = 0;
  if (keys.length === 0) say('key-unknown');

  for (let from = 0; from < log.size; from += atOnce) {
    const to = Math.min(from + atOnce, log.size);
    const entries = await store.listEntries(log.id, from, to);
    const gap = entries.findIndex(({ index }, i) => index !== from + i);
    const whole = gap < 0 ? entries : entries.slice(0, gap);
    await needs.onEntries(whole);
    if (whole.length < to - from) {
      say('entry-missing', from + whole.length);
      return { entries: from + whole.length, checkpoints, root: formatBase64(root) };
    }
    const hashes = whole.map(({ leaf }) => leafHash(hash, utf8(leaf)));
    const seen = await store.listCheckpoints(log.id, from, to);
    for (const end of [...new Set([...seen.map(({ size }) => size), to])]) {
      const growth = await appendLeaves(tree, hashes.slice(tree.size - from, end - from));
      for (const tile of growth.tiles) {
        edges.set(tile.level, tile);
        if (tile.hashes.length === tileBytes) await compareTile(log, needs, tile);
      }
      tree = { ...tree, size: growth.size, frontier: growth.frontier };
      root = growth.root;
      const checkpoint = seen.find(({ size }) => size === end);
      if (checkpoint && !isEqual(checkpoint.root, root)) say('checkpoint', undefined, { size: end });
    }
    for (const checkpoint of seen) await checkNote(log, needs, checkpoint);
    checkpoints += seen.length;
  }

  for (const tile of edges.values()) if (tile.hashes.length < tileBytes) await compareTile(log, needs, tile);
  if (!isEqual(log.root, root)) say('root', undefined, { root: formatBase64(root) });
  const [beyond] = await store.listEntries(log.id, log.size, log.size + 1);
  if (beyond) say('entry-beyond', beyond.index, { size: log.size });
  checkpoints += await checkAhead(log, needs);
  return { entries: log.size, checkpoints, root: formatBase64(root) };
}

/** Of a peer's log we may have seen more than we hold; of ours there is nothing beyond the head. */
async function checkAhead(log: HeldLog, needs: LogNeeds): Promise<number> {
  const ahead = await needs.store.listCheckpoints(log.id, log.size, Number.MAX_SAFE_INTEGER);
  for (const checkpoint of ahead) await checkNote(log, needs, checkpoint);
  const largest = await needs.store.findLargestCheckpoint(log.id);
  if (log.size > 0 && (largest?.size ?? 0) < log.size)
    sayerOf(log, needs)('head-unsigned', undefined, { size: log.size });
  return ahead.length;
}

async function compareTile(
  { id, origin }: HeldLog,
  { store, say }: LogNeeds,
  { level, index, hashes }: Tile,
): Promise<void> {
  const stored = await store.readTile(id, level, index);
  if (stored && isEqual(stored, hashes)) return;
  say(faultOf('tile', { log: origin, ...(level === 0 && { index: index * 256 }) }, { level, tile: index }));
}

async function checkNote(log: HeldLog, needs: LogNeeds, { size, root, note }: StoredCheckpoint): Promise<void> {
  const say = sayerOf(log, needs);
  const { keys, witnesses, verifySignature } = needs;
  let reason = 'key-unknown';
  for (const key of keys) {
    try {
      const { checkpoint } = await verifyCheckpoint({ note, log: key, witnesses, verifySignature });
      if (checkpoint.size !== size || !isEqual(checkpoint.root, root)) say('checkpoint-row', undefined, { size });
      return;
    } catch (error) {
      if (!isProblem(error)) throw error;
      reason = error.code;
    }
  }
  if (keys.length > 0) say('checkpoint-signature', undefined, { size, reason });
}

function sayerOf({ origin }: HeldLog, { say }: LogNeeds) {
  return (code: FaultCode, index?: number, facts = {}) =>
    say(faultOf(code, { log: origin, ...(index !== undefined && { index }) }, facts));
}
