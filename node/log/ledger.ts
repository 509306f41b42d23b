/**
 * This node's own log: append, and prove. One writer at a time: the head row is locked first, and entries, tiles, head
 * and signed checkpoint stand or fall in the caller's transaction (docs/protocol.md, Log, Write order). A signature
 * leaves the process only after the commit, which the caller reports with `remember`.
 */

import { formatBase64, isEqual, utf8 } from '../base/bytes.ts';
import type { Hash, Now, Signer } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { formatInstant } from '../base/time.ts';
import { signCheckpoint } from './checkpoint.ts';
import type { Gate } from './gate.ts';
import { commitmentOf, formatLeaf } from './leaf.ts';
import { leafHash } from './merkle.ts';
import type { Vkey } from './note.ts';
import type { Entry, HeldLog, LogStore } from './ports.ts';
import { appendLeaves, rootAt, type Tree } from './tile.ts';

/** What is to be appended: signed content with its fresh salt. */
export interface Addition {
  jws: string;
  jti: string;
  salt: Uint8Array;
  audience: string[];
}

/** The head after an append, and where the additions stand. */
export interface Appended {
  /** Index of the first addition; the others follow it. */
  first: number;
  size: number;
  root: Uint8Array;
  note: string;
}

export interface Ledger {
  readonly origin: string;
  readonly vkey: Vkey;
  /**
   * Appends inside the caller's transaction.
   *
   * @throws {Problem} log/locked; log/head-changed when the store's head is not what this process last signed: it must end
   */
  append(store: LogStore, additions: readonly Addition[]): Promise<Appended>;
  /** Says that the transaction of that append was committed. */
  remember(appended: Pick<Appended, 'size' | 'root'>): void;
}

export function createLedger({
  origin,
  signer,
  vkey,
  hash,
  now,
  gate,
  onBroken,
}: {
  origin: string;
  signer: Signer;
  vkey: Vkey;
  hash: Hash;
  now: Now;
  /** Whether the log key may sign; without one it always may. */
  gate?: Pick<Gate, 'check'>;
  /** Told when the store's head is not what this process last signed: the process must end. */
  onBroken: (problem: Problem) => void;
}): Ledger {
  let last: { size: number; root: Uint8Array } | undefined;
  let known: number | undefined;

  async function lock(store: LogStore): Promise<HeldLog> {
    known ??= (await store.findLog(origin))?.id;
    if (known === undefined) throw new Problem('log/unknown', { origin });
    const log = await store.lockLog(known);
    if (last && !(await isGrownFrom(last, log, treeOf(store, log, hash)))) {
      const problem = new Problem('log/head-changed', { origin, signed: last.size, stored: log.size });
      onBroken(problem);
      throw problem;
    }
    return log;
  }

  return {
    origin,
    vkey,
    async append(store, additions) {
      if (additions.length === 0) throw new RangeError('nothing to append');
      gate?.check();
      const log = await lock(store);
      const at = formatInstant(now());
      const entries = additions.map((addition, i) => toEntry(addition, log.size + i, hash, at));
      const growth = await appendLeaves(
        treeOf(store, log, hash),
        entries.map(({ leaf }) => leafHash(hash, utf8(leaf))),
      );
      const { size, root } = growth;
      const note = await signCheckpoint(signer, vkey, { origin, size, root });
      await store.putEntries(log.id, entries);
      await store.putTiles(log.id, growth.tiles);
      await store.putHead(log.id, { size, root });
      await store.putCheckpoint(log.id, { size, root, note, quorum: false, at });
      return { first: log.size, size, root, note };
    },
    remember({ size, root }) {
      if (!last || size > last.size) last = { size, root };
    },
  };
}

/** Whether a head is what it was, or another process of this node appended to it. */
async function isGrownFrom(
  last: { size: number; root: Uint8Array },
  log: Pick<HeldLog, 'size' | 'root'>,
  tree: Tree,
): Promise<boolean> {
  if (log.size < last.size) return false;
  return isEqual(log.size === last.size ? log.root : await rootAt(tree, last.size), last.root);
}

/** The tree of a log that we hold, read tile by tile. */
export function treeOf(store: LogStore, log: Pick<HeldLog, 'id' | 'size'>, hash: Hash): Tree {
  return { hash, size: log.size, readTile: (level, index) => store.readTile(log.id, level, index) };
}

function toEntry({ jws, jti, salt, audience }: Addition, index: number, hash: Hash, at: string): Entry {
  const leaf = formatLeaf({ commitment: commitmentOf(hash, salt, jws), audience });
  const governance = audience[0] === '*';
  return { index, leaf, governance, content: { salt: formatBase64(salt), jws }, jti, word: 'issued', at };
}
