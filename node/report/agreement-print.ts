/**
 * The agreement as a paper: all of it as articles in both languages, its digest and every key's thumbprint as they are read
 * out by telephone, and who has signed. For the annex of what officials sign and seal; what binds is the signed file, and
 * the digest ties the two together.
 */

import type { Agreement } from '../agreement/agreement.ts';
import { leaversOf } from '../agreement/amendment.ts';
import type { ListedKey } from '../agreement/listed-keys.ts';
import { type Html, html } from '../base/html.ts';
import type { Sentence } from '../base/sentences.ts';
import { spell, spellingRule } from '../base/spelling.ts';
import type { TitleOf } from '../bulletin/labels.ts';
import { formatArticles } from './agreement-articles.ts';
import { formatPaper } from './paper.ts';
import { both, formatFacts, formatGrid } from './table.ts';

export interface PrintContext {
  /** `sha-256:…` */
  digest: string;
  titleOf: TitleOf;
  keys: readonly ListedKey[];
  /** Members whose electronic signatures are right; absent of a page, which has none yet. */
  signedBy?: readonly string[];
  /** The version that this one amends: who leaves signs too, and members sign with the keys that it lists. */
  before?: { agreement: Agreement; keys: readonly ListedKey[] };
}

/** A whole page. */
export function formatAgreementPaper(agreement: Agreement, context: PrintContext): Html {
  const { id, version } = agreement;
  return formatPaper({
    title: agreement.title,
    field: { zh: `第 ${version} 版`, en: `Version ${version}` },
    style: html`${printStyle}${footOf(id, version, context.digest)}`,
    body: html`${formatDigest(context)}
${formatArticles(agreement, context)}
${formatKeys(agreement, context)}
${formatSignatures(agreement, context)}`,
  });
}

/** On every sheet which document it is of, so that none can be exchanged. Id and digest hold letters, digits, hyphens and underscores only. */
function footOf(id: string, version: number, digest: string): Html {
  const short = spell(digest.replace(/^sha-256:/, ''))
    .slice(0, 3)
    .map(({ text }) => text);
  return html`@page { @bottom-left { content: "${id} v${version}  ${short.join(' ')} …"; font-size: 7.5pt; color: #555; } }
`;
}

function formatDigest({ digest, signedBy }: PrintContext): Html {
  const [algorithm = '', text = ''] = digest.split(':');
  return html`<section class="summary digest">
<h2>${both({ zh: '本协议的摘要', en: 'Digest of this agreement' })}</h2>
<p class="groups">${spell(text).map((group) => html`<span>${group.text}</span> `)}</p>
<p class="small">${both({ zh: `${algorithm.toUpperCase()}，按 RFC 8785 规范化，base64url。所签署的正是这一摘要所指的文件，一字不差。`, en: `${algorithm.toUpperCase()} of its RFC 8785 form, base64url. What is signed is the document that this digest names, to the letter.` })}</p>
<p class="small">${both({ zh: '核对：各方在自己的机器上对自己的文件运行 huxin agreement digest，并与本页逐组比对；电话中由一方读出、另一方复述。', en: 'To compare: each party runs huxin agreement digest on its own machine over its own file and compares it with this page group by group; by telephone one reads and the other repeats.' })}</p>
<table class="spelled"><tbody>${spell(text).map(
    ({ text: group, spoken }, i) =>
      html`<tr><td class="number">${i + 1}</td><td class="mono">${group}</td><td>${spoken.zh}</td><td lang="en">${spoken.en}</td></tr>
`,
  )}</tbody></table>
<p class="small">${both(spellingRule)}</p>
${signedBy === undefined && html`<p class="late">${both({ zh: '这是尚未签署的文稿。', en: 'This is a draft that nobody has signed.' })}</p>`}
</section>`;
}

const uses: Readonly<Record<ListedKey['use'], Sentence>> = {
  agreement: { zh: '协议公钥：只签署协议', en: 'Agreement key: signs agreements only' },
  bulletin: { zh: '通报公钥', en: 'Bulletin key' },
  log: { zh: '日志公钥', en: 'Log key' },
  witness: { zh: '见证公钥', en: 'Witness key' },
  auditor: { zh: '审计方公钥', en: 'Auditor’s key' },
};

