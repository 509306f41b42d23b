/** `huxin keys auditor` and `huxin audit`, from the key to the report. */

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Auditor } from '../../node/agreement/agreement.ts';
import { parseYaml } from '../../node/base/yaml.ts';
import { openSheet } from '../../node/sheet/sheet.ts';
import { createApi } from '../support/api.ts';
import { runCli, type Said } from '../support/cli.ts';
import { openHostile } from '../support/hostile.ts';
import { type Network, openNetwork } from '../support/network.ts';
import { sourceOf } from '../support/sheets.ts';
import { importForm } from '../support/uploads.ts';

const [shanghai, jiangsu, zhejiang] = ['310000', '320000', '330000'];
const passphrase = 'correct horse battery staple';
let folder: string;
let network: Network;
let made: Said;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-audit-cli-'));
  file = join(folder, 'passphrase');
  await writeFile(file, passphrase, { mode: 0o600 });
  const names = ['--id', 'audit-office', '--name-zh', '审计办公室', '--name-en', 'Audit office'];
  made = await runCli(['keys', 'auditor', '--out', join(folder, 'auditor.json'), ...names, '--passphrase-file', file]);
  network = await openNetwork({
    running: [shanghai, jiangsu],
    change: (agreement) => {
      agreement.auditors = parseYaml(made.out).value as Auditor[];
    },
  });
  const node = network.node(shanghai);
  await importForm(createApi(node.url, await node.createToken('clerk')), node);
  await network.exchange(2);
});

afterAll(async () => {
  await network.close();
  await rm(folder, { recursive: true, force: true });
});

function audit(mirror: string, ...more: string[]): Promise<Said> {
  const { agreement } = network.node(shanghai).config;
  const files = ['--agreement', agreement, '--key', join(folder, 'auditor.json'), '--dir', join(folder, mirror)];
  return runCli(['audit', ...files, '--passphrase-file', file, ...more]);
}

it('makes a key that is encrypted, and the block for the agreement', async () => {
  expect(made.code).toBe(0);
  expect(network.agreement.auditors).toMatchObject([{ id: 'audit-office', name: { en: 'Audit office' } }]);
  const text = await readFile(join(folder, 'auditor.json'), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ huxinKey: 2, use: 'auditor' });
  const again = await runCli([
    'keys',
    'auditor',
    '--out',
    join(folder, 'auditor.json'),
    '--id',
    'x',
    '--name-zh',
    '甲',
    '--name-en',
    'x',
  ]);
  expect(again).toMatchObject({ code: 1, err: expect.stringContaining('auditor.json') });
});

it('finds nothing, and writes what it looked at as a workbook and as a page', async () => {
  const [out, html] = [join(folder, 'audit.xlsx'), join(folder, 'audit.html')];
  const said = await audit('mirror', '--out', out, '--html', html);
  expect(said).toMatchObject({ code: 0, err: '' });
  expect(said.out).toMatch(/credit\.sh\.example\/log +2 +2 /);
  expect(said.out).toMatch(/credit\.sh\.example\/log +320000 +1 +2 +0/);
  expect(said.out).toContain('Within what could be checked, nothing wrong was found.');
  const page = await readFile(html, 'utf8');
  expect(page).toContain('互信交换审计报告');
  expect(page).not.toMatch(/<script|<link|src=|@import|url\(/);
  const { sheets } = await openSheet(sourceOf(new Uint8Array(await readFile(out)), 65_536), 'audit.xlsx');
  expect(sheets.map(({ name }) => name)).toEqual(['概要', '发现', '日志', '回执', '拒收与未收到', '已核对', '未核对']);
});

it('looks at a folder of evidence besides, and says which file does not hold', async () => {
  const evidence = join(folder, 'evidence');
  await mkdir(evidence);
  expect(await audit('mirror', '--evidence', evidence)).toMatchObject({
    code: 2,
    err: expect.stringContaining('no file in'),
  });
  await writeFile(join(evidence, 'notes.txt'), 'not looked at');
  await writeFile(join(evidence, 'broken.json'), '{');
  const said = await audit('mirror', '--evidence', evidence);
  expect(said.code).toBe(0);
  expect(said.out).toMatch(/broken\.json does not hold \(evidence\/malformed\)/);
  expect(said.out).not.toContain('notes.txt');
  expect(await audit('mirror', '--evidence', join(folder, 'nowhere'))).toMatchObject({ code: 2 });
});

it('answers in JSON with what was checked, what was not, and what was found; exit code 1 when something is wrong', async () => {
  const one = await openHostile(network, zhejiang);
  const other = one.fork(1);
  await one.say({ type: 'penalty', audience: [jiangsu] });
  await other.say({ type: 'penalty', audience: [shanghai, jiangsu] });
  await network.node(jiangsu).node.federation.pull(zhejiang);
  network.answerAs(zhejiang, other.handler);
  const said = await audit('mirror', '--json');
  expect(said.code).toBe(1);
  const report = JSON.parse(said.out);
  expect(report).toMatchObject({
    ok: false,
    findings: [{ code: 'log/fork', grave: true, facts: { member: zhejiang } }],
  });
  for (const one of [...report.checked, ...report.notChecked, ...report.findings])
    expect(one).toMatchObject({ code: expect.any(String), zh: expect.any(String), en: expect.any(String) });
});

it('exits with 2 when it cannot be done', async () => {
  const wrongKey = join(folder, 'other.json');
  await runCli(['keys', 'auditor', '--out', wrongKey, '--id', 'other', '--name-zh', '乙', '--name-en', 'other']);
  const { agreement } = network.node(shanghai).config;
  const base = ['audit', '--dir', join(folder, 'none')];
  const given = (key: string, from = agreement) => [...base, '--agreement', from, '--key', key];
  expect(await runCli(given(wrongKey))).toMatchObject({
    code: 2,
    err: expect.stringContaining('does not list this auditor’s key'),
  });
  expect(await runCli(given(join(folder, 'missing.json')))).toMatchObject({ code: 2 });
  expect(await runCli(given(wrongKey, join(folder, 'auditor.json')))).toMatchObject({ code: 2 });
  expect(await audit('mirror', '--node', 'https://nobody.example')).toMatchObject({ code: 2 });
  expect(await audit('auditor.json')).toMatchObject({ code: 2, err: expect.stringContaining('EEXIST') });
});

it('looks first whether its reports can be written, so that no long audit ends without one', async () => {
  const there = join(folder, 'there.xlsx');
  await writeFile(there, 'kept');
  const said = await audit('unread', '--out', there, '--lang', 'en');
  expect(said).toMatchObject({ code: 2, out: '', err: `${there} is there already and stays as it is\n` });
  expect(await audit('unread', '--html', join(folder, 'nowhere', 'audit.html'))).toMatchObject({ code: 2, out: '' });
  await expect(readdir(join(folder, 'unread'))).rejects.toThrow('ENOENT');
});
