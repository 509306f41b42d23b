/**
 * Four eyes: a step that one person proposes and another approves. Which steps need a second person is configuration; the
 * step itself is checked when it is proposed and again when it is approved.
 */

import { Problem } from '../base/problem.ts';
import type { RecordId } from './record.ts';
import type { Asker } from './tokens.ts';
import { proposalStates, stateFacts } from './words.ts';

export type ProposalState = 'waiting' | 'approved' | 'rejected' | 'withdrawn';

/** A step that waits for a second person, or what became of it. */
export interface Proposal {
  id: string;
  record: RecordId;
  /** Bare name of the step's type. */
  type: string;
  body: Record<string, unknown>;
  /** USCC of the authority whose record it is. */
  authority: string;
  proposedBy: Person;
  proposedAt: string;
  state: ProposalState;
  decidedBy?: Person;
  decidedAt?: string;
  /** Why it was rejected. */
  reason?: string;
  /** The bulletin that it became. */
  jti?: string;
}

/** A staff number and the USCC of its authority. */
export type Person = Pick<Asker, 'authority' | 'person'>;

/** What becomes of a proposal. */
export type ProposalEnd = Required<Pick<Proposal, 'state' | 'decidedBy' | 'decidedAt'>> &
  Pick<Proposal, 'reason' | 'jti'>;

export interface ProposalStore {
  putProposal(proposal: Proposal): Promise<void>;
  findProposal(id: string): Promise<Proposal | undefined>;
  /** Ends one that waits; false when it waits no more. */
  endProposal(id: string, end: ProposalEnd): Promise<boolean>;
  /** Newest first; those of one authority, when given. */
  listProposals(limit: number, filter: { state?: ProposalState; authority?: string }): Promise<Proposal[]>;
}

/** Whether that is one person, whichever token is used. */
export function isSamePerson(a: Person, b: Person): boolean {
  return a.authority === b.authority && a.person === b.person;
}

/** @throws {Problem} proposal/decided, proposal/same-person */
export function checkSecond({ state, proposedBy }: Proposal, second: Person): void {
  if (state !== 'waiting') throw new Problem('proposal/decided', stateFacts(proposalStates, state));
  if (isSamePerson(proposedBy, second)) throw new Problem('proposal/same-person');
}
