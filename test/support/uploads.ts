/** Spreadsheets handed to a node over its API, as a clerk's program does. */

import type { Import } from '../../node/registry/ports.ts';
import { type CellContent, formatCsv } from '../../node/sheet/sheet.ts';
import type { Api } from './api.ts';
import type { RunningNode } from './network.ts';
import { formRows } from './sheets.ts';

/** A form as the bytes of a .csv file; each row is a right one with these cells changed. */
export function csvOf(type: string, rows: readonly Record<string, CellContent>[] = [{}]): Uint8Array {
  return formatCsv(formRows(type, rows));
}

/** Uploads a form and waits until the node has done with it. */
export async function importForm(
  api: Api,
  { node }: RunningNode,
  rows: readonly Record<string, CellContent>[] = [{}],
  query: Record<string, string> = {},
  type = 'penalty',
): Promise<Import> {
  const call = { query: { type, name: `${type}.csv`, ...query }, body: csvOf(type, rows) };
  const { body } = await api('POST', '/api/v1/imports', call);
  await node.work.settled();
  return node.imports.get(body.id);
}

/** The records that an import opened, as `310000.0198f3c2-…`. */
export async function recordsOf({ node }: RunningNode, { id }: Import): Promise<string[]> {
  const opened = await node.store.imports.listOpened(id);
  return opened.map((txn) => `${node.self.id}.${txn}`);
}
