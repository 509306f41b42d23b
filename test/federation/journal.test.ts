/** The daily head of the questions, in the log of a real node and in the hands of another. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Agreement } from '../../node/agreement/agreement.ts';
import { utf8 } from '../../node/base/bytes.ts';
import type { Journal } from '../../node/bulletin/types/journal.ts';
import { compose } from '../../node/compose.ts';
import { createNewId } from '../../node/crypto.ts';
import { checkExport } from '../../node/registry/question-check.ts';
import { askSubject } from '../support/asking.ts';
import { sampleUscc } from '../support/bulletins.ts';
import { hash, verifySignature } from '../support/crypto.ts';
import { type Engine, engines } from '../support/engines.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { claimsOf, entriesHeld, receiptsKept } from '../support/receipts.ts';

const shanghai = '310000';
const jiangsu = '320000';
const event = 'urn:huxin:bulletin:journal:1';
const clock = { at: '' };
let network: Network;
let closing: () => Promise<void>;

beforeEach(() => {
  closing = async () => {};
});
afterEach(async () => {
  await closing();
  await network.close();
});

describe.each(engines)('a journal in $name', (engine) => {
  it('says the head of the day that has ended, to every other member, once', async () => {
    const node = await begin(engine);
    await ask('2026-11-20T01:00:00.000Z', 1);
    await ask('2026-11-20T15:59:59.999Z', 2); // a millisecond before midnight in China
    await node.node.journals.issue();
    expect(await journalsIn(node)).toEqual([]); // the day goes on
    await ask('2026-11-20T16:00:00.000Z', 3);
    clock.at = '2026-11-20T16:10:00.000Z';
    await node.node.journals.issue();
    await node.node.journals.issue();
    const [, second] = await node.node.store.questions.listQuestions({}, 0, 10);
    const said = { day: '2026-11-20', size: 2, head: second?.hash };
    expect(await journalsIn(node)).toEqual([{ ...said, aud: ['320000', '330000', '340000'] }]);
  });

  it('is about the newest day only when days were missed, and not repeated while nobody asks', async () => {
    const node = await begin(engine);
    await ask('2026-11-18T02:00:00.000Z', 1);
    await ask('2026-11-20T02:00:00.000Z', 2);
    clock.at = '2026-11-23T02:00:00.000Z';
    await node.node.journals.issue();
    clock.at = '2026-11-24T02:00:00.000Z';
    await node.node.journals.issue();
    expect(await journalsIn(node)).toMatchObject([{ day: '2026-11-22', size: 2 }]);
    await ask('2026-11-24T03:00:00.000Z', 3);
    clock.at = '2026-11-24T16:10:00.000Z';
    await node.node.journals.issue();
    expect(await journalsIn(node)).toMatchObject([{ size: 2 }, { day: '2026-11-24', size: 3 }]);
  });

  it('is issued once by two processes', async () => {
    const node = await begin(engine);
    const other = engine.name === 'postgres' ? await again(node) : node.node; // SQLite has one process a file
    for (const day of ['20', '21', '22']) {
      await ask(`2026-11-${day}T02:00:00.000Z`, 1);
      clock.at = `2026-11-${day}T16:10:00.000Z`;
      await Promise.all([node.node.journals.issue(), other.journals.issue()]);
    }
    expect((await journalsIn(node)).map(({ size }) => size)).toEqual([1, 2, 3]);
  });

  it('is taken by the others, and holds the questions to what they were', async () => {
    const node = await begin(engine);
    for (const n of [1, 2, 3]) await ask('2026-11-20T02:00:00.000Z', n);
    clock.at = '2026-11-20T16:10:00.000Z';
    await node.node.journals.issue();
    await ask(clock.at, 4);
    await network.exchange();
    const held = await entriesHeld(network.node(jiangsu), node.node.self.origin);
    expect(held.at(-1)).toMatchObject({ word: 'taken' });
    const [receipt] = await receiptsKept(node, jiangsu);
    expect(receipt).toMatchObject({ to: held.length, isPlain: true });
    const index = held.length - 1;
    expect(await check(node)).toEqual({
      ...{ member: shanghai, from: 0, to: 4, journal: { day: '2026-11-20', size: 3, index } },
      ...{ checked: ['chain', 'journals', 'signatures'], notChecked: ['tail', 'log'] },
    });
  });

  it.each([
    [['*'], [jiangsu], [[jiangsu]]],
    [[jiangsu], ['*'], []],
  ])('goes where a flow leads: from %j to %j', async (from, to, audiences) => {
    const node = await begin(engine, ({ catalogue }) => {
      for (const entry of catalogue) if (entry.type === 'journal') entry.flows = [{ from, to, purposes: ['audit'] }];
    });
    await ask('2026-11-20T02:00:00.000Z', 1);
    clock.at = '2026-11-21T02:00:00.000Z';
    await node.node.journals.issue();
    expect((await journalsIn(node)).map(({ aud }) => aud)).toEqual(audiences);
  });

  it('waits while the agreement is not in force', async () => {
    const node = await begin(engine, ({ effective }) => {
      effective.from = '2026-11-22';
    });
    await ask('2026-11-20T02:00:00.000Z', 1);
    clock.at = '2026-11-21T02:00:00.000Z';
    await node.node.journals.issue();
    clock.at = '2026-11-22T02:00:00.000Z';
    await node.node.federation.start();
    await node.node.journals.issue();
    expect(await journalsIn(node)).toMatchObject([{ day: '2026-11-21', size: 1 }]);
  });
});

async function begin(engine: Engine, change?: (agreement: Agreement) => void): Promise<RunningNode> {
  clock.at = '2026-11-19T02:00:00.000Z';
  const now = () => new Date(clock.at);
  network = await openNetwork({ running: [shanghai, jiangsu], engine, now, ...(change && { change }) });
  return network.node(shanghai);
}

/** A second process of a node that runs. */
async function again({ config }: RunningNode): Promise<RunningNode['node']> {
  const now = () => new Date(clock.at);
  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  const node = await compose(config, { now, newId: createNewId(now), logger, onBroken: () => {} });
  node.gate.open();
  closing = () => node.close();
  await node.federation.start();
  return node;
}

async function ask(at: string, n: number): Promise<void> {
  clock.at = at;
  await askSubject(network.node(shanghai), sampleUscc(n));
}

async function journalsIn(node: RunningNode): Promise<(Journal & { aud: string[] })[]> {
  const claims = (await entriesHeld(node, node.node.self.origin)).map(claimsOf);
  return claims.flatMap(({ events, aud }) => {
    const body = events[event] as Journal | undefined; // its own node signed it
    return body ? [{ ...body, aud }] : [];
  });
}

async function check({ node }: RunningNode) {
  async function* lines() {
    for await (const line of node.questions.export()) yield utf8(line);
  }
  return checkExport(lines(), { hash, verifySignature, agreement: network.agreement });
}
