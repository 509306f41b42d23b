/** `huxin evidence …` on a running node, and `huxin verify` on what it wrote. */

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli, type Said } from '../support/cli.ts';
import { openHostile } from '../support/hostile.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { importPenalties } from '../support/penalties.ts';

let network: Network;
let jiangsu: RunningNode;
let folder: string;
let record: string;
let jti: string;

beforeAll(async () => {
  network = await openNetwork({ running: ['310000', '320000', '330000'] });
  jiangsu = network.node('320000');
  folder = await mkdtemp(join(tmpdir(), 'huxin-evidence-'));
  const shanghai = network.node('310000');
  await importPenalties(shanghai, 0, 2);
  await network.exchange();
  const [id] = await shanghai.node.store.registry.listRecordIds(undefined, 1);
  const [step] = id ? await shanghai.node.store.registry.listStepsOf([id]) : [];
  if (!id || !step) throw new RangeError('a record was opened');
  [record, jti] = [`${id.member}.${id.txn}`, step.jti];
});
afterAll(async () => {
  await network.close();
  await rm(folder, { recursive: true, force: true });
});

async function huxin(role: 'auditor' | 'operator', argv: readonly string[], locale = 'en_GB'): Promise<Said> {
  const environment = { node: jiangsu.url, token: await jiangsu.createToken(role), locale };
  return runCli(argv, { environment });
}

const evidence = (...argv: string[]) => huxin('auditor', ['evidence', ...argv, '--purpose', 'audit']);

async function isVerified(file: string): Promise<boolean> {
  const { code, out } = await runCli(['verify', file, '--agreement', jiangsu.config.agreement, '--json']);
  return code === 0 && JSON.parse(out).ok;
}

describe('huxin evidence', () => {
  it.each([
    ['bulletin', () => [jti]],
    ['record', () => [record]],
    ['range', () => ['--issuer', '310000', '--receiver', '320000', '--from', '1']],
  ])('%s writes a file that huxin verify takes, and says how to check it', async (kind, more) => {
    const out = join(folder, `${kind}.evidence.json`);
    const said = await evidence(kind, ...more(), '--out', out);
    expect(said.err).toBe('');
    expect(said.code).toBe(0);
    expect(said.out).toContain(`huxin verify ${out} --agreement agreement.json`);
    expect(said.out).toMatch(/^.*\bShanghai\b.*\n/);
    expect(await isVerified(out)).toBe(true);
    const again = await evidence(kind, ...more(), '--out', out);
    expect([again.code, again.err]).toEqual([2, expect.stringContaining('is there already')]);
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('answers in JSON, and in Chinese', async () => {
    const out = join(folder, 'json');
    const said = await evidence('bulletin', jti, '--out', out, '--json');
    expect(JSON.parse(said.out)).toMatchObject({
      file: out,
      bytes: expect.any(Number),
      claim: { kind: 'bulletin', jti },
    });
    const argv = ['evidence', 'bulletin', jti, '--purpose', 'audit', '--out', join(folder, 'zh')];
    expect((await huxin('auditor', argv, 'zh_CN')).out).toMatch(
      /^上海市在其日志第 1 条.*；江苏省出具了回执。\n.*\n核验：huxin verify/,
    );
  });

  it('writes to stdout, the words beside it', async () => {
    const { code, out, err } = await evidence('bulletin', jti, '--out', '-');
    expect(code).toBe(0);
    expect(err).toContain(`Shanghai said bulletin ${jti}`);
    const file = join(folder, 'stdout');
    await writeFile(file, out);
    expect(await isVerified(file)).toBe(true);
  });

  it('shows ids where the node does not tell the names', async () => {
    const environment = { node: jiangsu.url, token: await jiangsu.createToken('auditor'), locale: 'en_GB' };
    const nameless: typeof fetch = (address, given) =>
      String(address).endsWith('/api/v1/agreement') ? Promise.reject(new TypeError('gone')) : fetch(address, given);
    const argv = ['evidence', 'bulletin', jti, '--purpose', 'audit', '--out', join(folder, 'nameless')];
    const said = await runCli(argv, { environment, fetch: nameless });
    expect([said.code, said.err]).toEqual([0, '']);
    expect(said.out).toContain(`310000 said bulletin ${jti}`);
  });

  it('writes a folder for other tools, with a page of words', async () => {
    const out = join(folder, 'tlog');
    const said = await evidence('bulletin', jti, '--format', 'tlog', '--out', out);
    expect([said.code, said.err]).toEqual([0, '']);
    expect(said.out).toContain(`Shanghai said bulletin ${jti}`);
    expect((await readdir(out)).sort()).toEqual(
      [
        'README.txt',
        'bulletin.jws',
        'bundle.tlog-proof',
        'issuer.jwk',
        'leaf',
        'log.vkey',
        'quorum',
        'witness.vkeys',
      ].sort(),
    );
    expect(await readFile(join(out, 'leaf'), 'utf8')).toMatch(/^huxin-leaf\/v1\n.+\n320000,330000,340000\n$/);
    expect(await readFile(join(out, 'quorum'), 'utf8')).toBe('2\n');
    expect(await readFile(join(out, 'README.txt'), 'utf8')).toMatch(/log\.vkey/);
    const again = await evidence('bulletin', jti, '--format', 'tlog', '--out', out);
    expect(again.code).toBe(2);
  });

  it('leaves nothing behind when it is refused', async () => {
    const out = join(folder, 'nothing');
    const said = await evidence('bulletin', '0198f3c2-7a51-7c3e-9b2f-3d5a1c9e7b10', '--out', out);
    expect(said.code).toBe(1);
    expect((await readdir(folder)).filter((name) => name.startsWith('nothing'))).toEqual([]);
    const refusal = await evidence('refusal', jti, '--receiver', '320000', '--out', out);
    expect([refusal.code, refusal.err]).toEqual([1, expect.stringContaining('does not say what is claimed')]);
    const argv = ['evidence', 'withheld', '310000', '1', '--receiver', '320000', '--out', out];
    expect((await huxin('operator', argv)).code).toBe(1);
  });

  it('lists findings and exports one', async () => {
    expect((await huxin('operator', ['evidence', 'findings'])).out).toBe('nothing was found\n');
    const log = await openHostile(network, '340000');
    await log.say({ type: 'penalty' });
    await jiangsu.node.federation.pull('340000');
    const other = log.fork(1);
    await other.say({ type: 'penalty' });
    network.answerAs('340000', other.handler);
    await jiangsu.node.federation.pull('340000');
    const { out } = await huxin('operator', ['evidence', 'findings']);
    expect(out).toMatch(/log\/fork +340000 +Anhui .+two-roots/);
    expect((await huxin('operator', ['evidence', 'findings'], 'zh_CN')).out).toMatch(
      /log\/fork +340000 +安徽省 .+能：同一大小有两个根/,
    );
    const { findings } = JSON.parse((await huxin('operator', ['evidence', 'findings', '--json'])).out);
    const file = join(folder, 'fork');
    const said = await huxin('operator', ['evidence', 'finding', findings[0].id, '--out', file]);
    expect([said.code, said.err]).toEqual([0, '']);
    expect(await isVerified(file)).toBe(true);
  });
});
