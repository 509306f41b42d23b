import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Workbook } from '@cj-tech-master/excelts';
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
    [['import', 'a.csv', '--type', 'weather'], 'penalty, dishonesty, serious-list', 'penalty、dishonesty'],
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
      err: expect.stringMatching(/^There is no such import: no-such-id. Check its id.\n→ /),
    });
  });

  it('revokes all that one opened', async () => {
    const file = await nodes.writeForm('wrong.csv', [numbered('181'), numbered('182')]);
    const { id } = await jsonOf<Imported>(huxin('clerk', ['import', file, '--type', 'penalty', '--json']));
    const revoke = ['imports', 'revoke', id, '--reason', '文件有误'];
    const { code, out } = await huxin('clerk', revoke);
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(/\nRevocation done: 2 records, .* by 0001 .*文件有误\n$/),
    });
    const again = await huxin('clerk', [...revoke, '--json']);
    expect([again.code, JSON.parse(again.err).code]).toEqual([1, 'import/wrong-state']);
    const shown = await huxin('operator', ['imports', 'show', id], 'zh_CN.UTF-8');
    expect(shown.out).toMatch(/撤销完成：2 条记录，\d{4}-\d\d-\d\d \d\d:\d\d，0001/);
  });

  it('hands the refused rows back as a workbook, which is imported once it is mended', async () => {
    const file = await nodes.writeForm('back.csv', [numbered('191'), { ...numbered('192'), 处罚类别: '训诫' }]);
    const { code, err } = await huxin('clerk', ['import', file, '--type', 'penalty']);
    const [, id = ''] = /huxin imports refusals (\S+) --out refused\.xlsx/.exec(err) ?? [];
    expect(code).toBe(1);
    const back = join(nodes.folder, 'back.xlsx');
    expect(await huxin('clerk', ['imports', 'refusals', id, '--out', back])).toMatchObject({ code: 0, err: '' });
    expect(await huxin('clerk', ['imports', 'refusals', id, '--out', back])).toMatchObject({ code: 2 });
    const again = await huxin('clerk', ['import', back, '--type', 'penalty', '--json']);
    expect(JSON.parse(again.out)).toMatchObject({ state: 'done', summary: { rows: 1, refusedRows: 1 } });
    const workbook = new Workbook();
    await workbook.xlsx.readFile(back);
    workbook.worksheets[0]?.eachRow((row) =>
      row.eachCell((cell) => {
        if (cell.value === '训诫') cell.value = '警告';
      }),
    );
    const mended = join(nodes.folder, 'mended.xlsx');
    await workbook.xlsx.writeFile(mended);
    const done = await jsonOf<Imported>(huxin('clerk', ['import', mended, '--type', 'penalty', '--json']));
    expect(done).toMatchObject({ state: 'done', summary: { rows: 1, opened: 1 }, refusals: [] });
  });
});

describe('huxin import --dry-run', () => {
  it('publishes nothing, says what would change, and can be published', async () => {
    const fine = '罚款金额(万元)';
    const first = await nodes.writeForm('dry-1.csv', [numbered('201'), numbered('202')]);
    await jsonOf<Imported>(huxin('clerk', ['import', first, '--type', 'penalty', '--json']));
    const rows = [numbered('201'), { ...numbered('202'), [fine]: '3.2' }, numbered('203')];
    const file = await nodes.writeForm('dry-2.csv', rows);
    const { code, out } = await huxin('clerk', ['import', file, '--type', 'penalty', '--dry-run']);
    expect(code).toBe(0);
    expect(out).toMatch(/state +held\n/);
    expect(out).toMatch(/rows +to open +to correct +unchanged +repeated +refused\n.+\n +3 +1 +1 +1 +0 +0\n/);
    expect(out).toMatch(/row +record +member +before +after\n.+\n +3 +310000\.\S+ +罚款金额\(万元\) +1\.5 +3\.2\n/);
    const [, id = ''] = /To publish: huxin publish (\S+);/.exec(out) ?? [];
    const preview = await jsonOf<{ changes: object[] }>(huxin('clerk', ['imports', 'preview', id, '--json']));
    expect(preview.changes).toMatchObject([
      { row: 3, outcome: 'corrected', changes: [{ member: 'fine', column: fine, before: '1.5', after: '3.2' }] },
    ]);
    const done = await jsonOf<Imported>(huxin('clerk', ['publish', id, '--json']));
    expect(done).toMatchObject({ state: 'done', summary: { opened: 1, corrected: 1, unchanged: 1 } });
  });

  it('exits 1 when a row would be refused', async () => {
    const file = await nodes.writeForm('dry-3.csv', [numbered('211'), { ...numbered('212'), 处罚决定日期: '' }]);
    const { code, out } = await huxin('clerk', ['import', file, '--type', 'penalty', '--dry-run', '--json']);
    expect({ code, ...JSON.parse(out) }).toMatchObject({ code: 1, state: 'held', changes: [] });
  });
});

describe('huxin template', () => {
  it('writes the empty form, which is refused as one without rows until it is filled in', async () => {
    const file = join(nodes.folder, 'template.xlsx');
    expect(await huxin('clerk', ['template', 'grade', '--out', file])).toMatchObject({ code: 0, err: '' });
    const { code, out } = await huxin('clerk', ['import', file, '--type', 'grade']);
    expect(code).toBe(1);
    expect(out).toContain('There is a header and no row below it');
    const other = await huxin('clerk', ['import', file, '--type', 'penalty'], 'zh_CN.UTF-8');
    expect(other.out).toContain('这像是 grade 的表格');
    expect(await huxin('clerk', ['template', 'weather', '--out', file])).toMatchObject({ code: 2 });
  });
});
