/** Spreadsheets in: brought, tried, mended or published, and what became of each. */

import type { Request } from 'express';
import { type Html, html, type Piece } from '../base/html.ts';
import { Problem } from '../base/problem.ts';
import { formatChinaTime } from '../base/time.ts';
import type { Labels } from '../bulletin/labels.ts';
import type { ImportWork } from '../federation/import-work.ts';
import { type Change, type PreviewRow, previewRows } from '../federation/preview-rows.ts';
import type { PublishNeeds } from '../federation/publish-steps.ts';
import type { CodeLists } from '../form/cell.ts';
import { forms } from '../form/forms.ts';
import { buildTemplate } from '../form/template.ts';
import { pathId, pathText } from '../http/input.ts';
import type { Imports } from '../registry/imports.ts';
import type { Import, ImportState } from '../registry/ports.ts';
import type { Asker } from '../registry/tokens.ts';
import { importStates, revocationStates, sentenceFor, wordFor } from '../registry/words.ts';
import { buildXlsx } from '../sheet/workbook.ts';
import { fieldsOf, needField } from './browser.ts';
import { badge, pairs, postButton, select, table, textArea } from './elements.ts';
import { readUploadForm } from './multipart.ts';
import { attempt, type Download, type Screen, type SignedPage, type SignedView, xlsxType } from './page.ts';

export interface ImportPageParts {
  imports: Imports;
  work: ImportWork;
  publishing: PublishNeeds;
  codes: CodeLists;
  labels: Labels;
  /** Our own entry in the agreement: its authority sees every import, others see their own. */
  self: { authority: string };
  config: { imports: { greatestFileBytes: number } };
}

const shownImports = 50;
const shownRefusals = 100;
const shownChanges = 100;
const rowsAtOnce = 1_000;
const reasonLabel = { zh: '理由', en: 'Reason' };
const underWay: readonly ImportState[] = ['receiving', 'received', 'reading', 'comparing', 'publishing'];

export function importPages(parts: ImportPageParts): SignedPage[] {
  const { imports, work, codes } = parts;

  /** The import in the path, if this asker may know of it. */
  async function findSeen(request: Request, { authority }: Asker): Promise<Import> {
    const id = pathId(request, 'import', 'import/not-found');
    const found = await imports.get(id);
    if (authority === parts.self.authority || authority === found.authority) return found;
    throw new Problem('import/not-found', { import: id });
  }

  /** Does something to an import, and shows it. */
  function act(path: string, done: string, move: (given: Import, request: Request, asker: Asker) => Promise<unknown>) {
    return {
      method: 'post',
      path: `/imports/:import/${path}`,
      access: ['clerk'],
      async show(request, view) {
        const given = await findSeen(request, view.asker);
        return attempt(
          async () => {
            await move(given, request, view.asker);
            return { goTo: `/imports/${given.id}?done=${done}` };
          },
          async (problem) => ({ ...(await oneScreen(parts, await findSeen(request, view.asker), view)), problem }),
        );
      },
    } satisfies SignedPage;
  }

  return [
    {
      method: 'get',
      path: '/imports',
      access: ['clerk', 'operator'],
      show: (_request, view) => allScreen(parts, view),
    },
    {
      method: 'post',
      path: '/imports',
      access: ['clerk'],
      async show(request, view) {
        const form = await readUploadForm(request.get('content-type') ?? '', request).catch((problem) => problem);
        if (form instanceof Problem) return { ...(await allScreen(parts, view)), problem: form };
        const [type = '', allOrNothing] = [form.fields.get('type'), form.fields.get('allOrNothing') === 'true'];
        return attempt(
          async () => {
            if (!form.file) throw new Problem('import/empty');
            const upload = { type, fileName: form.file.name.slice(0, 255), hold: true, allOrNothing };
            const given = await imports.receive(upload, view.asker, form.file.bytes);
            work.enqueue(given);
            return { goTo: `/imports/${given.id}` };
          },
          async (problem) => ({ ...(await allScreen(parts, view, { type, allOrNothing })), problem }),
        );
      },
    },
    {
      method: 'get',
      path: '/templates/:type',
      access: ['clerk'],
      async show(request): Promise<Download> {
        const [type = ''] = pathText(request, 'type').split('.xlsx');
        const form = forms.get(type);
        if (!form) throw new Problem('import/unknown-type', { type, known: [...forms.keys()] });
        return {
          mediaType: xlsxType,
          fileName: `${form.title.zh}.xlsx`,
          bytes: await buildXlsx(buildTemplate(form, codes)),
        };
      },
    },
    {
      method: 'get',
      path: '/imports/:import',
      access: ['clerk', 'operator'],
      async show(request, view) {
        const fields = fieldsOf(request);
        const at = { from: numberIn(fields.one('from')), after: numberIn(fields.one('after')) };
        return oneScreen(parts, await findSeen(request, view.asker), view, at);
      },
    },
    {
      method: 'get',
      path: '/imports/:import/refusals.xlsx',
      access: ['clerk'],
      async show(request, { asker }): Promise<Download> {
        const { id, fileName } = await findSeen(request, asker);
        const name = `${fileName.replace(/\.[^.]*$/, '')}-不合格.xlsx`;
        return { mediaType: xlsxType, fileName: name, bytes: await buildXlsx(await imports.buildRefusals(id)) };
      },
    },
    act('publish', 'publishing', async ({ id }) => work.enqueue(await imports.release(id))),
    act('discard', 'discarded', ({ id }) => imports.discard(id)),
    act('revocation', 'revoking', async ({ id, revocation }, request, asker) => {
      const fields = fieldsOf(request);
      const reason = fields.one('reason') ?? revocation?.reason ?? needField(fields, 'reason', reasonLabel);
      const given = await imports.revoke(id, reason, asker);
      if (given.revocation?.state === 'running') work.enqueue(given);
    }),
  ];
}

