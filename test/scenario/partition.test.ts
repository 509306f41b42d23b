/** Real processes that cannot reach each other for a while: a partition of two pairs, a peer that is down. Nothing is lost. */

import { afterEach, expect, it } from 'vitest';
import { entriesPerPage } from '../../node/federation/admit.ts';
import { prepareGatedPlaces } from '../support/gated-places.ts';
import { count, isAtRest, reach, receiptsOf, recordsAt, send, sizeAt, startAll } from '../support/operated.ts';
import { type Place, type Places, preparePlaces } from '../support/places.ts';
import { isJoined } from '../support/receipts.ts';

const ids = ['310000', '320000', '330000', '340000'] as const;
const timeout = 400_000;

let places: Places;

afterEach(() => places.close());

/** So many records of each are at everyone, receipts join, and nothing was found against anyone. */
function expectWhole(all: readonly Place[], records: (issuer: Place) => number): void {
  for (const place of all) {
    expect(count(place, 'select count(*) from finding'), place.id).toBe(0);
    for (const issuer of all) {
      expect(recordsAt(place, issuer), `${issuer.id} at ${place.id}`).toBe(records(issuer));
      if (issuer === place) continue;
      const receipts = receiptsOf(issuer, place);
      expect(receipts.length).toBeGreaterThan(0);
      expect(isJoined(receipts), JSON.stringify(receipts)).toBe(true);
    }
  }
}

it(
  'two pairs that cannot reach each other go on within the pair, and are one again without a restart',
  async () => {
    const gated = await prepareGatedPlaces(ids, {
      change({ exchange }) {
        exchange.pullSchedule = '* * * * *'; // who hears no announcement asks within the minute
      },
    });
    places = gated;
    const all = ids.map((id) => places.place(id));
    const [one, two, three, four] = all as [Place, Place, Place, Place];
    const pairs = [
      [one, two],
      [three, four],
    ] as const;
    const tokens = await Promise.all(all.map((place) => place.createToken('clerk')));
    const sendAll = async (from: number, rows: number) => {
      for (const [i, place] of all.entries()) await send(place, tokens[i] ?? '', from + i * 100, from + i * 100 + rows);
    };
    await startAll(all);
    await sendAll(0, 5);
    await reach(all, 'all exchange', () => isAtRest(all));

    for (const pair of pairs)
      for (const { id } of pair) {
        const near = new Set(pair.map(({ member }) => member.issuer));
        gated.gate(id).treat = (issuer) => (near.has(issuer) ? 'pass' : 'cut');
      }
    const before = new Map(all.map((place) => [place, place.running.lines().length]));
    const [held, heldBack] = [sizeAt(three, one), sizeAt(one, three)];
    await sendAll(1_000, 20);
    await reach(all, 'each pair holds its own', () =>
      pairs.every((pair) => pair.every((place) => recordsAt(place, place) === 25) && isAtRest(pair)),
    );
    expect([sizeAt(three, one), sizeAt(one, three)]).toEqual([held, heldBack]);
    const isCutOff = (place: Place, other: Place) =>
      place.running
        .lines()
        .slice(before.get(place))
        .some(({ msg, member, code }) => msg === 'round failed' && member === other.id && code === 'peer/unreachable');
    await reach(all, 'each says that it cannot reach the other pair', () =>
      pairs.every((pair, i) => pair.every((place) => pairs[1 - i]?.every((other) => isCutOff(place, other)))),
    );

    const pids = all.map(({ running }) => running.pid);
    for (const { id } of all) gated.gate(id).treat = () => 'pass';
    await reach(all, 'all hold everything', () => isAtRest(all));
    expectWhole(all, () => 25);
    expect(all.map(({ running }) => running.pid)).toEqual(pids);
  },
  timeout,
);

it(
  'a peer that was down while many pages were issued takes them all when it starts again',
  async () => {
    places = await preparePlaces();
    const [issuer, away] = [places.place(ids[0]), places.place(ids[1])];
    const both = [issuer, away];
    const tokens = [await issuer.createToken('clerk'), await away.createToken('clerk')] as const;
    await startAll(both);
    await send(issuer, tokens[0], 0, 3);
    await send(away, tokens[1], 100, 103);
    await reach(both, 'they exchange', () => isAtRest(both));

    expect(await away.running.stop()).toBe(0);
    const held = sizeAt(away, issuer);
    const rows = 2 * entriesPerPage + 400;
    await send(issuer, tokens[0], 1_000, 1_000 + rows);
    await reach([issuer], 'it issued everything meanwhile', () => recordsAt(issuer, issuer) === 3 + rows);
    expect(sizeAt(away, issuer)).toBe(held);

    await away.start();
    await reach(both, 'both hold everything', () => isAtRest(both));
    expectWhole(both, (place) => (place === issuer ? 3 + rows : 3));
  },
  timeout,
);
