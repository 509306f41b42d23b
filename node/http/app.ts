/** Middleware order and mounts on one screen. */

import express, { type Express } from 'express';
import { type FederationParts, federationRoutes } from './federation.ts';
import { answerProblem } from './problem.ts';

export function createApp(parts: FederationParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use('/federation/v1', express.raw({ type: () => true, limit: '64kb' }), federationRoutes(parts));
  app.use(answerProblem);
  return app;
}
