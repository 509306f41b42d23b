/** How each log of a mirror stands: how far it is held and was read, its quorum, and which version governs it. */

import { findMember } from '../agreement/agreement.ts';
import { formatBase64 } from '../base/bytes.ts';
import { dayOf } from '../base/time.ts';
import { cosignaturesOn } from '../log/cosignature.ts';
import type { HeldLog } from '../log/ports.ts';
import type { AuditedLog } from '../report/audit.ts';
import type { Audit } from './audit.ts';
import type { LogTally } from './audit-receipts.ts';

/** Says it, and sums it up. */
export async function sayLog(audit: Audit, log: HeldLog, tally: LogTally | undefined): Promise<AuditedLog> {
  const { store, agreements, agreement, findings, followed, forked } = audit;
  const { origin, member, size } = log;
  const end = agreements.strikes().logEnd(origin);
  const state = forked.has(origin) ? 'forked' : end ? 'struck' : tally?.closed ? 'closed' : 'open';
  const isLive = state === 'open' && findMember(agreement, member)?.origin === origin;
  const signed = end?.size ?? (await store.log.findLargestCheckpoint(log.id))?.size;
  const about = { log: origin, member };
  if (signed === undefined) findings.notChecked('log/not-shown', about);
  else if (size < signed) {
    const trouble = followed.troubles.find((one) => one.origin === origin);
    findings.notChecked('log/not-whole', { ...about, held: size, signed, reason: trouble?.code ?? state });
  }
  const opened = Math.min(log.receipted, end?.size ?? size);
  if (opened < Math.min(size, end?.size ?? size)) findings.notChecked('log/contents', { ...about, from: opened });
  if (size > 0) findings.checked('log/leaves', { ...about, size, root: formatBase64(log.root) });
  const quorum = await sayQuorum(audit, log, isLive);
  sayVersion(audit, log, tally, isLive);
  const { governance = 0, receipts = 0, version = 0 } = tally ?? {};
  const root = formatBase64(log.root);
  return { log: origin, member, state, size, root, opened, governance, receipts, version, ...quorum };
}

async function sayQuorum(
  { store, agreement, findings, now }: Audit,
  { id, origin: log, member }: HeldLog,
  isLive: boolean,
): Promise<Pick<AuditedLog, 'quorumSize' | 'cosignedAt'>> {
  const kept = await store.log.listCheckpoints(id, -1, Number.MAX_SAFE_INTEGER);
  const newest = kept.findLast(({ quorum }) => quorum);
  const cosignedAt = cosignaturesOn(newest?.note ?? '')
    .map(({ at }) => at)
    .sort()
    .at(-1);
  const stands = { ...(newest && { quorumSize: newest.size }), ...(cosignedAt !== undefined && { cosignedAt }) };
  const hours = agreement.exchange.alarms.cosignatureAgeHours;
  const isOld = (at: string) => now().getTime() - Date.parse(at) > hours * 3_600_000;
  if (!isLive) return stands;
  if (newest && cosignedAt !== undefined && isOld(cosignedAt))
    findings.add('cosignature/stale', { log, member, size: newest.size, at: cosignedAt, hours });
  const waiting = kept.find(({ size }) => size > (newest?.size ?? -1));
  if (!waiting) return stands;
  const { size, at } = waiting;
  if (isOld(at)) findings.add('checkpoint/no-quorum', { log, member, size, at, hours });
  else findings.notChecked('quorum/pending', { log, member, size, hours });
  return stands;
}

/** A version binds from its first day on; each log takes it up that day. */
function sayVersion(
  { agreement, findings, now }: Audit,
  log: HeldLog,
  tally: LogTally | undefined,
  isLive: boolean,
): void {
  const { version: live, effective } = agreement;
  if (!isLive || !tally || log.size === 0 || tally.version >= live || effective.from >= dayOf(now())) return;
  const facts = { log: log.origin, member: log.member, version: tally.version, live, from: effective.from };
  findings.tell('agreement/not-adopted', facts);
}
