/** What anyone may know: that the process answers, whether it can work, and whose node it is. */

import type { Member } from '../agreement/agreement.ts';
import { isWithinPeriod } from '../agreement/policy.ts';
import type { SignedAgreement } from '../agreement/signatures.ts';
import type { Now } from '../base/ports.ts';
import { toNumericDate } from '../base/time.ts';
import type { LogStore } from '../log/ports.ts';
import type { PublicRoute } from './route.ts';

export interface HealthParts {
  store: { log: LogStore; isReachable(): Promise<boolean> };
  version: Pick<SignedAgreement, 'digest' | 'agreement'>;
  self: Member;
  now: Now;
}

export function healthRoutes({ store, version, self, now }: HealthParts): PublicRoute[] {
  /** Whether our log says that the agreement is in force: without that entry nothing is issued. */
  const hasAdopted = () => store.log.findLog(self.origin).then((log) => (log?.size ?? 0) > 0);

  return [
    {
      method: 'get',
      path: '/healthz',
      access: 'public',
      answer(_request, response) {
        response.json({ alive: true });
      },
    },
    {
      method: 'get',
      path: '/readyz',
      access: 'public',
      async answer(_request, response) {
        const reachable = await store.isReachable();
        const checks = {
          store: reachable,
          agreement: isWithinPeriod(version.agreement, toNumericDate(now())),
          log: reachable && (await hasAdopted()),
        };
        const ready = Object.values(checks).every(Boolean);
        response.status(ready ? 200 : 503).json({ ready, checks });
      },
    },
    {
      method: 'get',
      path: '/.well-known/huxin',
      access: 'public',
      answer(_request, response) {
        const { id: member, issuer, origin } = self;
        response.json({ member, issuer, origin, agreement: version.digest, version: version.agreement.version });
      },
    },
  ];
}
