/** What the work list asks of the tables of records and of imports. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatBase64url, utf8 } from '../../node/base/bytes.ts';
import type { Import, ImportItem, NewStep } from '../../node/registry/ports.ts';
import { sampleUscc } from '../support/bulletins.ts';
import { engines } from '../support/engines.ts';
import { addLog, type OpenStore, sampleEntry, storesOn } from '../support/stores.ts';

const [member, jiangsu] = ['310000', '320000'] as const;
const at = '2026-11-20T02:00:00.000Z';

describe.each(engines)('the work list in $name', (engine) => {
  const stores = storesOn(engine);
  let store: OpenStore;
  let logs: Record<string, number>;

  beforeEach(async () => {
    store = await stores.open();
    logs = { [member]: (await addLog(store, member, true)).id, [jiangsu]: (await addLog(store, jiangsu)).id };
  });
  afterEach(() => stores.close());

  /** A step in that member's log, its body in the entry. */
  async function put(author: string, index: number, changes: Partial<NewStep>, body: object = {}): Promise<void> {
    const log = logs[author] as number;
    const payload = formatBase64url(utf8(JSON.stringify({ events: { 'urn:x': body } })));
    const rest = { member, txn: 'txn-1', uscc: sampleUscc(1), type: 'penalty', decidedOn: '2026-10-09', at };
    await store.log.putEntries(log, [sampleEntry(index, { content: { salt: '', jws: `h.${payload}.s` } })]);
    await store.registry.putSteps(log, [{ ...rest, jti: `${author}-${index}`, index, ...changes }]);
  }

  const own = (authority: string) => ({ own: { naturalKey: `key ${authority}`, bodyDigest: 'd', authority } });
  const open = async (whose: Parameters<OpenStore['registry']['listOpenObjections']>[0], limit = 10) =>
    (await store.registry.listOpenObjections(whose, limit)).map(({ mark, authority }) => [mark.jti, authority]);

  it('has the open objections to own records, those heard of first at the front, with whose record it is', async () => {
    await put(member, 1, { state: 'publicised', ...own('A') });
    await put(member, 2, { txn: 'txn-2', state: 'publicised', ...own('B') });
    await put(jiangsu, 5, { type: 'objection' }, { reason: '第一' });
    await put(jiangsu, 4, { type: 'objection', txn: 'txn-2', at: '2026-11-19T02:00:00.000Z' });
    expect(await open({ of: member })).toEqual([
      ['320000-4', 'B'],
      ['320000-5', 'A'],
    ]);
    expect(await open({ of: member }, 1)).toEqual([['320000-4', 'B']]);
    expect(await open({ of: member, authority: 'A' })).toEqual([['320000-5', 'A']]);
    const [{ mark } = {}] = await store.registry.listOpenObjections({ of: member, authority: 'A' }, 1);
    expect(mark).toMatchObject({ author: jiangsu, body: { reason: '第一' } });
  });

  it('has none that was decided, but for a decision without effect', async () => {
    await put(member, 1, { state: 'publicised', ...own('A') });
    for (const index of [4, 5, 6]) await put(jiangsu, index, { type: 'objection' });
    const decision = { type: 'objection-decision', ...own('A') };
    await put(member, 2, { ...decision, state: 'publicised', answers: '320000-4' });
    await put(member, 3, { ...decision, answers: '320000-5' });
    await put(member, 4, { ...decision, txn: 'txn-2', state: 'publicised', answers: '320000-6' }); // of another record
    expect((await open({ of: member })).map(([jti]) => jti)).toEqual(['320000-5', '320000-6']);
  });

  it('knows that it was decided even when the decision was erased', async () => {
    await put(member, 1, { state: 'publicised', ...own('A') });
    await put(jiangsu, 4, { type: 'objection' });
    await put(member, 2, { type: 'objection-decision', state: 'publicised', answers: '320000-4' });
    await store.erasures.erase(logs[member] as number, [2], { by: 9, ground: 'ordered', at }, String);
    expect(await open({ of: member })).toEqual([]);
  });

  it('has the objections raised here to others’ records, and forgets those that were erased', async () => {
    await put(jiangsu, 1, { member: jiangsu, state: 'publicised' });
    await put(member, 2, { member: jiangsu, type: 'objection' });
    await put(member, 3, { type: 'objection' }); // to our own
    expect(await open({ by: member })).toEqual([['310000-2', undefined]]);
    await store.erasures.erase(logs[member] as number, [2], { by: 9, ground: 'ordered', at }, String);
    expect(await open({ by: member })).toEqual([]);
  });

  it('reads many records at once', async () => {
    await put(member, 1, { state: 'publicised' });
    await put(member, 2, { txn: 'txn-2', state: 'publicised' });
    await put(jiangsu, 3, { member: jiangsu, txn: 'txn-2', state: 'publicised' });
    await put(jiangsu, 4, { type: 'objection' });
    const steps = await store.registry.listStepsOf([
      { member, txn: 'txn-1' },
      { member: jiangsu, txn: 'txn-2' },
      { member, txn: 'txn-1' },
    ]);
    expect(steps.map(({ jti }) => jti)).toEqual(['310000-1', '320000-3', '320000-4']);
    expect(await store.registry.listStepsOf([])).toEqual([]);
  });

  const given: Import = {
    ...{ id: 'i1', type: 'penalty', fileName: 'a.csv', authority: 'A', person: '0001', state: 'held' as const },
    ...{ hold: true, allOrNothing: false, createdAt: at },
    summary: {
      ...{ rows: 0, refusedRows: 0, opened: 0, corrected: 0, unchanged: 0, repeated: 0, personalCells: 0 },
      ...{ oddRows: 0, warnings: [] },
    },
  };

  it('has the imports that are held, of one authority when told', async () => {
    for (const [id, authority, state] of [
      ['i3', 'A', 'held'],
      ['i1', 'A', 'held'],
      ['i2', 'B', 'held'],
      ['i4', 'A', 'done'],
    ] as const) {
      await store.imports.putImport({ ...given, id, authority, state });
    }
    const held = async (...of: [number, string?]) => (await store.imports.listHeld(...of)).map(({ id }) => id);
    expect(await held(10)).toEqual(['i1', 'i2', 'i3']);
    expect(await held(10, 'A')).toEqual(['i1', 'i3']);
    expect(await held(1)).toEqual(['i1']);
  });

  it('has the imports whose revocation waits for a second person', async () => {
    const revocation = { reason: '有误', by: { authority: 'A', person: '0001' }, at, revoked: 0 };
    for (const [id, state] of [
      ['i1', 'waiting'],
      ['i2', 'running'],
      ['i3', 'done'],
      ['i4', 'waiting'],
    ] as const) {
      await store.imports.putImport({ ...given, id, authority: id === 'i4' ? 'B' : 'A', state: 'done' });
      await store.imports.putRevocation(id, { ...revocation, state });
    }
    const listed = async (...of: [number, string?]) => (await store.imports.listRevocations(...of)).map(({ id }) => id);
    expect(await listed(10)).toEqual(['i4', 'i1']);
    expect(await listed(10, 'A')).toEqual(['i1']);
  });

  it('counts the rows that are of no record that stands, by authority and day', async () => {
    await store.imports.putImport(given);
    const item = (row: number, naturalKey: string, decidedOn: string, authority = 'A'): ImportItem => {
      return { row, naturalKey, uscc: sampleUscc(row), decidedOn, authority, body: {} };
    };
    await store.imports.putItems('i1', [
      item(2, 'k2', '2026-10-09'),
      item(3, 'k3', '2026-10-08'),
      item(4, 'k4', '2026-10-09'),
      item(5, 'k5', '2026-10-09', 'B'),
      item(6, 'known', '2026-10-01'),
      item(7, 'k7', '2026-10-02'),
      item(8, 'revoked', '2026-10-10'),
      item(9, 'reopened', '2026-10-11'),
    ]);
    await store.imports.putOutcomes('i1', [{ row: 7, outcome: 'refused', txn: 't' }]);
    const of = (txn: string, naturalKey: string) => ({ txn, own: { naturalKey, bodyDigest: 'd', authority: 'A' } });
    const revocation = { type: 'revocation', state: 'revoked' } as const;
    await put(member, 1, { state: 'publicised', ...of('txn-1', 'known') });
    await put(member, 2, { state: 'publicised', ...of('txn-2', 'revoked') });
    await put(member, 3, { ...revocation, ...of('txn-2', 'revoked') });
    await put(member, 4, { state: 'publicised', ...of('txn-3', 'reopened') });
    await put(member, 5, { ...revocation, ...of('txn-3', 'reopened') });
    await put(member, 6, { state: 'publicised', ...of('txn-4', 'reopened') });
    expect(await store.imports.countNewRows('i1')).toEqual([
      { authority: 'A', decidedOn: '2026-10-08', rows: 1, row: 3 },
      { authority: 'A', decidedOn: '2026-10-09', rows: 2, row: 2 },
      { authority: 'B', decidedOn: '2026-10-09', rows: 1, row: 5 },
      { authority: 'A', decidedOn: '2026-10-10', rows: 1, row: 8 },
    ]);
    expect(await store.imports.countNewRows('i2')).toEqual([]);
  });
});
