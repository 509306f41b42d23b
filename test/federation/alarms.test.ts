/** Alarms of real nodes as they come and go by a clock turned by hand, and what the webhook is told of them. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compose } from '../../node/compose.ts';
import { createNewId } from '../../node/crypto.ts';
import { createApi } from '../support/api.ts';
import { type Engine, engines } from '../support/engines.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { importPenalties } from '../support/penalties.ts';
import { openReceiver, type Receiver, verifyReceived } from '../support/receiver.ts';

const shanghai = '310000';
const jiangsu = '320000';
const lines: { facts: { code: string; about: string }; message: string }[] = [];
const clock = { at: '' };
let network: Network;
let receiver: Receiver;
let closing: (() => Promise<void>)[];

beforeEach(async () => {
  lines.length = 0;
  closing = [];
  receiver = await openReceiver();
});
afterEach(async () => {
  for (const close of closing) await close();
  await network.close();
  await receiver.close();
});

const now = () => new Date(clock.at);
const keep = (facts: object, message: string) => {
  if (message.startsWith('alarm ')) lines.push({ facts: facts as (typeof lines)[number]['facts'], message });
};
const logger = { debug() {}, info: keep, warn: keep, error: keep };

async function begin(engine?: Engine): Promise<RunningNode> {
  clock.at = '2026-11-20T02:00:00.000Z';
  const webhook = { url: receiver.url };
  network = await openNetwork({
    ...{ running: [shanghai, jiangsu], now, logger, config: { webhook } },
    ...(engine && { engine }),
    change: ({ exchange }) => Object.assign(exchange, { greatestLagMinutes: 60 }),
  });
  await network.exchange();
  return network.node(shanghai);
}

function pass(minutes: number): void {
  clock.at = new Date(Date.parse(clock.at) + minutes * 60_000).toISOString();
}

/** As the timetable does every minute. The members whose nodes never ran are left out of what is seen. */
async function evaluate({ node }: Pick<RunningNode, 'node'>): Promise<string[]> {
  await node.alarms.evaluate();
  await node.webhook.deliver();
  return (await node.alarms.list({ all: false, limit: 100 }))
    .filter(({ about }) => about === jiangsu)
    .map(({ code }) => code)
    .sort();
}

/** `raised alarm/behind`, in the order in which they came, as the receiver took them. */
function told(about = jiangsu): string[] {
  return receiver.received.flatMap(({ message: { event, alarm } }) =>
    alarm?.about === about ? [`${event} ${alarm.code}`] : [],
  );
}

function said(about = jiangsu): string[] {
  return lines.filter(({ facts }) => facts.about === about).map(({ facts, message }) => `${message} ${facts.code}`);
}

/** Jiangsu's node is away: no answer. */
async function loseJiangsu(): Promise<void> {
  network.answerAs(jiangsu, undefined);
  await importPenalties(network.node(shanghai), 0, 1);
  await network.node(shanghai).node.federation.pull(jiangsu);
}

async function findJiangsu(): Promise<void> {
  network.answerAs(jiangsu, network.node(jiangsu).node.app);
  await network.exchange();
}

describe.each(engines)('an alarm on $name', (engine) => {
  it('rises when its bound is passed, is told once, and clears by itself', async () => {
    const node = await begin(engine);
    expect(await evaluate(node)).toEqual([]);
    await loseJiangsu();
    pass(50);
    expect(await evaluate(node)).toEqual([]);
    pass(24 * 60);
    const expected = ['alarm/no-round', 'alarm/unreceipted'];
    for (let n = 0; n < 3; n++) {
      expect(await evaluate(node)).toEqual(expected);
      pass(1);
    }
    expect(told().sort()).toEqual(expected.map((code) => `raised ${code}`));
    expect(said().sort()).toEqual(expected.map((code) => `alarm raised ${code}`));

    await findJiangsu();
    expect(await evaluate(node)).toEqual([]);
    expect(await evaluate(node)).toEqual([]);
    expect(told().slice(2).sort()).toEqual(expected.map((code) => `cleared ${code}`));
    expect(said().slice(2).sort()).toEqual(expected.map((code) => `alarm cleared ${code}`));
    const all = await node.node.alarms.list({ all: true, limit: 100 });
    expect(all.filter(({ about }) => about === jiangsu)).toMatchObject([
      { code: expect.any(String), clearedAt: clock.at },
      { code: expect.any(String), clearedAt: clock.at },
    ]);
  });

  it('that comes again is another one', async () => {
    const node = await begin(engine);
    for (let n = 0; n < 2; n++) {
      await loseJiangsu();
      pass(24 * 60);
      await evaluate(node);
      await findJiangsu();
      await evaluate(node);
    }
    expect(told().filter((one) => one.endsWith('no-round'))).toEqual(
      ['raised', 'cleared', 'raised', 'cleared'].map((event) => `${event} alarm/no-round`),
    );
    const ids = receiver.received.map(({ message }) => message.alarm?.code === 'alarm/no-round' && message.alarm.id);
    expect(new Set(ids.filter(Boolean)).size).toBeGreaterThanOrEqual(2);
  });

  it('is told once by two processes', async () => {
    const node = await begin(engine);
    const other = { node: engine.name === 'postgres' ? await again(node) : node.node }; // SQLite has one process a file
    await loseJiangsu();
    pass(24 * 60);
    await Promise.all([evaluate(node), evaluate(other)]);
    await Promise.all([evaluate(node), evaluate(other)]);
    await findJiangsu();
    await Promise.all([evaluate(node), evaluate(other)]);
    await Promise.all([evaluate(node), evaluate(other)]);
    const expected = ['alarm/no-round', 'alarm/unreceipted'].flatMap((code) => [`cleared ${code}`, `raised ${code}`]);
    expect(told().sort()).toEqual(expected.sort());
    expect(said().sort()).toEqual(expected.map((one) => `alarm ${one}`).sort());
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(receiver.received.length);
  });

  it('is forgotten a year after it cleared, and not while it stands', async () => {
    const node = await begin(engine);
    await loseJiangsu();
    pass(24 * 60);
    await evaluate(node);
    await findJiangsu();
    await evaluate(node);
    const codes = async (about: string) =>
      (await node.node.alarms.list({ all: true, limit: 100 })).filter((one) => one.about === about).length;
    expect(await codes('330000')).toBeGreaterThan(0);
    pass(365 * 24 * 60);
    await node.node.alarms.prune();
    expect(await codes(jiangsu)).toBe(2);
    pass(2 * 24 * 60);
    await node.node.alarms.prune();
    await node.node.webhook.prune();
    expect(await codes(jiangsu)).toBe(0);
    expect(await codes('330000')).toBeGreaterThan(0);
  });
});

