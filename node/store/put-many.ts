/** Bulk writes: a hundred rows a statement, so that the engine parses once and the statement stays in its cache. */

const rowsPerStatement = 100;

/** Hands the rows to `write` in hundreds, then the rest one by one so that only two shapes of statement exist. */
export async function putMany<Row>(rows: readonly Row[], write: (rows: Row[]) => Promise<unknown>): Promise<void> {
  let at = 0;
  for (; at + rowsPerStatement <= rows.length; at += rowsPerStatement)
    await write(rows.slice(at, at + rowsPerStatement));
  for (; at < rows.length; at++) await write([rows[at] as Row]);
}
