/** What the doctor says of alarms: those that stand, and whether anybody is told of them. Pure. */

import type { ShownAlarm } from './alarms.ts';
import type { Verdict } from './check-up.ts';

/** @param webhook messages that wait to be taken; undefined when no address is configured */
export function decideAlarms(
  standing: readonly Pick<ShownAlarm, 'severity' | 'zh' | 'en' | 'cure'>[],
  webhook: { waiting: number } | undefined,
): Verdict[] {
  const alarms = standing.map(({ severity, zh, en, cure }): Verdict => {
    return { grade: severity === 'critical' ? 'problem' : 'warning', found: { zh, en }, cure };
  });
  return [...alarms, decideWebhook(webhook)];
}

function decideWebhook(webhook: { waiting: number } | undefined): Verdict {
  if (!webhook)
    return {
      grade: 'ok',
      found: {
        zh: '告警只写入日志和接口：没有配置推送地址（webhook.url）',
        en: 'alarms go to the log and the API alone: no webhook.url is configured',
      },
    };
  const { waiting } = webhook;
  if (waiting === 0) return { grade: 'ok', found: { zh: '告警都已送达', en: 'every alarm was delivered' } };
  return {
    grade: 'warning',
    found: { zh: `${waiting} 条告警尚未送达`, en: `${waiting} messages of alarms wait to be delivered` },
    cure: {
      zh: '核对 webhook.url；huxin alarms test 可试发一条',
      en: 'check webhook.url; huxin alarms test sends a message to try it',
    },
  };
}
