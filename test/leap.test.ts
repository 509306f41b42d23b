import { expect, it } from 'vitest';
import { createLeapWatch } from '../node/leap.ts';

it('tells a clock that was set from time that passed', () => {
  let clock = Date.parse('2026-11-29T10:00:00Z');
  let steady = 1_000;
  const look = createLeapWatch(
    () => new Date(clock),
    () => steady,
  );
  const pass = (ms: number) => {
    clock += ms;
    steady += ms;
  };
  expect(look()).toBe(0);
  pass(90_000); // a busy process looks late
  expect(look()).toBe(0);
  clock += 40 * 86_400_000;
  pass(500);
  expect(look()).toBe(40 * 86_400_000);
  clock -= 3_600_000;
  expect(look()).toBe(-3_600_000);
  pass(500);
  expect(look()).toBe(0);
});
