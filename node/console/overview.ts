/** The first page of a clerk: what is due, what is overdue in front, each with the way to do it. */

import type { Agreement } from '../agreement/agreement.ts';
import { type Html, html, type Piece } from '../base/html.ts';
import type { Worklists } from '../federation/worklist.ts';
import type { WorkItem } from '../registry/worklist.ts';
import { citationText, dueDay, remainingTime, workKindNames, worklistSheet } from '../registry/worklist-words.ts';
import { buildXlsx } from '../sheet/workbook.ts';
import { badge, linkTo, table } from './elements.ts';
import { type Download, type Screen, type SignedPage, type SignedView, xlsxType } from './page.ts';

export interface OverviewParts {
  worklists: Worklists;
  version: { agreement: Agreement };
}

const shownItems = 200;

export function overviewPages({ worklists, version }: OverviewParts): SignedPage[] {
  return [
    {
      method: 'get',
      path: '/',
      access: ['clerk', 'auditor', 'reader', 'operator'],
      async show(_request, view) {
        const { role } = view.asker;
        if (role === 'reader') return { goTo: '/ask' };
        if (role === 'operator') return { goTo: '/alarms' };
        const { day, items, isMore } = await worklists.list(view.asker, { limit: shownItems });
        return overview(day, items, isMore, view);
      },
    },
    {
      method: 'get',
      path: '/worklist.xlsx',
      access: ['clerk', 'auditor'],
      async show(_request, { asker }): Promise<Download> {
        const { day, items } = await worklists.list(asker, { limit: 1_000 });
        const bytes = await buildXlsx([worklistSheet(items)]);
        return { fileName: `worklist-${day}.xlsx`, mediaType: xlsxType, bytes };
      },
    },
  ];

  function overview(day: string, items: readonly WorkItem[], isMore: boolean, view: SignedView): Screen {
    const { t } = view;
    const late = items.filter(({ overdue }) => overdue).length;
    const body =
      items.length === 0
        ? html`<p class="card">${t('没有待办事项。', 'Nothing is due.')}</p>`
        : html`<p>${t(`截至 ${day}，共 ${items.length} 件`, `To do on ${day}: ${items.length}`)}${late > 0 && html`${t('，其中 ', ', of which ')}<strong class="late">${t(`${late} 件已逾期`, `${late} overdue`)}</strong>`}${t('。', '.')}
<a href="/worklist.xlsx">${t('下载清单（.xlsx）', 'Download the list (.xlsx)')}</a></p>
<div class="card">${listOf(items, view)}</div>
${isMore && html`<p class="quiet">${t('还有更多，先办完这些。', 'There is more; do these first.')}</p>`}`;
    return { title: t('待办', 'Work list'), body };
  }

  function listOf(items: readonly WorkItem[], view: SignedView): Html {
    const { t, say } = view;
    const columns = [
      { label: t('事项', 'What') },
      { label: t('主体', 'Subject') },
      { label: t('到期', 'Due') },
      { label: t('依据', 'On whose word') },
      { label: t('办理', 'Do it') },
    ];
    const rows = items.map((item): Piece[] => {
      const { kind, what, subject, uscc, overdue, due } = item;
      const left = say(remainingTime(item));
      return [
        html`<div class="wide">${badge(say(workKindNames[kind]), overdue ? 'bad' : undefined)}<div class="sentence">${say(what)}</div></div>`,
        html`${subject}${uscc !== undefined && html`<br><span class="code fixed">${uscc}</span>`}`,
        due !== undefined &&
          html`<span class="fixed">${say(dueDay(item))}</span><br><span class="fixed ${overdue ? 'late' : 'quiet'}">${left}</span>`,
        html`<span class="quiet">${say(citationText(item))}</span>`,
        view.asker.role === 'clerk' && wayTo(item, view),
      ];
    });
    return table(t('待办事项', 'What is due'), columns, rows);
  }

  /** Where it is done. */
  function wayTo(
    { kind, record = '', import: brought, proposal, bulletin, subject, what }: WorkItem,
    { t, say }: SignedView,
  ) {
    const about = subject ?? say(what);
    const query = { purpose: purposeFor(kind, version.agreement) };
    const link = (path: string, zh: string, en: string) =>
      html`<a class="button second" href="${path}" aria-label="${t(`${zh}：${about}`, `${en}: ${about}`)}">${t(zh, en)}</a>`;
    const ways: Record<WorkItem['kind'], () => Html | false> = {
      publish: () => link(`/imports/${brought}`, '查看并发布', 'Look and publish'),
      objection: () => link(linkTo(`/records/${record}/steps/objection-decision`, query), '作出决定', 'Decide'),
      'objection-answer': () => link(linkTo(`/records/${record}`, query), '查看记录', 'See the record'),
      repair: () => link(`/proposals/${proposal}`, '复核', 'Look and approve'),
      approval: () => link(`/proposals/${proposal}`, '复核', 'Look and approve'),
      refused: () => link(linkTo(`/bulletins/${bulletin}/reissue`, query), '改正并补发', 'Mend and reissue'),
      provisional: () => false,
    };
    return ways[kind]();
  }
}

/** What a clerk reads a record for when the work list leads to it. */
function purposeFor(kind: WorkItem['kind'], { purposes }: Agreement): string {
  const wanted = kind.startsWith('objection') ? 'objection' : 'supervision';
  return (purposes.find(({ id }) => id === wanted) ?? purposes[0])?.id ?? '';
}
