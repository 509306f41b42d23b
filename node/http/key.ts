/** Every key of every member, its age and what it last signed. */

import type { ReportKeys } from '../federation/key-report.ts';
import type { TokenRoute } from './route.ts';

export interface KeyParts {
  reportKeys: ReportKeys;
}

export function keyRoutes({ reportKeys }: KeyParts): TokenRoute[] {
  return [
    {
      method: 'get',
      path: '/keys',
      access: ['operator', 'auditor'],
      async answer(_request, response) {
        response.json(await reportKeys());
      },
    },
  ];
}
