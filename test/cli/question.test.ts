import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { utf8 } from '../../node/base/bytes.ts';
import { formatCheck } from '../../node/cli/question-report.ts';
import type { Question } from '../../node/registry/question-chain.ts';
import { runCli } from '../support/cli.ts';
import { type CliNodes, jsonOf, openCliNodes } from '../support/cli-node.ts';
import { company } from '../support/sheets.ts';

let nodes: CliNodes;
let agreement: string;
const huxin: CliNodes['huxin'] = (...args) => nodes.huxin(...args);

beforeAll(async () => {
  nodes = await openCliNodes();
  agreement = nodes.network.node('310000').config.agreement;
  await huxin('clerk', ['ask', company, '--purpose', 'supervision']);
  await huxin('clerk', ['ask', company, '--purpose', 'curiosity']);
  await huxin('reader', ['record', '310000.00000000-0000-7000-8000-000000000000', '--purpose', 'audit']);
});
afterAll(() => nodes.close());

describe('huxin asks list and show', () => {
  it('tell who asked what, for what, and what came of it', async () => {
    const { code, out } = await huxin('auditor', ['asks'], 'zh_CN');
    expect(code).toBe(0);
    expect(out).toMatch(/^编号 +时间（北京时间） +机关 +工号 +查询对象 +目的 +结果\n/);
    expect(out).toMatch(new RegExp(`\\n +0 .+ 0001 +${company} +supervision +已答复\\n`));
    expect(out).toMatch(new RegExp(`\\n +1 .+ ${company} +curiosity +.*使用目的.*\\n`));
    expect(out).toMatch(/\n +2 .+ 310000\.00000000-0000-7000-8000-000000000000 +audit /);
    const { err } = await huxin('auditor', ['asks', 'list', '--limit', '1']);
    expect(err).toBe('There are more: --from 1\n');
  });

  it('narrow the list', async () => {
    const of = async (...options: string[]) => {
      const { questions } = await jsonOf<{ questions: Question[] }>(
        huxin('auditor', ['asks', 'list', ...options, '--json']),
      );
      return questions.map(({ n }) => n);
    };
    expect(await of('--uscc', company)).toEqual([0, 1]);
    expect(await of('--from', '1', '--limit', '1')).toEqual([1]);
    expect(await of('--until', '2026-01-01')).toEqual([]);
    expect(await of('--person', '0009')).toEqual([]);
  });

  it('show one with its hashes', async () => {
    const { out } = await huxin('auditor', ['asks', 'show', '0']);
    expect(out).toMatch(/purpose +supervision\n/);
    expect(out).toMatch(/digest of the answer +[\w-]{43}\n/);
    expect(out).toMatch(/hash of the one before +A{43}=\n/);
    expect(await huxin('auditor', ['asks', 'show', '99'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('There is no such question (99)'),
    });
  });

  it('are for auditors', async () => {
    for (const argv of [['asks'], ['asks', 'show', '0'], ['asks', 'export', '--out', join(nodes.folder, 'no')]]) {
      expect(await huxin('operator', argv)).toMatchObject({ code: 1, err: expect.stringContaining('(operator)') });
    }
    await expect(readFile(join(nodes.folder, 'no'))).rejects.toThrow('ENOENT');
  });
});

describe('huxin asks export and verify', () => {
  const lines = async (name: string) => {
    const file = join(nodes.folder, name);
    expect(await huxin('auditor', ['asks', 'export', '--out', file])).toMatchObject({ code: 0, err: '' });
    return { file, lines: (await readFile(file, 'utf8')).trimEnd().split('\n') };
  };
  /** Without a node, as on an auditor's own machine. */
  const verify = (file: string, ...more: string[]) => runCli(['asks', 'verify', file, ...more]);
  const written = async (name: string, given: string | Uint8Array) => {
    const file = join(nodes.folder, name);
    await writeFile(file, given);
    return file;
  };

  it('hold, and say what was checked and what was not', async () => {
    const { file } = await lines('good.ndjson');
    const { code, out, err } = await verify(file, '--agreement', agreement);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^310000, nothing is wrong: questions 0 to \d+\n/);
    expect(out).toContain('checked: the numbers have no gap');
    expect(out).toContain('not checked: questions 0 to');
    const report = await jsonOf(verify(file, '--json'));
    expect(report).toMatchObject({
      ok: true,
      member: '310000',
      from: 0,
      checked: ['chain'],
      notChecked: ['tail', 'log'],
    });
    expect((await huxin('auditor', ['asks', 'export', '--out', file])).code).toBe(2); // it is there already
  });

  it('name the first question that is wrong', async () => {
    const { lines: given } = await lines('given.ndjson');
    const changed = given.with(2, (given[2] as string).replace('curiosity', 'supervisio'));
    const { code, out } = await verify(await written('changed', `${changed.join('\n')}\n`));
    expect(code).toBe(1);
    expect(out).toBe(
      '310000, right as far as: questions 0 to 0\nline 3 (question 1): its hash is not that of what it says: it was changed\n',
    );
    const short = await verify(await written('short', `${given.toSpliced(2, 1).join('\n')}\n`), '--json');
    expect(short.code).toBe(1);
    expect(JSON.parse(short.out)).toMatchObject({ ok: false, wrong: { what: 'number', line: 3, n: 1 } });
  });

  it('find any byte that was changed, the line ends too', async () => {
    const { file } = await lines('bytes.ndjson');
    const good = await readFile(file);
    const first = good.indexOf(0x0a) + 1; // behind the head
    const step = Math.ceil((good.length - first) / 60);
    const ends = [...good.keys()].filter((at) => at >= first - 1 && good[at] === 0x0a);
    const places = [...Array.from({ length: 60 }, (_, i) => first + i * step), ...ends].filter(
      (at) => at < good.length,
    );
    for (const at of places) {
      const bytes = Uint8Array.from(good);
      bytes[at] = (bytes[at] as number) ^ 4;
      expect([at, (await verify(await written('spoiled', bytes))).code > 0]).toEqual([at, true]);
    }
  });

  it('tell misuse from what is wrong', async () => {
    const verified = [
      await verify(join(nodes.folder, 'nowhere')),
      await verify(await written('empty', '')),
      await verify(await written('other', '{"format":"x"}\n')),
      await verify(await written('long', utf8('x'.repeat(3_000_000)))),
    ];
    expect(verified.map(({ code }) => code)).toEqual([2, 2, 2, 2]);
    expect(verified[1]?.err).toContain('is no export of questions');
  });
});

