/**
 * Publication by the agreement's deadline, as far as evidence shows the day of the decision. An issuer tells a record again
 * to whoever joined or refused it: only its first telling counts, and where there may be an earlier one nobody is accused.
 */

import { dayOf } from '../base/time.ts';
import type { Audit } from './audit.ts';
import type { Publication, Told } from './audit-contents.ts';
import type { Pair } from './audit-pairs.ts';

const mostIndexes = 20;

/** What members said of a log, by receiver. */
type PairsOf = (origin: string) => ReadonlyMap<string, Pair> | undefined;

type Opening = Told & { publication: Publication };

type Late = Opening & { publishedOn: string };

/** Says what evidence brought, and which of its bulletins came too late. */
export function sayContents(audit: Audit, pairsOf: PairsOf): void {
  const { contents, findings, agreement, logs } = audit;
  const types = agreement.catalogue.flatMap(({ type, publishWithinWorkingDays: days }) =>
    days === undefined ? [] : [`${type} ${days}`],
  );
  const first = contents ? listFirst(audit, [...contents.told.values()]) : [];
  if (types.length > 0)
    findings.notChecked(first.length > 0 ? 'publication/rest' : 'publication/deadline', { types: types.join(', ') });
  if (!contents) return;
  findings.checked('evidence/read', { files: contents.files, bulletins: contents.told.size });
  for (const { file, code } of contents.refused) findings.notChecked('evidence/refused', { file, code });
  for (const fork of contents.forks) findings.add('fork/shown', fork);
  const certain = first.filter(({ publication }) => !publication.due.provisional);
  if (certain.length > 0) findings.checked('publication/compared', { count: certain.length });
  if (certain.length < first.length)
    findings.notChecked('publication/provisional', { count: first.length - certain.length });
  for (const { origin: log, member } of logs) {
    const late = certain.filter((one) => one.log === log).flatMap((one) => findLate(audit, one));
    const [sure, repeats] = split(late, (one) => isFirstTo(audit, one, pairsOf(log)));
    const [worst] = sure.toSorted((a, b) => (a.publication.due.day < b.publication.due.day ? -1 : 1));
    if (worst) findings.add('publication/overdue', { log, member, ...sum(sure), ...describe(worst) });
    if (repeats.length > 0) findings.notChecked('publication/again', { log, member, ...sum(repeats) });
  }
}

/** Of each record the first bulletin that opened it, in the order of its issuer's logs. */
function listFirst({ logs }: Audit, told: readonly Told[]): Opening[] {
  const place = new Map(logs.map(({ origin, member }, at) => [origin, { member, at }]));
  const first = new Map<string, Opening>();
  for (const one of told) {
    const { publication } = one;
    const of = place.get(one.log);
    if (!publication || !of) continue;
    const id = `${of.member}.${publication.txn}`;
    const known = first.get(id);
    const knownAt = known && place.get(known.log)?.at;
    const isEarlier =
      knownAt === undefined || of.at < knownAt || (of.at === knownAt && one.index < (known?.index ?? 0));
    if (isEarlier) first.set(id, { ...one, publication });
  }
  return [...first.values()].sort((a, b) => a.index - b.index);
}

/** A bulletin is out when it was signed, and not before a witness saw its log without it. */
function findLate({ cosigned }: Audit, one: Opening): Late[] {
  const { signedAt, due } = one.publication;
  const absentAt = cosigned.get(one.log)?.absentAt(one.index) ?? 0;
  const publishedOn = dayOf(new Date(1000 * Math.max(signedAt, absentAt)));
  return publishedOn > due.day ? [{ ...one, publishedOn }] : [];
}

/** Whether a receiver was a member on the last day, and refused nothing that might have told it the same before. */
function isFirstTo({ agreements }: Audit, late: Late, pairs: ReadonlyMap<string, Pair> | undefined): boolean {
  const since = (id: string) =>
    agreements.inForce().find(({ agreement }) => agreement.members.some((member) => member.id === id))?.agreement
      .effective.from;
  return late.audience.some((id) => {
    const joined = since(id);
    return joined !== undefined && joined <= late.publication.due.day && (pairs?.get(id)?.refused ?? 0) === 0;
  });
}

function sum(late: readonly Late[]): { count: number; indexes: string } {
  const shown = late.slice(0, mostIndexes).map(({ index }) => index);
  return { count: late.length, indexes: `${shown.join(', ')}${late.length > mostIndexes ? ' …' : ''}` };
}

function describe({ index, publication, publishedOn }: Late) {
  const { type, decidedOn, due } = publication;
  return { index, type, decidedOn, dueOn: due.day, publishedOn };
}

function split<T>(all: readonly T[], isOne: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isOne), all.filter((one) => !isOne(one))];
}
