import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readLabels } from '../../node/cli/labels.ts';
import type { Terminal } from '../../node/cli/terminal.ts';
import { describeReport } from '../../node/cli/verify-report.ts';
import type { Report } from '../../node/evidence/report.ts';
import { openSheet } from '../../node/sheet/sheet.ts';
import { runCli } from '../support/cli.ts';
import { sampleFiles } from '../support/sample-evidence.ts';
import { sourceOf } from '../support/sheets.ts';

const labels = await readLabels();
let folder: string;
const place = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-verify-'));
  const { agreement, files } = await sampleFiles();
  await writeFile(place('agreement.json'), `${JSON.stringify(agreement)}\n`);
  await writeFile(place('one.json'), files.bulletin);
  await writeFile(place('all.json'), files.completeness);
  await writeFile(place('forged.json'), files.bulletin.replace('"index":1,', '"index":2,'));
  await writeFile(place('cut.json'), files.bulletin.slice(0, 1_000));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const verify = (file: string, ...more: string[]) =>
  runCli(['verify', place(file), '--agreement', place('agreement.json'), ...more]);

it('ends with 0 and tells the story, each check and what was not checked, in either language', async () => {
  const zh = await verify('one.json', '--lang', 'zh');
  expect(zh).toMatchObject({ code: 0 });
  expect(zh.out).toMatch(/^验证成立\n上海.*通报/);
  for (const title of ['经过（北京时间）', '已核对', '未核对']) expect(zh.out).toContain(`\n${title}\n`);
  const en = await verify('all.json', '--lang', 'en');
  expect(en).toMatchObject({ code: 0 });
  expect(en.out).toMatch(/^Verified\nShanghai addressed 4 bulletins to Jiangsu from entry 3 /);
});

it('answers in JSON what was checked, what was not, and what was found', async () => {
  const { code, out } = await verify('one.json', '--json');
  expect(code).toBe(0);
  const report = JSON.parse(out);
  expect(report).toMatchObject({ ok: true, findings: [] });
  expect(report.checked.map((one: { code: string }) => one.code)).toContain('inclusion');
  expect(report.notChecked.length).toBeGreaterThan(0);
});

it('ends with 1 and names what is wrong', async () => {
  const { code, out } = await verify('forged.json', '--lang', 'en');
  expect(code).toBe(1);
  expect(out).toMatch(/^Refused\n/);
  expect(out).toContain('(evidence/claim-mismatch)');
  expect((await verify('one.json', '--quorum', '4')).code).toBe(1);
  expect((await verify('one.json', '--at', '2026-10-08')).code).toBe(1);
});

it('ends with 2 for what cannot be used at all', async () => {
  const cut = await verify('cut.json', '--json');
  expect(cut.code).toBe(2);
  expect(JSON.parse(cut.err)).toMatchObject({ code: 'evidence/malformed' });
  expect((await verify('nowhere.json')).code).toBe(2);
  expect((await verify('one.json', '--quorum', '0')).code).toBe(2);
  expect((await verify('one.json', '--at', 'today')).code).toBe(2);
  await writeFile(place('no-agreement.json'), '{}');
  const other = await runCli(['verify', place('one.json'), '--agreement', place('no-agreement.json')]);
  expect(other.code).toBe(2);
});

it('asks whether the two files were put in the wrong way round', async () => {
  const swapped = await runCli(['verify', place('agreement.json'), '--agreement', place('one.json'), '--lang', 'en']);
  expect(swapped).toMatchObject({ code: 2, out: '' });
  expect(swapped.err).toContain('the wrong way round');
});

it('says what the bulletins say, in either language', async () => {
  const said = await verify('one.json', '--lang', 'en');
  expect(said.out).toMatch(
    /\nWhat was said\n {2}Administrative penalty, entry 1 of credit\.sh\.example\/log\n {4}Credit code: /,
  );
  expect(said.out).toMatch(/\n {4}Document number: \S/);
  const zh = await verify('one.json', '--lang', 'zh');
  expect(zh.out).toMatch(/\n通报内容\n {2}行政处罚，日志 credit\.sh\.example\/log 第 1 条\n {4}统一社会信用代码: /);
  expect((await verify('all.json', '--lang', 'en')).out).not.toContain('What was said');
});

it('says how much of a long story it leaves out', async () => {
  const report: Report = JSON.parse((await verify('one.json', '--json')).out);
  const [event] = report.story;
  if (!event) throw new Error('no story');
  const told = (count: number) =>
    describeReport({ ...report, story: Array(count).fill(event) }, labels, { pick: ({ en }) => en } as Terminal);
  expect(told(62)).toContain('\n  and 2 more: see --html or --json\n');
  expect(told(60)).not.toContain('more: see');
});

it('writes a page with the evidence inside, and overwrites none', async () => {
  expect((await verify('one.json', '--html', place('one.html'))).code).toBe(0);
  const page = await readFile(place('one.html'), 'utf8');
  expect(page).toContain('id="embedded-evidence"');
  expect(page).toContain(Buffer.from(await readFile(place('one.json'))).toString('base64'));
  expect(await verify('one.json', '--html', place('one.html'))).toMatchObject({ code: 2, out: '' });
  expect(await verify('one.json', '--html', place('nowhere/one.html'))).toMatchObject({ code: 2, out: '' });
});

it('lists what a range shows, a bulletin a row, and nothing of a file that does not hold', async () => {
  const said = await verify('all.json', '--list', place('all.xlsx'), '--lang', 'en');
  expect(said).toMatchObject({ code: 0, err: expect.stringMatching(/all\.xlsx: \d bulletins about records/) });
  const { sheets } = await openSheet(sourceOf(await readFile(place('all.xlsx')), 65_536), 'all.xlsx');
  const read: string[][] = [];
  for await (const { cells } of sheets[0]?.rows() ?? []) read.push(cells.map(({ text }) => text));
  const [head, ...bulletins] = read;
  expect(head?.slice(0, 3)).toEqual(['日志 · Log', '条目 · Entry', '种类 · Type']);
  expect(said.err).toContain(`: ${bulletins.length} bulletins `);
  const indexes = bulletins.map(([, index]) => Number(index));
  expect(indexes).toEqual(indexes.toSorted((x, y) => x - y));
  const penalty = bulletins.find(([, , type]) => type === '行政处罚 · Administrative penalty');
  expect(penalty?.slice(3, 8)).toEqual([
    expect.stringMatching(/^2026-\d\d-\d\d$/),
    expect.stringMatching(/^2026-\d\d-\d\d \d\d:\d\d$/),
    expect.stringMatching(/^[0-9A-Z]{18}$/),
    '示例创新科技有限公司',
    expect.stringContaining('示知罚字'),
  ]);
  expect(await verify('all.json', '--list', place('all.xlsx'))).toMatchObject({ code: 2, out: '' });

  const refused = await verify('one.json', '--quorum', '4', '--list', place('none.xlsx'), '--lang', 'en');
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('was not written') });
  await expect(readFile(place('none.xlsx'))).rejects.toThrow('ENOENT');
});
