import { expect, it } from 'vitest';
import { possibleSteps } from '../../node/registry/possible-steps.ts';
import type { CreditRecord, ToldStep } from '../../node/registry/record.ts';

const day = '2026-11-22';

function record(given: Partial<CreditRecord>): CreditRecord {
  return {
    id: { member: '310000', txn: '0198f3c2-7a51-7c3e-9b2f-3d5a1c9e7b10' },
    type: 'dishonesty',
    uscc: '91310000XX0001003H',
    state: 'publicised',
    decidedOn: '2026-03-01',
    currentJti: 'a',
    body: {},
    steps: [],
    marks: [],
    ...given,
  };
}

const step = (type: string, jti: string, body: Record<string, unknown> = {}, state?: 'publicised') =>
  ({ type, jti, body, ...(state && { state }) }) as ToldStep;
const objection = step('objection', 'o');

it.each([
  ['a dishonesty in publicity', {}, ['correction', 'extension', 'repair', 'revocation']],
  ['one that has expired', { until: '2026-11-21' }, ['correction', 'revocation']],
  ['one that was repaired', { state: 'repaired' }, ['correction', 'revocation']],
  ['one that was revoked', { state: 'revoked' }, []],
  ['one that is objected to', { marks: [objection], state: 'revoked' }, ['objection-decision']],
  [
    'one whose objection was decided',
    { marks: [objection], steps: [step('objection-decision', 'd', { objection: 'o' }, 'publicised')] },
    ['correction', 'extension', 'repair', 'revocation'],
  ],
  ['an open warning', { type: 'warning', state: 'open' }, ['correction', 'repair', 'revocation']],
  ['a grade', { type: 'grade', state: 'current' }, ['correction', 'revocation']],
  ['a member of the list', { type: 'serious-list', state: 'listed' }, ['correction', 'repair', 'revocation']],
] as const)('leaves open to %s what would do something', (_, given, steps) => {
  expect(possibleSteps(record(given as Partial<CreditRecord>), day)).toEqual(steps);
});
