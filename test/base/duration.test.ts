import { expect, it } from 'vitest';
import { formatDuration, formatSince } from '../../node/base/duration.ts';

const minute = 60_000;

it.each([
  [-5, '<1 min', '<1 分'],
  [minute - 1, '<1 min', '<1 分'],
  [minute, '1 min', '1 分'],
  [60 * minute, '1 h', '1 小时'],
  [125 * minute, '2 h 5 min', '2 小时 5 分'],
  [1440 * minute, '1 d', '1 天'],
  [1441 * minute, '1 d', '1 天'],
  [400 * 1440 * minute + 61 * minute, '400 d 1 h', '400 天 1 小时'],
])('%i ms are %s', (ms, en, zh) => {
  expect(formatDuration(ms)).toEqual({ zh, en });
});

it('reckons from one instant to another', () => {
  expect(formatSince('2026-01-02T00:00:00.000Z', '2026-01-02T00:42:59.000Z').en).toBe('42 min');
});
