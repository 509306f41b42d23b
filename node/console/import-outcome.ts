/** One import: what publishing would do, or what became of it, with every mistake and the way back out. */

import { type Html, html, type Piece } from '../base/html.ts';
import { formatChinaTime } from '../base/time.ts';
import type { Labels } from '../bulletin/labels.ts';
import { type Change, type PreviewRow, previewRows } from '../federation/preview-rows.ts';
import type { PublishNeeds } from '../federation/publish-steps.ts';
import type { Imports } from '../registry/imports.ts';
import type { Import, ImportState } from '../registry/ports.ts';
import { importStates, revocationStates, sentenceFor, wordFor } from '../registry/words.ts';
import { badge, linkTo, pairs, postButton, table, textArea } from './elements.ts';
import type { Screen, SignedView } from './page.ts';

export interface OutcomeParts {
  imports: Imports;
  publishing: PublishNeeds;
  labels: Labels;
}

const shownRefusals = 100;
const shownChanges = 100;
const rowsAtOnce = 1_000;
const underWay: readonly ImportState[] = ['receiving', 'received', 'reading', 'comparing', 'publishing'];
export const reasonLabel = { zh: '理由', en: 'Reason' };
/** For which a clerk reads the records that a file would change. */
const purpose = 'supervision';

export async function outcomeScreen(
  parts: OutcomeParts,
  given: Import,
  view: SignedView,
  at = { from: 0, after: 0 },
): Promise<Screen> {
  const { t, say, asker } = view;
  const { id, fileName, type, state, authority, person, createdAt, finishedAt } = given;
  const isClerk = asker.role === 'clerk';
  const isUnderWay = underWay.includes(state) || given.revocation?.state === 'running';
  const about = pairs([
    [t('种类', 'Type'), say(parts.labels.titleOf(type))],
    [t('状态', 'State'), stateBadge(state, say)],
    [t('上传（北京时间）', 'Brought (China time)'), formatChinaTime(createdAt)],
    [t('经办', 'By'), html`${person} <span class="code">${authority}</span>`],
    [t('完成（北京时间）', 'Ended (China time)'), finishedAt !== undefined && formatChinaTime(finishedAt)],
  ]);
  return {
    title: fileName,
    isUnderWay,
    body: html`<section class="card" aria-labelledby="outcome">
<h2 id="outcome" class="quiet">${state === 'held' ? t('试读结果', 'What publishing would do') : t('导入', 'Import')}</h2>
${about}
${isUnderWay && html`<progress aria-label="${say(wordFor(importStates, state))}"></progress>`}
${counts(given, view)}
${remarks(given, view)}
${isClerk && choicesOf(given, view)}
</section>
${isClerk && (await refusalsOf(parts, given, view, at.from))}
${isClerk && state === 'held' && (await changesOf(parts, given, view, at.after))}
${isClerk && revocationOf(given, view)}
<p><a href="/imports">${t('历次导入', 'All imports')}</a></p>`,
  };

  function choicesOf({ state, summary }: Import, { t }: SignedView): Html | false {
    if (state !== 'held') return false;
    const { opened = 0, corrected = 0 } = summary.preview ?? {};
    const rows = opened + corrected;
    return html`${rows === 0 && html`<p>${t('没有可发布的行。', 'No row is left to publish.')}</p>`}
<div class="actions">
${rows > 0 && postButton(`/imports/${id}/publish`, t(`发布 ${rows} 行`, `Publish ${rows} rows`))}
${postButton(`/imports/${id}/discard`, t('放弃', 'Throw away'), 'second')}
</div>`;
  }
}

/** Rows by what became, or would become, of them. */
function counts({ state, summary }: Import, { t }: SignedView): Html | false {
  if (summary.rows === 0) return false;
  const preview = state === 'held' ? summary.preview : undefined;
  const { opened, corrected, unchanged } = preview ?? summary;
  const refused = summary.refusedRows + (preview?.refused ?? 0);
  const list: [string, number, string?][] = [
    [t('行数', 'Rows'), summary.rows],
    [preview ? t('将新建', 'To open') : t('新建', 'Opened'), opened],
    [preview ? t('将更正', 'To correct') : t('更正', 'Corrected'), corrected],
    [t('未变', 'Unchanged'), unchanged],
    [t('重复', 'Repeated'), summary.repeated],
    [t('不合格', 'Refused'), refused, refused > 0 ? 'bad' : ''],
  ];
  return html`<ul class="counts">${list.map(
    ([name, count, kind = '']) => html`
<li class="${kind}"><strong>${count}</strong>${name}</li>`,
  )}
</ul>`;
}

