/** How we stand with every other member. */

import type { Agreement } from '../agreement/agreement.ts';
import type { ExchangeStore } from '../federation/ports.ts';
import { reportPeers } from '../federation/report.ts';
import type { TokenRoute } from './route.ts';

export interface PeerParts {
  store: ExchangeStore;
  version: { agreement: Agreement };
  self: { id: string };
}

export function peerRoutes({ store, version, self }: PeerParts): TokenRoute[] {
  return [
    {
      method: 'get',
      path: '/peers',
      access: ['operator', 'auditor', 'clerk'],
      async answer(_request, response) {
        response.json({ peers: await reportPeers(store, version.agreement, self.id) });
      },
    },
  ];
}
