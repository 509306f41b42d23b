/**
 * Four real processes. One is killed and finds an old copy of its database in place of its own, as after a disk was lost:
 * it takes its log back from the others and goes on; nothing is forked and nothing that was acknowledged is lost.
 */

import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { count, reach, send, sizeAt } from '../support/operated.ts';
import { type Place, type Places, preparePlaces } from '../support/places.ts';
import { startProcess } from '../support/process.ts';

const ids = ['310000', '320000', '330000', '340000'];
let places: Places;

afterEach(() => places.close());

const databaseOf = ({ folder }: Place) => join(folder, 'huxin.db');

/** How much of Shanghai's log a node holds. */
const held = (place: Place) => sizeAt(place, places.place('310000'));

async function start(place: Place): Promise<void> {
  place.running = await startProcess(place.configFile, { locked: true });
}

test('an old file in the place of a database ends in no fork, and with everything that was said', {
  timeout: 900_000,
}, async () => {
  places = await preparePlaces();
  const all = ids.map((id) => places.place(id));
  const [shanghai, jiangsu] = all as [Place, Place];
  const token = await shanghai.createToken('clerk');
  await Promise.all(all.map(start));
  await reach(all, 'every log has begun', () => all.every((place) => held(place) >= 1));

  await send(shanghai, token, 0, 20);
  await reach(all, 'Jiangsu holds the first records', () => held(jiangsu) >= 21);
  expect(await shanghai.running.stop()).toBe(0);
  const copy = `${databaseOf(shanghai)}.old`;
  await copyFile(databaseOf(shanghai), copy);

  await start(shanghai);
  await send(shanghai, token, 20, 50);
  await reach(all, 'all hold the records that the copy lacks', () => all.every((place) => held(place) >= 51));
  await shanghai.running.kill();
  const before = held(jiangsu);
  for (const end of ['-wal', '-shm']) await rm(`${databaseOf(shanghai)}${end}`, { force: true });
  await copyFile(copy, databaseOf(shanghai));
  expect(held(shanghai)).toBeLessThan(before);

  await start(shanghai);
  await send(shanghai, token, 50, 60); // it waits until the log is back
  await reach(all, 'all hold what came after', () => all.every((place) => held(place) >= before + 10));
  for (const place of all) {
    expect(count(place, 'select count(*) from finding')).toBe(0);
    expect(count(place, 'select count(*) from peer where stopped is not null')).toBe(0);
  }
  const records = "select count(distinct txn) from step where member = '310000' and state is not null";
  for (const place of all) expect(count(place, records)).toBe(60);
  const contents = 'select count(*) from entry join log on log.id = entry.log where own = 1 and jws is null';
  expect(count(shanghai, contents)).toBe(0);
});
