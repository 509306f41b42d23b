import { expect, it } from 'vitest';
import { createTroubles } from '../../node/federation/trouble.ts';

it('is told when it begins, when it changes, once an hour, and when it is over', () => {
  const clock = { ms: Date.parse('2026-11-29T02:00:00Z') };
  const troubles = createTroubles(() => new Date(clock.ms));
  expect(troubles.end('320000')).toBeUndefined();
  const told = ['unreachable', 'unreachable', 'refused', 'refused'].map((word) => troubles.isNews('320000', word));
  expect(told).toEqual([true, false, true, false]);
  clock.ms += 3_600_000;
  expect(troubles.isNews('320000', 'refused')).toBe(true);
  expect(troubles.isNews('320000', 'refused')).toBe(false);
  expect(troubles.isNews('330000', 'refused')).toBe(true);
  expect(troubles.end('320000')).toEqual({ since: '2026-11-29T02:00:00.000Z', failures: 6 });
  expect(troubles.isNews('320000', 'refused')).toBe(true);
});
