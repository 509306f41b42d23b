/** What a node says to Prometheus, over HTTP, on two nodes that exchange. */

import { afterEach, describe, expect, it } from 'vitest';
import type { Config } from '../node/config.ts';
import { createMetrics } from '../node/metrics.ts';
import { createApi } from './support/api.ts';
import { openHostile } from './support/hostile.ts';
import { type Network, openNetwork } from './support/network.ts';
import { importPenalties } from './support/penalties.ts';
import { type Scraped, sampleOf, samplesOf } from './support/scrape.ts';
import { until } from './support/until.ts';

const shanghai = '310000';
const jiangsu = '320000';
const silent = { debug() {}, info() {}, warn() {}, error() {} };
let network: Network;

async function begin(config: Partial<Config> = {}, running = [shanghai, jiangsu]): Promise<void> {
  network = await openNetwork({ running, config });
}

async function scrape(member: string): Promise<Scraped[]> {
  const node = network.node(member);
  const { status, headers, body } = await createApi(node.url, await node.createToken('operator'))('GET', '/metrics');
  expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  return samplesOf(body);
}

describe('a node', () => {
  afterEach(() => network.close());

  it('says how far it is with every peer, and every peer with it', async () => {
    await begin();
    await importPenalties(network.node(shanghai), 0, 3);
    await network.exchange();
    const [ours, theirs] = [await scrape(shanghai), await scrape(jiangsu)];
    for (const name of ['huxin_peer_behind_entries', 'huxin_peer_behind_seconds'])
      for (const log of ['theirs', 'ours']) expect(sampleOf(ours, name, { member: jiangsu, log })).toBe(0);
    expect(sampleOf(ours, 'huxin_peer_oldest_unreceipted_seconds', { member: jiangsu })).toBe(0);
    expect(sampleOf(ours, 'huxin_peer_oldest_unreceipted_seconds', { member: '340000' })).toBeGreaterThan(0);
    const held = sampleOf(ours, 'huxin_log_entries', { own: 'true' });
    expect(held).toBeGreaterThanOrEqual(4);
    expect(sampleOf(theirs, 'huxin_log_entries', { member: shanghai, own: 'false' })).toBe(held);
    expect(sampleOf(theirs, 'huxin_bulletins', { member: shanghai, what: 'taken' })).toBe(3);
    expect(sampleOf(ours, 'huxin_bulletins', { member: jiangsu, what: 'issued' })).toBe(3);
    for (const side of ['theirs', 'ours']) {
      const labels = { member: jiangsu, log: side };
      expect(sampleOf(ours, 'huxin_peer_cosignature_age_seconds', labels)).toBeLessThan(60);
      expect(sampleOf(ours, 'huxin_peer_withheld', labels)).toBe(0);
    }
    expect(sampleOf(ours, 'huxin_import_rows', { outcome: 'opened' })).toBe(3);
    expect(sampleOf(ours, 'huxin_imports', { state: 'done' })).toBe(1);
    expect(sampleOf(ours, 'huxin_peer_failures', { member: jiangsu })).toBe(0);
    expect(sampleOf(ours, 'huxin_peer_last_round_age_seconds', { member: '340000' })).toBeUndefined();
  });

  it('says what a peer withholds, and that a log was stopped', async () => {
    await begin({}, [jiangsu]);
    const log = await openHostile(network, shanghai);
    const { index } = await log.say({ type: 'penalty' });
    log.withheld.add(index);
    await network.node(jiangsu).node.federation.pull(shanghai);
    expect(sampleOf(await scrape(jiangsu), 'huxin_peer_withheld', { member: shanghai, log: 'theirs' })).toBe(1);
    log.putText('no leaf', [jiangsu]);
    const entry = log.entries.at(-1);
    if (entry) entry.leaf = entry.leaf.replace('/v1', '/v2');
    await network.node(jiangsu).node.federation.pull(shanghai);
    const samples = await scrape(jiangsu);
    expect(sampleOf(samples, 'huxin_peer_stopped', { member: shanghai })).toBe(1);
    expect(sampleOf(samples, 'huxin_findings', { code: 'log/fork' })).toBe(1);
    expect(sampleOf(samples, 'huxin_findings', { code: 'log/shrunk' })).toBe(0);
  });

  it('says how long requests took, by the route’s pattern and never by its path', async () => {
    await begin();
    const node = network.node(shanghai);
    const api = createApi(node.url, await node.createToken('reader'));
    await api('GET', '/api/v1/subjects/91310000XX0001003H', { query: { purpose: 'supervision' } });
    await api('GET', '/nowhere/91310000XX0001003H');
    const name = 'huxin_http_request_seconds_count';
    const counted = (route: string, status: string) => ({ route, method: 'GET', status });
    const labels = [counted('none', '4xx'), counted('/api/v1/subjects/:uscc', '2xx')]; // counted when the answer has left
    await until('both are counted', async () => {
      const samples = await scrape(shanghai);
      return labels.every((one) => sampleOf(samples, name, one) !== undefined);
    });
    const samples = await scrape(shanghai);
    expect(labels.map((one) => sampleOf(samples, name, one))).toEqual([1, 1]);
    expect(JSON.stringify(samples)).not.toContain('91310000XX0001003H');
  });

  it('says how the machine and the process are', async () => {
    await begin();
    const samples = await scrape(shanghai);
    for (const disk of ['database', 'erasures']) {
      const [free, size] = ['free', 'size'].map((what) => sampleOf(samples, `huxin_disk_${what}_bytes`, { disk }));
      expect(free).toBeGreaterThan(0);
      expect(size).toBeGreaterThan(free as number);
    }
    expect(sampleOf(samples, 'huxin_node_info', { member: shanghai })).toBe(1);
    expect(sampleOf(samples, 'huxin_agreement_version')).toBe(1);
    expect(sampleOf(samples, 'process_resident_memory_bytes')).toBeGreaterThan(0);
  });

  it('still answers while its store cannot be reached, and says so', async () => {
    await begin({ metrics: { open: true } }, [shanghai]);
    const node = network.node(shanghai);
    expect(sampleOf(samplesOf(await (await fetch(`${node.url}/metrics`)).text()), 'huxin_store_reachable')).toBe(1);
    await node.node.store.close();
    const samples = samplesOf(await (await fetch(`${node.url}/metrics`)).text());
    expect(sampleOf(samples, 'huxin_store_reachable')).toBe(0);
    expect(samples.filter(({ name }) => name.startsWith('huxin_peer_'))).toEqual([]);
  });

  it('asks for a token, or with metrics.open answers this machine and nobody else', async () => {
    await begin();
    expect((await fetch(`${network.node(shanghai).url}/metrics`)).status).toBe(401);
    await network.close();
    await begin({ metrics: { open: true } });
    const { url } = network.node(shanghai);
    const from = (address: string) => fetch(`${url}/metrics`, { headers: { 'x-forwarded-for': address } });
    expect((await fetch(`${url}/metrics`)).status).toBe(200);
    expect((await from('203.0.113.7')).status).toBe(401);
    expect((await from('127.0.0.1, 203.0.113.7')).status).toBe(401);
  });
});

