/** Steps that clerks take on records, and those that wait for a second person. */

import type { Request } from 'express';
import { Problem } from '../base/problem.ts';
import type { Outcome, StepRequest, Steps } from '../federation/steps.ts';
import type { Proposal } from '../registry/proposals.ts';
import { formatRecordId, parseRecordId, type RecordId } from '../registry/record.ts';
import { bodyForm, count, maybeOneOf, pathId, pathText, readQuery } from './input.ts';
import type { TokenRoute } from './route.ts';

export interface StepParts {
  steps: Steps;
  schemas: ReadonlyMap<string, object>;
}

const states = ['waiting', 'approved', 'rejected', 'withdrawn'] as const;

export function stepRoutes({ steps, schemas }: StepParts): TokenRoute[] {
  return [
    {
      method: 'post',
      path: '/records/:record/steps',
      access: ['clerk'],
      body: bodyForm(schemas, 'step'),
      async answer(request, response, asker) {
        const step = request.body as StepRequest; // its form was checked
        const outcome = await steps.take(recordIn(request), step, asker);
        const location = 'said' in outcome ? `bulletins/${outcome.said.jti}` : `proposals/${outcome.proposal.id}`;
        response
          .status('said' in outcome ? 201 : 202)
          .location(`/api/v1/${location}`)
          .json(tellOutcome(outcome));
      },
    },
    {
      method: 'get',
      path: '/proposals',
      access: ['clerk', 'auditor'],
      async answer(request, response, asker) {
        const { state, limit } = readQuery(request, {
          state: maybeOneOf(states),
          limit: count({ otherwise: 100, most: 1000 }),
        });
        response.json({ proposals: (await steps.list(asker, state, limit)).map(tell) });
      },
    },
    {
      method: 'get',
      path: '/proposals/:proposal',
      access: ['clerk', 'auditor'],
      async answer(request, response, asker) {
        response.json(tell(await steps.get(idIn(request), asker)));
      },
    },
    {
      method: 'post',
      path: '/proposals/:proposal/approval',
      access: ['clerk'],
      async answer(request, response, asker) {
        response.json(tell(await steps.approve(idIn(request), asker)));
      },
    },
    {
      method: 'post',
      path: '/proposals/:proposal/rejection',
      access: ['clerk'],
      body: bodyForm(schemas, 'rejection'),
      async answer(request, response, asker) {
        const { reason } = request.body as { reason: string }; // its form was checked
        response.json(tell(await steps.reject(idIn(request), reason, asker)));
      },
    },
    {
      method: 'post',
      path: '/proposals/:proposal/withdrawal',
      access: ['clerk'],
      async answer(request, response, asker) {
        response.json(tell(await steps.withdraw(idIn(request), asker)));
      },
    },
  ];
}

/** The record in the path. @throws {Problem} registry/not-found when that is no record's id */
export function recordIn(request: Request): RecordId {
  const text = pathText(request, 'record');
  const id = parseRecordId(text);
  if (!id) throw new Problem('registry/not-found', { record: text.slice(0, 64) });
  return id;
}

function idIn(request: Request): string {
  return pathId(request, 'proposal', 'proposal/not-found');
}

/** The bulletin, or the proposal that waits. */
function tellOutcome(outcome: Outcome) {
  return 'said' in outcome ? outcome.said : tell(outcome.proposal);
}

function tell({ record, ...rest }: Proposal) {
  return { ...rest, record: formatRecordId(record) };
}
