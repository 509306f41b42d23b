/** A report as people read it: the verdict first, then the story, the proofs, and every check with its reason. */

import type { Bilingual } from '../agreement/agreement.ts';
import { cureOf } from '../base/cures.ts';
import { type Html, html, type Piece } from '../base/html.ts';
import { type Problem, type ProblemCode, problemCodes } from '../base/problem.ts';
import { sentenceOf } from '../base/sentences.ts';
import type { Labels } from '../bulletin/labels.ts';
import { describeClaim } from '../evidence/claim-words.ts';
import type { Finding, Report, Statement } from '../evidence/report.ts';
import { bulletins } from './bulletins.ts';
import { checkpoints } from './checkpoints.ts';
import { badge, fold, pairs, place, section } from './elements.ts';
import { proofDrawing } from './proof-drawing.ts';
import { timeline } from './timeline.ts';
import { createView, formatMoment, formatSize, type Language, type View } from './view.ts';
import { kindTitles } from './words.ts';

/** One version of the agreement that was verified against. */
export interface AgreementShown {
  title: Bilingual;
  version: number;
  digest: string;
}

/** What was verified, against what, when. */
export interface Circumstances {
  file: { name: string; sizeBytes: number; digest?: string };
  agreement: { name: string; isFromPage: boolean; versions: readonly AgreementShown[] };
  quorum?: number;
  at?: string;
  /** By the reader's own clock. */
  verifiedAt: string;
  program: string;
}

/** A report, or why there is none. */
export type Outcome = { report: Report } | { problem: Problem };

/**
 * @param isPaper nothing is folded away
 */
export function reportView(
  outcome: Outcome,
  around: Circumstances,
  labels: Labels,
  { language, isPaper }: { language: Language; isPaper: boolean },
): Html {
  const view = createView(language, 'report' in outcome ? outcome.report.members : {});
  return html`${'report' in outcome ? verdict(outcome.report, around, view) : unusable(outcome.problem, view)}
${!isPaper && actions(view)}
${'report' in outcome && sections(outcome.report, labels, view, isPaper)}
${section('circumstances', view.t('验证的条件', 'How it was verified'), circumstances(around, view))}`;
}

/** Everything that stands below the verdict; what a report has nothing of is left out. */
function sections(report: Report, labels: Labels, view: View, isPaper: boolean): Piece {
  const { t } = view;
  const nothing = html`<p class="quiet">${t('没有。', 'Nothing.')}</p>`;
  const owners = new Map(report.checkpoints.map(({ log, member }) => [log, view.nameOf(member)]));
  const drawings = report.proofs.map((proof, i) => {
    const summary = html`${owners.get(proof.log)} ${place(proof.log, proof.index, view)}`;
    return fold(summary, proofDrawing(proof, `proof-${i}`, view), isPaper || i === 0);
  });
  const { checked, notChecked } = report;
  const parts: [id: string, title: string, count: number, body: () => Piece][] = [
    ['findings', t('发现', 'Findings'), report.findings.length, () => findings(report.findings, view)],
    ['story', t('经过', 'The story'), report.story.length, () => timeline(report.story, view, isPaper)],
    [
      'bulletins',
      t('通报内容', 'What was said'),
      report.bulletins.length,
      () => bulletins(report.bulletins, labels, view, isPaper),
    ],
    ['proofs', t('证明路径', 'The proofs'), drawings.length, () => drawings],
    [
      'checkpoints',
      t('检查点与见证', 'Checkpoints and witnesses'),
      report.checkpoints.length,
      () => checkpoints(report.checkpoints, view),
    ],
  ];
  return [
    ...parts.map(([id, title, count, body]) => count > 0 && section(id, title, body())),
    section(
      'checked',
      t('验证了什么', 'What was checked'),
      checked.length > 0 ? statements(checked, view, 'good', '✓') : nothing,
    ),
    section(
      'not-checked',
      t('没有验证什么', 'What was not checked'),
      notChecked.length > 0 ? statements(notChecked, view, 'neutral', '–') : nothing,
    ),
  ];
}

function actions({ t }: View): Html {
  return html`<p class="actions"><button type="button" class="button second" id="save">${t('保存报告', 'Save the report')}</button> <button type="button" class="button second" id="print">${t('打印', 'Print')}</button></p>`;
}