it('says in both languages what is checked and what is not', () => {
  const journal = { day: '2026-11-20', size: 7, index: 12 };
  const report = { member: '310000', from: 3, to: 9, journal } as const;
  const all = {
    checked: ['chain', 'journals', 'signatures'],
    notChecked: ['pruned', 'tail', 'signatures', 'log'],
  } as const;
  expect(formatCheck({ ...report, ...all }, ({ zh, en }) => `${zh} / ${en}`)).toMatchInlineSnapshot(`
    "310000，无误：第 3 至 8 号；最近一次日结 2026-11-20，日志第 12 条 / 310000, nothing is wrong: questions 3 to 8; newest journal 2026-11-20, entry 12 of the log
    已核对：编号连续，每条与前一条相接 / checked: the numbers have no gap, and each question holds the hash of the one before
    已核对：各次日结与所指查询一致 / checked: every journal holds the hash of the question that it names
    已核对：各次日结由该成员签署 / checked: every journal is signed by the member
    未核对：第 0 至 2 号已到期删除 / not checked: questions 0 to 2, which were pruned
    未核对：第 7 至 8 号尚无日结，仅由链保证 / not checked: questions 7 to 8: no journal covers them yet, only the chain
    未核对：日结的签名，须给出 --agreement / not checked: the signatures of the journals: give --agreement
    未核对：日结是否就是日志中的各条、有无遗漏：请向其他成员索取其所收到的日结比对 / not checked: whether these are the journals of the log, and all of them: ask another member for those that it received
    "
  `);
  const wrong = { what: 'journal', line: 9, n: 6 } as const;
  const text = formatCheck({ ...report, checked: [], notChecked: [], wrong }, ({ zh }) => zh);
  expect(text).toContain('第 9 行（第 6 号查询）：与日志中日结的哈希不符');
});
