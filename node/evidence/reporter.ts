/** Puts a report together while a file is verified. */

import type { Bilingual } from '../agreement/agreement.ts';
import type { Facts, ProblemCode } from '../base/problem.ts';
import { sentenceOf } from '../base/sentences.ts';
import { fromNumericDate } from '../base/time.ts';
import type { Bulletin } from '../bulletin/bulletin.ts';
import type { Claim } from './evidence.ts';
import type { Finding, ProofPath, Report, ShownCheckpoint, StoryEvent } from './report.ts';
import { type CheckedCode, inWords, type NotCheckedCode, sayChecked, sayNotChecked } from './words.ts';

export type Reporter = ReturnType<typeof createReporter>;

/** As many findings of one code are told; of a hundred thousand bad bulletins the first ones say enough. */
const mostOfOneCode = 20;

export function createReporter(claim: Claim) {
  const report: Report = {
    ok: true,
    claim,
    checked: [],
    notChecked: [],
    findings: [],
    members: {},
    story: [],
    proofs: [],
    checkpoints: [],
    bulletins: [],
  };
  const counts = new Map<string, number>();
  // told at the end, when the names of all members are known
  const checked: { code: CheckedCode; facts: Facts }[] = [];
  const notChecked: { code: NotCheckedCode; facts: Facts }[] = [];
  const findings: { code: ProblemCode; facts: Facts; grave: boolean }[] = [];

  function find(code: ProblemCode, facts: Facts, grave: boolean): void {
    if (grave) report.ok = false;
    const count = (counts.get(code) ?? 0) + 1;
    counts.set(code, count);
    if (count <= mostOfOneCode) findings.push({ code, facts, grave });
  }

  return {
    checked: (code: CheckedCode, facts: Facts = {}) => void checked.push({ code, facts }),
    /** Said once, though each log of the file may say it. */
    notChecked(code: NotCheckedCode, facts: Facts = {}): void {
      const said = JSON.stringify(facts);
      if (!notChecked.some((one) => one.code === code && JSON.stringify(one.facts) === said))
        notChecked.push({ code, facts });
    },
    /** A finding that refuses the evidence. */
    refuse: (code: ProblemCode, facts: Facts) => find(code, facts, true),
    /** A finding that tells the reader something. */
    tell: (code: ProblemCode, facts: Facts) => find(code, facts, false),
    name: (id: string, { zh, en }: Bilingual) => void Object.assign(report.members, { [id]: { zh, en } }),
    story: (event: StoryEvent) => void report.story.push(event),
    proof: (path: ProofPath) => void report.proofs.push(path),
    checkpoint: (shown: ShownCheckpoint) => void report.checkpoints.push(shown),

    /** A good bulletin: its content, and what it says of times. */
    bulletin(
      { log, index, issuer }: { log: string; index: number; issuer: string },
      { type, claims, body }: Bulletin,
    ): void {
      const { jti, aud, iat, toe, txn, sub_id } = claims;
      const signedAt = fromNumericDate(iat);
      report.bulletins.push({
        ...{ log, index, jti, type: type.name, issuer, audience: aud, signedAt, body },
        ...(toe !== undefined && { decidedAt: fromNumericDate(toe) }),
        ...(txn !== undefined && { txn }),
        ...(sub_id && { uscc: sub_id.uscc }),
      });
      const at = { who: issuer, log, index };
      if (toe !== undefined)
        report.story.push({ ...at, at: fromNumericDate(toe), what: 'decided', zh: '作出决定', en: 'decided' });
      report.story.push({ ...at, at: signedAt, what: 'signed', zh: '签署并写入日志', en: 'signed and logged' });
    },

    /** The whole, in the order of time. */
    finish(): Report {
      const { members } = report;
      report.checked = checked.map(({ code, facts }) => sayChecked(code, facts, members));
      report.notChecked = notChecked.map(({ code, facts }) => sayNotChecked(code, facts, members));
      report.findings = findings.map(
        (finding): Finding => ({
          ...finding,
          zh: sentenceOf({ ...finding, facts: inWords(finding.facts, members, 'zh') }).zh,
          en: sentenceOf({ ...finding, facts: inWords(finding.facts, members, 'en') }).en,
        }),
      );
      report.story.sort((x, y) => (x.at < y.at ? -1 : x.at > y.at ? 1 : 0));
      return report;
    },
  };
}
