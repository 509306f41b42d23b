import { expect, it } from 'vitest';
import { passagesOf } from '../../node/agreement/passages.ts';
import { addresseesOf } from '../../node/agreement/policy.ts';
import { sampleAgreement } from '../support/agreement.ts';

it('writes out every flow as the policy reads it', () => {
  const agreement = sampleAgreement();
  const passages = passagesOf(agreement);
  for (const { type } of agreement.catalogue) {
    for (const { id: from } of agreement.members) {
      const found = passages.filter((passage) => passage.type === type && passage.from === from);
      expect(found.map(({ to }) => to).sort()).toEqual(addresseesOf({ agreement, from, type }));
    }
  }
});

it('says where each flow stands', () => {
  const agreement = sampleAgreement();
  const [passage] = passagesOf(agreement).filter(({ type, from }) => type === 'commendation' && from === '320000');
  expect(passage).toMatchObject({ to: '310000', pointer: '/catalogue/3/flows/1' });
  expect(passage?.flow).toBe(agreement.catalogue[3]?.flows[1]);
});
