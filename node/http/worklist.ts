/** What is due for a bureau, as JSON or as a workbook. */

import type { Worklists } from '../federation/worklist.ts';
import { workKinds } from '../registry/worklist.ts';
import { worklistSheet } from '../registry/worklist-words.ts';
import { count, line, maybe, maybeOneOf, readQuery } from './input.ts';
import type { TokenRoute } from './route.ts';
import { sendXlsx } from './workbook.ts';

export interface WorklistParts {
  worklists: Worklists;
}

export function worklistRoutes({ worklists }: WorklistParts): TokenRoute[] {
  return [
    {
      method: 'get',
      path: '/worklist',
      access: ['clerk', 'auditor'],
      async answer(request, response, asker) {
        const { authority, kind, limit, form } = readQuery(request, {
          authority: maybe(line(18)),
          kind: maybeOneOf(workKinds),
          limit: count({ otherwise: 200, most: 1000 }),
          form: maybeOneOf(['json', 'xlsx']),
        });
        const query = { limit, ...(authority !== undefined && { authority }), ...(kind && { kind }) };
        const list = await worklists.list(asker, query);
        if (form === 'xlsx') await sendXlsx(response, `worklist-${list.day}.xlsx`, [worklistSheet(list.items)]);
        else response.json(list);
      },
    },
  ];
}
