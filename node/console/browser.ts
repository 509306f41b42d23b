/** What passes between a browser and the page beside pages: cookies, and whether a form was sent from a page of ours. */

import express, { type Request, type RequestHandler, type Response } from 'express';
import { isLoopback } from '../base/loopback.ts';
import { Problem } from '../base/problem.ts';
import type { Sentence } from '../base/sentences.ts';
import { localsOf } from '../http/route.ts';
import type { Sessions } from '../registry/sessions.ts';
import type { Language, View } from './page.ts';

/** Finds who is signed in. @throws {Problem} auth/signed-out */
export function knowSession(sessions: Pick<Sessions, 'find'>): RequestHandler {
  return async (request, response, next) => {
    const secret = sessionOf(request);
    const asker = secret === undefined ? undefined : await sessions.find(secret);
    if (!asker) throw new Problem('auth/signed-out');
    localsOf(response).asker = asker;
    next();
  };
}

/**
 * Lets only our own pages send forms: the browser says where one comes from (Fetch Metadata; RFC 6454 where that is not
 * sent). The session's cookie is `SameSite=Strict` besides.
 *
 * @throws {Problem} auth/foreign-page
 */
export const refuseForeign: RequestHandler = (request, _response, next) => {
  if (request.method === 'GET' || request.method === 'HEAD') return next();
  const site = request.get('sec-fetch-site');
  const origin = request.get('origin');
  const isOurs = site === undefined ? origin !== undefined && hostOf(origin) === request.host : site === 'same-origin';
  if (!isOurs) throw new Problem('auth/foreign-page', { from: origin });
  next();
};

/** Reads a form without files, of at most 1 MiB; one with a file is left for `multipart.ts`. */
export const readForm: RequestHandler = express.urlencoded({ extended: false, limit: '1mb', inflate: false });

/** What was filled in. Blanks around a value are nobody's meaning; an empty field is absent. */
export interface Fields {
  one(name: string): string | undefined;
  all(name: string): string[];
}

/** The form that was sent, or the question in the address. */
export function fieldsOf(request: Request): Fields {
  const given = (request.method === 'POST' ? request.body : request.query) as Record<string, unknown> | undefined; // both are made of texts
  const all = (name: string) => {
    const values = Object.hasOwn(given ?? {}, name) ? [given?.[name]].flat() : [];
    return values.filter((value) => typeof value === 'string').map((value) => value.replaceAll('\r\n', '\n').trim());
  };
  return { all: (name) => all(name).filter((value) => value !== ''), one: (name) => all(name)[0] || undefined };
}

/** What must be filled in. @throws {Problem} input/invalid, naming the field */
export function needField(fields: Fields, name: string, label: Sentence): string {
  const value = fields.one(name);
  if (value !== undefined) return value;
  const mistake = { pointer: `/${name}`, zh: `${label.zh}：须填写`, en: `${label.en}: must be filled in` };
  throw new Problem('input/invalid', { mistakes: [mistake] });
}

/** The session's secret as the browser sent it. */
export function sessionOf(request: Request): string | undefined {
  return cookieOf(request, sessionCookie(request));
}

/** Gives the browser a session, or takes it away. It is kept until the browser is closed. */
export function setSession(request: Request, response: Response, secret: string | undefined): void {
  const options = { httpOnly: true, sameSite: 'strict', path: '/', secure: !isPlain(request) } as const;
  if (secret === undefined) response.clearCookie(sessionCookie(request), options);
  else response.cookie(sessionCookie(request), secret, options);
}

const languageCookie = 'huxin-language';
const yearMs = 365 * 24 * 3_600_000;

export function setLanguage(request: Request, response: Response, language: Language): void {
  response.cookie(languageCookie, language, {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure: !isPlain(request),
    maxAge: yearMs,
  });
}

/** The language that was chosen, or the one that the browser asks for; Chinese unless that is English. */
export function viewOf(request: Request): View {
  const chosen = cookieOf(request, languageCookie) ?? request.acceptsLanguages('zh', 'en');
  const language = chosen === 'en' ? 'en' : 'zh';
  return {
    language,
    say: (sentence) => sentence[language],
    t: (zh, en) => (language === 'zh' ? zh : en),
    here: request.originalUrl,
  };
}

/** A path of this node and nothing else: where a browser may be sent on to. */
export function localPath(path: string | undefined, otherwise: string): string {
  const base = 'http://localhost';
  if (path === undefined || !URL.canParse(path, base)) return otherwise;
  const { origin, pathname, search } = new URL(path, base);
  return origin === base && path.startsWith('/') && !pathname.startsWith('//') ? `${pathname}${search}` : otherwise;
}

/** RFC 6265bis §4.1.3.2: a browser takes the prefix from the host itself only, over TLS. */
function sessionCookie(request: Request): string {
  return isPlain(request) ? 'huxin' : '__Host-huxin';
}

/** Plain HTTP is for a browser on this machine; everybody else comes through the proxy that ends TLS. */
function isPlain({ protocol, hostname }: Request): boolean {
  return protocol === 'http' && isLoopback(hostname);
}

function cookieOf(request: Request, name: string): string | undefined {
  const pairs = (request.get('cookie') ?? '').split(/;\s*/);
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
