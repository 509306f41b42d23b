/**
 * A federation as its operators run it over the years, by the command line alone and with real processes: a draft that goes
 * round while all others are away, a rehearsal and a change of keys, a fifth province that joins with what went before, one
 * that leaves. No node but the one concerned is restarted, and everything that was ever said still verifies.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Agreement } from '../../node/agreement/agreement.ts';
import { withCheckCharacters } from '../../node/base/uscc.ts';
import type { KeyChanged } from '../../node/federation/key-change.ts';
import type { PeerReport } from '../../node/federation/report.ts';
import type { VersionReport } from '../../node/federation/versions.ts';
import { runCli } from '../support/cli.ts';
import { penaltiesCsv } from '../support/penalties.ts';
import { type Place, type Places, preparePlaces } from '../support/places.ts';
import { until } from '../support/until.ts';

const [shanghai, jiangsu, zhejiang, anhui, jiangxi] = ['310000', '320000', '330000', '340000', '360000'] as const;
/** Processes on a busy machine start slowly. */
vi.setConfig({ testTimeout: 900_000 });

let places: Places;
const tokens = new Map<string, string>();

afterEach(async () => {
  tokens.clear();
  await places.close();
});

/** Makes the tokens of a place and starts its node. */
async function open(place: Place): Promise<void> {
  for (const role of ['operator', 'clerk'] as const) tokens.set(`${place.id} ${role}`, await place.createToken(role));
  await place.start();
}

/** Runs a command at a province's node and returns its answer. */
async function huxin<T>(id: string, argv: readonly string[], role: 'operator' | 'clerk' = 'operator'): Promise<T> {
  const environment = { node: places.place(id).url, token: tokens.get(`${id} ${role}`) ?? '', locale: 'en' };
  const { code, out, err } = await runCli([...argv, '--json'], { environment });
  if (code !== 0) throw new Error(`huxin ${argv.join(' ')} at ${id}: ${code} ${err}`);
  return JSON.parse(out) as T; // the command's own word
}

const versionsAt = async (id: string) =>
  (await huxin<{ versions: VersionReport[] }>(id, ['agreement', 'status'])).versions;
const signer = (id: string) => ['--keys', join(places.place(id).folder, 'keys'), '--member', id];

/** Imports penalties about subjects [from, to) at that node. */
async function say(id: string, from: number, to: number): Promise<void> {
  const file = join(places.place(id).folder, `penalties-${from}.csv`);
  await writeFile(file, penaltiesCsv(places.place(id).member.authority, from, to));
  await huxin(id, ['import', file, '--type', 'penalty'], 'clerk');
}

/** Until a node has taken so many bulletins about records from that member, and refused none. */
async function untilTaken(at: string, from: string, taken: number): Promise<void> {
  const report = async () =>
    (await huxin<{ peers: PeerReport[] }>(at, ['peers'])).peers.find(({ member }) => member === from)?.theirs;
  await until(`${at} took ${taken} of ${from}`, async () => (await report())?.taken === taken);
  expect(await report()).toMatchObject({ refused: 0, withheld: 0 });
}

async function untilCurrent(ids: readonly string[], version: number): Promise<void> {
  for (const id of ids)
    await until(
      `version ${version} governs at ${id}`,
      async () =>
        (await versionsAt(id)).at(-1)?.version === version && (await versionsAt(id)).at(-1)?.state === 'current',
    );
}

/** The next version's page as an operator writes it: the node's own page, changed. */
async function writeAmendment(at: string, name: string, change: (page: Agreement) => void): Promise<string> {
  const file = join(places.folder, name);
  await huxin(at, ['agreement', 'amend', '--out', file]);
  const page = parse(await readFile(file, 'utf8')) as Agreement;
  change(page);
  await writeFile(file, stringify(page));
  return file;
}

/** That no word of any log that a node holds is wrong, by the node's own examination of its store. */
async function examine(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const { code, out, err } = await runCli(['fsck', '--config', places.place(id).configFile, '--json']);
    expect({ id, code, err, faults: JSON.parse(out).faults }).toMatchObject({ id, code: 0, faults: 0 });
  }
}

