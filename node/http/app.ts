/** Middleware order and mounts on one screen. */

import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import type { Logger, NewId, Now } from '../base/ports.ts';
import { type Answered, correlate, logAccess } from './access-log.ts';
import { type AgreementParts, agreementRoutes } from './agreement.ts';
import { type AlarmParts, alarmRoutes } from './alarm.ts';
import { allow, allowCallers, authenticate, authenticatePeer } from './auth.ts';
import { type BulletinParts, bulletinRoutes } from './bulletin.ts';
import { type DoctorParts, doctorRoutes, noteCall } from './doctor.ts';
import { type ErasureParts, erasureRoutes } from './erasure.ts';
import { type EvidenceParts, evidenceRoutes } from './evidence.ts';
import { type ExplainParts, explainRoutes } from './explain.ts';
import { type FederationParts, federationRoutes } from './federation.ts';
import { type HealthParts, healthRoutes } from './health.ts';
import { type ImportParts, importRoutes } from './import.ts';
import { checkBody, readBytes, readJson } from './input.ts';
import { type KeyParts, keyRoutes } from './key.ts';
import { type KeyChangeParts, keyChangeRoutes } from './key-change.ts';
import { createLimits, type Limits, limitKnown, limitStrangers } from './limits.ts';
import { type MetricsParts, metricsRoutes } from './metrics.ts';
import { type PeerParts, peerRoutes } from './peer.ts';
import { answerProblem, refuseRoute } from './problem.ts';
import { type QuestionParts, questionRoutes } from './question.ts';
import { type RegistryParts, registryRoutes } from './registry.ts';
import { type Guards, mountRoutes, type Route } from './route.ts';
import { type StepParts, stepRoutes } from './step.ts';
import { type TileParts, tileRoutes } from './tile.ts';
import { type TokenParts, tokenRoutes } from './token.ts';
import { type WitnessParts, witnessRoutes } from './witness.ts';
import { type WorklistParts, worklistRoutes } from './worklist.ts';

/** All that answers are made of. */
export type AppParts = AgreementParts &
  AlarmParts &
  BulletinParts &
  DoctorParts &
  ErasureParts &
  EvidenceParts &
  ExplainParts &
  FederationParts &
  HealthParts &
  ImportParts &
  KeyParts &
  KeyChangeParts &
  MetricsParts &
  PeerParts &
  QuestionParts &
  RegistryParts &
  StepParts &
  TileParts &
  TokenParts &
  WitnessParts &
  WorklistParts & {
    metrics: { answered(request: Answered): void };
    config: { rates: { callerPerMinute: number; peerPerMinute: number } };
    newId: NewId;
    logger: Logger;
  };

/** @param createPages builds what answers browsers, with the limits that its askers share with the API's */
export function createApp(parts: AppParts, createPages: (limits: Limits) => RequestHandler): Express {
  const { callerPerMinute, peerPerMinute } = parts.config.rates;
  const { tokens, newId, logger, metrics } = parts;
  const app = express();
  for (const setting of ['strict routing', 'case sensitive routing']) app.enable(setting); // one address, one resource
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('trust proxy', 'loopback'); // a proxy in front of us stands on this machine

  app.use(correlate(newId), sayClock(parts.now), secureHeaders(), logAccess(logger, metrics.answered));

  const limits = createLimits(callerPerMinute);
  const peer = [
    limitStrangers(peerPerMinute),
    readBytes,
    authenticatePeer(parts),
    noteCall(parts.lastCalls),
    limitKnown(peerPerMinute),
  ];
  const guards: Guards = {
    public: [limits.public],
    peer: (roles) => [...peer, allowCallers(roles)],
    token: (roles, refused) => [limits.guesses, authenticate(tokens), limits.askers, allow(roles, refused)],
    body: (check) => [readJson, checkBody(check)],
  };
  mountRoutes(app, [...healthRoutes(parts), ...metricsRoutes(parts), ...tileRoutes(parts)], guards);
  mountRoutes(app, under('/witness', witnessRoutes(parts)), guards);
  mountRoutes(app, under('/federation/v1', federationRoutes(parts)), guards);
  mountRoutes(
    app,
    under('/api/v1', [
      ...importRoutes(parts),
      ...registryRoutes(parts),
      ...questionRoutes(parts),
      ...stepRoutes(parts),
      ...worklistRoutes(parts),
      ...erasureRoutes(parts),
      ...bulletinRoutes(parts),
      ...peerRoutes(parts),
      ...keyRoutes(parts),
      ...explainRoutes(parts),
      ...evidenceRoutes(parts),
      ...alarmRoutes(parts),
      ...doctorRoutes(parts),
      ...agreementRoutes(parts),
      ...keyChangeRoutes(parts),
      ...tokenRoutes(parts),
    ]),
    guards,
  );

  app.use(createPages(limits));

  app.use(limits.public, refuseRoute);
  app.use(answerProblem(logger));
  return app;
}

function under<T extends Route>(prefix: string, routes: readonly T[]): T[] {
  return routes.map((route) => ({ ...route, path: `${prefix}${route.path}` }));
}

/** The node's own clock, by which peers see how far theirs is off. */
function sayClock(now: Now): RequestHandler {
  return (_request, response, next) => {
    response.set('date', now().toUTCString()); // RFC 9110 §6.6.1
    next();
  };
}

/** Nothing here is for a cache to keep, nor, but for what `createPages` says of its own, a page. */
function secureHeaders(): express.RequestHandler[] {
  return [
    helmet({ contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"] } } }),
    (_request, response, next) => {
      response.set('cache-control', 'no-store');
      next();
    },
  ];
}
