import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatBase64url, utf8 } from '../../node/base/bytes.ts';
import type { NewStep } from '../../node/registry/ports.ts';
import { sampleUscc } from '../support/bulletins.ts';
import { engines } from '../support/engines.ts';
import { addLog, type OpenStore, sampleEntry, storesOn } from '../support/stores.ts';

const member = '310000';
const uscc = sampleUscc(1);
const at = '2026-11-20T02:00:00.000Z';

/** A compact JWS that holds this body. */
function jwsOf(body: object): string {
  return `h.${formatBase64url(utf8(JSON.stringify({ events: { 'urn:x': body } })))}.s`;
}

describe.each(engines)('the records in $name', (engine) => {
  const stores = storesOn(engine);
  let store: OpenStore;
  let log: number;

  beforeEach(async () => {
    store = await stores.open();
    log = (await addLog(store, member)).id;
  });
  afterEach(() => stores.close());

  function step(index: number, changes: Partial<NewStep> = {}): NewStep {
    const rest = { member, txn: 'txn-1', uscc, jti: `jti-${index}`, decidedOn: '2026-10-09', index, at };
    return { ...rest, type: 'penalty', state: 'publicised', ...changes };
  }

  async function put(...steps: NewStep[]): Promise<void> {
    await store.log.putEntries(
      log,
      steps.map(({ index }) => sampleEntry(index, { content: { salt: '', jws: jwsOf({ n: index }) } })),
    );
    await store.registry.putSteps(log, steps);
  }

  const own = (naturalKey: string, bodyDigest = 'd') => ({ own: { naturalKey, bodyDigest, authority: 'A' } });

  it('are told step by step in log order, with body and code from the entries', async () => {
    await put(step(3, { type: 'repair', state: 'repaired' }), step(1));
    await store.log.putEntries(log, [
      { index: 4, leaf: 'l', governance: false, word: 'noted', code: 'registry/illegal-step', at },
    ]);
    const { state: _, ...illegal } = step(4, { type: 'repair' });
    await store.registry.putSteps(log, [illegal]);
    const origin = `${member}.example/log`;
    expect(await store.registry.listRecordSteps({ member, txn: 'txn-1' })).toEqual([
      { ...step(1), origin, author: member, body: { n: 1 } },
      { ...step(3, { type: 'repair', state: 'repaired' }), origin, author: member, body: { n: 3 } },
      { ...illegal, origin, author: member, code: 'registry/illegal-step' },
    ]);
    expect(await store.registry.listRecordSteps({ member: '320000', txn: 'txn-1' })).toEqual([]);
    expect(await store.registry.listSubjectSteps(uscc)).toHaveLength(3);
    expect(await store.registry.listSubjectSteps(sampleUscc(2))).toEqual([]);
  });

  it('stand where the last step with legal effect left them, the current body being the last correction', async () => {
    const { state: _, ...noted } = step(4, { type: 'correction' });
    await put(step(1), step(2, { type: 'correction' }), step(3, { type: 'repair', state: 'repaired' }), noted);
    await put(step(5, { txn: 'txn-2', state: 'revoked', type: 'grade' }));
    expect(await store.registry.findSituations(member, ['txn-1', 'txn-2', 'txn-3'])).toEqual(
      new Map([
        ['txn-1', { kind: 'penalty', uscc, state: 'repaired', currentJti: 'jti-2' }],
        ['txn-2', { kind: 'grade', uscc, state: 'revoked', currentJti: 'jti-5' }],
      ]),
    );
    expect(await store.registry.findSituations('320000', ['txn-1'])).toEqual(new Map());
    expect(await store.registry.findSituations(member, [])).toEqual(new Map());
  });

  it('have their states said anew', async () => {
    await put(step(1), step(2, { type: 'repair', state: 'repaired' }));
    await store.registry.putStates(log, [{ index: 1 }, { index: 2, state: 'revoked' }]);
    const states = (await store.registry.listRecordSteps({ member, txn: 'txn-1' })).map(({ state }) => state);
    expect(states).toEqual([undefined, 'revoked']);
  });

  it('are forgotten one by one, or from an index on', async () => {
    await put(...[1, 2, 3, 4, 5].map((index) => step(index, { type: 'repair' })));
    const left = async () => (await store.registry.listRecordSteps({ member, txn: 'txn-1' })).map(({ index }) => index);
    await store.registry.dropStepsAt(log, []);
    await store.registry.dropStepsAt(log, [4, 2, 9]);
    expect(await left()).toEqual([1, 3, 5]);
    await store.registry.dropSteps(log, 3);
    expect(await left()).toEqual([1]);
  });

  it('of our own are found by natural key and id, the newest of a key that was opened again', async () => {
    await put(step(1, own('key-1', 'd1')), step(2, { type: 'correction', ...own('key-1', 'd2') }));
    await put(step(3, { type: 'revocation', state: 'revoked', ...own('key-1', 'd2') }));
    const first = await store.registry.findOwn({ member, txn: 'txn-1' });
    expect(first).toEqual({
      ...{ kind: 'penalty', uscc, state: 'revoked', currentJti: 'jti-2', txn: 'txn-1', naturalKey: 'key-1' },
      ...{ bodyDigest: 'd2', authority: 'A' },
    });
    await put(step(4, { txn: 'txn-2', ...own('key-1', 'd3') }), step(5, { txn: 'txn-3', ...own('key-2') }));
    const found = await store.registry.findOwnByKeys(member, ['key-1', 'key-2', 'key-3']);
    expect([...found.keys()].sort()).toEqual(['key-1', 'key-2']);
    expect(found.get('key-1')).toMatchObject({ txn: 'txn-2', state: 'publicised', bodyDigest: 'd3' });
    expect(await store.registry.findOwn({ member, txn: 'txn-1' })).toEqual(first);
    expect(await store.registry.findOwn({ member, txn: 'txn-9' })).toBeUndefined();
    expect(await store.registry.findOwnByKeys('320000', ['key-1'])).toEqual(new Map());
    expect(await store.registry.findOwnByKeys(member, [])).toEqual(new Map());
  });

  it('are not found by a key that is not their own', async () => {
    await put(step(1));
    expect(await store.registry.findOwn({ member, txn: 'txn-1' })).toBeUndefined();
  });

  it('have one step at one place', async () => {
    await put(step(1));
    await expect(store.registry.putSteps(log, [step(1)])).rejects.toThrow(/unique/i);
  });
});
