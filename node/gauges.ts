/**
 * The gauges that every scrape reads from the store, one line each: name, what it says, labels, and its values. Reading is
 * from indexes and small tables, so that a log of any length costs the same. `metrics.ts` shows them.
 */

import type { Agreement } from './agreement/agreement.ts';
import type { Now } from './base/ports.ts';
import type { Alarms } from './federation/alarms.ts';
import type { ClockReading } from './federation/clocks.ts';
import type { OutsideReport } from './federation/outside-witness.ts';
import type { Finding, Tally } from './federation/ports.ts';
import type { PeerReport, ReportPeers } from './federation/report.ts';
import type { Webhook } from './federation/webhook.ts';
import type { HeldLog } from './log/ports.ts';
import type { Disk, Ending } from './probes.ts';
import type { ImportSum } from './registry/ports.ts';
import type { OpenStore } from './store/store.ts';

type Labels = Record<string, string>;

/** A gauge and how its values are found in a reading. */
export interface Family<Reading> {
  name: string;
  /** `中文 · English`. */
  help: string;
  labels: string[];
  samples(reading: Reading): Iterable<readonly [value: number, labels?: Labels]>;
}

/** What one scrape reads. */
export interface Reading {
  at: Date;
  me: string;
  version: string;
  agreement: Agreement;
  peers: readonly PeerReport[];
  witnesses: readonly OutsideReport[];
  logs: readonly HeldLog[];
  tallies: readonly Tally[];
  findings: readonly Finding[];
  imports: readonly ImportSum[];
  disks: readonly Disk[];
  certificates: readonly Ending[];
  clocks: readonly ClockReading[];
  alarms: Awaited<ReturnType<Alarms['count']>>;
  deliveries: number;
}

const importsOfMs = 30 * 24 * 3_600_000;

/** How a scrape reads. */
export function createReading({
  store,
  reportPeers,
  reportWitnesses,
  alarms,
  webhook,
  version,
  self,
  program,
  disks,
  certificates,
  now,
}: {
  store: OpenStore;
  reportPeers: ReportPeers;
  reportWitnesses: () => Promise<OutsideReport[]>;
  alarms: Alarms;
  webhook: Webhook;
  /** The agreement in force, asked anew each time. */
  version: { agreement: Agreement };
  self: { id: string };
  /** The program's version. */
  program: string;
  disks: () => Promise<Disk[]>;
  certificates: () => Promise<Ending[]>;
  now: Now;
}): () => Promise<Reading> {
  return async () => {
    const at = now();
    const { agreement } = version;
    return {
      ...{ at, me: self.id, version: program, agreement },
      peers: await reportPeers(),
      witnesses: await reportWitnesses(),
      logs: await store.log.listLogs(),
      tallies: await store.peers.listTallies(),
      findings: await store.peers.listFindings(),
      imports: await store.imports.sumImports(new Date(at.getTime() - importsOfMs).toISOString()),
      clocks: await store.watch.listClocks(),
      alarms: await alarms.count(),
      deliveries: await webhook.countWaiting(),
      certificates: await certificates(),
      disks: await disks().catch(() => []), // without a word on the disk, the rest still counts
    };
  };
}

