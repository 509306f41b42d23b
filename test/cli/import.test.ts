import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliNodes, type Imported, jsonOf, numbered, openCliNodes } from '../support/cli-node.ts';

let nodes: CliNodes;
const huxin: CliNodes['huxin'] = (...args) => nodes.huxin(...args);

beforeAll(async () => {
  nodes = await openCliNodes();
});

afterAll(() => nodes.close());

describe('huxin import', () => {
  it('waits for the outcome and counts it', async () => {
    const file = await nodes.writeForm('good.csv', [numbered('101'), numbered('102')]);
    const first = await huxin('clerk', ['import', file, '--type', 'penalty']);
    expect(first).toMatchObject({ code: 0, err: expect.stringMatching(/^Uploaded as import \S+\n$/) });
    expect(first.out).toMatch(/state +done\n/);
    expect(first.out).toMatch(/rows +opened +corrected +unchanged +repeated +refused\n.+\n +2 +2 +0 +0 +0 +0\n/);
    const again = await jsonOf<Imported>(huxin('clerk', ['import', file, '--type', 'penalty', '--json']));
    expect(again).toMatchObject({ state: 'done', summary: { opened: 0, unchanged: 2 }, refusals: [] });
  });

  it('lists the refused rows in the reader’s language, and exits 1', async () => {
    const rows = [numbered('111'), { ...numbered('112'), 处罚决定日期: '第三天', 法定代表人: '不应读取' }];
    const file = await nodes.writeForm('bad.csv', rows);
    const chinese = await huxin('clerk', ['import', file, '--type', 'penalty'], 'zh_CN.UTF-8');
    expect(chinese.code).toBe(1);
    expect(chinese.out).toMatch(/行 +列 +值 +原因\n.+\n *3 +处罚决定日期 +第三天 +“处罚决定日期”的值“第三天”无法读取/);
    expect(chinese.out).toContain('略去 1 个个人信息单元格');
    expect(chinese.out).not.toContain('不应读取');
    const english = await huxin('clerk', ['import', file, '--type', 'penalty']);
    expect(english.out).toContain('cannot be read');
    const { code, out } = await huxin('clerk', ['import', file, '--type', 'penalty', '--json']);
    expect({ code, ...JSON.parse(out) }).toMatchObject({
      code: 1,
      state: 'done',
      summary: { rows: 2, refusedRows: 1, unchanged: 1 },
      refusals: [{ row: 3, column: '处罚决定日期', code: 'import/value-unreadable' }],
    });
  });

  it('publishes nothing with --all-or-nothing when a row is refused, and says so', async () => {
    const file = await nodes.writeForm('all.csv', [numbered('121'), { ...numbered('122'), 处罚决定日期: '' }]);
    const { code, out } = await huxin('clerk', ['import', file, '--type', 'penalty', '--all-or-nothing']);
    expect(code).toBe(1);
    expect(out).toContain('Rows were refused, so nothing was published.');
    expect(out).toMatch(/\n +2 +0 +0 +0 +0 +1\n/);
  });

  it('says why a whole file was refused', async () => {
    const file = join(nodes.folder, 'plain.csv');
    await writeFile(file, 'a,b\r\n1,2\r\n');
    expect(await huxin('clerk', ['import', file, '--type', 'penalty'])).toMatchObject({
      code: 1,
      out: expect.stringContaining('There is no header row.'),
    });
  });

  it('holds a file until it is published, or discards it', async () => {
    const file = await nodes.writeForm('held.csv', [numbered('131')]);
    const args = ['import', file, '--type', 'penalty', '--hold'];
    const held = await huxin('clerk', args);
    expect(held.code).toBe(0);
    const [, id = ''] = /To publish: huxin publish (\S+);/.exec(held.out) ?? [];
    expect(await huxin('clerk', ['publish', id])).toMatchObject({ code: 0, out: expect.stringMatching(/state +done/) });
    const twice = await huxin('clerk', ['publish', id]);
    expect(twice).toMatchObject({ code: 1, out: '', err: expect.stringContaining('does not allow this') });

    const other = await jsonOf<Imported>(huxin('clerk', [...args, '--json']));
    const { out } = await huxin('clerk', ['discard', other.id]);
    expect(out).toMatch(/state +discarded/);
  });

  it('does not wait when told not to', async () => {
    const file = await nodes.writeForm('later.csv', [numbered('141')]);
    const given = await jsonOf<Imported>(huxin('clerk', ['import', file, '--type', 'penalty', '--no-wait', '--json']));
    expect(given.state).toBe('received');
    expect(given).not.toHaveProperty('refusals');
    await nodes.network.node('310000').node.work.settled();
    expect((await jsonOf<Imported>(huxin('clerk', ['imports', 'show', given.id, '--json']))).state).toBe('done');
  });

  it.each([
    [['import', 'a.csv', '--type', 'weather'], 'penalty, dishonesty, grade, commendation', 'penalty、dishonesty'],
    [['import', '/nowhere.csv', '--type', 'penalty'], 'cannot read /nowhere.csv (ENOENT)', '读不了文件'],
    [['import', tmpdir(), '--type', 'penalty'], '(EISDIR)', '（EISDIR）'],
    [['import', 'a.csv'], "required option '--type <type>'", '缺少必需的选项'],
  ])('%j is misuse', async (argv, en, zh) => {
    const { code, out, err } = await huxin('clerk', argv, 'C');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(en);
    expect(err).toContain(zh);
  });
});

