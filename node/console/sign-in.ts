/** Signing in with a token, out again, and the language of the page: what the browser keeps between two requests. */

import { isIP } from 'node:net';
import express, { type CookieOptions, type Request, type RequestHandler, type Response } from 'express';
import { html } from '../base/html.ts';
import { isLoopback } from '../base/loopback.ts';
import { Problem } from '../base/problem.ts';
import { localsOf } from '../http/route.ts';
import type { Sessions } from '../registry/sessions.ts';
