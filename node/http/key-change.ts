/** Bulletin keys into force and out of it. */

import type { KeyChanges } from '../federation/key-change.ts';
import { bodyForm } from './input.ts';
import type { TokenRoute } from './route.ts';

export interface KeyChangeParts {
  keyChanges: KeyChanges;
  schemas: ReadonlyMap<string, object>;
}

export function keyChangeRoutes({ keyChanges, schemas }: KeyChangeParts): TokenRoute[] {
  return [
    {
      method: 'post',
      path: '/keys/rotation',
      access: ['operator'],
      body: bodyForm(schemas, 'key-rotation'),
      async answer(request, response) {
        const { kid, rehearse = false } = request.body as { kid?: string; rehearse?: boolean }; // its form was checked
        const changed = await keyChanges.rotate({ ...(kid !== undefined && { kid }), rehearsed: rehearse });
        response.status(rehearse ? 200 : 201).json(changed);
      },
    },
    {
      method: 'post',
      path: '/keys/retirement',
      access: ['operator'],
      body: bodyForm(schemas, 'key-retirement'),
      async answer(request, response) {
        const { kid, rehearse = false } = request.body as { kid: string; rehearse?: boolean }; // its form was checked
        response.status(rehearse ? 200 : 201).json(await keyChanges.retire({ kid, rehearsed: rehearse }));
      },
    },
  ];
}
