/**
 * The log in which this node speaks, as a tiled log (C2SP tlog-tiles) whose prefix is the node's endpoint: checkpoint and
 * hash tiles for anyone. No entry bundles: what was said is for its addressees. The logs of others are theirs to publish.
 */

import type { Member } from '../agreement/agreement.ts';
import { Problem } from '../base/problem.ts';
import type { Federation } from '../federation/federation.ts';
import type { LogStore } from '../log/ports.ts';
import { parseTilePath, tileHashBytes } from '../log/tile-path.ts';
import { pathSegments } from './input.ts';
import type { PublicRoute } from './route.ts';

export interface TileParts {
  self: Pick<Member, 'origin'>;
  store: { log: LogStore };
  federation: Pick<Federation, 'lockState'>;
}

/** A day and not for ever: a member's next log takes the same prefix. */
const forCaches = 'public, max-age=86400, immutable';

export function tileRoutes({ self, store, federation }: TileParts): PublicRoute[] {
  return [
    {
      method: 'get',
      path: '/checkpoint',
      access: 'public',
      async answer(_request, response) {
        if (!federation.lockState().open) throw new Problem('log/locked'); // it may be an old copy
        const log = await store.log.findLog(self.origin);
        const head = log && (await store.log.findCheckpoint(log.id, log.size));
        if (!head) throw new Problem('log/unknown', { log: self.origin });
        response.type('text/plain').send(head.note);
      },
    },
    {
      method: 'get',
      path: '/tile/*path',
      access: 'public',
      async answer(request, response) {
        const asked = parseTilePath(pathSegments(request, 'path').join('/'));
        if (!asked) throw new Problem('input/no-such-route');
        const { level, index, width } = asked;
        const log = await store.log.findLog(self.origin);
        const hashes = log && (await store.log.readTile(log.id, level, index));
        const bytes = hashes?.subarray(0, width * tileHashBytes);
        if (bytes?.length !== width * tileHashBytes) throw new Problem('log/out-of-range', { level, index, width });
        response.set('cache-control', forCaches).type('application/octet-stream').send(Buffer.from(bytes));
      },
    },
  ];
}
