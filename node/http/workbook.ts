/** Workbooks out. */

import type { Response } from 'express';
import { buildXlsx, type SheetContent } from '../sheet/workbook.ts';

/** Sends sheets as an `.xlsx` file of that name. */
export async function sendXlsx(response: Response, name: string, sheets: readonly SheetContent[]): Promise<void> {
  response.attachment(name).send(Buffer.from(await buildXlsx(sheets)));
}
