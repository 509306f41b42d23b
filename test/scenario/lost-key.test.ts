/**
 * A province loses its log key, as its operators live through it: by the command line alone and with real processes. The
 * others strike the log where they hold it and go on without a restart; the province opens the next one over its store.
 */

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Agreement } from '../../node/agreement/agreement.ts';
import type { Surroundings } from '../../node/cli/command.ts';
import type { PeerReport } from '../../node/federation/report.ts';
import type { VersionReport } from '../../node/federation/versions.ts';
import type { CheckedStore } from '../../node/restore.ts';
import { runCli } from '../support/cli.ts';
import { penaltiesCsv } from '../support/penalties.ts';
import { type Place, type Places, preparePlaces } from '../support/places.ts';
import { until } from '../support/until.ts';

const [shanghai, jiangsu, zhejiang, anhui] = ['310000', '320000', '330000', '340000'] as const;
const others = [jiangsu, zhejiang, anhui];
const origin = 'credit.sh.example/log';
/** Processes on a busy machine start slowly. */
vi.setConfig({ testTimeout: 600_000 });

let places: Places;
const tokens = new Map<string, string>();

afterEach(async () => {
  tokens.clear();
  await places.close();
});

async function open(place: Place): Promise<void> {
  for (const role of ['operator', 'clerk'] as const) tokens.set(`${place.id} ${role}`, await place.createToken(role));
  await place.start();
}

/** A command at a province's node, and its answer. */
function huxin<T>(id: string, argv: readonly string[], role: 'operator' | 'clerk' = 'operator'): Promise<T> {
  return run<T>(argv, { node: places.place(id).url, token: tokens.get(`${id} ${role}`) ?? '', locale: 'en' });
}

async function run<T>(
  argv: readonly string[],
  environment: Surroundings['environment'] = { locale: 'en' },
): Promise<T> {
  const { code, out, err } = await runCli([...argv, '--json'], { environment });
  if (code !== 0) throw new Error(`huxin ${argv.join(' ')}: ${code} ${err}`);
  return JSON.parse(out) as T; // the command's own word
}

const keysAt = (id: string) => join(places.place(id).folder, 'keys');
const examine = (id: string) => run<CheckedStore>(['fsck', '--config', places.place(id).configFile]);

async function say(id: string, from: number, to: number): Promise<string> {
  const file = join(places.place(id).folder, `penalties-${from}.csv`);
  await writeFile(file, penaltiesCsv(places.place(id).member.authority, from, to));
  return (await huxin<{ id: string }>(id, ['import', file, '--type', 'penalty'], 'clerk')).id;
}

async function untilTaken(taken: number): Promise<void> {
  const theirs = async (at: string) =>
    (await huxin<{ peers: PeerReport[] }>(at, ['peers'])).peers.find(({ member }) => member === shanghai)?.theirs;
  for (const at of others) {
    await until(`${at} took ${taken}`, async () => (await theirs(at))?.taken === taken);
    expect(await theirs(at)).toMatchObject({ refused: 0, withheld: 0 });
  }
}

async function untilVersion(at: string, is: (one: VersionReport) => boolean): Promise<void> {
  const list = async () => (await huxin<{ versions: VersionReport[] }>(at, ['agreement', 'status'])).versions;
  await until(`the version is at ${at}`, async () => (await list()).some(is));
}

it('the others strike its log, it goes on in the next one, and all that was said still verifies', async () => {
  places = await preparePlaces({
    change: ({ exchange }) => {
      exchange.pullSchedule = '*/2 * * * * *';
    },
  });
  for (const id of [shanghai, ...others]) await open(places.place(id));
  const old = await say(shanghai, 1, 3);
  await untilTaken(2);

  // The key is gone with the disk on which it lay; a next one is made.
  const { running, configFile } = places.place(shanghai);
  await running.stop();
  const added = await run<{ key: string }>(['keys', 'add', 'log', '--keys', keysAt(shanghai), '--name', `${origin}/2`]);
  await rm(join(keysAt(shanghai), 'log.json'));
  const held = await Promise.all(others.map((id) => examine(id)));
  const ends = held.flatMap(({ logs }) => logs.filter(({ log }) => log === origin));
  const { entries: size = 0, root = '' } = ends.sort((a, b) => b.entries - a.entries)[0] ?? {};

  const draft = join(places.folder, 'draft.yaml');
  const [before, signed] = [join(places.folder, 'before.json'), join(places.folder, 'signed.json')];
  await huxin(jiangsu, ['agreement', 'export', '--out', before]);
  await huxin(jiangsu, ['agreement', 'amend', '--out', draft]);
  const page = parse(await readFile(draft, 'utf8')) as Agreement;
  page.strikes = [{ kind: 'log', member: shanghai, origin, size, root, ground: 'lost' }];
  for (const member of page.members) {
    if (member.id !== shanghai) continue;
    member.origin = `${origin}/2`;
    member.keys.log = added.key;
  }
  await writeFile(draft, stringify(page));
  const sign = ['agreement', 'sign', draft, '--previous', before, '--keys', keysAt(shanghai), '--member', shanghai];
  await runCli([...sign, '--out', signed]);
  const { digest } = await huxin<VersionReport>(jiangsu, ['agreement', 'circulate', signed]);
  for (const id of others) {
    await untilVersion(id, (one) => one.digest === digest);
    await huxin(id, ['agreement', 'sign', digest, '--keys', keysAt(id), '--member', id]);
  }
  for (const id of others) await untilVersion(id, (one) => one.digest === digest && one.state === 'current');

  // Shanghai starts with all versions.
  await huxin(jiangsu, ['agreement', 'export', '--out', join(places.folder, 'versions.json')]);
  const config = (await readFile(configFile, 'utf8')).replace('../agreement.json', '../versions.json');
  await writeFile(configFile, config);
  await places.place(shanghai).start();
  await until('Shanghai speaks again', async () => (await say(shanghai, 10, 11).catch(() => undefined)) !== undefined);
  await untilTaken(3);
  await huxin(shanghai, ['imports', 'revoke', old, '--reason', '样例理由'], 'clerk');
  await untilTaken(5);
  for (const id of [shanghai, ...others]) {
    const { faults, logs } = await examine(id);
    expect({ id, faults }).toEqual({ id, faults: 0 });
    expect(logs.find(({ log }) => log === origin)).toMatchObject({ root });
    expect(logs.find(({ log }) => log === `${origin}/2`)?.entries).toBeGreaterThan(0);
  }
});
