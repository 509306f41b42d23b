/** How often one may ask. Counted in this process for a minute at a time. The door of `express-rate-limit`. */

import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, type Options, rateLimit } from 'express-rate-limit';
import { Problem } from '../base/problem.ts';
import { localsOf } from './route.ts';

const windowMs = 60_000;

/** The limits of those who ask, which count together what comes to the API and to the page. */
export type Limits = ReturnType<typeof createLimits>;

export function createLimits(callerPerMinute: number) {
  return {
    public: limitAddress(callerPerMinute),
    guesses: limitStrangers(callerPerMinute),
    askers: limitKnown(callerPerMinute),
  };
}

/** Everything that comes from one address. @throws {Problem} input/rate-limited */
function limitAddress(perMinute: number): RequestHandler {
  return limit(perMinute, addressOf);
}

/** What comes from one address and does not say rightly who asks: so that nobody guesses tokens or makes us check forged signatures. */
export function limitStrangers(perMinute: number): RequestHandler {
  return limit(perMinute, addressOf, {
    skipSuccessfulRequests: true,
    requestWasSuccessful: (_request, response) => response.statusCode !== 401,
  });
}

/** What comes from one person, whose tokens share it, from one member or from one auditor. Stands after authentication. */
export function limitKnown(perMinute: number): RequestHandler {
  return limit(perMinute, (request, response) => {
    const { asker, caller } = localsOf(response);
    if (caller) return `${caller.role} ${caller.id}`;
    return asker ? `${asker.authority} ${asker.person} ${asker.role}` : addressOf(request);
  });
}

function limit(
  perMinute: number,
  keyGenerator: (request: Request, response: Response) => string,
  more: Partial<Options> = {},
): RequestHandler {
  return rateLimit({
    windowMs,
    limit: perMinute,
    keyGenerator,
    standardHeaders: 'draft-7',
    legacyHeaders: false,
    handler: (_request, response, next) => {
      next(new Problem('input/rate-limited', { seconds: Number(response.get('retry-after')) }));
    },
    ...more,
  });
}

function addressOf({ ip = '' }: Request): string {
  return ipKeyGenerator(ip);
}
