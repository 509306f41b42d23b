/** A fifth member joins while the four exchange: with their records in force, or with what comes after alone. */

import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Member } from '../../node/agreement/agreement.ts';
import { createHistories } from '../../node/federation/history.ts';
import { audienceOf } from '../../node/log/leaf.ts';
import { formatRecordId, parseRecordId, type RecordId } from '../../node/registry/record.ts';
import { amendNetwork } from '../support/amend.ts';
import { askShared } from '../support/asking.ts';
import { engines } from '../support/engines.ts';
import { faultsOf } from '../support/faults.ts';
import { type Network, type NetworkOptions, openNetwork, type RunningNode } from '../support/network.ts';
import { importPenalties } from '../support/penalties.ts';
import { entriesHeld } from '../support/receipts.ts';
import { recordsOf } from '../support/uploads.ts';

const [shanghai, jiangsu, jiangxi] = ['310000', '320000', '360000'] as const;
const newcomer = {
  id: jiangxi,
  name: { zh: '江西省', en: 'Jiangxi' },
  authority: '11360000HX36000057',
  issuer: 'https://credit.jx.example',
};
vi.setConfig({ testTimeout: 300_000 }); // several nodes on a busy machine
let network: Network;

afterEach(() => network.close());

/** Shanghai and Jiangsu, and records that Shanghai opened, on a day on which they are in force. */
async function begin(records: number, options: NetworkOptions = {}): Promise<RecordId[]> {
  const now = () => new Date('2026-11-22T02:00:00.000Z');
  network = await openNetwork({ running: [shanghai, jiangsu], now, ...options });
  return open(1, records + 1);
}

async function open(from: number, to: number): Promise<RecordId[]> {
  const issuer = network.node(shanghai);
  const texts = await recordsOf(issuer, await importPenalties(issuer, from, to));
  return texts.map((text) => parseRecordId(text) as RecordId); // they were just opened
}

/** Jiangxi joins and its node starts. */
async function join(history?: Member['history']): Promise<RunningNode> {
  const member = await network.invite(newcomer);
  await amendNetwork(network, (next) => {
    next.members.push({ ...member, ...(history && { history }) });
    next.exchange.witnessQuorum = 3; // of four others
  });
  const node = await network.start(jiangxi);
  await network.exchange();
  return node;
}

async function move(id: RecordId, type: 'revocation' | 'correction', body: Record<string, unknown>): Promise<void> {
  const { node } = network.node(shanghai);
  await node.steps.take(id, { type, body }, { role: 'clerk', authority: node.self.authority, person: '0001' });
}

const revoke = (id: RecordId) =>
  move(id, 'revocation', { revokedOn: '2026-11-20', ground: 'annulled', reason: '样例理由' });

async function correct(id: RecordId, facts: string): Promise<void> {
  const [step] = await network.node(shanghai).node.store.registry.listRecordSteps(id);
  await move(id, 'correction', { reason: '样例理由', penalty: { ...step?.body, facts } });
}

const issueDue = () => network.node(shanghai).node.histories.issueDue();

/** Audiences of what a member's log holds of records, in order. */
async function audiences(by: RunningNode): Promise<string[]> {
  const entries = await entriesHeld(by, by.node.self.origin);
  return entries.map(({ leaf }) => audienceOf(leaf).join());
}

async function stateAt(node: RunningNode, id: RecordId): Promise<string | undefined> {
  const steps = await node.node.store.registry.listRecordSteps(id);
  return steps.at(-1)?.state;
}

describe.each(engines)('who joins with the records in force, on $name', (engine) => {
  it('receives each once, as it stands, and what happens to it later; what had ended it does not', async () => {
    const [kept, corrected, ended] = (await begin(3, { engine })) as [RecordId, RecordId, RecordId];
    await correct(corrected, '更正后的事实');
    await revoke(ended);
    const node = await join('records');
    expect(await node.node.store.registry.listRecordSteps(kept)).toEqual([]);

    await issueDue();
    await network.exchange();
    for (const id of [kept, corrected]) {
      expect(await node.node.store.registry.listRecordSteps(id)).toHaveLength(1);
      const there = await askShared(network.node(jiangsu), id);
      const { state, body, until } = (await askShared(node, id)) as Record<string, unknown>;
      expect({ state, body, until }).toEqual({
        state: there.state,
        body: (there as { body?: unknown }).body,
        until: (there as { until?: unknown }).until,
      });
    }
    expect(await node.node.store.registry.listRecordSteps(ended)).toEqual([]);

    const before = await audiences(network.node(shanghai));
    await issueDue();
    expect(await audiences(network.node(shanghai))).toEqual(before);
    await revoke(kept);
    await network.exchange();
    for (const one of network.nodes.values()) expect(await stateAt(one, kept)).toBe('revoked');
    expect((await audiences(network.node(shanghai))).filter((ids) => ids === jiangxi)).toHaveLength(2);
    for (const one of network.nodes.values()) expect(await faultsOf(one)).toEqual([]);
  });

  it('receives each once when several processes issue at once, and when one died half way', async () => {
    const records = await begin(105, { engine });
    const { node } = network.node(shanghai);
    await join('records');
    const other = () =>
      createHistories({
        ...node.publishing,
        agreements: node.agreements,
        logger: { ...node.logger, info: stopAtFirst },
      });
    let batches = 0;
    function stopAtFirst(): void {
      batches++;
      if (batches === 1) throw new Error('killed');
    }
    await expect(other().issueDue()).rejects.toThrow('killed');
    await Promise.all([other().issueDue(), issueDue(), other().issueDue()]);
    await network.exchange();
    for (const id of records) {
      expect(await network.node(jiangxi).node.store.registry.listRecordSteps(id), formatRecordId(id)).toHaveLength(1);
    }
    const { store, version } = node;
    const history = await store.histories.findHistory(jiangxi, version.digest);
    expect(history).toMatchObject({ total: 105, looked: 105, issued: 105, failed: 0 });
    expect(history?.finishedAt).toBeDefined();
  });
});

describe('who joins without history', () => {
  it('receives what is opened from then on, and nothing of what was there', async () => {
    const [old] = (await begin(1)) as [RecordId];
    const node = await join();
    await issueDue();
    await revoke(old);
    const [fresh] = (await open(10, 11)) as [RecordId];
    await network.exchange();
    expect(await node.node.store.registry.listRecordSteps(old)).toEqual([]);
    expect(await stateAt(node, fresh)).toBe('publicised');
    await revoke(fresh);
    await network.exchange();
    expect(await stateAt(node, fresh)).toBe('revoked');
  });
});
