/** How we stand with every other member, and with outside witnesses. */

import type { Now } from '../base/ports.ts';
import { formatInstant } from '../base/time.ts';
import type { Federation } from '../federation/federation.ts';
import type { ReportPeers } from '../federation/report.ts';
import type { TokenRoute } from './route.ts';

export interface PeerParts {
  reportPeers: ReportPeers;
  federation: { outside: Pick<Federation['outside'], 'report'> };
  now: Now;
}

export function peerRoutes({ reportPeers, federation, now }: PeerParts): TokenRoute[] {
  return [
    {
      method: 'get',
      path: '/peers',
      access: ['operator', 'auditor', 'clerk'],
      async answer(_request, response) {
        const [peers, witnesses] = await Promise.all([reportPeers(), federation.outside.report()]);
        response.json({ at: formatInstant(now()), peers, witnesses });
      },
    },
  ];
}