function remarks({ state, summary, problem, allOrNothing }: Import, { t, say }: SignedView): Html | false {
  const told = [
    problem && say(sentenceFor(problem.code, problem.facts)),
    state === 'refused' && !problem && allOrNothing
      ? t(
          '有行不合格，因此没有发布任何内容。请改正后重新导入。',
          'Rows were refused, so nothing was published. Mend them and bring the file again.',
        )
      : undefined,
    summary.personalCells > 0
      ? t(
          `略去 ${summary.personalCells} 个个人信息单元格，未读取其内容。`,
          `${summary.personalCells} cells of personal columns were left out unread.`,
        )
      : undefined,
    summary.oddRows > 0
      ? t(
          `${summary.oddRows} 行看来有疑问，已照填写的内容读取。`,
          `${summary.oddRows} rows look odd and are taken as they stand.`,
        )
      : undefined,
    ...summary.warnings.map(({ code, ...facts }) => say(sentenceFor(String(code), facts))),
  ].filter((remark) => remark !== undefined);
  return told.length > 0 && html`<ul>${told.map((remark) => html`<li>${remark}</li>`)}</ul>`;
}

/** Every mistake of every row, a page at a time, and the clerk's own workbook with the reasons in it. */
async function refusalsOf({ imports }: OutcomeParts, given: Import, { t, say }: SignedView, from: number) {
  const { id, summary } = given;
  if (summary.refusedRows === 0) return false;
  const refusals = await imports.listRefusals(id, from, shownRefusals + 1);
  const columns = [
    { label: t('行', 'Row'), kind: 'fixed' },
    { label: t('列', 'Column') },
    { label: t('值', 'Value') },
    { label: t('原因', 'Reason') },
  ] as const;
  const rows = refusals
    .slice(0, shownRefusals)
    .map(({ row, column, value, code, facts }) => [
      row,
      column,
      value,
      say(sentenceFor(code, { column, value, ...facts })),
    ]);
  const isKept = refusals.length > 0;
  return html`<section class="card" aria-labelledby="refusals">
<h2 id="refusals">${t(`不合格的 ${summary.refusedRows} 行`, `${summary.refusedRows} refused rows`)}</h2>
${
  isKept
    ? html`<p><a class="button second" href="/imports/${id}/refusals.xlsx">${t('下载不合格的行（.xlsx）', 'Download the refused rows (.xlsx)')}</a></p>
<p class="hint">${t('表中是您的原行，首列写明原因；改好后可直接再导入。', 'It holds your own rows with the reasons in front; mended, it can be brought again as it is.')}</p>
${table(t('不合格的原因', 'Why they were refused'), columns, rows)}`
    : html`<p class="quiet">${t('不合格的行已不再保存。', 'The refused rows are no longer kept.')}</p>`
}
${refusals.length > shownRefusals && html`<p><a href="/imports/${id}?from=${from + shownRefusals}#refusals">${t('下一页', 'Next page')}</a></p>`}
</section>`;
}

