/** Uploads: what is taken, what is refused before it is read, who sees whose, and what becomes of them. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forms } from '../../node/form/forms.ts';
import { openSheet } from '../../node/sheet/sheet.ts';
import { type Api, createApi } from '../support/api.ts';
import { sampleUscc } from '../support/bulletins.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { serveNode } from '../support/serve.ts';
import { sourceOf } from '../support/sheets.ts';
import { csvOf, importForm } from '../support/uploads.ts';

const number = '行政处罚决定书文号';
const uscc = '行政相对人代码_1(统一社会信用代码)';
const column = '罚款金额(万元)';
const office = sampleUscc(1, '11310000');

let network: Network;
let node: RunningNode;
let clerk: Api;
let officeClerk: Api;

beforeAll(async () => {
  network = await openNetwork({ running: ['310000'] });
  node = network.node('310000');
  clerk = createApi(node.url, await node.createToken('clerk'));
  officeClerk = createApi(node.url, await node.createToken('clerk', office));
});
afterAll(() => network.close());

const penalty = { type: 'penalty', name: '行政处罚.csv' };
const unknown = '/api/v1/imports/0198f3c2-7a51-7c3e-9b2f-3d5a1c9e7b10';

describe('an upload', () => {
  it('is answered with where its progress is found, and is published', async () => {
    const { status, headers, body } = await clerk('POST', '/api/v1/imports', {
      query: penalty,
      body: csvOf('penalty'),
    });
    expect([status, body.state, body.fileName]).toEqual([202, 'received', '行政处罚.csv']);
    await node.node.work.settled();
    const told = await clerk('GET', headers.get('location') ?? '');
    expect(told.body).toMatchObject({ id: body.id, state: 'done', summary: { rows: 1, opened: 1, refusedRows: 0 } });
  });

  it('tells each refused row with its reason in both languages, page by page', async () => {
    const rows = [
      { [number]: '沪知罚〔2026〕20号' },
      { [number]: '' },
      { [number]: '沪知罚〔2026〕22号', 处罚类别: '训诫' },
    ];
    const { id, summary } = await importForm(clerk, node, rows);
    expect(summary).toMatchObject({ rows: 3, refusedRows: 2, opened: 1 });
    const path = `/api/v1/imports/${id}/refusals`;
    const first = (await clerk('GET', path, { query: { limit: '1' } })).body;
    expect(first).toMatchObject({ refusals: [{ column: number, code: 'import/value-missing' }], next: 1 });
    expect(first.refusals[0].zh).toContain(number);
    const second = (await clerk('GET', path, { query: { from: '1', limit: '1' } })).body;
    expect(second.refusals).toMatchObject([{ column: '处罚类别', value: '训诫', code: 'import/value-not-listed' }]);
    expect(second).not.toHaveProperty('next');
  });

  it('waits when it is held, until it is published or discarded', async () => {
    const { id, state } = await importForm(clerk, node, [{ [number]: '沪知罚〔2026〕30号' }], { hold: 'true' });
    expect(state).toBe('held');
    expect((await clerk('POST', `/api/v1/imports/${id}/publish`)).status).toBe(202);
    await node.node.work.settled();
    expect((await clerk('GET', `/api/v1/imports/${id}`)).body).toMatchObject({ state: 'done', summary: { opened: 1 } });
    const late = await clerk('POST', `/api/v1/imports/${id}/discard`);
    expect(late).toMatchObject({ status: 409, body: { code: 'import/wrong-state', facts: { state: 'done' } } });

    const other = await importForm(clerk, node, [{ [number]: '沪知罚〔2026〕31号' }], { hold: 'true' });
    const early = await clerk('POST', `/api/v1/imports/${other.id}/revocation`, { body: { reason: '导入有误' } });
    expect(early).toMatchObject({ status: 409, body: { code: 'import/wrong-state', facts: { state: 'held' } } });
    const dropped = await clerk('POST', `/api/v1/imports/${other.id}/discard`);
    expect(dropped).toMatchObject({ status: 200, body: { state: 'discarded' } });
  });

  it('publishes nothing of a file with a refused row when it must be all', async () => {
    const rows = [{ [number]: '沪知罚〔2026〕40号' }, { [number]: '' }];
    const given = await importForm(clerk, node, rows, { allOrNothing: 'true' });
    expect(given).toMatchObject({ state: 'refused', summary: { opened: 0, refusedRows: 1 } });
  });

  it('can be taken back whole, in the background', async () => {
    const { id } = await importForm(clerk, node, [
      { [number]: '沪知罚〔2026〕50号' },
      { [number]: '沪知罚〔2026〕51号' },
    ]);
    const path = `/api/v1/imports/${id}/revocation`;
    const by = { authority: node.node.self.authority, person: '0001' };
    const begun = await clerk('POST', path, { body: { reason: '文件有误' } });
    expect(begun).toMatchObject({ status: 202, body: { revocation: { state: 'running', by, revoked: 0 } } });
    await node.node.work.settled();
    const { body } = await clerk('GET', `/api/v1/imports/${id}`);
    expect(body.revocation).toMatchObject({ state: 'done', reason: '文件有误', by, revoked: 2 });
    expect(body.revocation.finishedAt >= body.revocation.at).toBe(true);
    expect(await clerk('POST', path, { body: {} })).toMatchObject({ status: 400, body: { code: 'input/invalid' } });
  });

  it('is taken back by two persons where the configuration wants two', async () => {
    const other = await openNetwork({ running: ['310000'], config: { fourEyes: ['revocation'] } });
    const there = other.node('310000');
    const { authority } = there.node.self;
    const [first, second] = await Promise.all(
      ['0001', '0002'].map(
        async (person) => (await there.node.tokens.create({ role: 'clerk', authority, person })).secret,
      ),
    );
    const one = createApi(there.url, first);
    const { id } = await importForm(one, there);
    const call = [`/api/v1/imports/${id}/revocation`, { body: { reason: '文件有误' } }] as const;
    expect((await one('POST', ...call)).body.revocation).toMatchObject({ state: 'waiting', by: { person: '0001' } });
    await there.node.work.settled();
    expect(await there.node.imports.get(id)).toMatchObject({ revocation: { state: 'waiting', revoked: 0 } });
    expect(await one('POST', ...call)).toMatchObject({ status: 403, body: { code: 'proposal/same-person' } });
    await createApi(there.url, second)('POST', ...call);
    await there.node.work.settled();
    expect(await there.node.imports.get(id)).toMatchObject({
      revocation: { state: 'done', revoked: 1, by: { person: '0001' }, approvedBy: { person: '0002' } },
    });
    await other.close();
  });
});

describe('a dry run', () => {
  it('says what publishing would do, row by row, and publishes nothing', async () => {
    await importForm(clerk, node, [{ [number]: '沪知罚〔2026〕70号' }, { [number]: '沪知罚〔2026〕71号' }]);
    const rows = [
      { [number]: '沪知罚〔2026〕70号' },
      { [number]: '沪知罚〔2026〕71号', [column]: '2', 备注: '更正' },
      { [number]: '沪知罚〔2026〕72号' },
      { [number]: '' },
    ];
    const given = await importForm(clerk, node, rows, { dryRun: 'true' });
    expect(given).toMatchObject({
      state: 'held',
      hold: true,
      summary: { opened: 0, refusedRows: 1, preview: { opened: 1, corrected: 1, unchanged: 1, refused: 0 } },
    });
    const path = `/api/v1/imports/${given.id}/preview`;
    const first = (await clerk('GET', path, { query: { limit: '2' } })).body;
    expect(first).toMatchObject({ rows: [{ row: 2, outcome: 'unchanged' }, { row: 3 }], next: 3 });
    expect(first.rows[1]).toMatchObject({
      outcome: 'corrected',
      record: expect.stringMatching(/^310000\./),
      changes: [
        { member: 'fine', column, before: '1.5', after: '2' },
        { member: 'remarks', column: '备注', after: '更正' },
      ],
    });
    const { body } = await clerk('GET', path, { query: { from: '3' } });
    expect(body).toMatchObject({ rows: [{ row: 4, outcome: 'opened' }] });
    expect(body).not.toHaveProperty('next');

    expect((await clerk('POST', `/api/v1/imports/${given.id}/publish`)).status).toBe(202);
    await node.node.work.settled();
    const { summary } = (await clerk('GET', `/api/v1/imports/${given.id}`)).body;
    expect(summary).toMatchObject({ opened: 1, corrected: 1, unchanged: 1, refusedRows: 1 });
    expect(await clerk('GET', path)).toMatchObject({ status: 409, body: { code: 'import/wrong-state' } });
  });

  it('tells a row about another subject than its record with its sentence', async () => {
    await importForm(clerk, node, [{ [number]: '沪知罚〔2026〕75号' }]);
    const rows = [{ [number]: '沪知罚〔2026〕75号', [uscc]: sampleUscc(3) }];
    const { id, summary } = await importForm(clerk, node, rows, { dryRun: 'true' });
    expect(summary.preview).toEqual({ opened: 0, corrected: 0, unchanged: 0, refused: 1 });
    const [row] = (await clerk('GET', `/api/v1/imports/${id}/preview`)).body.rows;
    expect(row).toMatchObject({ row: 2, outcome: 'refused', code: 'registry/other-subject' });
    expect(row.zh).toContain(sampleUscc(3));
  });
});

describe('what comes back', () => {
  const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

  async function download(path: string): Promise<{ headers: Headers; rows: string[][] }> {
    const token = await node.createToken('clerk');
    const answer = await fetch(`${node.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
    const { sheets } = await openSheet(sourceOf(new Uint8Array(await answer.arrayBuffer())), 'a.xlsx');
    const rows: string[][] = [];
    for await (const { cells } of sheets[0]?.rows() ?? []) rows.push(cells.map(({ text }) => text));
    return { headers: answer.headers, rows };
  }

  it('is a workbook of the refused rows, those that were refused when they were published too', async () => {
    await importForm(clerk, node, [{ [number]: '沪知罚〔2026〕80号' }]);
    const { id, summary } = await importForm(clerk, node, [
      { [number]: '沪知罚〔2026〕80号', [uscc]: sampleUscc(4) },
      { [number]: '沪知罚〔2026〕81号', 处罚类别: '训诫' },
      { [number]: '沪知罚〔2026〕82号' },
    ]);
    expect(summary).toMatchObject({ rows: 3, refusedRows: 2, opened: 1 });
    const { headers, rows } = await download(`/api/v1/imports/${id}/refusals.xlsx`);
    expect(headers.get('content-type')).toBe(xlsx);
    expect(headers.get('content-disposition')).toBe('attachment; filename=penalty-refused.xlsx');
    const [names = [], other = [], unknown = []] = rows;
    expect(names[0]).toBe('退回原因 Reason');
    expect([other[names.indexOf(uscc)], other[names.indexOf(number)]]).toEqual([sampleUscc(4), '沪知罚〔2026〕80号']);
    expect(other[0]).toMatch(/^原第 2 行\n同一文书的记录/);
    expect(unknown[names.indexOf('处罚类别')]).toBe('训诫');
    expect(rows).toHaveLength(3);
    await clerk('GET', `/api/v1/imports/${id}/refusals.xlsx`); // held against the document
  });

  it('is the empty form of every type', async () => {
    for (const [type, form] of forms) {
      const { headers, rows } = await download(`/api/v1/templates/${type}`);
      expect(headers.get('content-disposition')).toBe(`attachment; filename=${type}.xlsx`);
      expect(rows).toEqual([form.columns.map(({ zh }) => zh)]);
    }
    const { status, body } = await clerk('GET', '/api/v1/templates/receipt');
    expect([status, body.code]).toEqual([422, 'import/unknown-type']);
  });

  it('says of an odd amount that it is odd', async () => {
    const given = await importForm(clerk, node, [
      { [number]: '沪知罚〔2026〕85号', 处罚内容: '罚款2000元', [column]: '2000' },
    ]);
    expect(given.summary).toMatchObject({ opened: 1, oddRows: 1 });
    expect(given.summary.warnings).toEqual([
      { code: 'import/amount-doubtful', row: 2, column, value: '2000', stated: 2000 },
    ]);
  });
});

describe('an upload is refused', () => {
  it.each([
    [{ name: 'a.csv' }, 'type'],
    [{ type: 'penalty' }, 'name'],
    [{ ...penalty, hold: 'yes' }, 'hold'],
    [{ ...penalty, holt: 'true' }, 'holt'],
    [{ ...penalty, name: 'a\u0000.csv' }, 'name'],
    [{ ...penalty, name: 'a'.repeat(256) }, 'name'],
  ])('for the query %j', async (query, pointer) => {
    const { status, body } = await clerk('POST', '/api/v1/imports', { query, body: csvOf('penalty') });
    expect([status, body.code, body.facts.mistakes[0].pointer]).toEqual([400, 'input/invalid', pointer]);
  });

  it('for a type that has no form', async () => {
    const query = { ...penalty, type: 'receipt' };
    const { status, body } = await clerk('POST', '/api/v1/imports', { query, body: csvOf('penalty') });
    expect([status, body.code]).toEqual([422, 'import/unknown-type']);
  });

  it('for its media type, or when it is packed', async () => {
    for (const headers of [{ 'content-type': 'application/json' }, { 'content-encoding': 'gzip' }]) {
      const { status, body } = await clerk('POST', '/api/v1/imports', {
        query: penalty,
        body: csvOf('penalty'),
        headers,
      });
      expect([status, body.code]).toEqual([415, 'input/unsupported-media-type']);
    }
  });

  it('when it is empty', async () => {
    const { status, body } = await clerk('POST', '/api/v1/imports', { query: penalty, body: new Uint8Array() });
    expect([status, body.code]).toEqual([422, 'import/empty']);
  });

  it('by its length, before a byte of it is kept', async () => {
    const before = (await clerk('GET', '/api/v1/imports', { query: { limit: '1000' } })).body.imports.length;
    const { config } = node.node;
    const imports = { ...config.imports, greatestFileBytes: 100 };
    const { url, close } = await serveNode(node, { config: { ...config, imports } });
    const api = createApi(url, await node.createToken('clerk'));
    const { status, body } = await api('POST', '/api/v1/imports', { query: penalty, body: new Uint8Array(101) });
    expect([status, body.code, body.facts]).toEqual([413, 'input/too-large', { most: 100 }]);
    expect((await clerk('GET', '/api/v1/imports', { query: { limit: '1000' } })).body.imports).toHaveLength(before);
    await close();
  });
});

describe('of the imports', () => {
  it('an office sees and moves its own, the province’s authority all', async () => {
    const mine = await importForm(officeClerk, node, [{ [number]: '浦知罚〔2026〕1号' }], { hold: 'true' });
    const theirs = await importForm(clerk, node, [{ [number]: '沪知罚〔2026〕60号' }], { hold: 'true' });
    const list = async (api: Api) =>
      (await api('GET', '/api/v1/imports')).body.imports.map(({ id }: { id: string }) => id);
    expect(await list(officeClerk)).toEqual([mine.id]);
    expect((await list(clerk)).slice(0, 2)).toEqual([theirs.id, mine.id]);

    const refusal = { status: 404, body: { code: 'import/not-found', facts: { import: theirs.id } } };
    expect(await officeClerk('GET', `/api/v1/imports/${theirs.id}`)).toMatchObject(refusal);
    expect(await officeClerk('GET', `/api/v1/imports/${theirs.id}/refusals`)).toMatchObject(refusal);
    expect(await officeClerk('POST', `/api/v1/imports/${theirs.id}/publish`)).toMatchObject(refusal);
    expect(await officeClerk('POST', `/api/v1/imports/${theirs.id}/discard`)).toMatchObject(refusal);
    const revocation = { body: { reason: '试' } };
    expect(await officeClerk('POST', `/api/v1/imports/${theirs.id}/revocation`, revocation)).toMatchObject(refusal);
  });

  it('none that does not exist is found, nor one whose id is no id', async () => {
    expect(await clerk('GET', unknown)).toMatchObject({ status: 404, body: { code: 'import/not-found' } });
    expect(await clerk('GET', '/api/v1/imports/%00')).toMatchObject({
      status: 404,
      body: { code: 'import/not-found' },
    });
  });

  it('the newest come first, as many as asked for', async () => {
    const { body } = await clerk('GET', '/api/v1/imports', { query: { limit: '2' } });
    expect(body.imports).toHaveLength(2);
    expect(body.imports[0].createdAt >= body.imports[1].createdAt).toBe(true);
    expect((await clerk('GET', '/api/v1/imports', { query: { limit: '1001' } })).status).toBe(400);
  });
});
