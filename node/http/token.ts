/** Who may use this node, for its operator. */

import type { Asker, Tokens } from '../registry/tokens.ts';
import { bodyForm, pathId } from './input.ts';
import type { TokenRoute } from './route.ts';

export interface TokenParts {
  tokens: Tokens;
  schemas: ReadonlyMap<string, object>;
}

export function tokenRoutes({ tokens, schemas }: TokenParts): TokenRoute[] {
  return [
    {
      method: 'get',
      path: '/tokens',
      access: ['operator'],
      async answer(_request, response) {
        response.json({ tokens: await tokens.list() });
      },
    },
    {
      method: 'post',
      path: '/tokens',
      access: ['operator'],
      body: bodyForm(schemas, 'token'),
      async answer(request, response) {
        const bearer = request.body as Asker; // its form was checked
        const { id, secret } = await tokens.create(bearer);
        response.status(201).json({ id, token: secret, ...bearer });
      },
    },
    {
      method: 'delete',
      path: '/tokens/:token',
      access: ['operator'],
      async answer(request, response) {
        await tokens.revoke(pathId(request, 'token', 'token/not-found'));
        response.status(204).end();
      },
    },
  ];
}
