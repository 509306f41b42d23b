/** The checkpoints in a file: whose log, how long, and who vouched for it when. */

import { type Html, html } from '../base/html.ts';
import type { ShownCheckpoint } from '../evidence/report.ts';
import { badge, pairs, table } from './elements.ts';
import { formatMoment, type View } from './view.ts';

export function checkpoints(list: readonly ShownCheckpoint[], view: View): Html {
  return html`${list.map((checkpoint) => show(checkpoint, view))}`;
}

function show({ log, member, size, root, cosignatures, quorumAt }: ShownCheckpoint, view: View): Html {
  const { t, nameOf } = view;
  const rows = cosignatures.map(({ who, counts, at }) => [
    nameOf(who),
    formatMoment(at),
    counts ? badge(t('计入', 'counts'), 'good', '✓') : badge(t('不计入', 'does not count'), 'neutral'),
  ]);
  const columns = [
    { label: t('见证方', 'Witness') },
    { label: t('联署时间', 'Cosigned'), kind: 'fixed' },
    { label: t('法定人数', 'Quorum') },
  ] as const;
  return html`<h3>${nameOf(member)} <span class="code">${log}</span></h3>
${pairs([
  [t('条目数', 'Size'), String(size)],
  [t('根', 'Root'), html`<span class="code">${root}</span>`],
  [t('人数达到', 'Quorum reached'), quorumAt && formatMoment(quorumAt)],
])}
${
  rows.length > 0
    ? table(t(`${nameOf(member)}检查点的联署`, `Cosignatures on ${nameOf(member)}’s checkpoint`), columns, rows)
    : html`<p class="quiet">${t('没有联署。', 'No cosignature.')}</p>`
}
`;
}
