/** Alarms: those that stand, those of the past year, and a message to try the webhook with. */

import type { Alarms } from '../federation/alarms.ts';
import type { Webhook } from '../federation/webhook.ts';
import { count, flag, readQuery } from './input.ts';
import type { TokenRoute } from './route.ts';

export interface AlarmParts {
  alarms: Alarms;
  webhook: Webhook;
}

export function alarmRoutes({ alarms, webhook }: AlarmParts): TokenRoute[] {
  return [
    {
      method: 'get',
      path: '/alarms',
      access: ['operator', 'auditor', 'clerk'],
      async answer(request, response) {
        const { all, limit } = readQuery(request, { all: flag, limit: count({ otherwise: 200, most: 1000 }) });
        response.json({ alarms: await alarms.list({ all, limit }) });
      },
    },
    {
      method: 'post',
      path: '/alarms/test',
      access: ['operator'],
      async answer(_request, response) {
        response.json(await webhook.test());
      },
    },
  ];
}
