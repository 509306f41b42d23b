/**
 * Problem → problem+json (RFC 9457), in Chinese unless English is asked for. What is no Problem is a bug or an outage:
 * logged whole, answered as a bare 500.
 */

import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from '../base/ports.ts';
import { isProblem, Problem, type ProblemCode } from '../base/problem.ts';
import { sentenceOf } from '../base/sentences.ts';
import { localsOf } from './route.ts';

/** Refuses what no route took. */
export const refuseRoute: RequestHandler = () => {
  throw new Problem('input/no-such-route');
};

export function answerProblem(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const { correlationId } = localsOf(response);
    const problem = findProblem(error);
    if (problem) localsOf(response).refusal = problem.code;
    const gone = request.destroyed && !request.complete; // the caller left in the middle of its request
    if (!problem && !gone) logger.error({ correlationId, err: error }, 'request failed');
    if (gone || response.headersSent) {
      response.destroy();
      return;
    }
    const language = request.acceptsLanguages('zh', 'en') === 'en' ? 'en' : 'zh';
    const instance = `urn:uuid:${correlationId}`;
    const answer = problem ? describe(problem, language, instance) : describeFailure(language, instance);
    if (problem && laterCodes.includes(problem.code)) response.set('retry-after', '10'); // RFC 9110 §10.2.3
    if (answer.status === 401) response.set('www-authenticate', 'Bearer'); // RFC 6750 §3
    response
      .status(answer.status)
      .set({ 'content-language': language, vary: 'accept-language' })
      .type('application/problem+json')
      .send(JSON.stringify(answer));
  };
}

/** What is over in a while, by itself. */
const laterCodes: readonly ProblemCode[] = ['log/locked', 'witness/not-ready'];

type Language = 'zh' | 'en';

function describe(problem: Problem, language: Language, instance: string) {
  const { code, facts } = problem;
  const title = sentenceOf({ code, facts: {} })[language];
  const detail = sentenceOf(problem)[language];
  return { type: `urn:huxin:problem:${code}`, title, status: statuses[code], detail, code, facts, instance };
}

function describeFailure(language: Language, instance: string) {
  const title = { zh: '节点出错，已记入日志。', en: 'The node failed; its log says why.' }[language];
  return { type: 'about:blank', title, status: 500, instance };
}

/** Ours as it is; what express and body-parser refuse becomes ours; undefined for everything else. */
export function findProblem(error: unknown): Problem | undefined {
  if (isProblem(error)) return error;
  const { type, status, limit } = (error ?? {}) as { type?: unknown; status?: unknown; limit?: unknown };
  if (type === 'entity.too.large') return new Problem('input/too-large', { most: limit });
  if (type === 'entity.parse.failed') return invalid('正文不是 JSON', 'the body is no JSON');
  if (type === 'encoding.unsupported' || type === 'charset.unsupported')
    return new Problem('input/unsupported-media-type');
  if (type === 'request.size.invalid') return invalid('正文长度不符', 'the body has another length than it says');
  if (error instanceof URIError && status === 400) return invalid('地址编码有误', 'the address is not well encoded');
  return undefined;
}

function invalid(zh: string, en: string): Problem {
  return new Problem('input/invalid', { mistakes: [{ pointer: '', zh, en }] });
}

