/** An import on its way through the store, on both engines: what is kept of it at every stop, and what is not. */

import { afterEach, describe, expect, it } from 'vitest';
import type { Upload } from '../../node/registry/imports.ts';
import { engines } from '../support/engines.ts';
import { type Network, openNetwork } from '../support/network.ts';
import { penaltiesCsv } from '../support/penalties.ts';

let network: Network;

afterEach(() => network.close());

describe.each(engines)('an import on $name', (engine) => {
  async function begin(changes: Partial<Upload> = {}, text?: string) {
    network = await openNetwork({ running: ['310000'], engine });
    const { node } = network.node('310000');
    const { authority } = node.self;
    const given = text ?? penaltiesCsv(authority, 0, 3);
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
    const { node, id, stored } = await begin({}, 'nothing that has a header');
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
});
