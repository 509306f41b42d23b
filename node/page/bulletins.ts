/** What the bulletins of a file say, in the words of their schemas; what these have no words for, as it stands. */

import { type Html, html } from '../base/html.ts';
import type { Labels } from '../bulletin/labels.ts';
import type { ShownBulletin } from '../evidence/report.ts';
import { fold, pairs, place } from './elements.ts';
import { formatMoment, type View } from './view.ts';

export function bulletins(list: readonly ShownBulletin[], labels: Labels, view: View, isPaper: boolean): Html {
  return html`${list.map((bulletin) => show(bulletin, labels, view, isPaper))}`;
}

function show(bulletin: ShownBulletin, labels: Labels, view: View, isPaper: boolean): Html {
  const { t, say, nameOf, namesOf } = view;
  const { type, issuer, audience, signedAt, uscc, txn, jti, log, index, body } = bulletin;
  const lines = isTree(body) ? labels.linesOf(type, body) : [];
  const said = pairs([
    [t('签发', 'Signed'), formatMoment(signedAt)],
    [t('发给', 'Addressed to'), audience.includes('*') ? t('全体', 'everybody') : namesOf(audience)],
    [t('位置', 'Where'), place(log, index, view)],
    [t('通报编号', 'Number'), html`<span class="code">${jti}</span>`],
    [t('记录编号', 'Record'), txn && html`<span class="code">${txn}</span>`],
    [t('统一社会信用代码', 'Credit code'), uscc && html`<span class="code">${uscc}</span>`],
    ...lines.map(({ label, value }) => [say(label), say(value)] as const),
  ]);
  const raw = html`<pre class="code" tabindex="0">${JSON.stringify(body, null, 2)}</pre>`;
  return html`<h3>${say(labels.titleOf(type))}<span class="quiet"> · ${nameOf(issuer)}</span></h3>
${said}
${fold(t('原文', 'As it was signed'), raw, isPaper && lines.length === 0)}`;
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
