import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Import, ImportItem, ImportRefusal, ImportState } from '../../node/registry/ports.ts';
import { engines } from '../support/engines.ts';
import { type OpenStore, storesOn } from '../support/stores.ts';

const at = '2026-11-20T02:00:00.000Z';

describe.each(engines)('the imports in $name', (engine) => {
  const stores = storesOn(engine);
  let store: OpenStore;

  beforeEach(async () => {
    store = await stores.open();
  });
  afterEach(() => stores.close());

  function sample(id: string, changes: Partial<Import> = {}): Import {
    return {
      ...{
        id,
        type: 'penalty',
        fileName: '处罚.csv',
        authority: 'A',
        person: '0001',
        state: 'received',
        createdAt: at,
      },
      ...{ hold: false, allOrNothing: true },
      summary: {
        ...{
          rows: 3,
          refusedRows: 1,
          opened: 0,
          corrected: 0,
          unchanged: 0,
          repeated: 0,
          personalCells: 2,
          oddRows: 0,
        },
        warnings: [{ code: 'x', row: 7 }],
      },
      ...changes,
    };
  }

  function item(row: number): ImportItem {
    const body = { 名: '值', n: [1, { deep: null }] };
    return { row, naturalKey: `key-${row}`, uscc: 'U', decidedOn: '2026-10-09', authority: 'A', body };
  }

  it('are given back as they were put, the last form of each', async () => {
    const first = sample('1');
    const changes: Partial<Import> = { state: 'refused', hold: true, allOrNothing: false, finishedAt: at };
    const second = sample('1', { ...changes, problem: { code: 'sheet/truncated', facts: { bytes: 7 } } });
    await store.imports.putImport(first);
    expect(await store.imports.findImport('1')).toEqual(first);
    await store.imports.putImport(second);
    expect(await store.imports.findImport('1')).toEqual(second);
    expect(await store.imports.findImport('2')).toBeUndefined();
  });

  it('are listed newest first, some at a time, all or one authority’s', async () => {
    for (const id of ['1', '2', '3']) await store.imports.putImport(sample(id, { authority: id === '2' ? 'B' : 'A' }));
    const ids = async (...given: Parameters<OpenStore['imports']['listImports']>) =>
      (await store.imports.listImports(...given)).map(({ id }) => id);
    expect(await ids(10)).toEqual(['3', '2', '1']);
    expect(await ids(2)).toEqual(['3', '2']);
    expect(await ids(10, 'A')).toEqual(['3', '1']);
  });

  it('move from one state to the next once, whoever asks first', async () => {
    await store.imports.putImport(sample('1', { state: 'held' }));
    const moved = await Promise.all([1, 2, 3].map(() => store.imports.moveImport('1', 'held', 'discarded', at)));
    expect(moved.filter(Boolean)).toHaveLength(1);
    expect(await store.imports.findImport('1')).toMatchObject({ state: 'discarded', finishedAt: at });
    expect(await store.imports.moveImport('2', 'held', 'discarded')).toBe(false);
  });

  it('belong to the worker that claimed them last, while they are not finished', async () => {
    await store.imports.putImport(sample('1'));
    await store.imports.putImport(sample('2', { state: 'done' }));
    await store.imports.claimImport('1', 'one');
    await store.imports.claimImport('1', 'two');
    await store.imports.claimImport('2', 'one');
    expect(await store.imports.isClaimed('1', 'one')).toBe(false);
    expect(await store.imports.isClaimed('1', 'two')).toBe(true);
    expect(await store.imports.isClaimed('2', 'one')).toBe(false);
    await store.imports.putImport(sample('1', { state: 'reading' }));
    expect(await store.imports.isClaimed('1', 'two')).toBe(true);
  });

  it('are taken up again from every state that a stopped process can leave', async () => {
    const states: ImportState[] = [
      'receiving',
      'received',
      'reading',
      'held',
      'publishing',
      'done',
      'refused',
      'discarded',
    ];
    for (const state of states) await store.imports.putImport(sample(state, { state }));
    expect((await store.imports.listUnfinished()).map(({ id }) => id)).toEqual(['publishing', 'reading', 'received']);
  });

  it('that are still being received are found by when they were begun', async () => {
    const minute = (n: number) => `2026-11-20T02:0${n}:00.000Z`;
    for (const n of [3, 1, 2])
      await store.imports.putImport(sample(`${n}`, { state: 'receiving', createdAt: minute(n) }));
    await store.imports.putImport(sample('0', { state: 'reading', createdAt: minute(0) }));
    expect(await store.imports.listReceiving(minute(3))).toEqual(['1', '2']);
    expect(await store.imports.listReceiving(minute(1))).toEqual([]);
  });

  it('keep the file in pieces, byte for byte, until it is read', async () => {
    await store.imports.putImport(sample('1'));
    const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 256);
    await store.imports.putChunk('1', 0, bytes);
    await store.imports.putChunk('1', 1, bytes.slice(0, 7));
    expect(await store.imports.readChunk('1', 0)).toEqual(bytes);
    expect(await store.imports.readChunk('1', 1)).toEqual(bytes.slice(0, 7));
    expect(await store.imports.readChunk('1', 2)).toBeUndefined();
    await store.imports.dropChunks('1');
    expect(await store.imports.readChunk('1', 0)).toBeUndefined();
  });

  it('list the rows that wait, in row order, and remember what became of the others', async () => {
    await store.imports.putImport(sample('1'));
    const rows = Array.from({ length: 130 }, (_, i) => item(200 - i));
    await store.imports.putItems('1', rows);
    const waiting = async (after: number, limit: number) =>
      (await store.imports.listWaiting('1', after, limit)).map(({ row }) => row);
    expect(await waiting(0, 3)).toEqual([71, 72, 73]);
    expect(await waiting(72, 2)).toEqual([73, 74]);
    expect((await store.imports.listWaiting('1', 0, 1))[0]).toEqual(item(71));
    await store.imports.putOutcomes('1', [
      { row: 71, outcome: 'opened', txn: 't-71', at: { log: 1, index: 2 ** 40 } },
      { row: 72, outcome: 'corrected', txn: 't-72', at: { log: 1, index: 8 } },
      { row: 73, outcome: 'unchanged', txn: 't-73' },
      { row: 74, outcome: 'refused', txn: 't-74' },
      { row: 75, outcome: 'opened', txn: 't-75', at: { log: 1, index: 9 } },
    ]);
    expect(await waiting(0, 1)).toEqual([76]);
    expect(await store.imports.listOpened('1')).toEqual(['t-71', 't-75']);
    await store.imports.dropWaiting('1');
    expect(await waiting(0, 200)).toEqual([]);
    expect(await store.imports.listOpened('1')).toEqual(['t-71', 't-75']);
  });

  it('list refusals in the order in which they were found', async () => {
    await store.imports.putImport(sample('1'));
    const refusal = (row: number): ImportRefusal => ({
      row,
      column: '处罚日期',
      value: '？',
      code: 'c',
      facts: { row },
    });
    const all = Array.from({ length: 120 }, (_, i) => refusal(500 - i));
    await store.imports.putRefusals('1', 0, all.slice(0, 110));
    await store.imports.putRefusals('1', await store.imports.countRefusals('1'), all.slice(110));
    expect(await store.imports.countRefusals('1')).toBe(120);
    expect(await store.imports.listRefusals('1', 0, 1000)).toEqual(all);
    expect(await store.imports.listRefusals('1', 118, 1000)).toEqual(all.slice(118));
    expect(await store.imports.listRefusals('1', 3, 2)).toEqual(all.slice(3, 5));
  });

  it('forget what was read of one of them, and of no other', async () => {
    for (const id of ['1', '2']) {
      await store.imports.putImport(sample(id));
      await store.imports.putItems(id, [item(1)]);
      await store.imports.putRefusals(id, 0, [{ row: 2, column: '', value: '', code: 'c', facts: {} }]);
    }
    await store.imports.dropReading('1');
    expect(await store.imports.listWaiting('1', 0, 9)).toEqual([]);
    expect(await store.imports.countRefusals('1')).toBe(0);
    expect(await store.imports.listWaiting('2', 0, 9)).toHaveLength(1);
    expect(await store.imports.countRefusals('2')).toBe(1);
  });
});
