/** How we stand with every other member. */

import type { Now } from '../base/ports.ts';
import { formatInstant } from '../base/time.ts';
import type { ReportPeers } from '../federation/report.ts';
import type { TokenRoute } from './route.ts';

export interface PeerParts {
  reportPeers: ReportPeers;
  now: Now;
}

export function peerRoutes({ reportPeers, now }: PeerParts): TokenRoute[] {
  return [
    {
      method: 'get',
      path: '/peers',
      access: ['operator', 'auditor', 'clerk'],
      async answer(_request, response) {
        response.json({ at: formatInstant(now()), peers: await reportPeers() });
      },
    },
  ];
}
