/** Problem → problem+json (RFC 9457). */

import type { ErrorRequestHandler } from 'express';
import { isProblem } from '../base/problem.ts';
import { sentenceOf } from '../base/sentences.ts';

export const answerProblem: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  if (!isProblem(error)) {
    response.status(500).json({ status: 500 });
    return;
  }
  response
    .status(400)
    .type('application/problem+json')
    .send(JSON.stringify({ code: error.code, facts: error.facts, detail: sentenceOf(error).en, status: 400 }));
};
