/**
 * What an auditor's mirror amounts to: everything that leaves, governance and receipts can tell, and what they cannot.
 * Reads the mirror from end to end twice, some entries at a time; memory grows with what is wrong, not with the logs.
 */

import { type Agreement, type Auditor, findMember } from '../agreement/agreement.ts';
import type { Agreements } from '../agreement/agreements.ts';
import type { Hash, Now } from '../base/ports.ts';
import type { Facts } from '../base/problem.ts';
import { formatInstant, fromNumericDate } from '../base/time.ts';
import type { TitleOf } from '../bulletin/labels.ts';
import type { HeldLog } from '../log/ports.ts';
import type { AuditedException, AuditedLog, AuditedPair, AuditReport } from '../report/audit.ts';
import { type Contents, placeOf, type Told } from './audit-contents.ts';
import { createFindings, type Findings } from './audit-findings.ts';
import { type Addressed, readLeaves } from './audit-leaves.ts';
import { sayLog } from './audit-logs.ts';
import type { OpenEntry, Pair } from './audit-pairs.ts';
import { sayContents } from './audit-publication.ts';
import { type Look, type Receipted, readReceipts, witnessNamesOf } from './audit-receipts.ts';
import { type CosignedTimes, readCosigned } from './cosigned.ts';
import type { Followed, MirrorStore } from './mirror-ports.ts';

const mostExceptions = 10_000;
const mostIndexes = 20;

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

/** Whether all that a member says was read: only then does what is missing speak against it. */
function isWhole({ logs, agreements, followed, forked, signed }: Audit, member: string): boolean {
  const own = logs.filter((log) => log.member === member);
  const answered = followed.nodes.some((node) => node.member === member && node.trouble === undefined);
  // What another node shows of its log wrongly must not keep what is missing there from being told.
  const troubled = followed.troubles.some(
    ({ origin, from }) => from === member && own.some((log) => log.origin === origin),
  );
  const isRead = ({ origin, receipted, size }: HeldLog) => {
    const end = agreements.strikes().logEnd(origin)?.size;
    return (end !== undefined || !forked.has(origin)) && receipted >= (end ?? Math.max(size, signed.get(origin) ?? 0));
  };
  return answered && !troubled && own.length > 0 && own.every(isRead);
}

/** Whether a receiver owes no receipts any more: it has left, or closed the log in which it would give them. */
function isEnded({ tallies }: Receipted, agreement: Agreement, receiver: string): boolean {
  const member = findMember(agreement, receiver);
  return !member || tallies.get(member.origin)?.closed === true;
}

/** Bulletins that still wait for a receipt: due since the receiver's own cosignature covered them and the lag is over. */
function sayWaiting(audit: Audit, log: HeldLog, receiver: string, addressed: Addressed | undefined): void {
  const { findings, agreements, cosigned, forked, lagSeconds, now } = audit;
  const first = addressed?.waiting[0];
  if (!addressed || first === undefined || forked.has(log.origin)) return; // nobody reads on in a log that forked
  const facts = { about: log.origin, receiver, first, count: addressed.waits };
  const coveredAt = cosigned.get(log.origin)?.coveredAt(witnessNamesOf(agreements, receiver), first);
  const dueAt = (coveredAt ?? 0) + lagSeconds;
  if (coveredAt === undefined) findings.notChecked('receipt/due-unknown', facts);
  else if (!isWhole(audit, receiver) || dueAt * 1000 >= now().getTime()) findings.notChecked('receipt/not-due', facts);
  else {
    const times = { coveredAt: fromNumericDate(coveredAt), dueAt: fromNumericDate(dueAt) };
    findings.add('receipt/missing', { ...facts, ...times });
  }
}

function sayLate({ findings }: Audit, log: HeldLog, receiver: string, addressed: Addressed | undefined): void {
  if (!addressed?.firstLate) return;
  const { late: count, worstLateSeconds, firstLate } = addressed;
  const minutes = Math.ceil(worstLateSeconds / 60);
  findings.add('receipt/late', {
    ...{ about: log.origin, receiver, count, minutes },
    ...{ log: firstLate.log, index: firstLate.index },
  });
}

/** What was read of a receiver and a log; `goesOn` when something was said to it in the logs that followed, `next`. */
interface OpenGiven {
  pair: Pair | undefined;
  addressed: Addressed | undefined;
  goesOn: boolean;
  next: readonly string[];
}

/** What was refused or withheld and never came right, as far as leaves, and content where it was shown, can tell. */
function sayOpen(
  audit: Audit,
  log: HeldLog,
  receiver: string,
  { pair, addressed, goesOn, next }: OpenGiven,
): AuditedException[] {
  const mayBeMended = goesOn || !isWhole(audit, log.member); // or may be, by what was not read
  const open = [...(pair?.open ?? [])].sort(([a], [b]) => a - b);
  const isOpen = (origin: string, index: number) => origin === log.origin && pair?.open.has(index) === true;
  const exceptions = open.map(([index, one]) => {
    const exception = toException(log, receiver, index, one, addressed, mayBeMended);
    const by = exception.fate === 'unclear' && findStandIn(audit.contents, [log.origin, ...next], exception, isOpen);
    return by ? { ...exception, fate: 'replaced' as const } : exception;
  });
  const { findings } = audit;
  const about = { about: log.origin, issuer: log.member, receiver };
  const say = (fate: AuditedException['fate'], put: (facts: Facts) => void) => {
    const indexes = exceptions.filter((one) => one.fate === fate).map(({ index }) => index);
    const shown = `${indexes.slice(0, mostIndexes).join(', ')}${indexes.length > mostIndexes ? ' …' : ''}`;
    if (indexes.length > 0) put({ ...about, count: indexes.length, indexes: shown });
  };
  say('unclear', (facts) => findings.notChecked('refusal/unclear', facts));
  if (!isWhole(audit, receiver)) return exceptions; // a receipt that was not read may have settled it
  say('unmended', (facts) => findings.add('refusal/unmended', facts));
  say('withheld', (facts) => findings.add('withheld/open', facts));
  return exceptions;
}

function toException(
  log: HeldLog,
  receiver: string,
  index: number,
  { word, code, log: receiptLog, index: receiptIndex, signedAt }: OpenEntry,
  addressed: Addressed | undefined,
  mayBeMended: boolean,
): AuditedException {
  const isErased = addressed?.erased.has(index) === true;
  const unsettled =
    word === 'withheld'
      ? 'withheld'
      : !mayBeMended && index > (addressed?.lastCandidate ?? -1)
        ? 'unmended'
        : 'unclear';
  return {
    ...{ log: log.origin, index, receiver, word, receiptLog, receiptIndex, at: fromNumericDate(signedAt) },
    ...(code !== undefined && { code }),
    fate: isErased ? 'erased' : unsettled,
  };
}

/** A good bulletin after it, to that receiver, of its type about its record; undefined where none was shown. */
function findStandIn(
  contents: Contents | undefined,
  logs: readonly string[],
  { log, index, receiver }: AuditedException,
  isOpen: (origin: string, index: number) => boolean,
): Told | undefined {
  const refused = contents?.told.get(placeOf({ log, index }));
  if (!refused) return undefined;
  return contents?.byAbout
    .get(refused.about)
    ?.find(
      (one) =>
        one.isGood &&
        one.audience.includes(receiver) &&
        (one.log === log ? one.index > index : logs.includes(one.log)) &&
        !isOpen(one.log, one.index),
    );
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
