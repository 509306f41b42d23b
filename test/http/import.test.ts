/** Uploads: what is taken, what is refused before it is read, who sees whose, and what becomes of them. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Api, createApi } from '../support/api.ts';
import { sampleUscc } from '../support/bulletins.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { serveNode } from '../support/serve.ts';
import { csvOf, importForm } from '../support/uploads.ts';

const number = '行政处罚决定书文号';
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

  it('can be taken back whole', async () => {
    const { id } = await importForm(clerk, node, [
      { [number]: '沪知罚〔2026〕50号' },
      { [number]: '沪知罚〔2026〕51号' },
    ]);
    const path = `/api/v1/imports/${id}/revocation`;
    expect((await clerk('POST', path, { body: { reason: '文件有误' } })).body).toEqual({ revoked: 2 });
    expect((await clerk('POST', path, { body: { reason: '文件有误' } })).body).toEqual({ revoked: 0 });
    expect(await clerk('POST', path, { body: {} })).toMatchObject({ status: 400, body: { code: 'input/invalid' } });
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
