/**
 * One line of the log for each request, and the correlation id that joins it to every other line about it. The route's
 * pattern is logged, never path or query: these hold credit codes.
 */

import type { RequestHandler } from 'express';
import type { Logger, NewId } from '../base/ports.ts';
import { localsOf } from './route.ts';

/** A request that was answered, or given up by its caller. */
export interface Answered {
  /** The route's pattern, `none` where none was found. */
  route: string;
  method: string;
  status: number;
  seconds: number;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Gives the request an id: the caller's own when that is a UUID. It is answered as `x-correlation-id`. */
export function correlate(newId: NewId): RequestHandler {
  return (request, response, next) => {
    const given = request.get('x-correlation-id') ?? '';
    const correlationId = uuid.test(given) ? given.toLowerCase() : newId();
    localsOf(response).correlationId = correlationId;
    response.set('x-correlation-id', correlationId);
    next();
  };
}

/** Logs each request once it is answered, or given up by the caller, and tells `answered`. */
export function logAccess(logger: Logger, answered: (request: Answered) => void): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    response.once('close', () => {
      const { correlationId, asker, caller, refusal } = localsOf(response);
      const [route, method, status] = [request.route?.path ?? 'none', request.method, response.statusCode];
      const ms = performance.now() - startedAt;
      answered({ route, method, status, seconds: ms / 1000 });
      const facts = {
        ...{ correlationId, method, route, status },
        durationMs: Math.round(ms),
        role: caller?.role === 'member' ? 'peer' : (caller?.role ?? asker?.role ?? 'none'),
        ...(caller && { [caller.role]: caller.id }),
        ...(refusal && { code: refusal }),
        ...(!response.writableFinished && { aborted: true }),
      };
      logger.info(facts, 'request answered');
    });
    next();
  };
}
