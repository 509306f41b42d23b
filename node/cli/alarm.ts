/** `huxin alarms`: what stands, what stood in the past year, and a message to try the webhook with. */

import type { Sentence } from '../base/sentences.ts';
import { formatChinaTime } from '../base/time.ts';
import type { ShownAlarm } from '../federation/alarms.ts';
import { type ClientOptions, withNode } from './client.ts';
import type { Register } from './command.ts';
import { formatTable, toOneLine } from './table.ts';

interface AlarmsOptions extends ClientOptions {
  all?: true;
  limit: string;
}

export const alarm: Register = (program, { terminal, client }) => {
  const group = program.command('alarms').description('告警 · alarms');

  withNode(group.command('list', { isDefault: true }))
    .description('现有的告警及其办法 · those that stand, and what to do')
    .option('--all', '连同一年内已消除的，新的在前 · those of the past year that are over too, newest first')
    .option('--limit <n>', '最多几条 · at most so many', '200')
    .action(async ({ all, limit, ...options }: AlarmsOptions) => {
      const query = { ...(all && { all: 'true' }), limit };
      const answer = await client(options).get<{ alarms: ShownAlarm[] }>('/api/v1/alarms', query);
      terminal.answer(answer, () => formatAlarms(answer.alarms, terminal.pick));
    });

  withNode(group.command('test'))
    .description('发一条测试消息到推送地址 · send a message to the webhook to try it')
    .action(async (options: ClientOptions) => {
      const sent = await client(options).post<{ id: string }>('/api/v1/alarms/test');
      terminal.answer(sent, () =>
        terminal.pick({ zh: `推送地址已收下消息 ${sent.id}`, en: `The webhook took the message ${sent.id}` }),
      );
    });
};

type Pick = (sentence: Sentence) => string;

const graveness = {
  critical: { zh: '严重', en: 'critical' },
  warning: { zh: '注意', en: 'warning' },
};

/** One line an alarm, and below it what to do. */
export function formatAlarms(alarms: readonly ShownAlarm[], pick: Pick): string {
  if (alarms.length === 0) return pick({ zh: '没有告警', en: 'There is no alarm.' });
  const head = [
    { zh: '自（北京时间）', en: 'since (China time)' },
    { zh: '至', en: 'until' },
    { zh: '程度', en: 'how grave' },
    { zh: '代码', en: 'code' },
    { zh: '内容', en: 'what' },
    { zh: '办法', en: 'what to do' },
  ];
  const rows = alarms.map(({ raisedAt, clearedAt, severity, code, zh, en, cure }) => [
    formatChinaTime(raisedAt),
    clearedAt === undefined ? '' : formatChinaTime(clearedAt),
    pick(graveness[severity]),
    code,
    toOneLine(pick({ zh, en })),
    clearedAt === undefined ? toOneLine(pick(cure)) : '',
  ]);
  return formatTable(head.map(pick), rows);
}
