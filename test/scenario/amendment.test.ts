/** The agreement is amended while all nodes run: nobody restarts, and what was said before still stands. */

import { afterEach, describe, expect, test } from 'vitest';
import type { Agreement } from '../../node/agreement/agreement.ts';
import { amendNetwork } from '../support/amend.ts';
import { type Network, openNetwork } from '../support/network.ts';
import { importPenalties } from '../support/penalties.ts';

let network: Network;

afterEach(() => network.close());

const governingOf = async (id: string, of: string) => {
  const { store, federation, laws } = network.node(id).node;
  const log = await store.log.findLog(federation.members.get(of).origin);
  return log && laws.governing(store.log, log);
};

/** What each node holds of each log, as `size root`. */
async function heads(): Promise<string[][]> {
  return Promise.all(
    [...network.nodes.values()].map(async ({ node }) =>
      (await node.store.log.listLogs())
        .sort((a, b) => (a.member < b.member ? -1 : 1))
        .map(({ member, size, root }) => `${member} ${size} ${Buffer.from(root).toString('hex')}`),
    ),
  );
}

describe('an amendment', () => {
  test('governs every log from its adoption on, and bulletins on both sides of it are taken', async () => {
    network = await openNetwork();
    await importPenalties(network.node('310000'), 1, 2);
    await network.exchange();
    await amendNetwork(network, (next) => (next.exchange.dailyVolume = 1234));
    await importPenalties(network.node('310000'), 2, 3);
    await network.exchange();
    for (const id of network.nodes.keys()) {
      const { node } = network.node(id);
      expect(node.version.agreement).toMatchObject({ version: 2, exchange: { dailyVolume: 1234 } });
      expect((await governingOf(id, '310000'))?.agreement.version, id).toBe(2);
      const report = await node.reportPeers();
      expect(report.map(({ theirs }) => theirs.refused)).toEqual([0, 0, 0]);
    }
    expect(new Set((await heads()).map(String)).size).toBe(1);
  });

  test('that a member has not heard of reaches it in the others’ logs, and binds it too', async () => {
    network = await openNetwork();
    await network.exchange();
    await amendNetwork(network, (next) => (next.exchange.dailyVolume = 7), { at: ['310000', '320000', '330000'] });
    const { node: anhui } = network.node('340000');
    await anhui.federation.pull('310000');
    expect(anhui.version.agreement).toMatchObject({ version: 2, exchange: { dailyVolume: 7 } });
    await anhui.federation.start();
    await network.exchange();
    expect((await governingOf('310000', '340000'))?.agreement.version).toBe(2);
  });

  test('acts from its first day on, not when it is signed', async () => {
    let today = new Date('2026-11-29T10:00:00+08:00');
    network = await openNetwork({ now: () => today });
    await amendNetwork(network, (next) => (next.exchange.dailyVolume = 7), { from: '2026-12-01' });
    const { node } = network.node('310000');
    expect(node.version.agreement.version).toBe(1);
    expect(await governingOf('310000', '310000')).toMatchObject({ agreement: { version: 1 } });
    today = new Date('2026-12-01T00:00:10+08:00');
    await node.federation.start();
    expect(node.version.agreement.version).toBe(2);
    expect(await governingOf('310000', '310000')).toMatchObject({ agreement: { version: 2 } });
  });

  test('is the same after a restart, from an older file', async () => {
    network = await openNetwork({ running: ['310000', '320000'] });
    await amendNetwork(network, (next) => (next.exchange.dailyVolume = 7));
    await network.node('310000').restart();
    expect(network.node('310000').node.version.agreement.version).toBe(2);
  });

  test('that drops a flow leaves what was sent by it, and refuses more', async () => {
    network = await openNetwork({ running: ['310000', '320000'] });
    await importPenalties(network.node('310000'), 1, 2);
    await network.exchange();
    const withoutPenalties = (next: Agreement) => {
      const entry = next.catalogue.find(({ type }) => type === 'penalty');
      if (entry) entry.flows = [{ from: ['320000'], to: ['310000'], purposes: ['supervision'] }];
    };
    await amendNetwork(network, withoutPenalties);
    const refused = await importPenalties(network.node('310000'), 2, 3);
    expect(refused).toMatchObject({ state: 'refused', summary: { opened: 0 } });
    await network.exchange();
    const [report] = (await network.node('320000').node.reportPeers()).filter(({ member }) => member === '310000');
    expect(report?.theirs).toMatchObject({ taken: 1, refused: 0 });
  });
});
