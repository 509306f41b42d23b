/**
 * What mends a bulletin of ours that a peer refused (docs/protocol.md, Receipt): the same type about the same record, to
 * those that refused it. Whoever missed an opener missed what came after it, and is told that again; whoever took other
 * words than the mended ones is told these by a correction. So in the end all hold the same. Pure; `reissue.ts` says it.
 */

import { canonicalText } from '../base/canonical.ts';
import { holdsIdentityNumber } from '../base/identity-number.ts';
import { mergePatch } from '../base/merge-patch.ts';
import { textAt } from '../base/pointer.ts';
import { Problem } from '../base/problem.ts';
import type { Draft } from '../bulletin/build.ts';
import type { BulletinType } from '../bulletin/bulletin.ts';
import { findTypeByName } from '../bulletin/catalogue.ts';
import { correction } from '../bulletin/types/correction.ts';
import { type Deed, replay } from '../registry/effects.ts';
import type { OwnRecord } from '../registry/ports.ts';
import { type CreditRecord, formatRecordId, type ToldStep } from '../registry/record.ts';
import type { RecordDraft } from './publish-steps.ts';

type Body = Record<string, unknown>;

/** How it is mended, if at all. Of an opener and of a correction the body is that of the record. */
export interface Mending {
  /** In place of the words as they are. */
  body?: Body;
  /** Laid over them (RFC 7396). */
  patch?: Body;
  /** Told to those who took the old words. */
  reason?: string;
}

/** One of our own records whose content is held. */
export interface OwnToldRecord {
  record: CreditRecord & { body: Body };
  own: OwnRecord;
}

/** What of it was refused. */
export interface RefusedStep extends OwnToldRecord {
  /** Index and type of what was refused. */
  index: number;
  type: string;
  /** Who refused it, ascending. */
  members: readonly string[];
  /** Everyone that any opener went to. */
  everyone: readonly string[];
  mending: Mending;
  /** Types of steps that a second person must approve. */
  fourEyes: readonly string[];
}

/** Of these another value would be another step. */
const decisive = ['until', 'outcome', 'objection'];

/**
 * What is to be said, the mended bulletin first.
 *
 * @throws {Problem} proposal/needed, bulletin/other-effect, registry/erased, subject/natural-person
 */
export function planMending(refused: RefusedStep): RecordDraft[] {
  const { index, type, record } = refused;
  if (type === record.type) return planOpener(refused);
  const body = record.steps.find((step) => step.index === index)?.body;
  if (!body) throw new Problem('registry/erased', { record: formatRecordId(record.id) });
  return type === correction.name ? planCorrection(refused, body) : planMove(refused, body);
}

/** The body as it is mended. @throws {Problem} subject/natural-person */
export function mend(old: Body, { body, patch }: Mending): Body {
  const mended = mergePatch(body ?? old, patch ?? {}) as Body; // a patch on an object gives one
  // A document's number is no free text, so receivers do not search it; nothing about a person leaves here all the same.
  if (holdsIdentityNumber(textAt(mended, 'document.number') ?? ''))
    throw new Problem('subject/natural-person', { member: 'document.number' });
  return mended;
}

/** What moved a record since it was opened is told anew with it; others who took other words are told a correction. */
function planOpener(refused: RefusedStep): RecordDraft[] {
  const { members, record, everyone } = refused;
  const body = mend(record.body, refused.mending);
  const isChanged = isOther(body, record.body);
  if (isChanged) checkFourEyes(correction.name, refused);
  const rest = everyone.filter((id) => !members.includes(id));
  return [
    ...planTelling(refused, members, body),
    ...(isChanged && rest.length > 0 ? [correctionOf(refused, body, rest)] : []),
  ];
}

/** A record for those who do not have it: the opener with the body in force, and the moves that act on it still. */
export function planTelling(
  { record, own }: OwnToldRecord,
  members: readonly string[],
  body: Body = record.body,
): RecordDraft[] {
  const deed = { type: record.type, uscc: own.uscc, jti: '', body };
  const again = actingAfter(deed, movesOf(record));
  return [
    { ...draftOf(own, record.type, members, body), decidedOn: record.decidedOn },
    ...again.map((step) => ({ ...draftOf(own, step.type, members, step.body), repeats: true as const })),
  ];
}

/** The body in force to those who refused it, other words to everyone. */
function planCorrection(refused: RefusedStep, old: Body): Draft[] {
  const { members, record, everyone } = refused;
  const body = mend(record.body, refused.mending);
  if (!isOther(body, record.body))
    return [draftOf(refused.own, correction.name, members, { ...old, [record.type]: body })];
  checkFourEyes(correction.name, refused);
  return [correctionOf(refused, body, everyone)];
}

/** The same words to those who refused them, other words to everyone. */
function planMove(refused: RefusedStep, old: Body): Draft[] {
  const { type, members, everyone } = refused;
  const body = mend(old, refused.mending);
  if (!isOther(body, old)) return [draftOf(refused.own, type, members, body)];
  checkFourEyes(type, refused);
  const changed = decisive.filter((name) => textAt(body, name) !== textAt(old, name));
  if (changed.length > 0) throw new Problem('bulletin/other-effect', { members: changed });
  return [draftOf(refused.own, type, everyone, body)];
}

function draftOf({ txn, uscc }: OwnRecord, type: string, audience: readonly string[], body: unknown): Draft {
  return { type: findTypeByName(type) as BulletinType, audience, record: { txn, uscc }, body }; // a step's type is of the catalogue
}

function correctionOf(refused: RefusedStep, body: Body, audience: readonly string[]): Draft {
  const { own, mending } = refused;
  const { reason } = mending;
  const words = { replaces: own.currentJti, ...(reason !== undefined && { reason }), [own.kind]: body };
  return draftOf(refused.own, correction.name, audience, words);
}

/** What moved a record since it was opened, but for corrections: each once, in log order. */
function movesOf({ type, steps }: CreditRecord): ToldStep[] {
  const moves = steps.filter((step) => step.state && step.body && step.type !== type && step.type !== correction.name);
  const told = moves.map((step) => canonicalText([step.type, step.body]));
  return moves.filter((_, i) => told.indexOf(told[i] as string) === i); // one text for each
}

/** Those that act on a record which that opens. */
function actingAfter(opener: Deed, moves: readonly ToldStep[]): ToldStep[] {
  const effects = replay([opener, ...moves]).slice(1);
  return moves.filter((_, i) => {
    const effect = effects[i];
    return effect && 'after' in effect;
  });
}

function isOther(a: Body, b: Body): boolean {
  return canonicalText(a) !== canonicalText(b);
}

/** New words need a second person where a step with them would. */
function checkFourEyes(step: string, { record, fourEyes }: RefusedStep): void {
  if (fourEyes.includes(step)) throw new Problem('proposal/needed', { step, record: formatRecordId(record.id) });
}
