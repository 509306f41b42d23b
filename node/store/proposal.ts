/** Proposed steps in a table. */

import type { Selectable } from 'kysely';
import type { Proposal, ProposalState, ProposalStore } from '../registry/proposals.ts';
import type { ProposalTable } from './registry-tables.ts';
import type { Database } from './tables.ts';

export function proposalStore(db: Database): ProposalStore {
  return {
    async putProposal(proposal) {
      await db.insertInto('proposal').values(fromProposal(proposal)).execute();
    },
    async findProposal(id) {
      const row = await db.selectFrom('proposal').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toProposal(row);
    },
    async endProposal(id, { state, decidedBy, decidedAt, reason, jti }) {
      const query = db
        .updateTable('proposal')
        .set({
          state,
          decided_authority: decidedBy.authority,
          decided_person: decidedBy.person,
          decided_at: decidedAt,
          reason: reason ?? null,
          jti: jti ?? null,
        })
        .where('id', '=', id)
        .where('state', '=', 'waiting');
      return (await query.executeTakeFirst()).numUpdatedRows === 1n;
    },
    async listProposals(limit, { state, authority }) {
      let query = db.selectFrom('proposal').selectAll().orderBy('proposed_at', 'desc').orderBy('id', 'desc');
      if (state) query = query.where('state', '=', state);
      if (authority !== undefined) query = query.where('authority', '=', authority);
      return (await query.limit(limit).execute()).map(toProposal);
    },
  };
}

function fromProposal(proposal: Proposal): ProposalTable {
  const { id, record, type, body, authority, proposedBy, proposedAt, state } = proposal;
  return {
    id,
    member: record.member,
    txn: record.txn,
    type,
    body: JSON.stringify(body),
    authority,
    proposed_authority: proposedBy.authority,
    proposed_person: proposedBy.person,
    proposed_at: proposedAt,
    state,
    decided_authority: proposal.decidedBy?.authority ?? null,
    decided_person: proposal.decidedBy?.person ?? null,
    decided_at: proposal.decidedAt ?? null,
    reason: proposal.reason ?? null,
    jti: proposal.jti ?? null,
  };
}

export function toProposal(row: Selectable<ProposalTable>): Proposal {
  const { id, member, txn, type, body, authority, proposed_authority, proposed_person, proposed_at, state } = row;
  const { decided_authority, decided_person, decided_at, reason, jti } = row;
  return {
    id,
    record: { member, txn },
    type,
    body: JSON.parse(body) as Record<string, unknown>, // written by fromProposal only, and so is the state
    authority,
    proposedBy: { authority: proposed_authority, person: proposed_person },
    proposedAt: proposed_at,
    state: state as ProposalState,
    ...(decided_authority !== null &&
      decided_person !== null && { decidedBy: { authority: decided_authority, person: decided_person } }),
    ...(decided_at !== null && { decidedAt: decided_at }),
    ...(reason !== null && { reason }),
    ...(jti !== null && { jti }),
  };
}
