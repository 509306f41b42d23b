import { expect, it } from 'vitest';
import { createAddresses, memberAt } from '../node/addresses.ts';
import type { Agreement } from '../node/agreement/agreement.ts';
import { sampleAgreement } from './support/agreement.ts';

const [first, second] = ['A'.repeat(43), 'B'.repeat(43)].map((text) => `${text}=`) as [string, string];

function memberOf(agreement: Agreement, id: string) {
  const found = agreement.members.find((member) => member.id === id);
  if (!found) throw new RangeError(id);
  return found;
}

it('allows the endpoints of members and the witnesses of the agreement', () => {
  const agreement = sampleAgreement((given) => {
    memberOf(given, '310000').endpoint = 'https://gateway.sh.example:8443/credit';
    given.witnesses = [{ name: 'w.example/w', vkey: 'w', url: 'https://w.example/witness' }];
  });
  const { allowedOrigins } = createAddresses({ agreement });
  expect([...allowedOrigins()].sort()).toEqual([
    'https://credit.ah.example',
    'https://credit.js.example',
    'https://credit.zj.example',
    'https://gateway.sh.example:8443',
    'https://w.example',
  ]);
});

it('knows members by their pins, and nobody else', () => {
  const agreement = sampleAgreement((given) => {
    memberOf(given, '310000').certificatePins = [first, second];
    given.witnesses = [{ name: 'w.example/w', vkey: 'w', url: 'https://w.example' }];
  });
  const { pinsOf } = createAddresses({ agreement });
  expect(pinsOf('https://credit.sh.example')).toEqual([first, second]);
  for (const origin of ['https://credit.js.example', 'https://w.example', 'https://nobody.example'])
    expect(pinsOf(origin)).toEqual([]);
});

it('takes any pin of those who share an address', () => {
  const agreement = sampleAgreement((given) => {
    for (const [id, pin] of [
      ['310000', first],
      ['320000', second],
      ['330000', undefined],
    ] as const) {
      const member = memberOf(given, id);
      member.endpoint = `https://shared.example/${id}`;
      if (pin) member.certificatePins = [pin];
    }
  });
  expect(createAddresses({ agreement }).pinsOf('https://shared.example')).toEqual([first, second]);
});

it('goes by the version of the moment: who joins is called, who leaves is not, pins change', () => {
  const version = { agreement: sampleAgreement() };
  const { allowedOrigins, pinsOf } = createAddresses(version);
  expect(allowedOrigins()).toContain('https://credit.ah.example');
  expect(pinsOf('https://credit.sh.example')).toEqual([]);
  version.agreement = sampleAgreement((given) => {
    given.members = given.members.filter(({ id }) => id !== '340000');
    memberOf(given, '330000').endpoint = 'https://new.zj.example';
    memberOf(given, '310000').certificatePins = [first];
  });
  expect(allowedOrigins()).not.toContain('https://credit.ah.example');
  expect(allowedOrigins()).not.toContain('https://credit.zj.example');
  expect(allowedOrigins()).toContain('https://new.zj.example');
  expect(pinsOf('https://credit.sh.example')).toEqual([first]);
});

it('knows whose endpoint an address belongs to, whatever is called there', () => {
  const agreement = sampleAgreement((given) => {
    memberOf(given, '310000').endpoint = 'https://gateway.sh.example:8443/credit';
  });
  expect(memberAt(agreement, 'https://gateway.sh.example:8443/credit/federation/entries?from=0')).toBe('310000');
  expect(memberAt(agreement, 'https://gateway.sh.example/credit')).toBeUndefined();
});
