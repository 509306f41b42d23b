/**
 * A route as data: method, whole path, who may call it, and what answers. `mountRoutes` is the only way to a handler, so
 * that nothing is reachable without a word on who may.
 */

import type { IRouter, Request, RequestHandler, Response } from 'express';
import { Problem, type ProblemCode } from '../base/problem.ts';
import type { Check } from '../base/schema.ts';
import type { Caller } from '../federation/request.ts';
import type { Asker, Role } from '../registry/tokens.ts';

type Method = 'get' | 'post' | 'put' | 'delete';

/** For anyone. */
export interface PublicRoute {
  method: Method;
  path: string;
  access: 'public';
  /** Reads the body, for a route that takes one. */
  reads?: RequestHandler;
  answer(request: Request, response: Response): void | Promise<void>;
}

/** For the agreement's members. The body has been read as bytes. */
export interface PeerRoute {
  method: Method;
  path: string;
  access: 'peer';
  /** Whether it is for the agreement's auditors too. */
  auditors?: true;
  answer(request: Request, response: Response, caller: Caller): void | Promise<void>;
}

/** Told of a caller whose role is refused, before that is answered. */
export type Refused = (request: Request, asker: Asker, code: ProblemCode) => Promise<void>;

/** For the bearers of tokens in these roles. */
export interface TokenRoute {
  method: Method;
  path: string;
  access: readonly [Role, ...Role[]];
  /** When given, the request has a JSON body of that form; otherwise the body is left unread. */
  body?: Check;
  refused?: Refused;
  answer(request: Request, response: Response, asker: Asker): void | Promise<void>;
}

export type Route = PublicRoute | PeerRoute | TokenRoute;

/** What stands before the handlers. */
export interface Guards {
  public: RequestHandler[];
  /** They say who calls, as `caller` of the locals. */
  peer(roles: readonly Caller['role'][]): RequestHandler[];
  /** They say who asks, as `asker` of the locals. */
  token(roles: readonly Role[], refused?: Refused): RequestHandler[];
  body(check: Check): RequestHandler[];
}

/** What one request is known by while it is answered. */
export interface Locals {
  correlationId: string;
  asker?: Asker;
  caller?: Caller;
  /** What it was refused with. */
  refusal?: string;
}

export function localsOf(response: Response): Locals {
  return response.locals as Locals; // express leaves their type open
}

/** Mounts routes, each behind its guards; any other method of their paths is refused. */
export function mountRoutes(app: Pick<IRouter, 'route'>, routes: readonly Route[], guards: Guards): void {
  for (const path of new Set(routes.map((route) => route.path))) {
    const here = routes.filter((route) => route.path === path);
    const mounted = app.route(path);
    for (const route of here) mounted[route.method](...guardsOf(route, guards), handlerOf(route));
    mounted.all(refuseMethod(here.map(({ method }) => method)));
  }
}

function guardsOf(route: Route, guards: Guards): RequestHandler[] {
  if (route.access === 'public') return [...guards.public, ...(route.reads ? [route.reads] : [])];
  if (route.access === 'peer') return guards.peer(route.auditors ? ['member', 'auditor'] : ['member']);
  const { access, body } = route;
  return [...guards.token(access, route.refused), ...(body ? guards.body(body) : [])];
}

function handlerOf(route: Route): RequestHandler {
  return (request, response) => {
    const { asker, caller } = localsOf(response);
    if (route.access === 'public') return route.answer(request, response);
    if (route.access === 'peer') return route.answer(request, response, known(caller));
    return route.answer(request, response, known(asker));
  };
}

function known<T>(who: T | undefined): T {
  if (!who) throw new RangeError('a guard let somebody pass without saying who');
  return who;
}

function refuseMethod(methods: readonly Method[]): RequestHandler {
  const allowed = methods.flatMap((method) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]));
  return (_request, response) => {
    response.set('allow', allowed.join(', ')); // RFC 9110 §15.5.6
    throw new Problem('input/no-such-method', { allowed });
  };
}