export const families: readonly Family<Reading>[] = [
  gauge('huxin_node_info', '节点的成员和程序版本 · The node’s member and release', ['member', 'version'], (r) => [
    [1, { member: r.me, version: r.version }],
  ]),
  gauge('huxin_agreement_version', '生效的协议版本 · Version of the agreement in force', [], (r) => [
    [r.agreement.version],
  ]),
  gauge('huxin_agreement_bound', '协议规定的界限 · Bounds that the agreement sets', ['bound'], ({ agreement }) => {
    const { alarms, dailyVolume, greatestLagMinutes } = agreement.exchange;
    return [
      [greatestLagMinutes * 60, { bound: 'lag_seconds' }],
      [alarms.entriesBehind, { bound: 'entries_behind' }],
      [alarms.unreceiptedMinutes * 60, { bound: 'unreceipted_seconds' }],
      [alarms.cosignatureAgeHours * 3_600, { bound: 'cosignature_age_seconds' }],
      [alarms.clockSkewSeconds, { bound: 'clock_skew_seconds' }],
      [dailyVolume, { bound: 'daily_volume' }],
    ];
  }),
  bySide(
    'huxin_peer_behind_entries',
    '尚缺的条数：theirs 为我方缺对方日志，ours 为对方缺我方日志 · Entries that are missing: theirs of their log with us, ours of our log with them',
    ({ theirs, ours }) => ({ theirs: theirs.behind.entries, ours: ours.behind.entries }),
  ),
  bySide(
    'huxin_peer_behind_seconds',
    '缺条已有多久，不缺为 0 · How long entries have been missing, 0 while none is',
    ({ theirs, ours }, at) => ({ theirs: age(theirs.behind.since, at) ?? 0, ours: age(ours.behind.since, at) ?? 0 }),
  ),
  ofPeers(
    'huxin_peer_oldest_unreceipted_seconds',
    '发给对方而未获回执的最早通报已有多久，没有为 0 · Age of the oldest bulletin to that member without a receipt, 0 while there is none',
    ({ ours }, at) => age(ours.oldestUnreceipted?.at, at) ?? 0,
  ),
  ofPeers('huxin_peer_failures', '连续失败的轮数 · Rounds in a row that failed', ({ failures }) => failures),
  ofPeers('huxin_peer_stopped', '是否因分叉或变短而停止拉取 · Whether its log is pulled no more', ({ stopped }) =>
    stopped ? 1 : 0,
  ),
  ofPeers(
    'huxin_peer_last_round_age_seconds',
    '距上一次完整拉取 · Since its log was last pulled whole',
    ({ lastOkAt }, at) => age(lastOkAt, at),
  ),
  bySide(
    'huxin_peer_cosignature_age_seconds',
    '距最近一次联署：theirs 为我方联署对方日志，ours 为对方联署我方日志 · Since the newest cosignature: theirs is ours on their log, ours is theirs on our log',
    ({ theirs, ours }, at) => ({ theirs: age(theirs.cosignedAt, at), ours: age(ours.cosigned?.at, at) }),
  ),
  bySide(
    'huxin_peer_withheld',
    '内容未到的通报：theirs 为对方未给我方，ours 为对方称我方未给 · Bulletins whose content did not come: theirs was kept from us, ours is what they say we kept from them',
    ({ theirs, ours }) => ({ theirs: theirs.withheld, ours: ours.withheld }),
  ),
  bySide(
    'huxin_peer_refused',
    '拒收的通报：theirs 为我方拒收，ours 为对方拒收 · Refused bulletins: theirs by us, ours by them',
    ({ theirs, ours }) => ({ theirs: theirs.refused, ours: ours.refused }),
  ),
  gauge(
    'huxin_outside_witness_behind_entries',
    '外部见证方最近的联署未覆盖的我方日志条数 · Entries of our log that an outside witness has not cosigned',
    ['witness'],
    ({ witnesses }) => witnesses.map(({ name, behind }) => [behind, { witness: name }]),
  ),
  gauge(
    'huxin_outside_witness_failures',
    '外部见证方连续未联署的次数 · How often in a row an outside witness did not cosign',
    ['witness'],
    ({ witnesses }) => witnesses.map(({ name, failures }) => [failures, { witness: name }]),
  ),
  gauge('huxin_log_entries', '各成员日志已持有的条数 · Entries held of each member’s log', ['member', 'own'], (r) =>
    sumByLabels(r.logs.map(({ size, member, own }) => [size, { member, own: String(own) }])),
  ),
  gauge(
    'huxin_bulletins',
    '关于信用记录的通报：issued 为发给该成员，其余为对其通报的结论 · Bulletins about records: issued to that member, or our word on its own',
    ['member', 'what'],
    (r) => sumTallies(r),
  ),
  gauge('huxin_findings', '保留的证据：分叉、变短等 · Evidence kept against logs and members', ['code'], (r) =>
    countBy(
      r.findings.map(({ code }) => code),
      ['log/fork', 'log/shrunk'],
    ).map(([code, n]) => [n, { code }]),
  ),
  gauge('huxin_alarms', '现有的告警 · Alarms that stand', ['code', 'severity'], (r) =>
    r.alarms.map(([code, severity, standing]) => [standing, { code, severity }]),
  ),
  gauge('huxin_webhook_waiting', '尚未推送的告警消息 · Messages that the webhook has yet to take', [], (r) => [
    [r.deliveries],
  ]),
  gauge(
    'huxin_peer_clock_ahead_seconds',
    '对方时钟比我方快多少，慢为负 · By how much its clock is ahead of ours, below 0 when behind',
    ['member'],
    (r) => r.clocks.map(({ member, seconds }) => [seconds, { member }]),
  ),
  gauge('huxin_imports', '各状态的导入数 · Imports by their state', ['state'], (r) =>
    r.imports.map(({ state, imports }) => [imports, { state }]),
  ),
  gauge('huxin_import_rows', '近 30 天导入的行数 · Rows of the imports of the last 30 days', ['outcome'], (r) =>
    (['read', 'refused', 'opened', 'corrected', 'unchanged', 'repeated'] as const).map((outcome) => [
      r.imports.reduce((sum, { rows }) => sum + rows[outcome], 0),
      { outcome },
    ]),
  ),
  gauge('huxin_certificate_left_seconds', '证书剩余的有效期 · How long the certificate lasts', ['certificate'], (r) =>
    r.certificates.map(({ name, until }) => [(Date.parse(until) - r.at.getTime()) / 1000, { certificate: name }]),
  ),
  gauge('huxin_disk_free_bytes', '磁盘剩余空间 · Free space of the disk', ['disk'], (r) =>
    r.disks.map(({ name, freeBytes }) => [freeBytes, { disk: name }]),
  ),
  gauge('huxin_disk_size_bytes', '磁盘容量 · Size of the disk', ['disk'], (r) =>
    r.disks.map(({ name, sizeBytes }) => [sizeBytes, { disk: name }]),
  ),
];

