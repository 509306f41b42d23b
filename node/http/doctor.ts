/** What the node finds when it looks at itself and at the others, and that members called us. */

import type { RequestHandler } from 'express';
import type { CheckUp } from '../federation/check-up.ts';
import type { LastCalls } from '../federation/last-calls.ts';
import { localsOf, type TokenRoute } from './route.ts';

export interface DoctorParts {
  doctor: { examine(): Promise<CheckUp> };
  lastCalls: LastCalls;
}

export function doctorRoutes({ doctor }: DoctorParts): TokenRoute[] {
  return [
    {
      method: 'get',
      path: '/doctor',
      access: ['operator'],
      async answer(_request, response) {
        response.json(await doctor.examine());
      },
    },
  ];
}

/** Remembers who called, after that was found to be true. */
export function noteCall(lastCalls: LastCalls): RequestHandler {
  return (_request, response, next) => {
    const { caller } = localsOf(response);
    if (caller?.role === 'member') lastCalls.note(caller.id);
    next();
  };
}
