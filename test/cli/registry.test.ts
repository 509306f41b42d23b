import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliNodes, jsonOf, openCliNodes } from '../support/cli-node.ts';
import { company, shanghai, today } from '../support/sheets.ts';

const audit = ['--purpose', 'audit'];
let nodes: CliNodes;
const huxin: CliNodes['huxin'] = (...args) => nodes.huxin(...args);

beforeAll(async () => {
  nodes = await openCliNodes({ now: () => new Date(`${today}T02:00:00.000Z`) }); // while the samples are publicised
});

afterAll(() => nodes.close());

describe('huxin step', () => {
  it('repairs a record with the authority that decided it', async () => {
    const record = await nodes.openRecord('201');
    const argv = [
      'step',
      record,
      'repair',
      '--on',
      '2026-04-02',
      '--document',
      '沪知修〔2026〕1号',
      '--reason',
      '已整改',
    ];
    const met = ['corrected', 'duties-performed', 'commitment'].flatMap((condition) => ['--condition', condition]);
    const done = await huxin('clerk', [...argv, ...met]);
    expect(done).toMatchObject({ code: 0, out: expect.stringMatching(/^issued as entry \d+ /) });
    const { out } = await huxin('clerk', ['record', record, ...audit], 'zh_CN');
    expect(out).toMatch(/^行政处罚 {2}沪知罚〔2026〕201号 {2}2026-01-02 {2}已修复\n/);
    expect(out).toMatch(new RegExp(`信用修复 {2}2026-04-02\\n +文书号 +沪知修〔2026〕1号\\n.*\\n.*${shanghai}`));
    const extension = ['step', record, 'extension', '--until', '2028-01-02', '--ground', 'other', '--document', 'x'];
    expect(await huxin('clerk', extension)).toMatchObject({ code: 1, err: expect.stringContaining('no such step') });
  });

  it('corrects single members of the body as it stands', async () => {
    const record = await nodes.openRecord('202');
    const set = ['--set', 'fine=0.5', '--set', 'categories=fine、warning', '--set', 'content='];
    expect((await huxin('clerk', ['step', record, 'correction', ...set, '--reason', '录入有误'])).code).toBe(0);
    const { body, state } = await jsonOf<{ body: Record<string, unknown>; state: string }>(
      huxin('clerk', ['record', record, ...audit, '--json']),
    );
    expect(body).toMatchObject({ fine: '0.5', categories: ['fine', 'warning'], violation: '擅自开展专利代理业务' });
    expect(body).not.toHaveProperty('content');
    expect(state).toBe('publicised');
    expect((await huxin('clerk', ['record', record, ...audit])).out).toMatch(
      /Correction {2}2026-01-02\n +Reason +录入有误\n/,
    );
  });

  it('corrects the whole body from a file, and the node checks what it says', async () => {
    const record = await nodes.openRecord('203');
    const { body } = await jsonOf<{ body: Record<string, unknown> }>(
      huxin('clerk', ['record', record, ...audit, '--json']),
    );
    const file = join(nodes.folder, 'body.json');
    await writeFile(file, JSON.stringify({ ...body, violation: '另一种行为' }));
    expect((await huxin('clerk', ['step', record, 'correction', '--body', file])).code).toBe(0);
    expect((await huxin('clerk', ['record', record, ...audit])).out).toContain('另一种行为');
    const wrong = await huxin('clerk', ['step', record, 'correction', '--set', 'fime=0.5', '--json']);
    expect(wrong).toMatchObject({ code: 1, out: '' });
    expect(JSON.parse(wrong.err)).toMatchObject({ code: 'bulletin/schema' });
  });

  it('does not undo a correction that came while it was made', async () => {
    const record = await nodes.openRecord('206');
    const correct = (pair: string, fetch = globalThis.fetch) =>
      huxin('clerk', ['step', record, 'correction', '--set', pair], 'en', { fetch });
    const overtaken: typeof globalThis.fetch = async (address, init) => {
      if (init?.method === 'POST') expect((await correct('fine=0.5')).code).toBe(0);
      return fetch(address, init);
    };
    expect(await correct('violation=另一种行为', overtaken)).toMatchObject({ code: 1, out: '' });
    const { out } = await huxin('clerk', ['record', record, ...audit]);
    expect(out).toMatch(/Fine \(10,000 CNY\) +0\.5\n/);
    expect(out).not.toContain('另一种行为');
  });

  it('revokes a record on a ground', async () => {
    const record = await nodes.openRecord('204');
    const argv = ['step', record, 'revocation', '--on', '2026-03-04', '--ground', 'annulled', '--reason', '复议撤销'];
    const done = await jsonOf<{ jti: string; index: number }>(huxin('clerk', [...argv, '--json']));
    const { out } = await huxin('clerk', ['record', record, ...audit]);
    expect(out).toMatch(/Ground +The decision was annulled\n/);
    const shown = await jsonOf<{ index: number }>(huxin('auditor', ['bulletins', 'show', done.jti, '--json']));
    expect(shown.index).toBe(done.index);
  });

  it('is for clerks', async () => {
    const record = await nodes.openRecord('205');
    expect(await huxin('operator', ['record', record, ...audit])).toMatchObject({
      code: 1,
      err: expect.stringContaining('The role of this token (operator) does not allow this'),
    });
  });
});

