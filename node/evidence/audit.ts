/**
 * What an auditor's mirror amounts to: everything that leaves, governance and receipts can tell, and what they cannot.
 * Reads the mirror from end to end twice, some entries at a time; memory grows with what is wrong, not with the logs.
 */

import type { Agreement, Auditor } from '../agreement/agreement.ts';
import type { Agreements } from '../agreement/agreements.ts';
import type { Hash, Now } from '../base/ports.ts';
import { formatInstant } from '../base/time.ts';
import type { TitleOf } from '../bulletin/labels.ts';
import type { HeldLog } from '../log/ports.ts';
import type { AuditedException, AuditedLog, AuditedPair, AuditReport } from '../report/audit.ts';
import type { Contents } from './audit-contents.ts';
import { createFindings, type Findings } from './audit-findings.ts';
import { type Addressed, readLeaves } from './audit-leaves.ts';
import { sayLog } from './audit-logs.ts';
import { isEnded, sayLate, sayOpen, sayWaiting } from './audit-missing.ts';
import type { Pair } from './audit-pairs.ts';
import { sayContents } from './audit-publication.ts';
import { type Look, type Receipted, readReceipts } from './audit-receipts.ts';
import { type CosignedTimes, readCosigned } from './cosigned.ts';
import type { Followed, MirrorStore } from './mirror-ports.ts';

const mostExceptions = 10_000;

export interface AuditNeeds {
  store: Pick<MirrorStore, 'log' | 'peers'>;
  agreements: Agreements;
  auditor: Auditor;
  titleOf: TitleOf;
  /** What the last round over the nodes brought. */
  followed: Followed;
  /** What evidence showed besides. */
  contents?: Contents;
  hash: Hash;
  now: Now;
  /** Told how many entries were looked at, and how many there are to look at. */
  onProgress?: (done: number, total: number) => void;
}

/** All that the parts of an audit work on. */
export interface Audit extends AuditNeeds {
  agreement: Agreement;
  findings: Findings;
  logs: readonly HeldLog[];
  cosigned: ReadonlyMap<string, CosignedTimes>;
  /** Origins of logs that forked. */
  forked: ReadonlySet<string>;
  /** The largest size that each log is known to have signed, by origin. */
  signed: ReadonlyMap<string, number>;
  lagSeconds: number;
}

export async function auditMirror(needs: AuditNeeds): Promise<AuditReport> {
  const { store, agreements, hash, now, followed, auditor } = needs;
  const { agreement, digest } = agreements.current();
  const members = Object.fromEntries(
    agreements.inForce().flatMap(({ agreement }) => agreement.members.map(({ id, name }) => [id, name])),
  );
  const findings = createFindings({ members, titleOf: needs.titleOf });
  const logs = await store.log.listLogs();
  const cosigned = new Map<string, CosignedTimes>();
  for (const log of logs) cosigned.set(log.origin, await readCosigned(store.log, log));
  const lagSeconds = agreement.exchange.greatestLagMinutes * 60;
  const forked = await sayForks(store, logs, findings);
  const signed = new Map<string, number>();
  for (const { id, origin } of logs) signed.set(origin, (await store.log.findLargestCheckpoint(id))?.size ?? 0);
  const audit: Audit = { ...needs, agreement, findings, logs, cosigned, forked, signed, lagSeconds };

  const total = 2 * logs.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const onEntries = (n: number) => {
    done += n;
    needs.onProgress?.(done, total);
  };
  const look: Look = { store: store.log, agreements, hash, logs, cosigned, forked, agreement, findings, onEntries };
  const receipted = await readReceipts(look);
  const pairs: AuditedPair[] = [];
  const exceptions: AuditedException[] = [];
  const told = new Map<string, Map<string, Addressed>>();
  const pairsOf = ({ origin }: HeldLog) => receipted.pairs.get(origin) ?? new Map<string, Pair>();
  for (const log of logs) told.set(log.origin, await readLeaves(look, log, pairsOf(log)));
  for (const [i, log] of logs.entries()) {
    const ofLog = pairsOf(log);
    const leaves = told.get(log.origin) ?? new Map<string, Addressed>();
    const after = logs.slice(i + 1).filter(({ member }) => member === log.member);
    const receivers = new Set([...agreement.members.map(({ id }) => id), ...leaves.keys(), ...ofLog.keys()]);
    let unknown = 0;
    for (const receiver of [...receivers].filter((id) => id !== log.member && members[id]).sort()) {
      const { pair, addressed } = { pair: ofLog.get(receiver), addressed: leaves.get(receiver) };
      unknown += addressed?.unknown ?? 0;
      if (!isEnded(receipted, agreement, receiver)) sayWaiting(audit, log, receiver, addressed);
      sayLate(audit, log, receiver, addressed);
      // What was refused of a log that its member left behind is mended in its next one.
      const goesOn = after.some(({ origin }) => (told.get(origin)?.get(receiver)?.lastCandidate ?? -1) >= 0);
      const open = sayOpen(audit, log, receiver, { pair, addressed, goesOn, next: after.map(({ origin }) => origin) });
      exceptions.push(...open.slice(0, mostExceptions - exceptions.length));
      pairs.push(toAuditedPair(log, receiver, pair, addressed));
    }
    if (unknown > 0) findings.notChecked('receipt/kind', { log: log.origin, member: log.member, count: unknown });
  }

  const audited: AuditedLog[] = [];
  for (const log of logs) audited.push(await sayLog(audit, log, receipted.tallies.get(log.origin)));
  sayAgreement(audit);
  sayContents(audit, (origin) => receipted.pairs.get(origin));
  sayNodes(audit);
  sayChecked(audit, receipted);
  const said = findings.report();
  return {
    ok: said.findings.every(({ grave }) => !grave),
    at: formatInstant(now()),
    agreement: { id: agreement.id, version: agreement.version, digest, title: agreement.title },
    auditor: { id: auditor.id, name: auditor.name },
    members,
    nodes: followed.nodes.map(({ member, trouble }) => ({ member, ...(trouble !== undefined && { trouble }) })),
    logs: audited,
    pairs,
    exceptions,
    ...said,
  };
}

