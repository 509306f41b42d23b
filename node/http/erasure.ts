/** The content of one of our records is erased, here and at every member. */

import type { Eraser, ErasureRequest } from '../federation/publish-erasure.ts';
import { bodyForm } from './input.ts';
import type { TokenRoute } from './route.ts';
import { recordIn } from './step.ts';

export interface ErasureParts {
  eraser: Eraser;
  schemas: ReadonlyMap<string, object>;
}

export function erasureRoutes({ eraser, schemas }: ErasureParts): TokenRoute[] {
  return [
    {
      method: 'post',
      path: '/records/:record/erasure',
      access: ['clerk'],
      body: bodyForm(schemas, 'erasure'),
      async answer(request, response, asker) {
        const given = request.body as ErasureRequest; // its form was checked
        const done = await eraser.eraseRecord(recordIn(request), given, asker);
        response.status(201).location(`/api/v1/bulletins/${done.jti}`).json(done);
      },
    },
  ];
}
