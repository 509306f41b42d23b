/** Verifying a text, as the command does with a file. */

import { readFileSync } from 'node:fs';
import { concat, formatHex, utf8 } from '../../node/base/bytes.ts';
import type { VerifySignature } from '../../node/base/ports.ts';
import { isProblem } from '../../node/base/problem.ts';
import { compileEvidenceSchema } from '../../node/evidence/read.ts';
import type { Report } from '../../node/evidence/report.ts';
import { UnusableAgreement } from '../../node/evidence/trust.ts';
import { type VerifyEvidenceOptions, verifyEvidence } from '../../node/evidence/verify.ts';
import { ports } from './agreement.ts';
import { hash, verifySignature } from './crypto.ts';

/** Signatures are checked once: a file that differs in one byte bears mostly the same. */
const verified = new Map<string, Promise<boolean>>();
const verifyOnce: VerifySignature = (key, data, signature) => {
  const name = formatHex(hash(concat(utf8(JSON.stringify(key)), data, signature)));
  const before = verified.get(name) ?? verifySignature(key, data, signature);
  verified.set(name, before);
  return before;
};

const checks = compileEvidenceSchema(JSON.parse(readFileSync('schemas/evidence.json', 'utf8')));

/** The report on a text. */
export function verifyText(
  text: string | Uint8Array,
  agreement: unknown,
  options: Omit<VerifyEvidenceOptions, 'agreement'> = {},
  verifyOne: VerifySignature = verifyOnce,
): Promise<Report> {
  const bytes = typeof text === 'string' ? utf8(text) : text;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  return verifyEvidence(chunks(), { agreement, ...options }, { ...ports, verifySignature: verifyOne, checks });
}

/** How the command would end, and with which grave codes. */
export async function judgeText(
  text: string | Uint8Array,
  agreement: unknown,
  options: Omit<VerifyEvidenceOptions, 'agreement'> = {},
): Promise<{ exit: 0 | 1 | 2; codes: string[] }> {
  try {
    const { ok, findings } = await verifyText(text, agreement, options);
    return { exit: ok ? 0 : 1, codes: [...new Set(findings.filter(({ grave }) => grave).map(({ code }) => code))] };
  } catch (error) {
    if (isProblem(error)) return { exit: 2, codes: [error.code] };
    if (error instanceof UnusableAgreement) return { exit: 2, codes: ['agreement/invalid'] };
    throw error;
  }
}
