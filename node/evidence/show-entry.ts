/** Entries of a log → what a file holds of them: content, proof, and the governance below that no earlier entry brought. */

import { formatBase64, parseBase64 } from '../base/bytes.ts';
import type { Hash } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import type { Entry } from '../log/ports.ts';
import { consistencyProof, inclusionProof } from '../log/proof.ts';
import { formatTlogProof } from '../log/tlog-proof.ts';
import type { Chosen } from './choose-checkpoint.ts';
import type { ShownEntry, ShownGovernance, ShownLeaf, ShownReceipt } from './evidence.ts';
import type { FoundReceipt } from './find-receipts.ts';
import { rebuildLeaf } from './rebuilt-leaf.ts';

export type Show = ReturnType<typeof createShow>;

/** For one file: what it showed before is not shown again. Ask in the order of the file. */
export function createShow({ hash }: { hash: Hash }) {
  /** By origin: governance below that index was shown. */
  const shownBelow = new Map<string, number>();

  const show = {
    /** Content and proof alone. @throws {Problem} evidence/not-held */
    async content(chosen: Chosen, entry: Entry): Promise<ShownGovernance> {
      const { index, content, erased } = entry;
      const { origin } = chosen.view.log;
      const salt = content && parseBase64(content.salt);
      if (!content || !salt) throw notHeld(origin, { index, ...(erased && { erased }) });
      const isGiven = rebuildLeaf(content.jws, salt, hash) === entry.leaf;
      return {
        jws: content.jws,
        tlogProof: await proofOf(chosen, index, salt),
        ...(!isGiven && { leaf: entry.leaf }),
      };
    },

    /** Governance below that index, as far as it was not shown. */
    async governance(chosen: Chosen, index: number): Promise<ShownGovernance[]> {
      const { origin } = chosen.view.log;
      const from = shownBelow.get(origin) ?? 0;
      const entries = (await chosen.view.governanceBelow(index)).filter((entry) => entry.index >= from);
      shownBelow.set(origin, Math.max(from, index));
      const shown: ShownGovernance[] = [];
      for (const entry of entries) shown.push(await show.content(chosen, entry));
      return shown;
    },

    async entry(chosen: Chosen, entry: Entry): Promise<ShownEntry> {
      const governance = await show.governance(chosen, entry.index);
      if (entry.governance) shownBelow.set(chosen.view.log.origin, entry.index + 1);
      return { ...(await show.content(chosen, entry)), governance };
    },

    /** @param of the checkpoint of the log that the receipt speaks of */
    async receipt(chosen: Chosen, { entry, body }: FoundReceipt, of: Chosen): Promise<ShownReceipt> {
      const consistency = await consistencyProof(of.view.tree, body.size, of.size);
      return { ...(await show.entry(chosen, entry)), consistency: consistency.map(formatBase64) };
    },

    async leaf(chosen: Chosen, { index, leaf }: Entry): Promise<ShownLeaf> {
      return { leaf, tlogProof: await proofOf(chosen, index) };
    },
  };
  return show;
}

/** Why content cannot be shown: it was erased, or never came here. */
export function notHeld(log: string, { index, erased }: Pick<Entry, 'index' | 'erased'>): Problem {
  return new Problem('evidence/not-held', { log, index, ...(erased && { erased: erased.ground }) });
}

async function proofOf({ view, size, note }: Chosen, index: number, extra?: Uint8Array): Promise<string> {
  const proof = await inclusionProof(view.tree, index, size);
  return formatTlogProof({ ...(extra && { extra }), index, proof, note });
}