describe('huxin imports', () => {
  it('lists them, newest first, also to an operator', async () => {
    const file = await nodes.writeForm('列表.csv', [numbered('161')]);
    const { id } = await jsonOf<Imported>(huxin('clerk', ['import', file, '--type', 'penalty', '--json']));
    const { out } = await huxin('operator', ['imports', '--limit', '1']);
    expect(out.split('\n')[2]).toMatch(new RegExp(`^${id} .*列表\\.csv +penalty .* done +1 +0$`));
    const listed = await jsonOf<{ imports: Imported[] }>(huxin('clerk', ['imports', 'list', '--json']));
    expect(listed.imports[0]).toMatchObject({ id });
  });

  it('shows one with its refused rows; looking is no failure', async () => {
    const file = await nodes.writeForm('shown.csv', [{ ...numbered('171'), 处罚决定日期: '' }, numbered('172')]);
    const given = JSON.parse((await huxin('clerk', ['import', file, '--type', 'penalty', '--json'])).out) as Imported;
    const shown = await huxin('clerk', ['imports', 'show', given.id]);
    expect(shown).toMatchObject({ code: 0, out: expect.stringContaining('A value is required in "处罚决定日期".') });
    const toOperator = await huxin('operator', ['imports', 'show', given.id]);
    expect(toOperator).toMatchObject({ code: 0, out: expect.stringMatching(/\n +2 +1 +0 +0 +0 +1\n$/) });
  });

  it('shows a person the first refusals of many, and a program all of them', async () => {
    const rows = Array.from({ length: 205 }, (_, i) => ({ ...numbered(`9${i}`), 处罚决定日期: '' }));
    const file = await nodes.writeForm('many.csv', rows);
    const { code, out, err } = await huxin('clerk', ['import', file, '--type', 'penalty']);
    expect(code).toBe(1);
    expect(out.match(/A value is required/g)).toHaveLength(200);
    const [, id = ''] =
      /Only the first 200 are shown; for all of them: huxin imports show (\S+) --json/.exec(err) ?? [];
    const { refusals } = await jsonOf<Imported>(huxin('clerk', ['imports', 'show', id, '--json']));
    expect(refusals.map(({ row }) => row)).toEqual(rows.map((_, i) => i + 2));
  });

  it('knows no others', async () => {
    expect(await huxin('clerk', ['imports', 'show', 'no-such-id'])).toMatchObject({
      code: 1,
      err: 'There is no such import: no-such-id. Check its id.\n',
    });
  });

  it('revokes all that one opened', async () => {
    const file = await nodes.writeForm('wrong.csv', [numbered('181'), numbered('182')]);
    const { id } = await jsonOf<Imported>(huxin('clerk', ['import', file, '--type', 'penalty', '--json']));
    const revoke = ['imports', 'revoke', id, '--reason', '文件有误'];
    expect(await huxin('clerk', revoke)).toEqual({ code: 0, out: '2 records revoked\n', err: '' });
    expect(await jsonOf(huxin('clerk', [...revoke, '--json']))).toEqual({ revoked: 0 });
  });
});
