/** The doctor on real nodes and real folders, with real faults. */

import { chmod, cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Surroundings } from '../../node/cli/command.ts';
import type { Check, CheckUp } from '../../node/federation/check-up.ts';
import { runCli } from '../support/cli.ts';
import { type CliNodes, openCliNodes } from '../support/cli-node.ts';
import { openNetwork } from '../support/network.ts';
import { findFreePort } from '../support/ports.ts';

let nodes: CliNodes;

beforeAll(async () => {
  nodes = await openCliNodes();
  await nodes.network.exchange();
});

afterAll(() => nodes.close());

/** A configuration of Shanghai's like the running node's, but with a folder of keys and a database of its own. */
async function writeConfig(
  name: string,
  changes: object = {},
): Promise<{ file: string; keys: string; folder: string }> {
  const { member, keys: theirs, agreement } = nodes.network.node('310000').config;
  const folder = join(nodes.folder, name);
  const keys = join(folder, 'keys');
  await cp(theirs, keys, { recursive: true });
  await chmod(keys, 0o700);
  const file = join(folder, 'node.yaml');
  const port = await findFreePort();
  const given = { member, listen: { port }, database: 'sqlite:node.db', keys, agreement, erasures: 'erasures.ndjson' };
  await writeFile(file, JSON.stringify({ ...given, ...changes }));
  return { file, keys, folder };
}

async function examine(file: string, more: Partial<Surroundings> = {}): Promise<{ code: number; checks: Check[] }> {
  const { code, out, err } = await runCli(['doctor', '--config', file, '--json'], more);
  expect(err).toBe('');
  return { code, checks: (JSON.parse(out) as CheckUp).checks };
}

const about = (checks: readonly Check[], subject: Check['about'], member?: string) =>
  checks.filter((check) => check.about === subject && (member === undefined || check.member === member));

it('before the start finds a new node in order but for what is missing, and writes nothing', async () => {
  const { file, folder } = await writeConfig('good');
  const before = await readdir(folder, { recursive: true });
  const { checks } = await examine(file);
  expect(await readdir(folder, { recursive: true })).toEqual(before);
  expect(about(checks, 'configuration')).toMatchObject([{ grade: 'ok' }]);
  expect(about(checks, 'agreement')).toMatchObject([{ grade: 'ok' }]);
  expect(about(checks, 'store')[0]).toMatchObject({
    grade: 'warning',
    found: { en: expect.stringContaining('not there yet') },
  });
  expect(about(checks, 'keys')).toMatchObject([
    { grade: 'warning', found: { en: expect.stringContaining('unencrypted') } },
    { grade: 'warning', found: { en: expect.stringContaining('agreement key') } },
  ]);
  expect(about(checks, 'address')).toMatchObject([{ grade: 'ok' }]);
  expect(about(checks, 'clock')).toMatchObject([{ grade: 'ok' }]);
  expect(about(checks, 'calls-out', '320000')).toMatchObject([{ grade: 'ok' }]);
});

it('finds a stopped peer, and exits with 1 for it', async () => {
  const { file } = await writeConfig('stopped-peer');
  const { code, checks } = await examine(file);
  expect(code).toBe(1);
  expect(about(checks, 'calls-out', '330000')).toMatchObject([{ grade: 'problem', cure: { en: expect.any(String) } }]);
});

it('finds rights that are too wide, with the command that cures it', async () => {
  const { file, keys } = await writeConfig('too-open');
  await chmod(join(keys, 'log.json'), 0o644);
  const { code, checks } = await examine(file);
  expect(code).toBe(1);
  const [check] = about(checks, 'keys');
  expect(check).toMatchObject({
    grade: 'problem',
    cure: { en: expect.stringContaining(`chmod 600 ${join(keys, 'log.json')}`) },
  });
  expect(about(checks, 'calls-out', '320000').map(({ grade }) => grade)).toEqual(['unknown', 'ok']);
});

it('finds keys that are not those of the agreement', async () => {
  const { file, keys } = await writeConfig('wrong-key');
  await rm(join(keys, 'witness.json'));
  await cp(join(nodes.network.node('320000').config.keys, 'witness.json'), join(keys, 'witness.json'));
  await chmod(join(keys, 'witness.json'), 0o600);
  const [check] = about((await examine(file)).checks, 'keys');
  expect(check).toMatchObject({ grade: 'problem', found: { en: expect.stringContaining('witness') } });
});

