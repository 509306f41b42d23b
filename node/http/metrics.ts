/**
 * What Prometheus scrapes. With `metrics.open` it is answered to whoever is on this machine, without a token; otherwise to
 * operators and auditors.
 */

import type { Request, Response } from 'express';
import { isLoopback } from '../base/loopback.ts';
import { Problem } from '../base/problem.ts';
import type { Route } from './route.ts';

export interface MetricsParts {
  metrics: { read(): Promise<{ text: string; mediaType: string }> };
  config: { metrics: { open: boolean } };
}

export function metricsRoutes({ metrics, config }: MetricsParts): Route[] {
  const open = config.metrics.open;
  const answer = async (request: Request, response: Response): Promise<void> => {
    if (open && !isHere(request)) throw new Problem('auth/missing-token');
    const { text, mediaType } = await metrics.read();
    response.set('content-type', mediaType).send(text);
  };
  return [{ method: 'get', path: '/metrics', access: open ? 'public' : ['operator', 'auditor'], answer }];
}

/** A proxy on this machine says for whom it calls, and then it is theirs. */
function isHere({ ip = '' }: Request): boolean {
  return isLoopback(ip.replace(/^::ffff:/, ''));
}
