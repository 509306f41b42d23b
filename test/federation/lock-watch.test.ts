import { expect, it } from 'vitest';
import { createLockWatch } from '../../node/federation/lock-watch.ts';

/** A watch over a lock that the test turns, at noon. */
function watch() {
  const lock = { open: false, overridden: false, silent: [] as string[] };
  const look = createLockWatch(
    () => lock,
    () => new Date('2026-11-20T12:00:00.000Z'),
  );
  return { lock, look };
}

it('tells since when it has been locked, once that it is open, and since when it is locked again', () => {
  const { lock, look } = watch();
  expect(look()).toEqual({ since: '2026-11-20T12:00:00.000Z' });
  lock.open = true;
  expect(look()).toEqual({});
  expect(look()).toBeUndefined();
  lock.open = false;
  expect(look()).toEqual({ since: '2026-11-20T12:00:00.000Z' });
});

it('tells who was silent when it was opened by order, for as long as that is so, and then once that all is well', () => {
  const { lock, look } = watch();
  Object.assign(lock, { open: true, overridden: true, silent: ['320000'] });
  expect(look()).toEqual({ silent: ['320000'] });
  expect(look()).toEqual({ silent: ['320000'] });
  Object.assign(lock, { overridden: false, silent: [] });
  expect(look()).toEqual({});
  expect(look()).toBeUndefined();
});