it('finds a missing agreement, with the rest of the mistakes of the configuration', async () => {
  const { file } = await writeConfig('no-agreement', { agreement: 'nowhere.json', holidays: 'nowhere' });
  const { code, checks } = await examine(file);
  expect(code).toBe(1);
  expect(about(checks, 'configuration').map(({ grade, found }) => [grade, /nowhere(\.json)?$/.test(found.en)])).toEqual(
    [
      ['problem', true],
      ['problem', true],
    ],
  );
  const cut = join(nodes.folder, 'cut.json');
  await writeFile(cut, (await readFile(nodes.network.node('310000').config.agreement, 'utf8')).slice(0, -10));
  const spoilt = await writeConfig('spoilt-agreement', { agreement: cut });
  expect(about((await examine(spoilt.file)).checks, 'agreement')).toMatchObject([{ grade: 'problem' }]);
});

it('finds an address that is taken', async () => {
  const port = Number(new URL(nodes.network.node('310000').url).port);
  const { file } = await writeConfig('taken', { listen: { port } });
  expect(about((await examine(file)).checks, 'address')).toMatchObject([
    { grade: 'problem', found: { en: `listen: 127.0.0.1:${port} is taken` } },
  ]);
});

it('finds a clock that is an hour wrong, by those of the others', async () => {
  const { file } = await writeConfig('late');
  const { checks } = await examine(file, { now: () => new Date(Date.now() - 3_600_000) });
  expect(about(checks, 'clock')[0]).toMatchObject({
    grade: 'problem',
    found: {
      en: expect.stringMatching(/^our clock is (59 min|1 h) behind that of one member: they refuse our requests$/),
    },
  });
  const [call] = about(checks, 'calls-out', '320000');
  expect(call).toMatchObject({
    grade: 'problem',
    found: { en: expect.stringMatching(/^it refuses what we signed, request\/(expired|stale)/) },
  });
});

it('looks at a database without opening it, or beside whoever has it open', async () => {
  const { database } = nodes.network.node('310000').config;
  const open = await writeConfig('open-database', { database });
  const [beside] = about((await examine(open.file)).checks, 'store');
  expect(beside).toMatchObject({ grade: 'ok' });

  const closed = await writeConfig('closed-database');
  const copy = join(closed.folder, 'node.db');
  await cp(database.slice('sqlite:'.length), copy);
  await cp(`${database.slice('sqlite:'.length)}-wal`, `${copy}-wal`);
  await runCli(['scrub', '--config', closed.file], {}); // opens and closes it: one file is left
  const before = await readdir(closed.folder);
  expect(before.filter((name) => name.startsWith('node.db'))).toEqual(['node.db']);
  expect(about((await examine(closed.file)).checks, 'store')[0]).toMatchObject({ grade: 'ok' });
  expect(await readdir(closed.folder)).toEqual(before);
});

it('of a running node tells the same from inside, and who called it', async () => {
  const said = await nodes.huxin('operator', ['doctor', '--json']);
  expect(said).toMatchObject({ code: 1, err: '' });
  const { checks } = JSON.parse(said.out) as CheckUp;
  expect(checks[0]?.grade).toBe('problem');
  expect(about(checks, 'calls-in', '320000')).toMatchObject([
    { grade: 'ok', found: { en: expect.stringMatching(/last called us/) } },
  ]);
  expect(about(checks, 'calls-in', '330000')).toMatchObject([{ grade: 'unknown' }]);
  expect(about(checks, 'calls-out', '320000')).toMatchObject([{ grade: 'ok' }]);
  expect(about(checks, 'calls-out', '330000')).toMatchObject([{ grade: 'problem' }]);
  expect(about(checks, 'address')).toMatchObject([{ grade: 'ok' }]);
  expect(about(checks, 'store')).toMatchObject([{ grade: 'ok' }]);
  expect(about(checks, 'agreement')).toMatchObject([{ grade: 'ok' }]);

  const { out } = await nodes.huxin('operator', ['doctor'], 'zh_CN');
  expect(out).toMatch(/^有问题 +我方呼叫 330000 +\S/);
  expect(out).toMatch(/\n +→ \S/);
  expect(out).toMatch(/\n北京时间 \d{4}-\d\d-\d\d \d\d:\d\d：\d+ 处有问题，\d+ 处须注意，\d+ 处不明，\d+ 处正常\n$/);
  expect(await nodes.huxin('clerk', ['doctor'])).toMatchObject({ code: 1, out: '' });
});

it('looks at certificates, our own and those that the others show', async () => {
  const network = await openNetwork({ running: ['310000', '320000'], tls: true });
  try {
    await network.exchange();
    const { checks } = await network.node('310000').node.doctor.examine();
    const certificates = about(checks, 'certificate');
    expect(certificates.map(({ member, grade }) => [member, grade])).toEqual(
      expect.arrayContaining([
        [undefined, 'ok'],
        ['320000', 'ok'],
      ]),
    );
    expect(about(checks, 'calls-out', '320000')).toMatchObject([{ grade: 'ok' }]);
    expect(about(checks, 'address')).toMatchObject([{ grade: 'ok' }]);
  } finally {
    await network.close();
  }
});
