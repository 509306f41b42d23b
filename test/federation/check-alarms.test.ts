import { expect, it } from 'vitest';
import { decideAlarms } from '../../node/federation/check-alarms.ts';

const alarm = (severity: 'critical' | 'warning') => ({
  severity,
  zh: '甲',
  en: severity,
  cure: { zh: '乙', en: 'do' },
});

it('tells of every alarm that stands, as grave as it is', () => {
  expect(
    decideAlarms([alarm('critical'), alarm('warning')], { waiting: 0 }).map(({ grade, found }) => [grade, found.en]),
  ).toEqual([
    ['problem', 'critical'],
    ['warning', 'warning'],
    ['ok', 'every alarm was delivered'],
  ]);
});

it('tells whether anybody hears of them', () => {
  expect(decideAlarms([], undefined)).toMatchObject([
    { grade: 'ok', found: { en: expect.stringContaining('no webhook.url') } },
  ]);
  expect(decideAlarms([], { waiting: 3 })).toMatchObject([
    { grade: 'warning', cure: { en: expect.stringContaining('huxin alarms test') } },
  ]);
});