function verdict({ ok, claim, findings }: Report, { agreement }: Circumstances, view: View): Html {
  const { t, say } = view;
  const grave = findings.filter((finding) => finding.grave).length;
  const told = findings.length - grave;
  const kind = claim && html` <span class="quiet">${say(kindTitles[claim.kind])}</span>`;
  const word = ok
    ? t(
        `文件所称，有协议各方的签名和见证为凭${told > 0 ? `；另有 ${told} 处须留意，见“发现”` : ''}。`,
        `What the file claims is borne out by the signatures and witnesses of the agreement${told > 0 ? `; ${told === 1 ? 'one thing is' : `${told} things are`} to be noted, see Findings` : ''}.`,
      )
    : t(
        `有 ${grave} 处严重问题：文件不能证明它所称的内容。`,
        `${grave === 1 ? 'One grave finding' : `${grave} grave findings`}: the file does not prove what it claims.`,
      );
  return html`<section class="verdict ${ok ? 'good' : 'bad'}" aria-labelledby="verdict">
<h2 id="verdict" tabindex="-1"><span class="sign" aria-hidden="true">${ok ? '✓' : '✕'}</span>${ok ? t('验证成立', 'Verified') : t('验证不成立', 'Refused')}${kind}</h2>
<p>${word}</p>
${claim && html`<p class="claim"><strong>${t('文件称：', 'It claims: ')}</strong>${say(describeClaim(claim, view.names))}</p>`}
${ok && agreement.isFromPage && html`<p><strong>${t('所据协议是随本页来的，尚未与您手中的协议核对。', 'The agreement that it rests on came with this page; it was not compared with the one in your hand.')}</strong></p>`}
</section>
`;
}

function unusable(problem: Problem, view: View): Html {
  const { t, say } = view;
  return html`<section class="verdict wait" aria-labelledby="verdict">
<h2 id="verdict" tabindex="-1"><span class="sign" aria-hidden="true">!</span>${t('无法验证', 'Cannot be verified')}</h2>
<p>${say(sentenceOf(problem))} <span class="code">${problem.code}</span></p>
${remedy(problem.code, view)}
</section>
`;
}

function findings(list: readonly Finding[], view: View): Html {
  const { t, say } = view;
  const ordered = [...list.filter(({ grave }) => grave), ...list.filter(({ grave }) => !grave)];
  return html`<ul class="statements">${ordered.map(
    (finding) => html`
<li>${finding.grave ? badge(t('严重', 'grave'), 'bad', '✕') : badge(t('留意', 'to note'), 'wait', '!')} <p>${say(finding)} <span class="code">${finding.code}</span></p>
${remedy(finding.code, view)}</li>`,
  )}
</ul>`;
}

/** What lies behind a code, and what to do. */
function remedy(code: string, { t, say }: View): Html | undefined {
  if (!isProblemCode(code)) return undefined;
  const { cause, cure } = cureOf(code);
  return html`<p class="quiet">${t('常见原因：', 'What may lie behind it: ')}${withCode(say(cause))}<br>${t('办法：', 'What to do: ')}${withCode(say(cure))}</p>`;
}

/** What stands between back-quotes is typed as it is. */
function withCode(text: string): Piece {
  return text.split('`').map((part, i) => (i % 2 === 1 ? html`<code class="code">${part}</code>` : part));
}

function isProblemCode(code: string): code is ProblemCode {
  return (problemCodes as readonly string[]).includes(code);
}

function statements(list: readonly Statement[], view: View, kind: 'good' | 'neutral', sign: string): Html {
  return html`<ul class="statements ${kind}">${list.map(
    (one) => html`
<li><span class="sign" aria-hidden="true">${sign}</span><p>${view.say(one)} <span class="code">${one.code}</span></p></li>`,
  )}
</ul>`;
}

function circumstances({ file, agreement, quorum, at, verifiedAt, program }: Circumstances, { t, say }: View): Html {
  const origin = agreement.isFromPage
    ? t('随本页而来，未另行提供', 'came with this page; none was brought')
    : agreement.name;
  return pairs([
    [
      t('证据文件', 'Evidence file'),
      `${file.name || t('本页内的证据', 'inside the page')} (${formatSize(file.sizeBytes)})`,
    ],
    ['SHA-256', file.digest && html`<span class="code">${file.digest}</span>`],
    [t('协议来源', 'Agreement from'), origin],
    ...agreement.versions.map(
      ({ title, version, digest }) =>
        [
          t(`协议第 ${version} 版`, `Agreement, version ${version}`),
          html`${say(title)}<br><span class="code">${digest}</span>`,
        ] as const,
    ),
    [
      t('要求的法定人数', 'Quorum asked for'),
      quorum === undefined ? t('按协议', 'as the agreement says') : String(quorum),
    ],
    [t('截至', 'As of'), at],
    [t('验证时间', 'Verified'), `${formatMoment(verifiedAt)} ${t('（本机时钟）', '(this machine’s clock)')}`],
    [t('程序', 'Program'), program],
  ]);
}