describe('the webhook', () => {
  it('that fails is tried again with the same message, later and later, until it takes it', async () => {
    const node = await begin();
    await evaluate(node); // of the members whose nodes never ran
    receiver.received.length = 0;
    await loseJiangsu();
    pass(61);
    receiver.answers.push(500, 503);
    expect(await evaluate(node)).toEqual(['alarm/no-round']);
    const tries = async (seconds: number) => {
      pass(seconds / 60);
      await node.node.webhook.deliver();
      return receiver.received.length;
    };
    expect([await tries(9), await tries(1), await tries(19), await tries(1), await tries(3_600)]).toEqual([
      1, 2, 2, 3, 3,
    ]);
    expect(new Set(receiver.received.map(({ id, text }) => `${id} ${text}`)).size).toBe(1);
    expect(await node.node.webhook.countWaiting()).toBe(0);
  });

  it('is told that an alarm is over only after it was told that it stands', async () => {
    const node = await begin();
    await evaluate(node);
    await loseJiangsu();
    pass(61);
    receiver.answers.push(500);
    await evaluate(node);
    await findJiangsu();
    await evaluate(node);
    pass(1);
    await node.node.webhook.deliver();
    expect(told()).toEqual(['raised', 'raised', 'cleared'].map((event) => `${event} alarm/no-round`));
  });

  it('that takes nothing for three days is given up, and the alarm stands all the same', async () => {
    const node = await begin();
    await evaluate(node);
    await loseJiangsu();
    pass(61);
    receiver.answers.push(...Array.from({ length: 1_000 }, () => 500));
    await evaluate(node);
    const waiting = await node.node.webhook.countWaiting();
    expect(waiting).toBeGreaterThan(0);
    for (let hour = 0; hour < 73; hour++) {
      pass(60);
      await node.node.webhook.deliver();
    }
    expect(await node.node.webhook.countWaiting()).toBe(0);
    expect(await evaluate(node)).toContain('alarm/no-round');
  });

  it('hears from the node in words that anyone with the agreement can check', async () => {
    const node = await begin();
    await loseJiangsu();
    pass(3 * 60);
    await evaluate(node);
    const member = network.agreement.members.find(({ id }) => id === shanghai);
    if (!member) throw new RangeError('no such member');
    expect(receiver.received.length).toBeGreaterThan(1);
    for (const one of receiver.received) {
      await verifyReceived(one, member);
      expect(one.message).toMatchObject({ id: one.id, node: { member: shanghai, issuer: member.issuer } });
      expect(one.message.iat).toBe(Date.parse(clock.at) / 1000);
    }
    const [first] = receiver.received;
    if (!first) throw new RangeError('nothing came');
    await expect(verifyReceived({ ...first, text: first.text.replace('raised', 'cleared') }, member)).rejects.toThrow();
    const jiangsuMember = network.agreement.members.find(({ id }) => id === jiangsu);
    await expect(verifyReceived(first, jiangsuMember as typeof member)).rejects.toThrow('none of its bulletin keys');
  });

  it('can be tried', async () => {
    const node = await begin();
    receiver.received.length = 0;
    const api = createApi(node.url, await node.createToken('operator'));
    const { body } = await api('POST', '/api/v1/alarms/test');
    expect(receiver.received).toMatchObject([{ id: body.id, message: { event: 'test' } }]);
    receiver.answers.push(404);
    expect(await api('POST', '/api/v1/alarms/test')).toMatchObject({
      ...{ status: 502, body: { code: 'webhook/not-taken', facts: { reason: 'HTTP 404' } } },
    });
    await receiver.close();
    expect(await api('POST', '/api/v1/alarms/test')).toMatchObject({ body: { facts: { reason: 'ECONNREFUSED' } } });
    receiver = await openReceiver();
  });

  it('is told nothing where none is configured', async () => {
    clock.at = '2026-11-20T02:00:00.000Z';
    network = await openNetwork({ running: [shanghai], now });
    const node = network.node(shanghai);
    await node.node.federation.pull(jiangsu);
    pass(61);
    await evaluate(node);
    expect(await node.node.webhook.countWaiting()).toBe(0);
    const api = createApi(node.url, await node.createToken('operator'));
    expect(await api('POST', '/api/v1/alarms/test')).toMatchObject({ body: { code: 'webhook/not-configured' } });
    expect((await api('GET', '/api/v1/alarms')).body.alarms.length).toBeGreaterThan(0);
  });
});

/** A second process of a node that runs. */
async function again({ config }: RunningNode): Promise<RunningNode['node']> {
  const node = await compose(config, { now, newId: createNewId(now), logger, onBroken: () => {} });
  node.gate.open();
  closing.push(() => node.close());
  await node.federation.start();
  return node;
}
