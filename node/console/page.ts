/** A page as data: where it stands, who may see it, and what it shows. `console.ts` mounts pages, `layout.ts` frames them. */

import type { Request, Response } from 'express';
import type { Html } from '../base/html.ts';
import { isProblem, type Problem } from '../base/problem.ts';
import type { Sentence } from '../base/sentences.ts';
import type { Refused } from '../http/route.ts';
import type { Asker, Role } from '../registry/tokens.ts';

export type Language = 'zh' | 'en';

/** For whom a page is made, and in which words. */
export interface View {
  language: Language;
  say(sentence: Sentence): string;
  /** The same for words that stand in the page's own text. */
  t(zh: string, en: string): string;
  /** Path and query of the request. */
  here: string;
}

export interface SignedView extends View {
  asker: Asker;
}

/** What stands in the frame. */
export interface Screen {
  title: string;
  body: Html;
  /** What could not be done. It sets the status and is told above the body. */
  problem?: Problem;
  /** The page shows work that goes on: it is fetched again after a moment. */
  isUnderWay?: boolean;
}

/** A file to keep. */
export interface Download {
  fileName: string;
  mediaType: string;
  bytes: Uint8Array | AsyncIterable<Uint8Array>;
}

export const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** What another edge sends by itself. */
export interface Sending {
  send(response: Response): void | Promise<void>;
}

/** A screen, where to go on, or a file. */
export type Reply = Screen | { goTo: string } | Download | Sending;

interface Place {
  method: 'get' | 'post';
  path: string;
}

/** For anyone. */
export interface OpenPage extends Place {
  access: 'public';
  /** The response is for cookies only. */
  show(request: Request, view: View, response: Response): Reply | Promise<Reply>;
}

/** For those signed in with these roles. */
export interface SignedPage extends Place {
  access: readonly [Role, ...Role[]];
  refused?: Refused;
  show(request: Request, view: SignedView): Reply | Promise<Reply>;
}

export type Page = OpenPage | SignedPage;

/** Does it; a refusal is shown on the screen from which it was asked. */
export async function attempt(work: () => Promise<Reply>, otherwise: (problem: Problem) => Reply | Promise<Reply>) {
  try {
    return await work();
  } catch (error) {
    if (!isProblem(error)) throw error;
    return otherwise(error);
  }
}
