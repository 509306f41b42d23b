/** What alarms are judged by, as real nodes read it. */

import type { RequestListener } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import type { Agreement } from '../../node/agreement/agreement.ts';
import type { Config } from '../../node/config.ts';
import { type AlarmProbes, createAlarmReading } from '../../node/federation/read-alarm-state.ts';
import { openHostile } from '../support/hostile.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { importPenalties, penaltiesCsv } from '../support/penalties.ts';

const shanghai = '310000';
const jiangsu = '320000';
const clock = { at: '' };
let network: Network;

afterEach(() => network.close());

const now = () => new Date(clock.at);

async function begin(
  options: { running?: string[]; config?: Partial<Config>; change?: (agreement: Agreement) => void } = {},
): Promise<RunningNode> {
  clock.at = '2026-11-20T02:00:00.000Z';
  network = await openNetwork({ running: [shanghai, jiangsu], now, ...options });
  return network.node(options.running?.[0] ?? shanghai);
}

async function standing({ node }: RunningNode): Promise<string[]> {
  await node.alarms.evaluate();
  const alarms = await node.alarms.list({ all: false, limit: 100 });
  return alarms.map(({ code, about }) => `${code} ${about}`.trim());
}

/** The same node, whose clock is so many seconds ahead. */
function ahead(app: RequestListener, seconds: number): RequestListener {
  return (request, response) => {
    const set = response.setHeader.bind(response);
    const date = new Date(now().getTime() + seconds * 1000).toUTCString();
    response.setHeader = (name, value) => set(name, name.toLowerCase() === 'date' ? date : value);
    app(request, response);
  };
}

it('a peer’s clock, seen in its answers, until it is right again', async () => {
  const node = await begin();
  const { app } = network.node(jiangsu).node;
  await network.exchange();
  expect(await standing(node)).toEqual([]);
  network.answerAs(jiangsu, ahead(app, 90));
  await node.node.federation.pull(jiangsu);
  expect(await standing(node)).toEqual([`alarm/clock-skew ${jiangsu}`]);
  expect(await node.node.alarms.list({ all: false, limit: 1 })).toMatchObject([{ facts: { seconds: 90 } }]);
  network.answerAs(jiangsu, app);
  await node.node.federation.pull(jiangsu);
  expect(await standing(node)).toEqual([]);
});

it('a bulletin that was signed ahead of our clock, until the clock has come there', async () => {
  const node = await begin({ running: [jiangsu] });
  clock.at = new Date().toISOString(); // a hostile log goes by the real one
  const log = await openHostile(network, shanghai);
  await log.say({ type: 'penalty', claims: { iat: Math.floor(Date.parse(clock.at) / 1000) + 120 } });
  await node.node.federation.pull(shanghai);
  expect(await standing(node)).toContain(`alarm/future-iat ${shanghai}`);
  clock.at = new Date(Date.parse(clock.at) + 180_000).toISOString();
  expect(await standing(node)).not.toContain(`alarm/future-iat ${shanghai}`);
});

it('how much a log grows in a day, and in a day for each that nobody looked', async () => {
  const node = await begin({ change: ({ exchange }) => Object.assign(exchange, { dailyVolume: 3 }) });
  const volume = async () => (await standing(node)).filter((one) => one.startsWith('alarm/volume'));
  await importPenalties(node, 0, 5);
  expect(await volume()).toEqual([]); // how it grew before we looked is not known
  clock.at = '2026-11-21T02:00:00.000Z';
  await importPenalties(node, 5, 8);
  expect(await volume()).toEqual([]);
  await importPenalties(node, 8, 9);
  expect(await volume()).toEqual([`alarm/volume ${shanghai}`]);
  clock.at = '2026-11-22T02:00:00.000Z';
  expect(await volume()).toEqual([]);
  clock.at = '2026-11-25T02:00:00.000Z';
  await importPenalties(node, 9, 18); // nine in three days
  expect(await volume()).toEqual([]);
});

it('that somebody shows more of our own log than we hold', async () => {
  const { node } = await begin();
  const own = (await node.store.log.listLogs()).find((log) => log.own);
  if (!own) throw new RangeError('no log');
  const head = await node.store.log.findLargestCheckpoint(own.id);
  if (!head) throw new RangeError('no checkpoint');
  await node.store.log.putCheckpoint(own.id, { ...head, size: own.size + 2 });
  expect(await standing(network.node(shanghai))).toEqual(['alarm/own-log-ahead']);
});

it('two signatures of one member on versions of one number', async () => {
  const node = await begin();
  const { jws } = node.node.version;
  const logs = await node.node.store.log.listLogs();
  const evidence = { member: jiangsu, digests: ['a', 'b'], agreements: [jws, jws] };
  const finding = { id: node.node.newId(), log: logs[0]?.id ?? 0, code: 'agreement/signed-twice', at: clock.at };
  await node.node.store.peers.putFinding({ ...finding, evidence });
  expect(await standing(node)).toEqual([`alarm/signed-twice ${jiangsu}`]);
});

it('what is overdue on any bureau’s work list, looked at every half hour', async () => {
  const node = await begin();
  const { authority } = node.node.self;
  const asker = { role: 'clerk', authority, person: '0001' } as const;
  async function* bytes() {
    yield new TextEncoder().encode(penaltiesCsv(authority, 0, 2)); // decided in January
  }
  const upload = { type: 'penalty', fileName: 'held.csv', hold: true, allOrNothing: false };
  const { id } = await node.node.imports.receive(upload, asker, bytes());
  node.node.work.enqueue({ id });
  await node.node.work.settled();
  expect(await standing(node)).toEqual(['alarm/overdue']);
  expect(await node.node.alarms.list({ all: false, limit: 1 })).toMatchObject([{ facts: { items: 1 } }]);
  await node.node.imports.discard(id);
  clock.at = '2026-11-20T02:29:00.000Z';
  expect(await standing(node)).toEqual(['alarm/overdue']);
  clock.at = '2026-11-20T02:31:00.000Z';
  expect(await standing(node)).toEqual([]);
});

it('a disk with less room than the configuration asks for', async () => {
  const node = await begin({ config: { alarms: { diskFreeBytes: 1024 ** 5, certificateDays: 30 } } });
  expect(await standing(node)).toEqual(['alarm/disk-low database', 'alarm/disk-low erasures']);
});

it('what cannot be read is left out, and said', async () => {
  const { node } = await begin();
  const blind: string[] = [];
  const no = () => Promise.reject(new Error('no'));
  const probes: AlarmProbes = { disks: no, overdue: no, certificates: async () => [] };
  const read = createAlarmReading({
    ...{ store: node.store, watch: node.store.watch, me: shanghai, reportPeers: node.reportPeers, now, probes },
    listUnreadable: () => [],
    lookAtLock: () => undefined,
    listOutside: async () => [],
    onBlind: (probe) => void blind.push(probe),
  });
  const state = await read();
  expect(Object.keys(state)).not.toEqual(expect.arrayContaining(['disks']));
  expect(state.certificates).toEqual([]);
  expect(blind).toEqual(['overdue', 'disks']);
});

it('that our log key stays locked, until it is not', async () => {
  const node = await begin();
  expect(await standing(node)).toEqual([]); // it is open
  node.node.gate.shut();
  expect(await standing(node)).toEqual([]);
  clock.at = '2026-11-20T02:06:00.000Z';
  expect(await standing(node)).toEqual(['alarm/log-locked']);
  node.node.gate.open();
  expect(await standing(node)).toEqual([]);
  expect(await standing(node)).toEqual([]);
});
