import { expect, it } from 'vitest';
import { createLockWatch } from '../../node/federation/lock-watch.ts';

it('says since when the key is locked, once that it is open, and then nothing until it is locked again', () => {
  const world = { open: false, minute: 0 };
  const at = () => `2026-11-20T02:0${world.minute}:00.000Z`;
  const look = createLockWatch(
    () => world.open,
    () => new Date(at()),
  );
  world.minute = 3;
  expect(look()).toEqual({ since: '2026-11-20T02:00:00.000Z' });
  world.open = true;
  expect([look(), look()]).toEqual([{}, undefined]);
  world.open = false;
  expect(look()).toEqual({ since: at() });
  world.minute = 5;
  expect(look()).toEqual({ since: '2026-11-20T02:03:00.000Z' });
});
