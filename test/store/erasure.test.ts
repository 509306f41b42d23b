/** What an erasure takes from every table, and from the files below them. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Erased } from '../../node/log/ports.ts';
import type { Import, NewStep } from '../../node/registry/ports.ts';
import type { Proposal } from '../../node/registry/proposals.ts';
import { sampleId, sampleUscc } from '../support/bulletins.ts';
import { engines } from '../support/engines.ts';
import { findInFiles, settleFiles } from '../support/raw-files.ts';
import { addLog, type OpenStore, sampleEntry, storesOn } from '../support/stores.ts';

const at = '2026-11-20T02:00:00.000Z';
const me = '310000';
const other = '320000';
const erased: Erased = { by: 90, ground: 'ordered', at: '2026-11-22T02:00:00.000Z' };

const keyOf = (naturalKey: string) => `erased:${naturalKey.length}`;

describe.each(engines)('erasing in $name', (engine) => {
  const stores = storesOn(engine);
  let store: OpenStore & { url: string };
  let own: number;
  let theirs: number;

  beforeEach(async () => {
    store = await stores.open();
    own = (await addLog(store, me, true)).id;
    theirs = (await addLog(store, other)).id;
  });
  afterEach(() => stores.close());

  function step(index: number, changes: Partial<NewStep> = {}): NewStep {
    const about = { member: me, txn: sampleId(1), uscc: sampleUscc(1) };
    const rest = { jti: `jti-${index}`, decidedOn: '2026-10-09', index, at };
    return { ...about, ...rest, type: 'penalty', state: 'publicised', ...changes };
  }

  async function put(log: number, ...steps: NewStep[]): Promise<void> {
    await store.log.putEntries(
      log,
      steps.map(({ index, jti }) =>
        sampleEntry(index, { jti, content: { salt: `salt-${log}-${index}-salt`, jws: `h.e30${log}${index}e30.s` } }),
      ),
    );
    await store.registry.putSteps(log, steps);
  }

  function erase(log: number, ...indexes: number[]): Promise<void> {
    return store.transaction((within) => within.erasures.erase(log, indexes, erased, keyOf));
  }

  async function putImport(id: string, txn: string): Promise<void> {
    const summary = { rows: 1, refusedRows: 0, opened: 1, corrected: 0, unchanged: 0, repeated: 0, personalCells: 0 };
    const warnings = [
      { code: 'import/amount-doubtful', row: 7, value: `warned-${id}` },
      { code: 'import/amount-doubtful', row: 8, value: `stays-${id}` },
    ];
    const given: Import = {
      ...{ id, type: 'penalty', fileName: 'a.csv', authority: 'A', person: '0001', createdAt: at },
      ...{ state: 'done', hold: false, allOrNothing: false, summary: { ...summary, oddRows: 2, warnings } },
    };
    await store.imports.putImport(given);
    const item = { naturalKey: `key-${id}`, uscc: sampleUscc(1), decidedOn: '2026-10-09', authority: 'A' };
    await store.imports.putItems(id, [{ ...item, row: 7, body: { facts: `body-${id}` } }]);
    await store.imports.putOutcomes(id, [{ row: 7, outcome: 'refused', txn }]);
    const refusal = { row: 7, column: 'c', value: `value-${id}`, code: 'registry/other-subject' };
    await store.imports.putRefusals(id, 0, [{ ...refusal, facts: { uscc: `fact-${id}` } }]);
    await store.imports.putKept(id, [{ row: 7, cells: [`kept-${id}`] }]);
  }

  /** An import that still waits with one row. */
  async function putWaiting(id: string, naturalKey: string): Promise<void> {
    const summary = { rows: 1, refusedRows: 0, opened: 0, corrected: 0, unchanged: 0, repeated: 0, personalCells: 0 };
    const warnings = [{ code: 'import/amount-doubtful', row: 3, value: `warned-${id}` }];
    await store.imports.putImport({
      ...{ id, type: 'penalty', fileName: 'a.csv', authority: 'A', person: '0001', createdAt: at },
      ...{ state: 'held', hold: true, allOrNothing: false, summary: { ...summary, oddRows: 1, warnings } },
    });
    const item = { naturalKey, uscc: sampleUscc(1), decidedOn: '2026-10-09', authority: 'A' };
    await store.imports.putItems(id, [{ ...item, row: 3, body: { facts: `body-${id}` } }]);
  }

  function proposal(id: string, changes: Partial<Proposal> = {}): Proposal {
    const record = { member: me, txn: sampleId(1) };
    const proposedBy = { authority: 'A', person: '0001' };
    const body = { reason: `proposed-${id}` };
    const rest = { type: 'repair', body, authority: 'A', proposedBy, proposedAt: at, state: 'waiting' } as const;
    return { id, record, ...rest, ...changes };
  }

  it('takes salt, content and every copy of a record of ours out of the tables and out of the files', async () => {
    const kept = { naturalKey: 'natural-key-1', bodyDigest: 'digest-1', authority: 'A' };
    await put(own, step(1, { own: kept, retainUntil: '2031-10-09' }), step(2, { type: 'repair', state: 'repaired' }));
    await put(
      own,
      step(3, { txn: sampleId(2), own: { ...kept, naturalKey: 'natural-key-2', bodyDigest: 'digest-2' } }),
    );
    await putImport('import-1', sampleId(1));
    await putImport('import-2', sampleId(2));
    await putWaiting('waiting-1', 'natural-key-1');
    await putWaiting('waiting-2', 'natural-key-2');
    await store.proposals.putProposal(proposal('p1', { reason: 'rejected-p1', state: 'rejected' }));
    await store.proposals.putProposal(proposal('p2'));
    await store.proposals.putProposal(proposal('p3', { record: { member: me, txn: sampleId(2) } }));
    const gone = [
      ...[`salt-${own}-1-salt`, `salt-${own}-2-salt`, `e30${own}1e30`, `e30${own}2e30`, 'natural-key-1', 'digest-1'],
      ...['value-import-1', 'fact-import-1', 'kept-import-1', 'warned-import-1'],
      ...['body-waiting-1', 'warned-waiting-1'],
      ...['proposed-p1', 'rejected-p1', 'proposed-p2'],
    ];
    const stays = [
      ...[`salt-${own}-3-salt`, `e30${own}3e30`, 'natural-key-2', 'value-import-2', 'kept-import-2'],
      ...['warned-import-2', 'stays-import-1', 'proposed-p3', 'body-waiting-2', 'warned-waiting-2'],
    ];
    await settleFiles(store.url);
    expect(await findInFiles(store.url, [...gone, ...stays])).toEqual([...gone, ...stays]);

    await erase(own, 1, 2);
    await store.scrub();
    expect(await findInFiles(store.url, gone)).toEqual([]);
    await settleFiles(store.url);
    expect(await findInFiles(store.url, [...gone, ...stays])).toEqual(stays);
    expect(await store.log.listEntries(own, 0, 9)).toMatchObject([
      { leaf: 'leaf 1', jti: 'jti-1', erased },
      { leaf: 'leaf 2', jti: 'jti-2', erased },
      { leaf: 'leaf 3', content: {} },
    ]);
    const told = await store.registry.listRecordSteps({ member: me, txn: sampleId(1) });
    expect(told).toMatchObject([
      { type: 'penalty', uscc: sampleUscc(1), state: 'publicised', jti: 'jti-1', erased },
      { type: 'repair', uscc: sampleUscc(1), state: 'repaired', jti: 'jti-2', erased },
    ]);
    expect(told.some((one) => 'body' in one)).toBe(false);
    expect(await store.registry.findOwn({ member: me, txn: sampleId(1) })).toBeUndefined();
    expect(await store.proposals.findProposal('p1')).toMatchObject({ state: 'rejected', body: {} });
    expect(await store.proposals.findProposal('p2')).toMatchObject({ state: 'withdrawn', body: {} });
    expect(await store.proposals.findProposal('p3')).toMatchObject({
      state: 'waiting',
      body: { reason: 'proposed-p3' },
    });
  });

  it('takes the code of an individual business, and of nobody else', async () => {
    const trader = sampleUscc(1, '92310000');
    await put(own, step(1, { uscc: trader }), step(2, { txn: sampleId(2), uscc: sampleUscc(2, '93310000') }));
    await erase(own, 1, 2);
    expect(await store.registry.listSubjectSteps(trader)).toEqual([]);
    expect(await store.registry.listSubjectSteps(sampleUscc(2, '93310000'))).toMatchObject([{ erased }]);
    expect(await store.registry.listRecordSteps({ member: me, txn: sampleId(1) })).toMatchObject([{ uscc: '' }]);
  });

  it("leaves ours alone when another member erases a record that bears our record's id", async () => {
    await put(own, step(1, { own: { naturalKey: 'key', bodyDigest: 'd', authority: 'A' } }));
    await put(theirs, step(1, { member: other, jti: 'jti-9' }));
    await putImport('import-1', sampleId(1));
    await store.proposals.putProposal(proposal('p1'));
    await erase(theirs, 1);
    expect(await store.registry.findOwn({ member: me, txn: sampleId(1) })).toMatchObject({ naturalKey: 'key' });
    expect(await store.imports.listRefusals('import-1', 0, 9)).toMatchObject([{ value: 'value-import-1' }]);
    expect(await store.proposals.findProposal('p1')).toMatchObject({ state: 'waiting' });
  });

  it('waits no more for what was withheld and erased', async () => {
    for (const index of [1, 2]) {
      await store.log.putEntries(theirs, [{ index, leaf: 'l', governance: false, word: 'withheld', at }]);
    }
    await erase(theirs, 1);
    expect(await store.log.listByWord(theirs, 'withheld', 9)).toMatchObject([{ index: 2 }]);
    expect(await store.log.listWords(theirs, 0, 9)).toMatchObject([{ index: 1, erased }, { index: 2 }]);
  });

  it('tells of entries what an erasure must know, and of the newest erasure', async () => {
    await put(own, step(1));
    await store.log.putEntries(own, [
      { index: 2, leaf: 'l', governance: true, word: 'issued', at },
      { index: 3, leaf: 'l', governance: false, at },
    ]);
    expect(await store.erasures.findLast()).toBeUndefined();
    expect(await store.erasures.listErasable(own, [3, 1, 2, 7])).toEqual([
      { index: 1, governance: false, hasContent: true, word: 'taken', record: { member: me, txn: sampleId(1) } },
      { index: 2, governance: true, hasContent: false, word: 'issued' },
      { index: 3, governance: false, hasContent: false },
    ]);
    await erase(own, 1);
    expect(await store.erasures.listErasable(own, [1])).toMatchObject([{ hasContent: false, erased }]);
    expect(await store.erasures.findLast()).toBe(erased.at);
  });

  it('finds the records whose time has come by the body in force', async () => {
    const on = (txn: number, index: number, retainUntil: string, changes: Partial<NewStep> = {}) =>
      step(index, { txn: sampleId(txn), retainUntil, ...changes });
    await put(
      own,
      on(1, 1, '2026-01-01'),
      on(2, 2, '2026-01-01'),
      on(2, 3, '2027-01-01', { type: 'correction' }),
      on(3, 4, '2027-01-01'),
      on(3, 5, '2026-01-01', { type: 'correction' }),
      on(3, 6, '2026-01-01', { type: 'objection', member: other }),
      step(7, { txn: sampleId(3), type: 'repair' }),
      step(8, { txn: sampleId(4) }),
    );
    const find = async (before: string, limit = 9) =>
      (await store.erasures.listEndedRecords(own, me, before, limit)).map(({ txn }) => txn);
    expect(await find('2026-01-01')).toEqual([]);
    expect(await find('2026-01-02')).toEqual([sampleId(1), sampleId(3)]);
    expect(await find('2026-01-02', 1)).toEqual([sampleId(1)]);
    expect(await find('2027-01-02')).toEqual([sampleId(1), sampleId(2), sampleId(3)]);
    const records = [{ member: me, txn: sampleId(3) }];
    const indexes = async () => (await store.erasures.listOfRecords(own, records)).map(({ index }) => index);
    expect(await indexes()).toEqual([4, 5, 7]);
    await erase(own, 4);
    expect(await indexes()).toEqual([5, 7]);
    expect(await store.erasures.listDue(own, '2026-01-01', 9)).toEqual([]);
    expect(await store.erasures.listDue(own, '2026-01-02', 9)).toEqual([{ index: 6, ground: 'retention-ended' }]);
  });

  it('finds our marks on records of which nothing is left, and no others', async () => {
    const mark = (index: number, txn: number) => step(index, { txn: sampleId(txn), member: other, type: 'objection' });
    const told = (index: number, txn: number) => step(index, { txn: sampleId(txn), member: other, jti: `o-${index}` });
    await put(own, mark(1, 1), mark(2, 2), mark(3, 3), mark(4, 4));
    await put(theirs, told(1, 1), told(2, 1), told(3, 2), told(4, 2), told(5, 3));
    const due = () => store.erasures.listDue(own, '2026-01-01', 9);
    expect(await due()).toEqual([]);
    await erase(theirs, 1, 2, 3);
    expect(await due()).toEqual([{ index: 1, ground: 'ordered' }]);
    await erase(own, 1);
    expect(await due()).toEqual([]);
  });

  it('finds what was erased before any erasure said so', async () => {
    await put(own, step(1), step(2));
    const { by: _, ...unsaid } = erased;
    await store.transaction((within) => within.erasures.erase(own, [2], unsaid, keyOf));
    expect((await store.log.listEntries(own, 2, 3))[0]?.erased).toEqual(unsaid);
    expect(await store.erasures.listDue(own, '2026-01-01', 9)).toEqual([{ index: 2, ground: 'ordered' }]);
    await erase(own, 2);
    expect(await store.erasures.listDue(own, '2026-01-01', 9)).toEqual([]);
  });
});
