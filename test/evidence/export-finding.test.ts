/** What a node found, made into evidence against a log, and what of it is none. */

import { afterEach, describe, expect, it } from 'vitest';
import { claimOf, findingsOf, readBack } from '../support/evidence.ts';
import { openHostile } from '../support/hostile.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { verifyText } from '../support/verified.ts';

const shanghai = '310000';
const jiangsu = '320000';
let network: Network;

afterEach(() => network.close());

async function begin() {
  network = await openNetwork({ running: [jiangsu] });
  const log = await openHostile(network, shanghai);
  await log.say({ type: 'penalty' });
  await log.say({ type: 'penalty' });
  return { log, receiver: network.node(jiangsu) };
}

const pull = ({ node }: RunningNode) => node.federation.pull(shanghai);

/** The one finding, exported and verified. */
async function convicted({ node }: RunningNode, form: string): Promise<void> {
  const [found, ...more] = await node.exporter.findings();
  expect(more).toEqual([]);
  expect(found).toMatchObject({ code: 'log/fork', member: shanghai, form });
  const file = await readBack(await node.exporter.finding(found?.id ?? ''));
  expect(claimOf(file, 'fork')).toMatchObject({ member: shanghai, form });
  const report = await verifyText(file.text, node.version.jws);
  expect({ ok: report.ok, ...findingsOf(report) }).toEqual({ ok: true, grave: [], told: [] });
}

describe('a log is convicted', () => {
  it('by two roots for one size', async () => {
    const { log, receiver } = await begin();
    await pull(receiver);
    const other = log.fork(2);
    await other.say({ type: 'penalty' });
    network.answerAs(shanghai, other.handler);
    await pull(receiver);
    await convicted(receiver, 'two-roots');
  });

  it('by a smaller note that is no beginning of the larger', async () => {
    const { log, receiver } = await begin();
    await pull(receiver);
    const other = log.fork(1);
    await other.say({ type: 'penalty' });
    log.lie = async (call) => (call === 'checkpoint' ? other.note(2) : undefined);
    await pull(receiver);
    await convicted(receiver, 'not-a-beginning');
  });

  it('by a leaf that is none', async () => {
    const { log, receiver } = await begin();
    log.put({ leaf: 'huxin-leaf/v2\n\n', salt: '', jws: '' });
    await log.say({ type: 'penalty' });
    await pull(receiver);
    await convicted(receiver, 'stray-leaf');
  });
});

describe('a finding that convicts nobody', () => {
  it('is listed with the reason, and is not exported', async () => {
    const { log, receiver } = await begin();
    await pull(receiver);
    network.answerAs(shanghai, log.fork(1).handler);
    await pull(receiver);
    const { exporter } = receiver.node;
    const [found] = await exporter.findings();
    expect(found).toMatchObject({ code: 'log/shrunk', member: shanghai });
    expect(found).not.toHaveProperty('form');
    expect(found?.reason?.en).toMatch(/contradict/);
    await expect(exporter.finding(found?.id ?? '')).rejects.toMatchObject({ code: 'evidence/no-fork' });
    await expect(exporter.finding('no such')).rejects.toMatchObject({ code: 'evidence/finding-not-found' });
  });
});
