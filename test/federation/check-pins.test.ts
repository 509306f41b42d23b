import { expect, it } from 'vitest';
import { decidePins, type PinSetting } from '../../node/federation/check-pins.ts';

const me = '310000';
const both = [
  { id: me, certificatePins: ['a'] },
  { id: '320000', certificatePins: ['b'] },
];
const node = { endedBy: 'node', clientCertificates: 'pinned' } as const;

it.each<[string, Omit<PinSetting, 'me'>, string[]]>([
  ['nobody is pinned', { members: [{ id: me }, { id: '320000' }] }, []],
  ['the node checks and shows', { members: both, tls: node }, ['ok certificates of calling members']],
  [
    'a proxy ends TLS and the node shows',
    { members: both, tls: { ...node, endedBy: 'proxy' } },
    ['unknown this node does not see'],
  ],
  [
    'nobody is asked',
    { members: both, tls: { ...node, clientCertificates: 'none' } },
    ['unknown this node does not see'],
  ],
  ['there is no certificate', { members: both }, ['warning the agreement pins', 'unknown this node does not see']],
  [
    'only the others are pinned',
    { members: [{ id: me }, both[1] as (typeof both)[0]] },
    ['unknown this node does not see'],
  ],
  ['only we are pinned', { members: [both[0] as (typeof both)[0], { id: '320000' }], tls: node }, []],
])('%s', (_, setting, expected) => {
  const verdicts = decidePins({ ...setting, me });
  expect(verdicts.map(({ grade, found }) => `${grade} ${found.en}`)).toEqual(
    expected.map((start) => expect.stringContaining(start)),
  );
});

it('names the members whose pins nobody checks here', () => {
  const [verdict] = decidePins({ members: [{ id: me }, both[1] as (typeof both)[0]], me });
  expect(verdict?.found.en).toContain('320000');
  expect(verdict?.found.zh).toContain('320000');
});