function formatKeys({ members, auditors = [] }: Agreement, { keys }: PrintContext): Html | false {
  const names = new Map<string, Sentence>(
    [...members, ...auditors].map(({ id, name }) => [id, { zh: `${name.zh}（${id}）`, en: name.en }]),
  );
  const owners = [...new Set(keys.map(({ owner }) => owner))];
  return (
    owners.length > 0 &&
    html`<section class="keys"><h2>${both({ zh: '附件一　公钥指纹', en: 'Annex 1: Thumbprints of the keys' })}</h2>
<p class="small">${both({ zh: '指纹按 RFC 7638 计算，读法与摘要相同。各成员核对自己名下的每一把。', en: 'Thumbprints by RFC 7638, read like the digest. Each member compares every one of its own.' })}</p>
${owners.map(
  (owner) => html`<h3>${both(names.get(owner) ?? { zh: `外部见证方 ${owner}`, en: `Outside witness ${owner}` })}</h3>
${formatFacts(
  keys.filter((key) => key.owner === owner).map((key) => [uses[key.use], formatThumbprint(key)]),
  'thumbprints',
)}
`,
)}</section>`
  );
}

function formatThumbprint({ thumbprint, name }: ListedKey): Html {
  const groups = spell(thumbprint);
  return html`${name !== undefined && html`<p class="mono">${name}</p>`}<p class="groups">${groups.map(({ text }) => html`<span>${text}</span> `)}</p>
<p class="spoken">${groups.map(({ spoken }) => spoken.zh).join('，')}</p>
<p class="spoken" lang="en">${groups.map(({ spoken }) => spoken.en).join(', ')}</p>`;
}

function formatSignatures(agreement: Agreement, { signedBy, keys, before }: PrintContext): Html {
  const members = [...agreement.members, ...leaversOf(agreement, before?.agreement)];
  const signing = [...(before?.keys ?? []), ...keys].filter(({ use }) => use === 'agreement');
  const rows = members.map(({ id, name, authority }) => {
    const kid = signing.find(({ owner }) => owner === id)?.thumbprint ?? '';
    const state: Sentence = signedBy?.includes(id)
      ? { zh: '已签，签名正确', en: 'signed, and the signature is right' }
      : { zh: '尚未签署', en: 'not signed yet' };
    return [
      html`${both({ zh: `${name.zh}（${id}）`, en: name.en })}<span class="mono">${authority}</span>`,
      html`${both(state)}<span class="mono">${spell(kid)
        .slice(0, 3)
        .map(({ text }) => text)
        .join(' ')}${kid && ' …'}</span>`,
      html`<div class="seal"></div>`,
    ];
  });
  return html`<section class="signatures"><h2>${both({ zh: '附件二　签署', en: 'Annex 2: Signatures' })}</h2>
<p class="small">${both({ zh: '签字盖章前请核对第一页的摘要和本方名下的公钥指纹。', en: 'Before signing and sealing, compare the digest on the first page and the thumbprints under your own name.' })}</p>
${formatGrid(
  [
    { zh: '成员和机关', en: 'Member and authority' },
    { zh: '电子签名（协议公钥）', en: 'Electronic signature (agreement key)' },
    { zh: '签字、盖章、日期', en: 'Signature, seal, date' },
  ],
  rows,
  'sign',
)}</section>`;
}

const printStyle = html`
.groups { font: 600 11pt/1.7 "DejaVu Sans Mono", Consolas, Menlo, monospace; }
.groups span { display: inline-block; margin-right: 2.2mm; white-space: pre; }
.digest .groups { font-size: 14pt; }
.digest .groups span { margin-right: 3.5mm; }
.summary p.small { font-size: 8.5pt; }
.spelled { margin: 2mm 0; }
.spelled td { padding: 0.6mm 2mm; }
.spelled td[lang="en"] { display: table-cell; }
.spelled .number { width: 9mm; text-align: right; color: #555; }
.spelled .mono { width: 20mm; font-size: 10pt; font-weight: 600; white-space: pre; }
.thumbprints th { width: 42mm; background: #f7f5f2; font-weight: 500; }
.thumbprints th [lang="en"] { display: block; }
.thumbprints .groups { font-size: 9.2pt; }
.thumbprints .groups span { margin-right: 1.3mm; }
.thumbprints .spoken { font-size: 7.5pt; line-height: 1.4; color: #444; }
.keys h3 { margin-top: 4mm; }
.articles h3 { margin-top: 3.5mm; }
.articles ul { margin: 0 0 1.5mm; padding-left: 5mm; }
.articles li { margin-bottom: 0.8mm; }
.articles [lang="en"] { margin-left: 1mm; }
.articles td [lang="en"], .articles th [lang="en"] { margin-left: 0; }
.sign th:nth-child(1), .sign th:nth-child(2) { width: 32%; }
.sign td .mono { display: block; margin-top: 1mm; }
.sign tr { break-inside: avoid; }
.seal { height: 26mm; }
.keys { break-before: page; }
`;
