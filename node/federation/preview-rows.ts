/**
 * What publishing a held import would do, decided by the same code that publishes it (`decide-rows.ts`). Nothing is
 * signed and nothing written but the counts; rows that others publish meanwhile are decided anew when their time comes.
 */

import { withoutOmitted } from '../agreement/policy.ts';
import { canonicalText } from '../base/canonical.ts';
import { forms } from '../form/forms.ts';
import type { Import, ImportItem, ImportOutcome } from '../registry/ports.ts';
import { foldRecord, formatRecordId } from '../registry/record.ts';
import { decideRows, findKnown, type RowDecision } from './decide-rows.ts';
import type { PublishNeeds } from './publish-steps.ts';

/** One member of a body that a correction changes. */
export interface Change {
  /** Dotted: `publicity.until`. */
  member: string;
  /** The form's column for it; absent for what no column holds. */
  column?: string;
  /** What stands; absent when nothing does. */
  before?: unknown;
  after?: unknown;
}

/** What would become of one row. */
export interface PreviewRow {
  row: number;
  uscc: string;
  outcome: ImportOutcome;
  /** The record that it corrects, repeats, or is at odds with. */
  record?: string;
  /** Of a correction. */
  changes?: Change[];
  /** Of a refusal. */
  refusal?: { code: string; facts: Record<string, unknown> };
}

const rowsAtOnce = 500;

/** Counts what would become of every row that waits. @throws {Problem} what would speak against publishing */
export async function countPreview(needs: PublishNeeds, { id, type }: Import): Promise<Record<ImportOutcome, number>> {
  const counts = { opened: 0, corrected: 0, unchanged: 0, refused: 0 };
  for (let after = 0; ; ) {
    const items = await needs.store.imports.listWaiting(id, after, rowsAtOnce);
    for (const { outcome } of await decide(needs, type, items)) counts[outcome]++;
    const last = items.at(-1);
    if (!last || items.length < rowsAtOnce) return counts;
    after = last.row;
  }
}

/** What would become of so many rows behind that one. @throws {Problem} what would speak against publishing */
export async function previewRows(
  needs: PublishNeeds,
  { id, type }: Import,
  after: number,
  limit: number,
): Promise<PreviewRow[]> {
  const items = await needs.store.imports.listWaiting(id, after, limit);
  const decisions = await decide(needs, type, items);
  return Promise.all(decisions.map((decision) => show(needs, type, decision)));
}

async function decide(needs: PublishNeeds, type: string, items: readonly ImportItem[]): Promise<RowDecision[]> {
  return decideRows(needs, type, items, await findKnown(needs, items));
}

async function show(needs: PublishNeeds, type: string, decision: RowDecision): Promise<PreviewRow> {
  const { item, outcome, own, refusal } = decision;
  const { row, uscc } = item;
  const record = own && { record: formatRecordId({ member: needs.member, txn: own.txn }) };
  const changes = outcome === 'corrected' && { changes: await findChanges(needs, type, decision) };
  return { row, uscc, outcome, ...record, ...changes, ...(refusal && { refusal }) };
}

/** Compared as receivers would get it: what their flows omit is no change. */
async function findChanges({ store, publisher, member }: PublishNeeds, type: string, { item, txn, says }: RowDecision) {
  const standing = foldRecord(await store.registry.listRecordSteps({ member, txn }));
  const { agreement } = await publisher.governing();
  const after = withoutOmitted({ agreement, from: member, to: says?.draft.audience ?? [], type, body: item.body });
  const columns = new Map(forms.get(type)?.columns.map(({ path, zh }) => [path, zh]));
  return compare(standing?.body ?? {}, after).map((change): Change => {
    const column = columns.get(change.member);
    return { ...change, ...(column !== undefined && { column }) };
  });
}

/** Every member, however deep, that is not the same in both; a list is one value. */
function compare(before: object, after: object, above = ''): Change[] {
  const [old, next] = [before, after] as Record<string, unknown>[];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name): Change[] => {
    const [was, is] = [old?.[name], next?.[name]];
    const member = `${above}${name}`;
    if (isTree(was ?? {}) && isTree(is ?? {}))
      return compare((was ?? {}) as object, (is ?? {}) as object, `${member}.`);
    if (was !== undefined && is !== undefined && canonicalText(was) === canonicalText(is)) return [];
    return [{ member, ...(was !== undefined && { before: was }), ...(is !== undefined && { after: is }) }];
  });
}

function isTree(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
