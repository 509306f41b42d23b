/**
 * What is missing in the receipts for a log: those that never came or came late, and refusals that nothing mended. What was
 * not read speaks against nobody.
 */

import { type Agreement, findMember } from '../agreement/agreement.ts';
import type { Facts } from '../base/problem.ts';
import { fromNumericDate } from '../base/time.ts';
import type { HeldLog } from '../log/ports.ts';
import type { AuditedException } from '../report/audit.ts';
import type { Audit } from './audit.ts';
import { type Contents, placeOf, type Told } from './audit-contents.ts';
import type { Addressed } from './audit-leaves.ts';
import type { OpenEntry, Pair } from './audit-pairs.ts';
import { type Receipted, witnessNamesOf } from './audit-receipts.ts';

const mostIndexes = 20;

/** Whether a receiver owes no receipts any more: it has left, or closed the log in which it would give them. */
export function isEnded({ tallies }: Receipted, agreement: Agreement, receiver: string): boolean {
  const member = findMember(agreement, receiver);
  return !member || tallies.get(member.origin)?.closed === true;
}

/** Bulletins that still wait for a receipt: due since the receiver's own cosignature covered them and the lag is over. */
export function sayWaiting(audit: Audit, log: HeldLog, receiver: string, addressed: Addressed | undefined): void {
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

/** Receipts that came later than the agreement allows. */
export function sayLate({ findings }: Audit, log: HeldLog, receiver: string, addressed: Addressed | undefined): void {
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
export function sayOpen(
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