describe('huxin ask', () => {
  it('answers in each province from the logs of both', async () => {
    const record = await nodes.openRecord('301');
    await nodes.network.exchange();
    const asked = await nodes.huxinInJiangsu('reader', ['ask', company, '--purpose', 'supervision'], 'zh_CN');
    expect(asked).toMatchObject({ code: 0, err: '' });
    expect(asked.out).toMatch(
      /上海市（310000）：\d+ 条记录（截至 \d{4}-\d\d-\d\d \d\d:\d\d；最新通报 \d{4}-\d\d-\d\d \d\d:\d\d）/,
    );
    expect(asked.out).toContain('江苏省（320000）：没有记录（本节点）');
    expect(asked.out).toContain('浙江省（330000）：没有记录（尚未取得其日志，可能不全）');
    expect(asked.out).toContain(
      `  行政处罚  沪知罚〔2026〕301号  2026-01-02  公示中\n    记录编号          ${record}\n`,
    );
    expect(asked.out).toMatch(/处罚类别 +罚款、没收违法所得\n +罚款金额（万元） +1\.5\n/);
    expect(asked.out).toMatch(
      /经过 +决定日 +日志 +条目 .+\n.+\n +行政处罚 +2026-01-02 +credit\.sh\.example\/log +\d+ /,
    );
  });

  it.each([
    [['ask', '91310000MA1FL00100', '--purpose', 'supervision'], 'its check characters do not fit'],
    [['ask', company, '--purpose', 'curiosity'], 'agreement’s list, which has: supervision'],
    [['record', '310000.00000000-0000-7000-8000-000000000000', ...audit], 'There is no such credit record'],
  ])('%j is refused with its reason', async (argv, reason) => {
    const { code, out, err } = await huxin('clerk', argv);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(reason);
  });
});

describe('an answer', () => {
  const ask = (...more: string[]) => huxin('clerk', ['ask', company, '--purpose', 'supervision', ...more], 'zh_CN');

  it('begins with a summary, and ends with what does not follow from it', async () => {
    await nodes.openRecord('301');
    const { code, out } = await ask();
    expect(code).toBe(0);
    expect(out).toMatch(/\n4 个成员省（市）共有 \d+ 条记录：上海市 \d+ 条。/);
    expect(out).toMatch(/\n上海市（310000）：\d+ 条记录（本节点；最新通报 /);
    expect(out).toMatch(/公示截止日 +2027-01-02 +签发方载明/);
    expect(out.trimEnd().split('\n').at(-1)).toMatch(/^本查询不自动触发任何措施。/);
  });

  it('answers by what was known at an instant', async () => {
    const { code, out } = await ask('--as-of', '2026-01-02');
    expect(code).toBe(0);
    expect(out).toMatch(/查询时点（北京时间） +2026-01-02 23:59\n/);
    expect(out).toContain('均无可用于本目的的记录');
    expect(await ask('--as-of', '2999-01-01')).toMatchObject({ code: 1, err: expect.stringContaining('还没有到') });
  });

  it.each(['html', 'xlsx'])('saves an .%s, over nothing that is there', async (form) => {
    const file = join(nodes.folder, `answer.${form}`);
    expect(await ask('--out', file)).toMatchObject({ code: 0, out: `已存为 ${file}\n` });
    const bytes = await readFile(file);
    expect(bytes.subarray(0, 15).toString('latin1')).toMatch(form === 'html' ? /^<!doctype html>/ : /^PK/);
    expect((await ask('--out', file)).code).toBe(2);
    expect(await readFile(file)).toEqual(bytes);
  });

  it('saves nothing else, and nothing that was refused', async () => {
    expect((await ask('--out', join(nodes.folder, 'answer.pdf'))).code).toBe(2);
    const file = join(nodes.folder, 'refused.html');
    const refused = await huxin('clerk', ['ask', company, '--purpose', 'curiosity', '--out', file]);
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('curiosity') });
    await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
