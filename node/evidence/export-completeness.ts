/**
 * A completeness statement: all that an issuer addressed to a receiver in a range of its log (docs/evidence.md,
 * completeness). Its issuer and its receiver can make one: each holds all the contents. The range is looked through once,
 * then written entry by entry.
 */

import { formatBase64 } from '../base/bytes.ts';
import { Problem } from '../base/problem.ts';
import { endOfDay, fromNumericDate, startOfDay } from '../base/time.ts';
import { audienceOf } from '../log/leaf.ts';
import type { HeldLog } from '../log/ports.ts';
import { frontier } from '../log/tile.ts';
import { type Chosen, chooseFrom, chooseUpTo, lackOf } from './choose-checkpoint.ts';
import type { ClaimOf, Part } from './evidence.ts';
import type { Exported } from './export.ts';
import type { LogView } from './log-view.ts';
import { receiptParts, schemasFor } from './plan.ts';
import { type Covered, coverRange, lastWordOf, listRangeReceipts } from './range-receipts.ts';
import { type RangeSurvey, readRange, surveyRange } from './range-survey.ts';
import type { Session } from './session.ts';
import { createShow, notHeld } from './show-entry.ts';

export interface RangeAsked {
  /** Member ids. */
  issuer: string;
  receiver: string;
  /** Origin of one of the issuer's logs; by default its newest. */
  log?: string;
  /** Indexes [from, to): by default the whole log, as far as a quorum covers it. */
  from?: number;
  to?: number;
  /** Days in China, both included, in place of indexes. */
  since?: string;
  until?: string;
}

interface Bounds {
  from: number;
  chosen: Chosen;
  /** Under which the first `from` entries stood before the days began. */
  before?: Chosen;
}

/**
 * @throws {Problem} agreement/unknown-member, log/unknown, log/out-of-range, evidence/no-quorum, evidence/outside-days,
 *   evidence/not-held when content is lacking that nothing explains, agreement/unknown-schema
 */
export async function exportCompleteness(session: Session, asked: RangeAsked): Promise<Exported> {
  const log = findLog(session, asked);
  const view = session.view(log.origin);
  const bounds = await boundsOf(session, view, asked);
  const { from } = bounds;
  const survey = surveyRange(session, view, asked.receiver, from);
  const chosen = await settleEnd(session, view, bounds, asked, survey);
  const to = chosen.size;
  const receipts = await listRangeReceipts(session, log, asked.receiver, { from, to });
  const covered = await coverRange(session, receipts, chosen, { from, to });
  for (const entry of survey.lacking) {
    const said = lastWordOf(covered.receipts, entry.index);
    const isTold = said?.word === 'withheld' || said?.code === 'subject/natural-person'; // nobody keeps what names a person
    if (!isTold) throw notHeld(log.origin, entry);
  }
  const claim: ClaimOf<'completeness'> = {
    ...{ kind: 'completeness', agreement: session.digest, issuer: log.member, receiver: asked.receiver },
    ...{ log: log.origin, from, to, bulletins: survey.bulletins, receipted: covered.receipted },
    ...(asked.since !== undefined && { since: asked.since }),
    ...(asked.until !== undefined && { until: asked.until }),
  };
  const schemas = await schemasFor(session, covered.receipts, [
    ...survey.digests,
    ...(await governanceSchemas(view, from)),
  ]);
  return { claim, uses: survey.uses, parts: rangeParts(session, claim, { ...bounds, chosen }, covered, schemas) };
}

async function* rangeParts(
  session: Session,
  { from, to, receiver }: ClaimOf<'completeness'>,
  { chosen, before }: Bounds,
  covered: Covered,
  schemas: Part[],
): AsyncGenerator<Part> {
  const { view, note } = chosen;
  const show = createShow(session);
  yield* session.agreementParts();
  yield* schemas;
  const roots = (await frontier(view.tree, from)).map(formatBase64);
  const range = { checkpoint: note, frontier: roots, ...(before && { before: before.note }) };
  yield { section: 'completeness', value: range };
  for (const value of await show.governance(chosen, from)) yield { section: 'governance', value };
  yield* receiptParts(show, covered);
  for await (const { leaf, content, governance } of readRange(session, view, from, to)) {
    const isShown = governance || audienceOf(leaf).includes(receiver);
    yield { section: 'entries', value: { leaf, ...(isShown && content) } };
  }
}