/** What each correction would change, and which rows the records stand against. */
async function changesOf({ publishing, labels }: OutcomeParts, given: Import, view: SignedView, after: number) {
  const { t, say } = view;
  const { corrected = 0, refused = 0 } = given.summary.preview ?? {};
  if (corrected + refused === 0) return false;
  const { rows, next } = await findChanged(publishing, given, after);
  const columns = [
    { label: t('行', 'Row'), kind: 'fixed' },
    { label: t('记录', 'Record') },
    { label: t('项', 'Item') },
    { label: t('现为', 'Now') },
    { label: t('将为', 'Will be') },
  ] as const;
  const shown = ({ member }: Change, value: unknown) => {
    const [line] = value === undefined ? [] : labels.linesOf(given.type, nest(member, value));
    return line ? say(line.value) : '—';
  };
  const labelOf = ({ member, before, after, column }: Change) => {
    const [line] = labels.linesOf(given.type, nest(member, after ?? before));
    return line ? say(line.label) : (column ?? member);
  };
  const cells = rows.flatMap(({ row, record, changes = [], refusal }): Piece[][] => {
    const link =
      record !== undefined && html`<a class="code" href="${linkTo(`/records/${record}`, { purpose })}">${record}</a>`;
    if (refusal) return [[row, link, say(sentenceFor(refusal.code, refusal.facts)), '', '']];
    return changes.map((change) => [
      ...[row, link, labelOf(change)],
      ...[shown(change, change.before), shown(change, change.after)],
    ]);
  });
  return html`<section class="card" aria-labelledby="changes">
<h2 id="changes">${t(`将更正的 ${corrected} 行`, `${corrected} rows that correct a record`)}</h2>
${table(t('更正前后', 'Before and after'), columns, cells)}
${next !== undefined && html`<p><a href="/imports/${given.id}?after=${next}#changes">${t('往后查看', 'Further rows')}</a></p>`}
</section>`;
}

/** Of the rows behind that one, those that would not simply be opened; looked for within bounds. */
async function findChanged(publishing: PublishNeeds, given: Import, start: number) {
  const rows: PreviewRow[] = [];
  let after = start;
  for (let round = 0; round < 10 && rows.length < shownChanges; round++) {
    const page = await previewRows(publishing, given, after, rowsAtOnce);
    rows.push(...page.filter(({ outcome }) => outcome === 'corrected' || outcome === 'refused'));
    after = page.at(-1)?.row ?? after;
    if (page.length < rowsAtOnce) return { rows };
  }
  return { rows, next: after };
}

/** Everything that it opened can be taken back, by two people where the configuration wants that. */
function revocationOf({ id, state, summary, revocation }: Import, { t, say, asker }: SignedView): Html | false {
  if ((state !== 'done' && state !== 'refused') || summary.opened === 0) return false;
  const told =
    revocation &&
    pairs([
      [t('撤销', 'Revocation'), say(revocationStates[revocation.state])],
      [t('理由', 'Reason'), revocation.reason],
      [t('提出', 'By'), `${revocation.by.person} ${formatChinaTime(revocation.at)}`],
      [t('批准', 'Approved by'), revocation.approvedBy?.person],
      [t('已撤销的记录', 'Records revoked'), revocation.revoked],
      [
        t('中断原因', 'Why it stopped'),
        revocation.problem && say(sentenceFor(revocation.problem.code, revocation.problem.facts)),
      ],
    ]);
  const isOwn = revocation?.by.person === asker.person && revocation.by.authority === asker.authority;
  const action = `/imports/${id}/revocation`;
  const way =
    revocation?.state === 'waiting'
      ? isOwn
        ? html`<p>${t('须由另一人批准。', 'Another person must approve it.')}</p>`
        : postButton(action, t('批准撤销', 'Approve the revocation'), 'grave')
      : (revocation === undefined || revocation.state === 'stopped') &&
        html`<details><summary>${t('撤销这次导入所建立的全部记录', 'Revoke every record that this import opened')}</summary>
<form method="post" action="${action}">
${textArea({ name: 'reason', label: say(reasonLabel), isRequired: true, longest: 2000 })}
<p><button class="button grave">${t(`撤销 ${summary.opened} 条记录`, `Revoke ${summary.opened} records`)}</button></p>
</form></details>`;
  return html`<section class="card" aria-label="${t('撤销', 'Revocation')}">${told}${way}</section>`;
}

export function stateBadge(state: ImportState, say: SignedView['say']): Html {
  const kind = state === 'done' ? 'good' : state === 'refused' ? 'bad' : state === 'discarded' ? undefined : 'wait';
  return badge(say(importStates[state]), kind);
}

/** `publicity.until` and a value → a body that holds nothing else. */
function nest(member: string, value: unknown): Record<string, unknown> {
  return member.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as Record<string, unknown>; // a path has a name
}
