/**
 * Two real processes, killed at 20 moments of import and pull and started again: the end is that of a run that nobody
 * disturbed. The moments are chosen by progress, rows read, entries published, entries pulled, and seeded.
 */

import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { isEqual } from '../../node/base/bytes.ts';
import { treeOf } from '../../node/log/ledger.ts';
import { rootAt } from '../../node/log/tile.ts';
import { foldRecords } from '../../node/registry/record.ts';
import { openStore, type Store } from '../../node/store/store.ts';
import { sampleUscc } from '../support/bulletins.ts';
import { hash } from '../support/crypto.ts';
import { openNetwork } from '../support/network.ts';
import { count, reach, send, sizeAt } from '../support/operated.ts';
import { importPenalties } from '../support/penalties.ts';
import { type Place, preparePlaces } from '../support/places.ts';
import { isJoined } from '../support/receipts.ts';

const shanghai = '310000';
const jiangsu = '320000';
const rows = { [shanghai]: 3000, [jiangsu]: 300 };

let closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});

/** The same numbers in every run: mulberry32. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) % below;
  };
}

/** Both prepared and started, each with its clerk's file under way. */
async function begin(): Promise<[Place, Place]> {
  const places = await preparePlaces();
  closing.push(() => places.close());
  const both = [places.place(shanghai), places.place(jiangsu)] as const;
  const tokens = [await both[0].createToken('clerk'), await both[1].createToken('clerk')] as const;
  for (const place of both) await place.start();
  for (const [i, place] of both.entries()) await send(place, tokens[i] as string, ...rangeOf(place.id));
  return [...both];
}

/** Rows of each member's file: its subjects are its own. */
function rangeOf(id: string): [number, number] {
  return id === shanghai ? [0, rows[shanghai]] : [10_000, 10_000 + rows[jiangsu]];
}

const readRows = (place: Place) => count(place, 'select count(*) from import_item');

async function killAt(place: Place, what: string, isThere: () => boolean): Promise<void> {
  await reach([place], `${place.id} was to be killed at ${what}`, isThere);
  await place.running.kill();
  await place.start();
}

/** Everything that a store tells about records, whoever issued them, but what differs from run to run. */
async function booksOf(store: Store) {
  const subjects = [shanghai, jiangsu].flatMap((id) => {
    const [from, to] = rangeOf(id);
    return Array.from({ length: to - from }, (_, i) => sampleUscc(from + i));
  });
  const books = [];
  for (const uscc of subjects) {
    for (const { id, type, state, decidedOn, body, steps } of foldRecords(await store.registry.listSubjectSteps(uscc)))
      books.push({
        member: id.member,
        uscc,
        type,
        state,
        decidedOn,
        body,
        steps: steps.map((step) => [step.type, step.code]),
      });
  }
  return books;
}

async function booksOfUndisturbed() {
  const network = await openNetwork({ running: [shanghai, jiangsu] });
  try {
    for (const id of [shanghai, jiangsu]) await importPenalties(network.node(id), ...rangeOf(id));
    await network.exchange(3);
    return await Promise.all([shanghai, jiangsu].map((id) => booksOf(network.node(id).node.store)));
  } finally {
    await network.close();
  }
}

test('killed at 20 moments of import and pull, everything ends as if nothing had happened', {
  timeout: 900_000,
}, async () => {
  const pick = seeded(20_261_120);
  const [issuer, receiver] = await begin();
  /** One moment in each part of the way. */
  const moments = (n: number) => {
    const part = Math.floor(rows[shanghai] / n);
    return Array.from({ length: n }, (_, i) => i * part + 1 + pick(part - 1));
  };

  for (const at of moments(5))
    await killAt(issuer, `${at} rows read`, () => readRows(issuer) >= at || sizeAt(issuer, issuer) > 1);
  const published = async () => {
    for (const at of moments(7)) await killAt(issuer, `${at} published`, () => sizeAt(issuer, issuer) >= at);
  };
  const pulled = async () => {
    for (const at of moments(8)) await killAt(receiver, `${at} pulled`, () => sizeAt(receiver, issuer) >= at);
  };
  await Promise.all([published(), pulled()]);

  const places = [issuer, receiver];
  const isAtRest = () =>
    places.every((place) => count(place, "select count(*) from import where state <> 'done'") === 0) &&
    places.every((place) => places.every((other) => sizeAt(place, other) === sizeAt(other, other))) &&
    count(issuer, 'select count(*) from receipt where to_idx >= ?', rows[shanghai]) > 0 &&
    count(receiver, 'select count(*) from receipt where to_idx >= ?', rows[jiangsu]) > 0;
  await reach(places, 'both hold everything', isAtRest);
  for (const { running } of places) expect(await running.stop()).toBe(0);

  const stores = await Promise.all(places.map(({ folder }) => openStore(`sqlite:${join(folder, 'huxin.db')}`)));
  closing.push(...stores.map((store) => () => store.close()));
  for (const [i, place] of places.entries()) {
    const other = places[1 - i] as Place;
    const [own, held] = [stores[i], stores[1 - i]] as [Store, Store];
    const log = await own.log.findLog(place.member.origin);
    const copy = await held.log.findLog(place.member.origin);
    if (!log || !copy) throw new Error('a log is missing');
    expect(copy.size).toBe(log.size);
    expect(isEqual(copy.root, log.root)).toBe(true);
    expect(isEqual(await rootAt(treeOf(held.log, copy, hash), copy.size), log.root)).toBe(true);

    const entries = await own.log.listEntries(log.id, 0, log.size);
    const copies = await held.log.listEntries(copy.id, 0, copy.size);
    expect(copies.map(({ index, leaf, jti }) => ({ index, leaf, jti }))).toEqual(
      entries.map(({ index, leaf, jti }) => ({ index, leaf, jti })),
    );
    expect(new Set(entries.map(({ jti }) => jti)).size).toBe(entries.length);
    expect(new Set(copies.map(({ word }) => word))).toEqual(new Set(['taken']));
    const [given] = await own.imports.listImports(10);
    expect(given).toMatchObject({
      state: 'done',
      summary: { opened: rows[place.id as keyof typeof rows], refusedRows: 0 },
    });
    expect(await own.imports.readChunk(given?.id ?? '', 0)).toBeUndefined();

    const receipts = await own.peers.listReceipts(other.id, log.id);
    expect(isJoined(receipts)).toBe(true);
    expect(receipts.at(-1)?.to).toBeGreaterThan(rows[place.id as keyof typeof rows]);
    expect(receipts.flatMap(({ body }) => [body.refused, body.withheld, body.noted, body.settled].flat())).toEqual([]);
    expect(await own.peers.listFindings()).toEqual([]);
    const tallies = await held.peers.listTallies();
    expect(tallies).toContainEqual({
      log: copy.id,
      member: other.id,
      what: 'taken',
      n: rows[place.id as keyof typeof rows],
    });
  }

  const books = await Promise.all(stores.map(booksOf));
  const undisturbed = await booksOfUndisturbed();
  expect(books[0]).toHaveLength(rows[shanghai] + rows[jiangsu]);
  expect(books).toEqual(undisturbed);
});
