/**
 * Workbooks written: values with the looks that keep them what they are, drop-down lists and marks. The door of
 * `@cj-tech-master/excelts`; reading is in `xlsx.ts`.
 */

import type { CellContent } from './sheet.ts';

export interface SheetContent {
  name: string;
  rows: readonly (readonly CellContent[])[];
  /** The first one first. */
  columns?: readonly ColumnLook[];
  /** So many rows at the top are a header: set apart, and in view however far one scrolls. */
  headerRows?: number;
  /** Cells that are to be seen at once: row and column, from 0. */
  marks?: readonly (readonly [row: number, column: number])[];
}

export interface ColumnLook {
  /** In characters. */
  width?: number;
  /** Of cells that are still empty: `text` keeps every digit of a code. */
  format?: 'text' | 'day';
  choices?: Choices;
  /** Whether its header stands out: must not stay empty. */
  isStrong?: boolean;
  /** Whether long text is broken into lines. */
  wraps?: boolean;
}

/** What a drop-down list below the header offers. */
export interface Choices {
  /** What is offered; where it is too long for the cell's rule, `range` is offered instead. */
  labels: readonly string[];
  /** Where the same labels stand: `'填写说明'!$A$20:$A$27`. */
  range: string;
  /** Whether something else may be entered after a warning. */
  isOpen: boolean;
  /** What is said when something else is entered. */
  warning: string;
}

const longestFormula = 255; // Excel takes no longer list in a cell's rule
const lastRow = 1_048_576;
const formats = { text: '@', day: 'yyyy-mm-dd' };
const fills = { header: fill('FFDCE6F1'), strongHeader: fill('FF9DC3E6'), mark: fill('FFFFD966') };

/** A workbook as an `.xlsx` file. All text is stored as text, so that Excel takes no digits from codes. */
export async function buildXlsx(sheets: readonly SheetContent[]): Promise<Uint8Array> {
  const { Workbook } = await import('@cj-tech-master/excelts'); // what a node without need does not load
  const workbook = new Workbook();
  for (const { name, rows, columns = [], headerRows = 0, marks = [] } of sheets) {
    const views = headerRows > 0 ? [{ state: 'frozen', ySplit: headerRows } as const] : [];
    const sheet = workbook.addWorksheet(name, { views });
    columns.forEach(({ width, format }, i) => {
      const column = sheet.getColumn(i + 1);
      if (width) column.width = width;
      if (format) column.numFmt = formats[format];
    });
    rows.forEach((row, r) => {
      const written = sheet.addRow(row.map(toValue));
      row.forEach((content, c) => {
        const cell = written.getCell(c + 1);
        if (typeof content === 'string') cell.numFmt = formats.text;
        else if (content instanceof Date) cell.numFmt = formats.day;
        else if (content !== null) cell.numFmt = 'General';
        if (columns[c]?.wraps) cell.alignment = { vertical: 'top', wrapText: true };
        if (r >= headerRows) return;
        cell.font = { name: 'Calibri', size: 11, bold: true };
        cell.fill = columns[c]?.isStrong ? fills.strongHeader : fills.header;
        cell.alignment = { vertical: 'middle', wrapText: true };
      });
    });
    for (const [r, c] of marks) sheet.getCell(r + 1, c + 1).fill = fills.mark;
    columns.forEach(({ choices }, c) => {
      if (!choices) return;
      const letter = sheet.getColumn(c + 1).letter;
      sheet.dataValidations.add(`${letter}${headerRows + 1}:${letter}${lastRow}`, ruleOf(choices));
    });
  }
  return new Uint8Array(await workbook.xlsx.writeBuffer());
}

/** ECMA-376 part 1, 18.3.1.32: a list in quotes, its parts divided by commas, or a range. */
function ruleOf({ labels, range, isOpen, warning }: Choices) {
  const list = labels.join(',');
  const fits = list.length <= longestFormula && !labels.some((label) => /[",]/.test(label));
  return {
    type: 'list',
    formulae: [fits ? `"${list}"` : range],
    allowBlank: true,
    showErrorMessage: true,
    errorStyle: isOpen ? 'warning' : 'stop',
    errorTitle: '请核对 · Please check',
    error: warning,
  };
}

function fill(argb: string) {
  return { type: 'pattern', pattern: 'solid', fgColor: { argb } } as const;
}

function toValue(content: CellContent) {
  if (typeof content === 'object' && content !== null && 'error' in content) return { error: content.error as '#N/A' }; // one of Excel's own: it was read
  return content;
}
