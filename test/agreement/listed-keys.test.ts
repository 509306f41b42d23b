import { expect, it } from 'vitest';
import { listKeys } from '../../node/agreement/listed-keys.ts';
import { thumbprint } from '../../node/base/jws.ts';
import { type KeyUse, keysOf, sampleAgreement, signerOf } from '../support/agreement.ts';
import { hash } from '../support/crypto.ts';

it('lists every key of every member, of a vkey too, by the thumbprint of its public key', async () => {
  const keys = await listKeys(sampleAgreement(), hash);
  expect(keys).toHaveLength(16);
  for (const { owner, use, thumbprint: found } of keys)
    expect(found).toBe(await thumbprint(signerOf(use as KeyUse, owner).publicKey));
  expect(keys.slice(0, 4).map(({ use, name = '' }) => [use, name])).toEqual([
    ['agreement', ''],
    ['bulletin', ''],
    ['log', 'credit.sh.example/log'],
    ['witness', 'credit.sh.example/witness'],
  ]);
});

it('lists all bulletin keys, and those of outside witnesses and auditors', async () => {
  const outside = keysOf({ id: 'outside', issuer: 'https://witness.example', origin: 'w' }).witness;
  const agreement = sampleAgreement((copy) => {
    copy.members[0]?.keys.bulletin.push(signerOf('bulletin', 'second').publicKey);
    copy.witnesses = [{ name: 'witness.example/witness', vkey: outside, url: 'https://witness.example' }];
    copy.auditors = [{ id: 'court', name: { zh: '法院', en: 'Court' }, key: signerOf('agreement', 'court').publicKey }];
  });
  const keys = await listKeys(agreement, hash);
  expect(keys.filter(({ owner, use }) => owner === '310000' && use === 'bulletin')).toHaveLength(2);
  expect(keys.slice(-2)).toMatchObject([
    { owner: 'witness.example/witness', use: 'witness' },
    { owner: 'court', use: 'auditor' },
  ]);
});

it('passes over members that have no keys yet', async () => {
  const agreement = sampleAgreement(({ members }) => Reflect.deleteProperty(members[1] ?? {}, 'keys'));
  expect((await listKeys(agreement, hash)).map(({ owner }) => owner)).not.toContain('320000');
});
