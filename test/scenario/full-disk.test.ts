/** A real process whose disk is full: it says so, refuses, keeps what it has, and goes on by itself once there is room. */

import { afterEach, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { count, isAtRest, makeDisk, reach, send, sizeAt, upload } from '../support/operated.ts';
import { type Places, preparePlaces } from '../support/places.ts';

let places: Places;

afterEach(() => places.close());

it('a full disk stops what writes, in words, and nothing of it is lost or half done once there is room', async () => {
  places = await preparePlaces();
  const [issuer, receiver] = [places.place('310000'), places.place('320000')];
  const disk = makeDisk(receiver.folder);
  const tokens = [await issuer.createToken('clerk'), await receiver.createToken('clerk')] as const;
  const both = [issuer, receiver];
  await Promise.all([issuer.start(), receiver.start({ preload: disk.preload })]);
  await send(issuer, tokens[0], 0, 5);
  await reach(both, 'they exchange', () => isAtRest(both));

  const refusedRound = receiver.running.hear(({ msg, code }) => msg === 'round failed' && code === 'store/unwritable');
  await disk.fill();
  await send(issuer, tokens[0], 5, 1_000);
  expect(await refusedRound).toMatchObject({ level: 40, member: issuer.id, facts: { reason: 'full' } });
  const held = sizeAt(receiver, issuer);
  let accepted = 0;
  await reach(both, 'an import is refused', async () => {
    const from = 10_000 + accepted * 200;
    const answer = await upload(receiver, tokens[1], from, from + 200);
    if (answer.status === 202) accepted++;
    else expect(await answer.json()).toMatchObject({ status: 503, code: 'store/unwritable' });
    return answer.status === 503;
  });
  expect((await fetch(`${receiver.url}/healthz`)).status).toBe(200);
  const failing = (level: number) =>
    receiver.running
      .lines()
      .filter(
        ({ msg, code, ...line }) => msg === 'round failed' && code === 'store/unwritable' && line.level === level,
      );
  await reach(both, 'it was tried again, which only whoever looks closer is told', () => failing(20).length >= 2);
  expect(failing(40)).toHaveLength(1);
  expect(sizeAt(receiver, issuer)).toBe(held);

  const again = receiver.running.hear(({ msg, member }) => msg === 'rounds go well again' && member === issuer.id);
  await disk.clear();
  expect(await again).toMatchObject({ level: 30 });
  await reach(
    both,
    'every import that was taken is done',
    () => count(receiver, "select count(*) from import where state = 'done'") === accepted,
  );
  await send(receiver, tokens[1], 50_000, 50_010);
  await reach(both, 'both hold everything', () => sizeAt(receiver, receiver) >= accepted * 200 + 10 && isAtRest(both));
  for (const { running, configFile } of both) {
    expect(await running.stop()).toBe(0);
    const { out, code } = await runCli(['fsck', '--config', configFile, '--json']);
    expect(code, out).toBe(0);
  }
}, 900_000);