/** The end that the range gets: where what covers it, and what erased in it, stands as well. */
async function settleEnd(
  session: Session,
  view: LogView,
  { from, chosen: first }: Bounds,
  { receiver, to, until }: RangeAsked,
  survey: RangeSurvey,
): Promise<Chosen> {
  const { log } = view;
  let chosen = first;
  if (to !== undefined || until !== undefined) {
    const range = { from: Math.max(from, chosen.size - 1), to: chosen.size };
    const last = (await listRangeReceipts(session, log, receiver, range)).find(({ body }) => body.to >= range.to);
    if (last && last.body.size > chosen.size)
      chosen = (await chooseFrom(session, log.origin, last.body.size)) ?? chosen;
  }
  for (;;) {
    await survey.to(chosen.size);
    if (survey.erasedBelow <= chosen.size) return chosen;
    const next = await chooseFrom(session, log.origin, survey.erasedBelow);
    if (!next) throw await lackOf(session, log.origin, survey.erasedBelow - 1);
    chosen = next;
  }
}

async function boundsOf(session: Session, view: LogView, asked: RangeAsked): Promise<Bounds> {
  const { since, until } = asked;
  if (since !== undefined || until !== undefined) return boundsOfDays(session, view, since, until);
  const { from = 0, to } = asked;
  const { origin, size } = view.log;
  if (from > (to ?? size) || (to ?? 0) > size) throw new Problem('log/out-of-range', { log: origin, size });
  const chosen = to === undefined ? await chooseUpTo(session, origin, size) : await chooseFrom(session, origin, to);
  if (!chosen || chosen.size < from) throw await lackOf(session, origin, Math.max(0, (to ?? from) - 1));
  return { from, chosen };
}

async function boundsOfDays(session: Session, view: LogView, since?: string, until?: string): Promise<Bounds> {
  const { origin, member, size } = view.log;
  const end = until === undefined ? '' : endOfDay(until);
  const chosen =
    until === undefined
      ? await chooseUpTo(session, origin, size)
      : await chooseFrom(session, origin, 1, ({ quorumAt }) => quorumAt > end);
  if (!chosen) throw new Problem('evidence/outside-days', { until });
  if (since === undefined) return { from: 0, chosen };
  const begin = fromNumericDate(startOfDay(since));
  const need = (await view.agreementAt(chosen.size - 1))?.exchange.witnessQuorum ?? 1;
  const isBefore = ({ note, quorumAt }: Chosen) => {
    const at = session.signers.listCosigned(note, member)[need - 1]?.at;
    return quorumAt < begin && at !== undefined && at < begin;
  };
  const before = await chooseUpTo(session, origin, chosen.size, isBefore);
  return before ? { from: before.size, chosen, before } : { from: 0, chosen };
}

async function governanceSchemas(view: LogView, below: number): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await view.governanceBelow(below)) {
    const digest = await view.schemaOf(entry);
    if (digest !== undefined) found.push(digest);
  }
  return found;
}

/** @throws {Problem} agreement/unknown-member, log/unknown */
function findLog({ logs, versions }: Session, { issuer, receiver, log: origin }: RangeAsked): HeldLog {
  const known = new Set(versions.flatMap(({ members }) => members.map(({ id }) => id)));
  for (const id of [issuer, receiver]) {
    if (!known.has(id) || (id === receiver && issuer === receiver))
      throw new Problem('agreement/unknown-member', { member: id });
  }
  const log = logs.findLast((one) => one.member === issuer && (origin === undefined || one.origin === origin));
  if (!log) throw new Problem('log/unknown', { origin: origin ?? issuer });
  return log;
}
