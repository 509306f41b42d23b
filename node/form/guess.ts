/** Another type whose form a file has: the clerk mistook `--type`. A hint, never a decision. */

import { isProblem } from '../base/problem.ts';
import type { SheetFile, SheetRow } from '../sheet/sheet.ts';
import { forms } from './forms.ts';
import { isHeaderRow, knowNames, readHeader, searchedRows } from './header.ts';

/** The type whose required columns all stand in the file; undefined when there is none, or it is the one asked for. */
export async function guessType(file: SheetFile, asked: string): Promise<string | undefined> {
  for (const sheet of file.sheets) {
    const rows: SheetRow[] = [];
    for await (const row of sheet.rows()) if (rows.push(row) > searchedRows) break;
    const found = [...forms.keys()].find((type) => type !== asked && hasForm(rows, type));
    if (found !== undefined) return found;
  }
}

function hasForm(rows: readonly SheetRow[], type: string): boolean {
  const form = forms.get(type);
  if (!form) return false;
  const know = knowNames(form);
  const at = rows.findIndex(({ cells }) => isHeaderRow(cells, know));
  const first = rows[at];
  if (!first) return false;
  try {
    readHeader(first, rows[at + 1], form, know);
    return true;
  } catch (error) {
    if (isProblem(error)) return false;
    throw error;
  }
}