describe('metrics', () => {
  const begun = (readAll: () => Promise<number> = async () => 1) => {
    const families = [
      { name: 'a', help: 'a', labels: ['n'], samples: (n: number) => [[n, { n: String(n) }]] as [number, object][] },
    ] as never;
    return createMetrics({ families, readAll, isReachable: async () => true, nowSeconds: () => 7, logger: silent });
  };
  const read = async (metrics: ReturnType<typeof begun>) => samplesOf((await metrics.read()).text);

  it('take the time of jobs and count those that fail', async () => {
    const metrics = begun();
    expect(await metrics.timed('pull', async () => 3)).toBe(3);
    await expect(metrics.timed('pull', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    const samples = await read(metrics);
    expect(sampleOf(samples, 'huxin_job_seconds_count', { task: 'pull' })).toBe(2);
    expect(sampleOf(samples, 'huxin_job_failures_total', { task: 'pull' })).toBe(1);
    expect(sampleOf(samples, 'huxin_job_done_timestamp_seconds', { task: 'pull' })).toBe(7);
  });

  it('forget what the last scrape said and this one does not', async () => {
    let n = 1;
    const metrics = begun(async () => n++);
    expect((await read(metrics)).filter(({ name }) => name === 'a')).toMatchObject([{ value: 1 }]);
    expect((await read(metrics)).filter(({ name }) => name === 'a')).toMatchObject([{ value: 2 }]);
  });

  it('are of one node: another has its own', async () => {
    const [one, other] = [begun(), begun()];
    one.answered({ route: '/a', method: 'GET', status: 200, seconds: 1 });
    const count = async (metrics: typeof one) => sampleOf(await read(metrics), 'huxin_http_request_seconds_count');
    expect([await count(one), await count(other)]).toEqual([1, undefined]);
  });

  it('bound the methods that they tell apart', async () => {
    const metrics = begun();
    for (const method of ['PROPFIND', 'MKCOL']) metrics.answered({ route: 'none', method, status: 405, seconds: 1 });
    const name = 'huxin_http_request_seconds_count';
    expect(sampleOf(await read(metrics), name, { method: 'other', status: '4xx' })).toBe(2);
  });
});