function gauge(name: string, help: string, labels: string[], samples: Family<Reading>['samples']): Family<Reading> {
  return { name, help, labels, samples };
}

/** One value a peer; what is not known has none. */
function ofPeers(
  name: string,
  help: string,
  measure: (peer: PeerReport, at: Date) => number | undefined,
): Family<Reading> {
  return gauge(name, help, ['member'], ({ peers, at }) =>
    peers.flatMap((peer) => known(measure(peer, at), { member: peer.member })),
  );
}

/** Two values a peer: of its log with us, and of ours with it. */
function bySide(
  name: string,
  help: string,
  valuesOf: (peer: PeerReport, at: Date) => { theirs: number | undefined; ours: number | undefined },
): Family<Reading> {
  return gauge(name, help, ['member', 'log'], ({ peers, at }) =>
    peers.flatMap((peer) => {
      const { theirs, ours } = valuesOf(peer, at);
      const { member } = peer;
      return [...known(theirs, { member, log: 'theirs' }), ...known(ours, { member, log: 'ours' })];
    }),
  );
}

function known(value: number | undefined, labels: Labels): [number, Labels][] {
  return value === undefined ? [] : [[value, labels]];
}

/** Seconds since an instant. */
function age(instant: string | undefined, at: Date): number | undefined {
  return instant === undefined ? undefined : (at.getTime() - Date.parse(instant)) / 1000;
}

function sumTallies({ tallies, logs }: Reading): [number, Labels][] {
  const ownerOf = new Map(logs.map(({ id, member, own }) => [id, own ? undefined : member]));
  return sumByLabels(tallies.map(({ log, member, what, n }) => [n, { member: ownerOf.get(log) ?? member, what }]));
}

/** How often each occurs; those listed are there in any case. */
function countBy(values: readonly string[], listed: readonly string[]): [string, number][] {
  const counts = new Map(listed.map((one) => [one, 0]));
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts];
}

/** A member may have several logs, one after the other. */
function sumByLabels(samples: [number, Labels][]): [number, Labels][] {
  const sums = new Map<string, [number, Labels]>();
  for (const [n, labels] of samples) {
    const key = JSON.stringify(labels);
    sums.set(key, [n + (sums.get(key)?.[0] ?? 0), labels]);
  }
  return [...sums.values()];
}
