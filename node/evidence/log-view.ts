/**
 * A log as one export sees it: its tree, its governance entries, and the version that governs each entry. Everything is
 * read from leaves that were committed when the export began; the tree below them does not change.
 */

import { type Agreement, findEntry } from '../agreement/agreement.ts';
import type { Hash } from '../base/ports.ts';
import { readType } from '../bulletin/read.ts';
import { adoption } from '../bulletin/types/adoption.ts';
import type { Laws } from '../federation/law.ts';
import { treeOf } from '../log/ledger.ts';
import type { Entry, HeldLog, LogStore } from '../log/ports.ts';
import { remembering, type Tree } from '../log/tile.ts';

export interface LogView {
  log: HeldLog;
  tree: Tree;
  /** Governance entries below that index, ascending. */
  governanceBelow(index: number): Promise<Entry[]>;
  /** The version by which the entry at that index is judged: of an adoption, what it puts in force. */
  agreementAt(index: number): Promise<Agreement | undefined>;
  /** Digest of the schema that governs an entry of that log; undefined when its type cannot be read or is none of the catalogue. */
  schemaOf(entry: Entry): Promise<string | undefined>;
  /** The same, where its type is known: the bare name. */
  schemaFor(index: number, type: string): Promise<string | undefined>;
}

export function viewLog(
  { store, laws, hash }: { store: { log: LogStore }; laws: Pick<Laws, 'governing'>; hash: Hash },
  log: HeldLog,
): LogView {
  const listGovernance = once(async () =>
    (await store.log.listGovernance(log.id, 0)).filter(({ index }) => index < log.size),
  );
  const listVersions = once(findVersions);

  async function findVersions(): Promise<{ from: number; agreement: Agreement }[]> {
    const found: { from: number; agreement: Agreement }[] = [];
    for (const { index, content, word } of await listGovernance()) {
      if (word === 'refused' || !content || readType(content.jws)?.name !== adoption.name) continue;
      const governing = await laws.governing(store.log, log, index + 1);
      if (governing) found.push({ from: index, agreement: governing.agreement });
    }
    return found;
  }

  const view: LogView = {
    log,
    tree: remembering(treeOf(store.log, log, hash)),
    governanceBelow: async (index) => (await listGovernance()).filter((entry) => entry.index < index),
    agreementAt: async (index) => (await listVersions()).findLast(({ from }) => from <= index)?.agreement,
    async schemaOf({ index, content }) {
      const type = content && readType(content.jws)?.name;
      return type === undefined ? undefined : view.schemaFor(index, type);
    },
    async schemaFor(index, type) {
      const agreement = await view.agreementAt(index);
      return agreement && findEntry(agreement, type)?.schema;
    },
  };
  return view;
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
