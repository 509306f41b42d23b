/** Who asked what, for auditors: searched here, or taken whole to be checked elsewhere. */

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fromNumericDate, startOfDay } from '../base/time.ts';
import type { Questions } from '../registry/questions.ts';
import { count, day, line, maybe, readQuery } from './input.ts';
import type { TokenRoute } from './route.ts';

export interface QuestionParts {
  questions: Questions;
}

const daySeconds = 86_400; // China's days are all of one length

export function questionRoutes({ questions }: QuestionParts): TokenRoute[] {
  return [
    {
      method: 'get',
      path: '/questions',
      access: ['auditor'],
      async answer(request, response) {
        const { from, limit, since, until, ...texts } = readQuery(request, {
          from: count({ otherwise: 0 }),
          limit: count({ otherwise: 100, most: 1000 }),
          uscc: maybe(line(64)),
          person: maybe(line(64)),
          authority: maybe(line(64)),
          since: maybe(day),
          until: maybe(day),
        });
        const days = {
          since: since && fromNumericDate(startOfDay(since)),
          until: until && fromNumericDate(startOfDay(until) + daySeconds),
        };
        const given = Object.entries({ ...texts, ...days }).filter(([, text]) => text !== undefined);
        response.json(await questions.list(Object.fromEntries(given), from, limit));
      },
    },
    {
      method: 'get',
      path: '/questions/export',
      access: ['auditor'],
      async answer(_request, response) {
        response.type('application/x-ndjson');
        await pipeline(Readable.from(endLines(questions.export())), response).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error; // otherwise the caller left
        });
      },
    },
  ];
}

async function* endLines(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const text of lines) yield `${text}\n`;
}
