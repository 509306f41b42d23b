/**
 * The page for people without a terminal: server-rendered, in Chinese or English, working without script. It calls the
 * same parts as the API and adds nothing to what they allow. Here are the list of its pages and what stands before them.
 */

import { pipeline } from 'node:stream/promises';
import express, {
  type ErrorRequestHandler,
  type Request,
  type RequestHandler,
  type Response,
  type Router,
} from 'express';
import { type Html, html } from '../base/html.ts';
import type { Hash, Logger } from '../base/ports.ts';
import type { Problem } from '../base/problem.ts';
import { allow } from '../http/auth.ts';
import type { Limits } from '../http/limits.ts';
import { findProblem, refuseRoute, statuses } from '../http/problem.ts';
import { type Guards, localsOf, mountRoutes, type Route } from '../http/route.ts';
import type { Asker } from '../registry/tokens.ts';
import { type AlarmPageParts, alarmPages } from './alarm.ts';
import { loadAssets } from './assets.ts';
import { knowSession, readForm, refuseForeign, viewOf } from './browser.ts';
import { linkTo } from './elements.ts';
import { type ImportPageParts, importPages } from './import.ts';
import { type FrameParts, frame, startOf } from './layout.ts';
import { type OverviewParts, overviewPages } from './overview.ts';
import type { Page, Reply, Screen, View } from './page.ts';
import { type ProposalPageParts, proposalPages } from './proposal.ts';
import { type ReissuePageParts, reissuePages } from './reissue.ts';
import { type SignInParts, signInPages } from './sign-in.ts';
import { type StepPageParts, stepPages } from './step.ts';
import { type SubjectParts, subjectPages } from './subject.ts';

/** All that pages are made of. */
export type ConsoleParts = AlarmPageParts &
  ImportPageParts &
  OverviewParts &
  ProposalPageParts &
  ReissuePageParts &
  SignInParts &
  StepPageParts &
  SubjectParts & {
    self: Pick<FrameParts, 'name'>;
    hash: Hash;
    logger: Logger;
  };

/** Answers browsers, and passes on what is not for them. */
export function createConsole(parts: ConsoleParts, limits: Limits): Router {
  const router = express.Router({ strict: true, caseSensitive: true });
  const assets = loadAssets(parts.hash);
  const frameParts = { name: parts.self.name, style: assets.style, script: assets.script };
  const guards: Guards = {
    public: [limits.public, limits.guesses, refuseForeign, readForm],
    peer: () => [refuseRoute],
    token: (roles, refused) => [
      ...[limits.guesses, refuseForeign, knowSession(parts.sessions), limits.askers, allow(roles, refused)],
      readForm,
    ],
    body: () => [],
  };
  const pages = pagesOf(parts);
  mountRoutes(router, [...assets.routes, ...pages.map((page) => toRoute(page, frameParts))], guards);

  router.use(onlyBrowsers, limits.public, refuseRoute);
  router.use(answerRefused(parts.logger, frameParts));
  return router;
}

/** Every page, one line a noun. */
export function pagesOf(parts: ConsoleParts): Page[] {
  return [
    ...signInPages(parts),
    ...overviewPages(parts),
    ...alarmPages(parts),
    ...importPages(parts),
    ...subjectPages(parts),
    ...stepPages(parts),
    ...proposalPages(parts),
    ...reissuePages(parts),
  ];
}

function toRoute(page: Page, frameParts: FrameParts): Route {
  const { method, path } = page;
  if (page.access === 'public') {
    const answer = async (request: Request, response: Response) => {
      const view = viewOf(request);
      await send(await page.show(request, view, response), response, view, frameParts);
    };
    return { method, path, access: 'public', answer };
  }
  const answer = async (request: Request, response: Response, asker: Asker) => {
    const view = { ...viewOf(request), asker };
    await send(await page.show(request, view), response, view, frameParts);
  };
  return { method, path, access: page.access, answer, ...(page.refused && { refused: page.refused }) };
}

async function send(reply: Reply, response: Response, view: View & { asker?: Asker }, frameParts: FrameParts) {
  if ('goTo' in reply) return response.redirect(303, reply.goTo); // RFC 9110 §15.4.4
  if ('send' in reply) return reply.send(response);
  if ('bytes' in reply) {
    response.attachment(reply.fileName).type(reply.mediaType);
    if (reply.bytes instanceof Uint8Array) return response.send(Buffer.from(reply.bytes));
    return pipeline(reply.bytes, response);
  }
  const status = reply.problem ? statuses[reply.problem.code] : 200;
  sendHtml(response, status, frame(reply, view, frameParts), view);
}

/** Style and script are our own files; nothing else is loaded, sent or framed. */
const policy = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

function sendHtml(response: Response, status: number, page: Html, { language }: View): void {
  if (status === 401) response.set('www-authenticate', 'Bearer'); // RFC 9110 §15.5.2
  response
    .status(status)
    .set({
      'content-security-policy': policy,
      'content-language': language,
      'referrer-policy': 'same-origin', // with less, browsers do not say where a form comes from
      vary: 'accept-language, cookie',
    })
    .type('html')
    .send(String(page));
}

/** Whoever is no browser is answered by the API. */
const onlyBrowsers: RequestHandler = (request, _response, next) => {
  next(request.accepts('json', 'html') === 'html' ? undefined : 'router');
};

/** What no screen of its own tells: signed out, not allowed, not there, or a failure of ours. */
function answerRefused(logger: Logger, frameParts: FrameParts): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const { correlationId, asker } = localsOf(response);
    const problem = findProblem(error);
    const gone = request.destroyed && !request.complete;
    if (!problem && !gone) logger.error({ correlationId, err: error }, 'request failed');
    if (gone || response.headersSent) {
      response.destroy();
      return;
    }
    const view = { ...viewOf(request), ...(asker && { asker }) };
    if (problem?.code === 'auth/signed-out' && request.method === 'GET') {
      response.redirect(303, linkTo('/sign-in', { next: view.here === '/' ? undefined : view.here }));
      return;
    }
    const status = problem ? statuses[problem.code] : 500;
    const screen = problem ? refusedScreen(problem, view) : failedScreen(correlationId, view);
    sendHtml(response, status, frame(screen, view, frameParts), view);
  };
}

function refusedScreen(problem: Problem, { t, asker }: View & { asker?: Asker }): Screen {
  const isOut = problem.code === 'auth/signed-out';
  const way = isOut
    ? html`<a href="/sign-in" target="_blank" rel="noopener">${t('在新窗口登录', 'Sign in in a new window')}</a>${t('，回到这里刷新本页，即可再次提交。', ', then reload this page to send the form again.')}`
    : html`<a href="${asker ? startOf(asker.role) : '/sign-in'}">${t('回到首页', 'To the first page')}</a>`;
  return { title: t('无法显示这一页', 'This page cannot be shown'), problem, body: html`<p>${way}</p>` };
}

function failedScreen(correlationId: string, { t }: View): Screen {
  return {
    title: t('节点出错', 'The node failed'),
    body: html`<p>${t('已记入日志。请把这个编号告诉管理员：', 'Its log says why. Tell the operator this number:')} <code>${correlationId}</code></p>`,
  };
}