/** RFC 9110 §15. A code without a status does not compile. */
export const statuses: Record<ProblemCode, number> = {
  'bulletin/malformed': 422,
  'bulletin/too-large': 413,
  'bulletin/unknown-key': 422,
  'bulletin/bad-signature': 422,
  'bulletin/foreign': 422,
  'bulletin/unknown-type': 422,
  'bulletin/schema': 422,
  'bulletin/duplicate': 409,
  'bulletin/audience-mismatch': 422,
  'bulletin/wrong-agreement': 409,
  'agreement/not-in-force': 409,
  'agreement/flow-not-allowed': 403,
  'subject/invalid-uscc': 422,
  'subject/natural-person': 422,
  'registry/unknown-record': 404,
  'registry/illegal-step': 409,
  'registry/effect-failed': 500,
  'bulletin/not-found': 404,
  'bulletin/not-refused': 409,
  'bulletin/mend-first': 409,
  'bulletin/other-effect': 409,
  'agreement/invalid': 422,
  'agreement/bad-signature': 422,
  'agreement/unknown-member': 422,
  'agreement/unknown-purpose': 422,
  'agreement/unknown-schema': 422,
  'agreement/unknown-previous': 422,
  'agreement/not-found': 404,
  'agreement/not-next': 409,
  'agreement/signed-another': 409,
  'agreement/too-many-drafts': 429,
  'agreement/signed-twice': 409,
  'log/malformed-note': 422,
  'log/malformed-checkpoint': 422,
  'log/bad-signature': 422,
  'log/fork': 409,
  'log/shrunk': 409,
  'log/out-of-range': 404,
  'log/unknown': 404,
  'log/head-changed': 503,
  'log/locked': 503,
  'log/closed': 409,
  'log/struck': 409,
  'witness/malformed': 400,
  'witness/not-trusted': 403,
  'witness/bad-proof': 422,
  'witness/not-ready': 503,
  'witness/ahead': 409,
  'sheet/unknown-format': 422,
  'sheet/legacy-xls': 422,
  'sheet/wps-et': 422,
  'sheet/encrypted': 422,
  'sheet/truncated': 422,
  'sheet/too-large': 413,
  'sheet/encoding': 422,
  'sheet/no-header': 422,
  'import/column-missing': 422,
  'import/column-twice': 422,
  'import/column-unknown': 422,
  'import/value-missing': 422,
  'import/value-unreadable': 422,
  'import/value-not-listed': 422,
  'import/value-too-long': 422,
  'import/code-not-text': 422,
  'import/cell-error': 422,
  'import/row-twice': 422,
  'import/day-in-future': 422,
  'import/day-order': 422,
  'import/amount-doubtful': 422,
  'import/retention-ended': 422,
  'import/natural-person-row': 422,
  'import/no-rows': 422,
  'import/natural-person-form': 422,
  'import/unknown-type': 422,
  'import/not-found': 404,
  'import/wrong-state': 409,
  'import/failed': 500,
  'import/forgotten': 410,
  'import/empty': 422,
  'registry/not-found': 404,
  'registry/changed-meanwhile': 409,
  'registry/other-subject': 409,
  'registry/not-ours': 403,
  'registry/day-in-future': 422,
  'registry/day-order': 422,
  'registry/nothing-changed': 422,
  'registry/reason-missing': 422,
  'registry/document-missing': 422,
  'registry/expired': 422,
  'registry/too-early': 422,
  'registry/not-repairable': 422,
  'registry/repaired-recently': 422,
  'registry/condition-missing': 422,
  'registry/not-by-rule': 422,
  'registry/not-extendable': 422,
  'registry/not-later': 422,
  'registry/beyond-cap': 422,
  'registry/unknown-objection': 422,
  'registry/already-decided': 422,
  'registry/erased': 410,
  'registry/not-on-list': 422,
  'registry/purpose-not-allowed': 403,
  'registry/as-of-in-future': 422,
  'proposal/not-found': 404,
  'proposal/same-person': 403,
  'proposal/decided': 409,
  'proposal/needed': 409,
  'question/not-found': 404,
  'auth/missing-token': 401,
  'auth/unknown-token': 401,
  'auth/role-not-allowed': 403,
  'auth/not-your-authority': 403,
  'auth/signed-out': 401,
  'auth/foreign-page': 403,
  'request/malformed': 401,
  'request/unknown-key': 401,
  'request/bad-signature': 401,
  'request/wrong-audience': 401,
  'request/wrong-target': 401,
  'request/expired': 401,
  'request/clock-skew': 401,
  'request/replayed': 401,
  'request/body-mismatch': 401,
  'request/wrong-certificate': 401,
  'peer/unreachable': 502,
  'peer/bad-answer': 502,
  'peer/wrong-certificate': 502,
  'peer/not-found': 404,
  'input/invalid': 400,
  'input/too-large': 413,
  'input/unsupported-media-type': 415,
  'input/rate-limited': 429,
  'input/no-such-route': 404,
  'input/no-such-method': 405,
  'config/invalid': 500,
  'key/unreadable': 500,
  'key/exists': 409,
  'key/not-in-agreement': 500,
  'tls/unreadable': 500,
  'key/no-passphrase': 500,
  'key/wrong-passphrase': 500,
  'key/unusable-passphrase': 500,
  'key/not-found': 404,
  'key/last': 409,
  'key/signer-failed': 503,
  'store/unreachable': 503,
  'store/newer-schema': 500,
  'store/older-schema': 500,
  'store/busy': 503,
  'store/unwritable': 503,
  'store/not-empty': 409,
  'backup/exists': 409,
  'backup/unreadable': 422,
  'backup/not-verified': 500,
  'backup/other-member': 409,
  'evidence/malformed': 422,
  'evidence/unknown-version': 422,
  'evidence/other-agreement': 422,
  'evidence/claim-mismatch': 422,
  'evidence/missing': 422,
  'evidence/surplus': 422,
  'evidence/unknown-signature': 422,
  'evidence/two-checkpoints': 422,
  'evidence/no-quorum': 409,
  'evidence/not-included': 422,
  'evidence/not-opened': 422,
  'evidence/inconsistent': 422,
  'evidence/foreign-receipt': 422,
  'evidence/not-refused': 422,
  'evidence/content-missing': 422,
  'evidence/receipts-apart': 422,
  'evidence/root-differs': 422,
  'evidence/outside-days': 422,
  'evidence/too-late': 422,
  'evidence/no-fork': 422,
  'evidence/signed-later': 422,
  'evidence/wrong-verdict': 422,
  'evidence/not-held': 409,
  'evidence/refused-bulletin': 409,
  'evidence/several-refused': 409,
  'evidence/finding-not-found': 404,
  'erasure/unwritable-ledger': 503,
  'webhook/not-configured': 409,
  'webhook/not-taken': 502,
  'token/not-found': 404,
  'node/address-in-use': 500,
  'node/unreachable': 502,
  'node/untrusted-certificate': 502,
  'node/bad-answer': 502,
};
