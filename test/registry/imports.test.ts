/** An import on its way through the store, on both engines: what is kept of it at every stop, and what is not. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNewId } from '../../node/crypto.ts';
import { createImports, type Upload } from '../../node/registry/imports.ts';
import { sampleUscc } from '../support/bulletins.ts';
import { hash } from '../support/crypto.ts';
import { engines } from '../support/engines.ts';
import { type Network, openNetwork } from '../support/network.ts';
import { penaltiesCsv } from '../support/penalties.ts';
import { codes, sourceOf, zipFile } from '../support/sheets.ts';

let network: Network;
const clock = { ms: 0 };
const hourMs = 3_600_000;
const newId = createNewId(() => new Date(clock.ms));
const at = (ms: number) => new Date(ms).toISOString();

beforeEach(() => {
  clock.ms = Date.parse('2026-11-20T02:00:00Z');
});

afterEach(() => network.close());

describe.each(engines)('an import on $name', (engine) => {
  async function begin(changes: Partial<Upload> = {}, spoil = (csv: string) => csv) {
    network = await openNetwork({ running: ['310000'], engine, now: () => new Date(clock.ms) });
    const { node } = network.node('310000');
    const { authority } = node.self;
    const given = spoil(penaltiesCsv(authority, 0, 3));
    async function* bytes() {
      yield new TextEncoder().encode(given);
    }
    const upload = { type: 'penalty', fileName: 'p.csv', hold: false, allOrNothing: false, ...changes };
    const { id } = await node.imports.receive(upload, { role: 'clerk', authority, person: '0001' }, bytes());
    return { node, id, stored: () => node.store.imports.readChunk(id, 0) };
  }

  it('keeps its file until it is read, and not longer', async () => {
    const { node, id, stored } = await begin();
    expect(await node.imports.get(id)).toMatchObject({ state: 'received' });
    expect(await stored()).toBeDefined();
    expect(await node.imports.read(id)).toMatchObject({ state: 'publishing', summary: { rows: 3 } });
    expect(await stored()).toBeUndefined();
  });

  it('that cannot be read keeps neither file nor rows', async () => {
    const { node, id, stored } = await begin({}, () => 'nothing that has a header');
    expect(await node.imports.read(id)).toMatchObject({ state: 'refused', problem: { code: 'sheet/no-header' } });
    expect(await stored()).toBeUndefined();
    expect(await node.store.imports.listWaiting(id, 0, 10)).toEqual([]);
  });

  it('that is held waits, is published or discarded once, and discarded it keeps nothing', async () => {
    const { node, id, stored } = await begin({ hold: true });
    expect(await node.imports.read(id)).toMatchObject({ state: 'held' });
    expect(await stored()).toBeUndefined();
    const moves = await Promise.allSettled([node.imports.discard(id), node.imports.discard(id)]);
    expect(moves.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await node.imports.get(id)).toMatchObject({ state: 'discarded' });
    expect(await node.store.imports.listWaiting(id, 0, 10)).toEqual([]);
    await expect(node.imports.release(id)).rejects.toThrow('import/wrong-state');
  });

  it('of which nothing is to be published for one refused row keeps the refusals alone', async () => {
    const { node, id } = await begin({ allOrNothing: true }, (csv) => csv.replace('0.11', 'x'));
    expect(await node.imports.read(id)).toMatchObject({ state: 'refused', summary: { rows: 3, refusedRows: 1 } });
    expect(await node.imports.listRefusals(id, 0, 10)).toMatchObject([{ code: 'import/value-unreadable' }]);
    expect(await node.store.imports.countOutcomes(id)).toEqual({});
  });

  it('whose file breaks off is discarded, with what had come', async () => {
    network = await openNetwork({ running: ['310000'], engine });
    const { node } = network.node('310000');
    async function* bytes() {
      yield new TextEncoder().encode('half');
      throw new Error('the line broke');
    }
    const upload = { type: 'penalty', fileName: 'p.csv', hold: false, allOrNothing: false };
    const asker = { role: 'clerk', authority: node.self.authority, person: '0001' } as const;
    await expect(node.imports.receive(upload, asker, bytes())).rejects.toThrow('the line broke');
    const [given] = await node.imports.list(10);
    expect(given).toMatchObject({ state: 'discarded' });
    expect(await node.store.imports.readChunk(given?.id ?? '', 0)).toBeUndefined();
  });

  it('that a killed process never received whole goes after an hour, with what had come', async () => {
    const { node, id: whole } = await begin();
    const half = { ...(await node.imports.get(whole)), id: newId(), state: 'receiving' } as const;
    await node.store.imports.putImport(half);
    await node.store.imports.putChunk(half.id, 0, Uint8Array.of(1));
    clock.ms += hourMs;
    await node.imports.discardAbandoned();
    expect(await node.imports.get(half.id)).toMatchObject({ state: 'receiving' });
    clock.ms += 1;
    await node.imports.discardAbandoned();
    expect(await node.imports.get(half.id)).toMatchObject({ state: 'discarded', finishedAt: at(clock.ms) });
    expect(await node.store.imports.readChunk(half.id, 0)).toBeUndefined();
    expect(await node.imports.get(whole)).toMatchObject({ state: 'received' });
    expect(await node.store.imports.readChunk(whole, 0)).toBeDefined();
  });

  it('that takes longer than that is refused, and nothing of it stays', async () => {
    network = await openNetwork({ running: ['310000'], engine, now: () => new Date(clock.ms) });
    const { node } = network.node('310000');
    async function* bytes() {
      yield Uint8Array.of(1);
      clock.ms += hourMs + 1;
      await node.imports.discardAbandoned();
      yield Uint8Array.of(2);
    }
    const upload = { type: 'penalty', fileName: 'p.csv', hold: false, allOrNothing: false };
    const asker = { role: 'clerk', authority: node.self.authority, person: '0001' } as const;
    await expect(node.imports.receive(upload, asker, bytes())).rejects.toThrow('import/wrong-state');
    const [given] = await node.imports.list(10);
    expect(given).toMatchObject({ state: 'discarded' });
    for (const n of [0, 1]) expect(await node.store.imports.readChunk(given?.id ?? '', n)).toBeUndefined();
  });

  it('that is given up keeps none of its rows', async () => {
    const { node, id } = await begin();
    await node.imports.read(id);
    await node.imports.giveUp(id);
    expect(await node.imports.get(id)).toMatchObject({ state: 'refused', problem: { code: 'import/failed' } });
    expect(await node.store.imports.listWaiting(id, 0, 10)).toEqual([]);
  });

  it('about another subject than the record of the same document is refused row by row', async () => {
    const { node, id: first } = await begin();
    node.work.enqueue({ id: first });
    const { id } = await node.imports.receive(
      { type: 'penalty', fileName: 'p.csv', hold: false, allOrNothing: false },
      { role: 'clerk', authority: node.self.authority, person: '0001' },
      (async function* () {
        const csv = penaltiesCsv(node.self.authority, 0, 3);
        yield new TextEncoder().encode(csv.replace(sampleUscc(1), sampleUscc(7)).replace(sampleUscc(2), sampleUscc(8)));
      })(),
    );
    node.work.enqueue({ id });
    await node.work.settled();
    expect(await node.imports.get(id)).toMatchObject({ state: 'done', summary: { refusedRows: 2, unchanged: 1 } });
    const refusals = await node.imports.listRefusals(id, 0, 10);
    expect(refusals).toMatchObject([3, 4].map((row) => ({ row, code: 'registry/other-subject' })));
  });

  it('is unpacked no further than the configuration lets it', async () => {
    const { node } = await begin();
    const imports = createImports({
      ...{ store: node.store, now: () => new Date(clock.ms), newId, hash, codes, checks: new Map(), worker: 'one' },
      ...{ ownAuthority: node.self.authority, greatestFileBytes: 1e6, greatestUnpackedBytes: 2000 },
    });
    const upload = { type: 'penalty', fileName: 'p.xlsx', hold: false, allOrNothing: false };
    const asker = { role: 'clerk', authority: node.self.authority, person: '0001' } as const;
    const { id } = await imports.receive(upload, asker, sourceOf(zipFile({ 'xl/a': ' '.repeat(3000) }))());
    expect(await imports.read(id)).toMatchObject({ state: 'refused', problem: { code: 'sheet/too-large' } });
  });
});
