/** Spreadsheets in: brought, tried, mended or published, and what became of each. */

import type { Request } from 'express';
import { html, type Piece } from '../base/html.ts';
import { Problem } from '../base/problem.ts';
import { formatChinaTime } from '../base/time.ts';
import type { ImportWork } from '../federation/import-work.ts';
import type { CodeLists } from '../form/cell.ts';
import { forms } from '../form/forms.ts';
import { buildTemplate } from '../form/template.ts';
import { pathId, pathText } from '../http/input.ts';
import type { Import } from '../registry/ports.ts';
import type { Asker } from '../registry/tokens.ts';
import { buildXlsx } from '../sheet/workbook.ts';
import { fieldsOf, needField } from './browser.ts';
import { select, table } from './elements.ts';
import { type OutcomeParts, outcomeScreen, reasonLabel, stateBadge } from './import-outcome.ts';
import { readUploadForm } from './multipart.ts';
import { attempt, type Download, type Screen, type SignedPage, type SignedView, xlsxType } from './page.ts';

export interface ImportPageParts extends OutcomeParts {
  work: ImportWork;
  codes: CodeLists;
  /** Our own entry in the agreement: its authority sees every import, others see their own. */
  self: { authority: string };
  config: { imports: { greatestFileBytes: number } };
}

/** What was chosen besides the file, which a browser does not give twice. */
interface Chosen {
  type?: string;
  allOrNothing?: boolean;
}

const shownImports = 50;

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
          async (problem) => ({ ...(await outcomeScreen(parts, await findSeen(request, view.asker), view)), problem }),
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
        let chosen: Chosen = {};
        return attempt(
          async () => {
            const { fields, file } = await readUploadForm(request.get('content-type') ?? '', request);
            const [type = '', allOrNothing] = [fields.get('type'), fields.get('allOrNothing') === 'true'];
            chosen = { type, allOrNothing };
            if (!file) throw new Problem('import/empty');
            const upload = { type, fileName: file.name.slice(0, 255), hold: true, allOrNothing };
            const given = await imports.receive(upload, view.asker, file.bytes);
            work.enqueue(given);
            return { goTo: `/imports/${given.id}` };
          },
          async (problem) => ({ ...(await allScreen(parts, view, chosen)), problem }),
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
        return outcomeScreen(parts, await findSeen(request, view.asker), view, at);
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
  given: Chosen = {},
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

function numberIn(text = ''): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
}
