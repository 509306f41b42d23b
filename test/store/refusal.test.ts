import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewStep } from '../../node/registry/ports.ts';
import { sampleUscc } from '../support/bulletins.ts';
import { engines } from '../support/engines.ts';
import { addLog, type OpenStore, sampleEntry, storesOn } from '../support/stores.ts';

const [member, jiangsu, zhejiang] = ['310000', '320000', '330000'] as const;
const at = '2026-11-20T02:00:00.000Z';
const code = 'bulletin/schema';

describe.each(engines)('what peers refused in $name', (engine) => {
  const stores = storesOn(engine);
  let store: OpenStore;
  let own: number;

  beforeEach(async () => {
    store = await stores.open();
    await addLog(store, jiangsu); // numbered before our own
    own = (await addLog(store, member, true)).id;
  });
  afterEach(() => stores.close());

  /** A step of ours with its entry. */
  async function put(index: number, changes: Partial<NewStep> = {}, log = own): Promise<void> {
    const own = { naturalKey: `k${index}`, bodyDigest: 'd', authority: 'A' };
    const rest = {
      member,
      txn: 'txn-1',
      uscc: sampleUscc(1),
      jti: `jti-${index}`,
      decidedOn: '2026-10-09',
      index,
      at,
      own,
    };
    await store.log.putEntries(log, [sampleEntry(index)]);
    await store.registry.putSteps(log, [{ ...rest, type: 'penalty', state: 'publicised', ...changes }]);
  }

  const place = (index: number) => ({ log: own, index });
  const refuse = (index: number, ...members: string[]) =>
    store.refusals.putRefusals(members.map((one) => ({ member: one, log: own, index, code, at })));
  const list = async (which = {}, limit = 10) =>
    (await store.refusals.listRefused(limit, which)).map(({ index, by }) => [index, by.map((one) => one.member)]);

  it('is told with the bulletin and everyone’s reason', async () => {
    await put(3);
    await refuse(3, zhejiang, jiangsu);
    const record = { member, txn: 'txn-1' };
    expect(await store.refusals.listRefused(10, {})).toEqual([
      {
        ...{ log: own, index: 3, jti: 'jti-3', type: 'penalty', record, uscc: sampleUscc(1), authority: 'A' },
        by: [
          { member: jiangsu, code, at },
          { member: zhejiang, code, at },
        ],
      },
    ]);
  });

  it('is told once, however often a receipt is kept', async () => {
    await put(3);
    await refuse(3, jiangsu);
    await refuse(3, jiangsu);
    await store.refusals.putRefusals([]);
    expect(await list()).toEqual([[3, [jiangsu]]]);
  });

  it('is of our own log alone, and of records', async () => {
    await put(3);
    await put(3, { jti: 'theirs', txn: 'txn-2' }, 1);
    await store.log.putEntries(own, [sampleEntry(4)]); // a journal, say: no step
    await refuse(3, zhejiang);
    await refuse(4, zhejiang);
    expect((await store.refusals.listRefused(10, {})).map(({ jti }) => jti)).toEqual(['jti-3']);
  });

  it('is bounded by bulletins, in log order', async () => {
    for (const index of [5, 3, 4]) {
      await put(index);
      await refuse(index, zhejiang, jiangsu);
    }
    expect(await list({}, 2)).toEqual([
      [3, [jiangsu, zhejiang]],
      [4, [jiangsu, zhejiang]],
    ]);
  });

  it('is found by index, by record, and by the authority of openers and moves', async () => {
    await put(3);
    await put(4, { txn: 'txn-2', own: { naturalKey: 'k', bodyDigest: 'd', authority: 'B' } });
    const { own: _, ...mark } = { own: undefined };
    await store.log.putEntries(own, [sampleEntry(5)]);
    const objection = { member: zhejiang, txn: 'txn-3', type: 'objection', uscc: '', jti: 'jti-5', ...mark };
    await store.registry.putSteps(own, [{ ...objection, decidedOn: '2026-10-09', index: 5, at }]);
    for (const index of [3, 4, 5]) await refuse(index, jiangsu);
    expect(await list({ at: place(4) })).toEqual([[4, [jiangsu]]]);
    expect(await list({ record: { member, txn: 'txn-1' } })).toEqual([[3, [jiangsu]]]);
    expect(await list({ record: { member: zhejiang, txn: 'txn-1' } })).toEqual([]);
    expect(await list({ authority: 'B' })).toEqual([
      [4, [jiangsu]],
      [5, [jiangsu]], // whose bureau only its body tells
    ]);
  });

  it('is over once something took its place, for the members told', async () => {
    await put(3);
    await put(4);
    await refuse(3, jiangsu, zhejiang);
    await refuse(4, jiangsu);
    await store.refusals.endRefusals([jiangsu], [place(3), place(4)], place(9));
    expect(await list()).toEqual([[3, [zhejiang]]]);
    await store.refusals.endRefusals([], [place(3)], place(9));
    await store.refusals.endRefusals([zhejiang], [], place(9));
    expect(await list()).toEqual([[3, [zhejiang]]]);
  });

  it('is no task any more once it was erased', async () => {
    await put(3);
    await refuse(3, jiangsu);
    await store.erasures.erase(own, [3], { by: 8, ground: 'ordered', at }, String);
    expect(await list()).toEqual([]);
  });

  it('is shown beside what moved its record since', async () => {
    await put(3);
    await put(4, { txn: 'txn-2' });
    await put(5, { type: 'revocation', state: 'revoked' });
    const { state: _, ...noted } = { type: 'repair', state: undefined };
    await put(6, { txn: 'txn-2', ...noted });
    await refuse(3, jiangsu, zhejiang);
    await refuse(4, jiangsu);
    const later = { ...place(5), type: 'revocation', state: 'revoked', leaf: 'leaf 5' };
    expect(await store.refusals.listLater(jiangsu, own, 4, 6)).toEqual([
      { ...later, refused: { ...place(3), type: 'penalty' } },
    ]);
    expect(await store.refusals.listLater(zhejiang, own, 6, 7)).toEqual([]);
    expect(
      (await store.refusals.listLater(jiangsu, own, 0, 9)).map(({ index, refused }) => [index, refused.index]),
    ).toEqual([
      [5, 3],
      [6, 4],
    ]);
    await store.refusals.endRefusals([jiangsu], [place(3)], place(5));
    expect(await store.refusals.listLater(jiangsu, own, 4, 6)).toEqual([]);
  });
});