async function allScreen(
  { imports, labels, self, config }: ImportPageParts,
  { t, say, asker }: SignedView,
  given: { type?: string; allOrNothing?: boolean } = {},
): Promise<Screen> {
  const mine = asker.authority === self.authority ? undefined : asker.authority;
  const found = await imports.list(shownImports, mine);
  const rows = found.map(({ id, createdAt, fileName, type, state, summary, person }): Piece[] => [
    html`<a href="/imports/${id}">${fileName}</a>`,
    formatChinaTime(createdAt),
    say(labels.titleOf(type)),
    person,
    stateBadge(state, say),
    summary.rows,
    summary.refusedRows,
  ]);
  const columns = [
    { label: t('文件', 'File') },
    { label: t('上传（北京时间）', 'Brought (China time)'), kind: 'fixed' },
    { label: t('种类', 'Type') },
    { label: t('经办', 'By') },
    { label: t('状态', 'State') },
    { label: t('行数', 'Rows'), kind: 'number' },
    { label: t('不合格', 'Refused'), kind: 'number' },
  ] as const;
  const titles = [...forms.values()];
  const most = Math.floor(config.imports.greatestFileBytes / 1024 / 1024);
  const upload = html`<section class="card" aria-labelledby="bring">
<h2 id="bring">${t('导入文件', 'Bring a file')}</h2>
<p>${t('先试读，不会发布：先看新增、更正、未变和不合格的各有多少行，再决定发布还是放弃。', 'The file is tried first and nothing is published: you see what is new, corrected, unchanged and refused, then publish it or throw it away.')}</p>
<form method="post" action="/imports" enctype="multipart/form-data" data-upload>
${select({
  name: 'type',
  label: t('信息种类', 'What it holds'),
  isRequired: true,
  value: given.type,
  none: t('请选择', 'Choose'),
  choices: titles.map(({ type, title }) => ({ value: type, label: say(title) })),
})}
<p class="choice"><input type="checkbox" id="allOrNothing" name="allOrNothing" value="true"${given.allOrNothing === true && html` checked`}> <label for="allOrNothing">${t('有一行不合格，就全部不发布', 'If one row is refused, publish nothing')}</label></p>
<div class="field">
<label for="file">${t('文件', 'File')}</label>
<p class="hint" id="file-hint">${t(`.xlsx 或 .csv，不超过 ${most} MiB；勿含自然人信息。`, `.xlsx or .csv, at most ${most} MiB, nothing about natural persons.`)}</p>
<input type="file" id="file" name="file" required accept=".xlsx,.csv" aria-describedby="file-hint">
</div>
<p><button class="button">${t('上传并试读', 'Upload and try it')}</button></p>
<progress hidden aria-label="${t('上传进度', 'Upload')}"></progress>
<p class="cut-off problem" role="alert" hidden>${t('上传中断。请检查网络后再试。', 'The upload was cut off. Check the network and try again.')}</p>
</form>
<h3>${t('空白表格', 'Empty forms')}</h3>
<ul class="flat">${titles.map(
    ({ type, title }) => html`
<li><a href="/templates/${type}.xlsx">${say(title)}</a></li>`,
  )}
</ul>
</section>`;
  const list = html`<section class="card" aria-labelledby="past">
<h2 id="past">${t('历次导入', 'Past imports')}</h2>
${rows.length === 0 ? html`<p class="quiet">${t('还没有导入过文件。', 'Nothing was brought yet.')}</p>` : table(t('历次导入', 'Past imports'), columns, rows)}
</section>`;
  return {
    title: t('导入', 'Imports'),
    body: html`${asker.role === 'clerk' && upload}${list}`,
  };
}

async function oneScreen(
  parts: ImportPageParts,
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
async function refusalsOf({ imports }: ImportPageParts, given: Import, { t, say }: SignedView, from: number) {
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
async function changesOf({ publishing, labels }: ImportPageParts, given: Import, view: SignedView, after: number) {
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
    const link = record !== undefined && html`<a class="code" href="/records/${record}">${record}</a>`;
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

function stateBadge(state: ImportState, say: SignedView['say']): Html {
  const kind = state === 'done' ? 'good' : state === 'refused' ? 'bad' : state === 'discarded' ? undefined : 'wait';
  return badge(say(importStates[state]), kind);
}

/** `publicity.until` and a value → a body that holds nothing else. */
function nest(member: string, value: unknown): Record<string, unknown> {
  return member.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as Record<string, unknown>; // a path has a name
}

function numberIn(text = ''): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
}
