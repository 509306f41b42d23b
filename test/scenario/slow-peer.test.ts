/** Real processes, one of which drips its answers: it holds up nobody, and nothing of it is lost. */

import { afterEach, expect, it } from 'vitest';
import { type GatedPlaces, prepareGatedPlaces } from '../support/gated-places.ts';
import { isAtRest, reach, send, sizeAt, startAll } from '../support/operated.ts';

const ids = ['310000', '320000', '330000'] as const;
const timeout = 400_000;

let places: GatedPlaces;

afterEach(() => places.close());

it(
  'a peer that drips its answers holds up nobody, and is caught up with once it answers',
  async () => {
    places = await prepareGatedPlaces([ids[2]]);
    const [one, two, slow] = [places.place(ids[0]), places.place(ids[1]), places.place(ids[2])];
    const running = [one, two, slow];
    const tokens = [
      await one.createToken('clerk'),
      await two.createToken('clerk'),
      await slow.createToken('clerk'),
    ] as const;
    const gate = places.gate(slow.id);
    gate.treat = () => 'drip';
    await startAll(running);
    await reach(running, 'its answers drip', () => gate.dripping() > 0);
    await send(slow, tokens[2], 200, 220);
    for (let round = 0; round < 3; round++) {
      await send(one, tokens[0], round * 10, round * 10 + 10);
      await send(two, tokens[1], 100 + round * 10, 110 + round * 10);
      await reach(running, 'the others exchange', () => isAtRest([one, two]));
      await reach(running, 'its answers drip', () => gate.dripping() > 0); // whoever gave up has asked again
    }
    expect(sizeAt(one, slow)).toBe(0);
    gate.treat = () => 'pass';
    gate.release();
    await reach(running, 'all hold everything', () => isAtRest(running));
  },
  timeout,
);
