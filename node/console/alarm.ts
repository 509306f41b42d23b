/** Alarms for whoever looks after the node: those that stand, each with what to do, and the last that are over. */

import { type Html, html } from '../base/html.ts';
import { formatChinaTime } from '../base/time.ts';
import type { Alarms, ShownAlarm } from '../federation/alarms.ts';
import { badge, table } from './elements.ts';
import type { SignedPage, SignedView } from './page.ts';

export interface AlarmPageParts {
  alarms: Alarms;
}

const shownOver = 50;

export function alarmPages({ alarms }: AlarmPageParts): SignedPage[] {
  return [
    {
      method: 'get',
      path: '/alarms',
      access: ['operator', 'auditor', 'clerk'],
      async show(_request, view) {
        const { t } = view;
        const standing = await alarms.list({ all: false, limit: shownOver });
        const all = await alarms.list({ all: true, limit: shownOver });
        const over = all.filter(({ clearedAt }) => clearedAt !== undefined);
        const body = html`${
          standing.length === 0
            ? html`<p class="card">${t('没有告警。', 'There is no alarm.')}</p>`
            : html`<div class="card">${listOf(t('现有的告警', 'Alarms that stand'), standing, view)}</div>`
        }
${over.length > 0 && html`<h2>${t('已消除的', 'Those that are over')}</h2><div class="card">${listOf(t('已消除的告警', 'Alarms that are over'), over, view)}</div>`}`;
        return { title: t('告警', 'Alarms'), body };
      },
    },
  ];
}

function listOf(caption: string, alarms: readonly ShownAlarm[], { t, say }: SignedView): Html {
  const columns = [
    { label: t('内容', 'What') },
    { label: t('自（北京时间）', 'Since (China time)'), kind: 'fixed' } as const,
    { label: t('至', 'Until'), kind: 'fixed' } as const,
    { label: t('办法', 'What to do') },
  ];
  const graveness = {
    critical: badge(t('严重', 'critical'), 'bad'),
    warning: badge(t('注意', 'warning'), 'wait'),
  };
  const rows = alarms.map((alarm) => [
    html`<div class="wide">${graveness[alarm.severity]}<div class="sentence">${say(alarm)}</div></div>`,
    formatChinaTime(alarm.raisedAt),
    alarm.clearedAt !== undefined && formatChinaTime(alarm.clearedAt),
    alarm.clearedAt === undefined && say(alarm.cure),
  ]);
  return table(caption, columns, rows);
}