async function sayForks(
  store: AuditNeeds['store'],
  logs: readonly HeldLog[],
  findings: Findings,
): Promise<ReadonlySet<string>> {
  const forked = new Set<string>();
  for (const { log: id, evidence, at } of await store.peers.listFindings()) {
    const log = logs.find((one) => one.id === id);
    if (!log) continue;
    forked.add(log.origin);
    const { size = evidence.shown, index, reason } = evidence;
    const facts = { log: log.origin, member: log.member, size: size ?? index, at, reason };
    findings.add('log/fork', JSON.parse(JSON.stringify(facts)) as typeof facts);
  }
  return forked;
}

function toAuditedPair(
  { origin: log, member: issuer }: HeldLog,
  receiver: string,
  pair: Pair | undefined,
  addressed: Addressed | undefined,
): AuditedPair {
  const { receipts = 0, end: receipted = 0, refused = 0, withheld = 0, noted = 0 } = pair ?? {};
  const { addressed: sent = 0, late = 0, waits: waiting = 0 } = addressed ?? {};
  return { log, issuer, receiver, addressed: sent, receipts, receipted, refused, withheld, noted, late, waiting };
}

function sayAgreement({ agreements, findings }: Audit): void {
  const versions = agreements.inForce().map((one) => one.agreement);
  for (const { version, strikes = [] } of versions) {
    for (const { kind, member, ground } of strikes) findings.tell('strike/known', { version, member, kind, ground });
  }
  findings.checked('agreement/verified', { from: versions[0]?.version, to: versions.at(-1)?.version });
}

function sayNodes({ findings, followed, agreement, logs }: Audit): void {
  const { nodes, troubles } = followed;
  for (const { member, trouble } of nodes) {
    if (trouble !== undefined) findings.notChecked('node/unreachable', { member, reason: trouble });
  }
  for (const { id } of agreement.members) {
    if (!nodes.some(({ member }) => member === id)) findings.notChecked('node/not-asked', { member: id });
  }
  for (const { origin, from, code, facts } of troubles) {
    const { shown, seen } = facts;
    if (code === 'log/behind') findings.add('log/behind', { log: origin, member: from, shown, seen });
    else findings.notChecked('checkpoint/not-taken', { log: origin, from, code });
  }
  const answered = nodes.filter(({ trouble }) => trouble === undefined).length;
  findings.checked('nodes/compared', { nodes: answered, logs: logs.length });
}

function sayChecked({ findings }: Audit, { tallies, pairs, ahead, compared }: Receipted): void {
  const sum = (of: 'governance' | 'receipts') => [...tallies.values()].reduce((n, tally) => n + tally[of], 0);
  const joined = [...pairs.values()].reduce((n, ofLog) => n + ofLog.size, 0);
  findings.checked('governance/judged', { count: sum('governance') });
  findings.checked('receipts/judged', { count: sum('receipts'), compared, pairs: joined });
  if (ahead > 0) findings.notChecked('receipt/ahead', { count: ahead });
  for (const code of [
    'content/unseen',
    'absence/unproved',
    'times/word',
    'cosignatures/kept',
    'versions/unknown',
  ] as const)
    findings.notChecked(code);
}
