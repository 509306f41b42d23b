/** An answer handed over: as JSON, as a workbook, or as a report to print. */

import type { Response } from 'express';
import type { Agreement } from '../agreement/agreement.ts';
import { formatBase64, formatBase64url, utf8 } from '../base/bytes.ts';
import { canonicalBytes } from '../base/canonical.ts';
import type { Hash } from '../base/ports.ts';
import type { Labels } from '../bulletin/labels.ts';
import type { SubjectAnswer } from '../registry/answer.ts';
import { formatReport, type ReportContext } from '../report/report.ts';
import { reportStyle } from '../report/style.ts';
import { buildAnswerSheets } from '../report/workbook.ts';
import { sendXlsx } from './workbook.ts';

export interface AnswerParts {
  version: { agreement: Agreement };
  labels: Labels;
  hash: Hash;
}

export const answerForms = ['json', 'xlsx', 'html'] as const;
export type AnswerForm = (typeof answerForms)[number];

/** @returns what sends an answer in one of its forms */
export function createAnswerSender({ version, labels, hash }: AnswerParts) {
  /** Nothing but its own style, whoever opens it and wherever it was saved. */
  const reportPolicy = [
    "default-src 'none'",
    `style-src 'sha256-${formatBase64(hash(utf8(String(reportStyle))))}'`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

  function contextOf(answer: SubjectAnswer): ReportContext {
    const { purposes, members } = version.agreement;
    const { zh, en } = purposes.find(({ id }) => id === answer.purpose) ?? { zh: answer.purpose, en: answer.purpose };
    const member = members.find(({ authority }) => authority === answer.asker.authority);
    return {
      labels,
      digest: formatBase64url(hash(canonicalBytes(answer))),
      purpose: { zh, en },
      ...(member && { authority: member.name.zh }),
    };
  }

  return async (response: Response, answer: SubjectAnswer, form: AnswerForm): Promise<void> => {
    if (form === 'json') return void response.json(answer);
    const name = `${answer.uscc.replaceAll('*', 'x')}.${form}`;
    if (form === 'xlsx') return sendXlsx(response, name, buildAnswerSheets(answer, contextOf(answer)));
    response.set('content-security-policy', reportPolicy);
    response.set('content-disposition', `inline; filename="${name}"`);
    response.type('text/html').send(String(formatReport(answer, contextOf(answer))));
  };
}
