/** A log that says nothing new is cosigned anew each day, and its owner learns of it: freshness shows. */

import { afterEach, expect, it } from 'vitest';
import { type Network, openNetwork } from '../support/network.ts';
import { importPenalties } from '../support/penalties.ts';

const shanghai = '310000';
const jiangsu = '320000';
const hourMs = 3_600_000;
let network: Network;

afterEach(() => network.close());

it('a log at rest is cosigned again after a day, and not before', async () => {
  let time = new Date('2026-10-08T02:00:00Z').getTime();
  network = await openNetwork({ running: [shanghai, jiangsu], now: () => new Date(time) });
  const { reportPeers } = network.node(shanghai).node;
  const newestCosignature = async () => {
    const peers = await reportPeers();
    return peers.find(({ member }) => member === jiangsu)?.ours.cosigned;
  };
  await importPenalties(network.node(shanghai), 0, 1);
  await network.exchange();
  const first = await newestCosignature();
  expect(first).toBeDefined();

  time += 12 * hourMs;
  await network.exchange();
  expect(await newestCosignature()).toEqual(first);

  time += 12 * hourMs;
  await network.exchange();
  expect(await newestCosignature()).toEqual({ size: first?.size, at: new Date(time).toISOString() });
});
