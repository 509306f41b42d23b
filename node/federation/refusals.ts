/**
 * What a peer refused of our log, kept until a later bulletin of ours took its place for that peer: the mended one
 * (`reissue.ts`), or a step on the same record that says it all anew and was not refused (docs/protocol.md, Receipt).
 */

import { findTypeByName } from '../bulletin/catalogue.ts';
import type { Receipt } from '../bulletin/types/receipt.ts';
import { parseLeaf } from '../log/leaf.ts';
import type { ExchangeStore, LaterStep } from './ports.ts';
import { toWord } from './receipt.ts';

/** Types of which a later one says all that an earlier one said. */
const renewing = ['correction', 'extension', 'repair', 'revocation'];

/** Keeps what a receipt refuses, and ends what it shows to be mended, in the transaction that keeps the receipt. */
export async function keepRefusals(
  within: Pick<ExchangeStore, 'refusals'>,
  { member, log, receipt, at }: { member: string; log: number; receipt: Receipt; at: string },
): Promise<void> {
  const { from, to, withheld, settled } = receipt;
  const refused = refusedIn(receipt);
  const untaken = new Set([...refused.map(({ index }) => index), ...withheld]);
  const taken = settled.filter(({ index }) => !untaken.has(index));
  const ranges = [{ from, to }, ...taken.map(({ index }) => ({ from: index, to: index + 1 }))];
  for (const range of ranges) {
    for (const later of await within.refusals.listLater(member, log, range.from, range.to)) {
      const isTold = parseLeaf(later.leaf)?.audience.includes(member) ?? false;
      if (!isTold || untaken.has(later.index) || !overtakes(later, later.refused)) continue;
      await within.refusals.endRefusals([member], [later.refused], later);
    }
  }
  await within.refusals.putRefusals(refused.map(({ index, code }) => ({ member, log, index, code, at })));
}

/** Whether nothing is left to mend of what was refused once that stands. */
export function overtakes({ type, state }: Pick<LaterStep, 'type' | 'state'>, refused: { type: string }): boolean {
  if (state === undefined) return false; // without effect
  const kind = findTypeByName(refused.type)?.kind;
  if (kind === 'marks') return false;
  if (type === 'revocation' || (type === refused.type && renewing.includes(type))) return true;
  if (refused.type === 'extension') return state !== 'publicised';
  return state === 'revoked' && refused.type !== 'revocation' && refused.type !== 'objection-decision';
}

/** What a receipt refuses, at once or when content came late. */
function refusedIn({ refused, settled }: Receipt): { index: number; code: string }[] {
  const late = settled.flatMap(({ index, code }) =>
    code !== undefined && toWord(code).word === 'refused' ? [{ index, code }] : [],
  );
  return [...refused, ...late];
}