it('runs through amendment, change of keys, accession and withdrawal', async () => {
  places = await preparePlaces({
    change: ({ exchange }) => {
      exchange.pullSchedule = '*/2 * * * * *';
    },
  });
  const four = [shanghai, jiangsu, zhejiang, anhui];
  for (const id of four) await open(places.place(id));
  await say(shanghai, 1, 4);
  for (const id of four.slice(1)) await untilTaken(id, shanghai, 3);

  // Everyone but Shanghai is away while a draft goes out.
  for (const id of four.slice(1)) await places.place(id).running.stop();
  const first = await writeAmendment(shanghai, 'second.yaml', ({ exchange }) => (exchange.dailyVolume = 4321));
  const { digest } = await huxin<VersionReport>(shanghai, ['agreement', 'circulate', first]);
  for (const id of four.slice(1)) await places.place(id).start();
  for (const id of four) {
    await until(`the draft is at ${id}`, async () => (await versionsAt(id)).some((one) => one.digest === digest));
    await huxin(id, ['agreement', 'sign', digest, ...signer(id)]);
  }
  await untilCurrent(four, 2);

  // Keys: a rehearsal leaves nothing behind; then one more, and the old one goes.
  const rehearsal = await huxin<KeyChanged>(shanghai, ['keys', 'rotate', '--dry-run']);
  expect(rehearsal).toMatchObject({ rehearsed: true });
  const rotated = await huxin<KeyChanged>(shanghai, ['keys', 'rotate']);
  expect(rotated.before).toEqual(rehearsal.before);
  await say(shanghai, 4, 6);
  await huxin(shanghai, ['keys', 'retire', rotated.before[0] ?? '']);
  await say(shanghai, 6, 7);
  for (const id of four.slice(1)) await untilTaken(id, shanghai, 6);

  // Jiangxi joins, and gets what is in force.
  const versions = join(places.folder, 'versions.json');
  await huxin(shanghai, ['agreement', 'export', '--out', versions]);
  const authority = withCheckCharacters('11360000', 'HX360000');
  const names = { issuer: 'https://credit.jx.example', origin: 'credit.jx.example/log' };
  const joining = {
    id: jiangxi,
    name: { zh: '江西省', en: 'Jiangxi' },
    authority,
    ...names,
    history: 'records' as const,
  };
  const place = await places.add(joining, '../versions-3.json');
  const second = await writeAmendment(shanghai, 'third.yaml', (page) => {
    page.members.push(place.member);
    page.exchange.witnessQuorum = 3;
  });
  const signedByJiangxi = join(places.folder, 'joining.json');
  await signAtHome(jiangxi, second, versions, signedByJiangxi);
  const third = await huxin<VersionReport>(shanghai, ['agreement', 'circulate', signedByJiangxi]);
  for (const id of four) {
    await until(`version 3 is at ${id}`, async () => (await versionsAt(id)).some((one) => one.digest === third.digest));
    await huxin(id, ['agreement', 'sign', third.digest, ...signer(id)]);
  }
  await untilCurrent(four, 3);
  await huxin(shanghai, ['agreement', 'export', '--out', join(places.folder, 'versions-3.json')]);
  await open(place);
  await untilCurrent([...four, jiangxi], 3);
  await untilTaken(jiangxi, shanghai, 6);
  await say(jiangxi, 20, 22);
  for (const id of four) await untilTaken(id, jiangxi, 2);

  // Anhui leaves; the others strike it without asking it.
  await huxin(anhui, ['agreement', 'withdraw', '--yes']);
  const leaving = await writeAmendment(shanghai, 'fourth.yaml', (page) => leave(page, anhui));
  const fourth = await huxin<VersionReport>(shanghai, ['agreement', 'circulate', leaving]);
  const rest = [shanghai, jiangsu, zhejiang, jiangxi];
  for (const id of rest) {
    await until(`version 4 is at ${id}`, async () =>
      (await versionsAt(id)).some((one) => one.digest === fourth.digest),
    );
    await huxin(id, ['agreement', 'sign', fourth.digest, ...signer(id)]);
  }
  await untilCurrent(rest, 4);
  await say(jiangsu, 30, 32);
  for (const id of [shanghai, zhejiang, jiangxi]) await untilTaken(id, jiangsu, 2);
  await examine([...rest, anhui]);
});

/** A member signs where no node of its own runs yet. */
async function signAtHome(id: string, page: string, previous: string, out: string): Promise<void> {
  const { code, err } = await runCli(['agreement', 'sign', page, '--previous', previous, ...signer(id), '--out', out]);
  expect({ code, err }).toMatchObject({ code: 0 });
}

/** Takes a member out of a page: it is struck, and nothing else changes. */
function leave(page: Agreement, id: string): void {
  const stays = (one: string) => one !== id;
  const governs = ['receipt', 'adoption', 'key', 'erasure', 'closing'];
  page.members = page.members.filter((member) => stays(member.id));
  for (const entry of page.catalogue)
    entry.flows = entry.flows
      .map((flow) => ({ ...flow, from: flow.from.filter(stays), to: flow.to.filter(stays) }))
      .filter(({ from, to }) => from.length > 0 && to.length > 0);
  page.catalogue = page.catalogue.filter(({ type, flows }) => flows.length > 0 || governs.includes(type));
  page.strikes = [{ kind: 'member', member: id, ground: 'withdrawn' }];
}
