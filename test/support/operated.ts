/** What an operator does at a place, and what is read out of its store while the process writes. */

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { penaltiesCsv } from './penalties.ts';
import type { Place } from './places.ts';
import { sampleOf, samplesOf } from './scrape.ts';
import { until } from './until.ts';

/** One number out of its store. */
export function count({ folder }: Place, question: string, ...given: unknown[]): number {
  const db = new Sqlite(join(folder, 'huxin.db'), { readonly: true, timeout: 10_000 });
  try {
    const found = db.prepare(question).pluck();
    return Number((found.get(...given) as number | undefined) ?? 0);
  } finally {
    db.close();
  }
}

/** Entries of that member's log, as held at a place. */
export const sizeAt = (place: Place, { member }: Place) =>
  count(place, 'select size from log where origin = ?', member.origin);

/** Whether every place holds every log whole, without anything refused or missing, and all that was issued is receipted. */
export function isAtRest(places: readonly Place[]): boolean {
  return places.every((issuer) => {
    const size = sizeAt(issuer, issuer);
    const last = count(
      issuer,
      'select max(entry.idx) from entry join step using (log, idx) join log on log.id = entry.log where log.own = 1',
    );
    const others = places.filter((place) => place !== issuer);
    return others.every(
      (other) => size > 0 && sizeAt(other, issuer) === size && (last === 0 || receiptedBy(issuer, other) > last),
    );
  });
}

/** Starts them all, until each may publish: its log begins with its adoption. */
export async function startAll(places: readonly Place[]): Promise<void> {
  await Promise.all(places.map((place) => place.start()));
  await reach(places, 'each has adopted the agreement', () => places.every((place) => sizeAt(place, place) > 0));
}

/** How far a member's receipts reach in the log of a place. */
const receiptedBy = (place: Place, { id }: Place) =>
  count(
    place,
    'select max(to_idx) from receipt join log on log.id = receipt.log where log.own = 1 and receipt.member = ?',
    id,
  );

/** The receipts that a member has given for the log of a place, in the order of what they cover. */
export function receiptsOf({ folder }: Place, { id }: Place): { from: number; to: number }[] {
  const db = new Sqlite(join(folder, 'huxin.db'), { readonly: true, timeout: 10_000 });
  try {
    const question = `select from_idx as "from", to_idx as "to" from receipt join log on log.id = receipt.log
      where log.own = 1 and receipt.member = ? order by from_idx, to_idx`;
    return db.prepare(question).all(id) as { from: number; to: number }[]; // the columns of the question
  } finally {
    db.close();
  }
}

/** Records of that member's, as held at a place. */
export const recordsAt = (place: Place, { id }: Place) =>
  count(place, 'select count(distinct txn) from step where member = ?', id);

/** Sends a clerk's file of penalties [from, to) to a place. */
export function upload(place: Place, token: string, from: number, to: number): Promise<Response> {
  return fetch(`${place.url}/api/v1/imports?type=penalty&name=penalty.csv`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv', 'accept-language': 'en' },
    body: penaltiesCsv(place.member.authority, from, to),
  });
}

/** The same, and the place takes it. */
export async function send(place: Place, token: string, from: number, to: number): Promise<void> {
  const answer = await upload(place, token, from, to);
  if (answer.status !== 202) throw new Error(`${place.id} answered ${answer.status}: ${await answer.text()}`);
}

/** Bytes of memory that its process holds; where the system tells it, the most that it ever held. */
export async function memoryOf({ running, url }: Place): Promise<number> {
  const status = await readFile(`/proc/${running.pid}/status`, 'utf8').catch(() => '');
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
  if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  const samples = samplesOf(await (await fetch(`${url}/metrics`)).text());
  const bytes = sampleOf(samples, 'process_resident_memory_bytes');
  if (bytes === undefined) throw new Error('nobody tells how much memory the process holds');
  return bytes;
}

/** Until it holds; when it does not, with what the processes said last. */
export async function reach(
  places: readonly Place[],
  what: string,
  isThere: () => boolean | Promise<boolean>,
): Promise<void> {
  try {
    await until(what, isThere);
  } catch (cause) {
    const words = places.map(({ id, running }) => `${id}:\n${running?.lastWords()}`);
    throw new Error([String(cause), ...words].join('\n\n'), { cause });
  }
}

/** A disk that a test fills and clears, for a process that loads a module before its own. */
export function makeDisk(folder: string) {
  const full = join(folder, 'full');
  const preload = new URL('preload/full-store.mjs', import.meta.url);
  preload.search = new URLSearchParams({ full }).toString();
  return {
    fill: () => writeFile(full, ''),
    clear: () => rm(full),
    preload: preload.href,
  };
}
