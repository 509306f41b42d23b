/** Real processes, one of which drips its answers: it holds up nobody, and nothing of it is lost. */

import { afterEach, expect, it } from 'vitest';
import { type Gate, openGate } from '../support/gate.ts';
import { isAtRest, reach, sizeAt, startAll, upload } from '../support/operated.ts';
import { type Place, type Places, preparePlaces } from '../support/places.ts';

const shanghai = '310000';
const jiangsu = '320000';
const zhejiang = '330000';
const timeout = 400_000;

let places: Places;
let gates: Map<string, Gate>;

afterEach(async () => {
  await places.close();
  for (const gate of gates?.values() ?? []) await gate.close();
  gates = new Map();
});

/** Places whose nodes are reached through gates, and a clerk's token for each. */
async function prepareGated(ids: readonly string[]) {
  gates = new Map();
  for (const id of ids) gates.set(id, await openGate());
  places = await preparePlaces({
    change({ members }) {
      for (const member of members) member.endpoint = gates.get(member.id)?.url ?? member.endpoint;
    },
  });
  for (const [id, gate] of gates) gate.target = places.place(id).url;
  const running = ids.map((id) => places.place(id));
  const tokens = new Map<string, string>();
  for (const place of running) tokens.set(place.id, await place.createToken('clerk'));
  return {
    running,
    send: (place: Place, from: number, to: number) => send(place, tokens.get(place.id) ?? '', from, to),
  };
}

async function send(place: Place, token: string, from: number, to: number): Promise<void> {
  const answer = await upload(place, token, from, to);
  expect(answer.status, await answer.text()).toBe(202);
}

it(
  'a peer that drips its answers holds up nobody, and is caught up with once it answers',
  async () => {
    const { running, send } = await prepareGated([shanghai, jiangsu, zhejiang]);
    const [one, two, slow] = running as [Place, Place, Place];
    const gate = gates.get(zhejiang) as Gate; // opened above
    gate.treat = () => 'drip';
    await startAll(running);
    await reach(running, 'its answers drip', () => gate.dripping() > 0);
    await send(slow, 200, 220);
    for (let round = 0; round < 3; round++) {
      await send(one, round * 10, round * 10 + 10);
      await send(two, 100 + round * 10, 110 + round * 10);
      await reach(running, 'the others exchange', () => isAtRest([one, two]));
      expect(gate.dripping()).toBeGreaterThan(0);
    }
    expect(sizeAt(one, slow)).toBe(0);
    gate.treat = () => 'pass';
    gate.release();
    await reach(running, 'all hold everything', () => isAtRest(running));
  },
  timeout,
);
