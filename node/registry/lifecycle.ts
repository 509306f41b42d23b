/**
 * What may become of a record, one table for each kind: in which state, by which event, to which state, under which
 * guards, and which duty sets the clock. Only a record's own issuer moves it. States, not guards, decide on the wire:
 * a receiver applies what its table allows, the issuer's guards (`guards.ts`) hold back what should not be said.
 *
 * Sources: 国家知识产权局知识产权信用管理规定 (2022) arts 9–19, SAMR Order 44, 信用修复管理办法 (2026).
 */

import type { ProblemCode } from '../base/problem.ts';
import type { Duty } from './rules.ts';

/** A state that bulletins lead to. */
export type RecordState =
  | 'publicised'
  | 'repaired'
  | 'withdrawn'
  | 'revoked'
  | 'listed'
  | 'removed'
  | 'valid'
  | 'current'
  | 'standing'
  | 'open'
  | 'closed';

/** A state on a day: some records end by themselves. */
export type DayState = RecordState | 'expired' | 'superseded';

/** What a bulletin asks of a record. */
export type RecordEvent = 'open' | 'correct' | 'extend' | 'repair' | 'withdraw' | 'revoke' | 'decide';

/** What is looked at before a step is said; `guards.ts` has one function for each. */
export type GuardName =
  | 'days'
  | 'change'
  | 'term'
  | 'reason'
  | 'document'
  | 'not-expired'
  | 'earliest-repair'
  | 'repairable'
  | 'clear-record'
  | 'conditions'
  | 'later'
  | 'cap'
  | 'open-objection';

/** One cell of a table. */
export interface Transition {
  to: RecordState;
  /** What the issuer must see to before it says so. */
  guards: readonly GuardName[];
  /** What it is due by, counted by the rule pack. */
  duty?: Duty;
}

export interface Lifecycle {
  /** The state in which it is opened. */
  opens: RecordState;
  /** Where its body states the last day on which it is in force. */
  lastDay?: string;
  /** In these states it ends by itself after its last day. */
  ends: readonly RecordState[];
  /** Without a last day it is in force for as long as nobody ends it. */
  isEndless?: true;
  /** From a state, by an event. */
  transitions: Partial<Record<RecordState, Partial<Record<RecordEvent, Transition>>>>;
}

/** A repeat, or a word that leaves the state alone. */
const stay = (to: RecordState): Transition => ({ to, guards: ['days'] });

const correct = (to: RecordState): Transition => ({ to, guards: ['days', 'change', 'term'], duty: 'correction' });
const decide = (to: RecordState): Transition => ({
  to,
  guards: ['days', 'open-objection'],
  duty: 'objection-decision',
});
const revoke: Transition = { to: 'revoked', guards: ['days', 'reason'], duty: 'revocation' };
const withdraw = (to: RecordState): Transition => ({ ...decide(to) });

/** What an issuer can always do with a record that stands: mend it, answer an objection, withdraw it, revoke it. */
function standing(state: RecordState, withdrawn: RecordState = 'withdrawn') {
  return {
    open: stay(state),
    correct: correct(state),
    decide: decide(state),
    withdraw: withdraw(withdrawn),
    revoke,
  };
}

/** What has ended early can still be corrected, answered for and revoked; the same word again changes nothing. */
function ended(state: RecordState) {
  return { open: stay(state), correct: correct(state), decide: decide(state), withdraw: stay(state), revoke };
}

const gone = { revoke: stay('revoked'), decide: decide('revoked'), withdraw: stay('revoked') };

/** 修复: 规定 arts 13–14; 信用修复管理办法 arts 8–13. */
function repairTo(to: RecordState): Transition {
  return {
    to,
    guards: ['days', 'document', 'not-expired', 'earliest-repair', 'repairable', 'clear-record', 'conditions'],
    duty: 'repair-decision',
  };
}

/** 顺延: 规定 art. 9. */
const extend: Transition = { to: 'publicised', guards: ['days', 'not-expired', 'later', 'cap'] };

const publicised: Lifecycle = {
  opens: 'publicised',
  lastDay: 'publicity.until',
  ends: ['publicised'],
  transitions: {
    publicised: { ...standing('publicised'), extend, repair: repairTo('repaired') },
    repaired: { ...ended('repaired'), repair: stay('repaired') },
    withdrawn: ended('withdrawn'),
    revoked: gone,
  },
};

const dated = (opens: RecordState): Lifecycle => ({
  opens,
  lastDay: 'validUntil',
  ends: [opens],
  transitions: { [opens]: standing(opens), withdrawn: ended('withdrawn'), revoked: gone },
});

/** By the type of the bulletin that opens the record. */
export const lifecycles: Readonly<Record<string, Lifecycle>> = {
  penalty: publicised,
  dishonesty: publicised,
  /** 严重违法失信名单: three years, earlier removal after one (SAMR Order 44 arts 21 ff.). */
  'serious-list': {
    opens: 'listed',
    lastDay: 'publicity.until',
    ends: ['listed'],
    transitions: {
      listed: { ...standing('listed', 'removed'), repair: repairTo('removed') },
      removed: { ...ended('removed'), repair: stay('removed') },
      revoked: gone,
    },
  },
  permit: { ...dated('valid'), isEndless: true },
  /** Also superseded, by a newer grade in the same scheme: `record.ts` sees to that. */
  grade: dated('current'),
  commendation: dated('standing'),
  /** 预警: closed when what it warned of was put right. */
  warning: {
    opens: 'open',
    ends: [],
    transitions: {
      open: { ...standing('open'), repair: { to: 'closed', guards: ['days'] } },
      closed: { ...ended('closed'), repair: stay('closed') },
      withdrawn: ended('withdrawn'),
      revoked: gone,
    },
  },
};

/** What an event does to a record, or why it has no legal effect. `state` is undefined before the record is opened. */
export function decideTransition(
  kind: string,
  state: RecordState | undefined,
  event: RecordEvent,
): Transition | { code: Extract<ProblemCode, 'registry/illegal-step' | 'registry/unknown-record'> } {
  const lifecycle = lifecycles[kind];
  if (state === undefined) {
    if (event !== 'open') return { code: 'registry/unknown-record' };
    return lifecycle ? { to: lifecycle.opens, guards: [] } : { code: 'registry/illegal-step' };
  }
  return lifecycle?.transitions[state]?.[event] ?? { code: 'registry/illegal-step' };
}

/** The state on a day: what is in force until its last day has expired after it. */
export function stateOn(kind: string, state: RecordState, until: string | undefined, day: string): DayState {
  const isEnding = lifecycles[kind]?.ends.includes(state) ?? false;
  return isEnding && until !== undefined && until < day ? 'expired' : state;
}

/** Whether a record of that kind that states no last day is in force without end. */
export function isEndless(kind: string): boolean {
  return lifecycles[kind]?.isEndless ?? false;
}

/** Whether a state means that the record counts against, or for, its subject. */
export function isInForce(state: DayState): boolean {
  return ['publicised', 'listed', 'valid', 'current', 'standing', 'open'].includes(state);
}
