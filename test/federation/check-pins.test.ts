import { expect, it } from 'vitest';
import { decidePins, type PinSetting } from '../../node/federation/check-pins.ts';

const me = '310000';
const shanghai = { id: me, name: { zh: '上海市', en: 'Shanghai' } };
const jiangsu = { id: '320000', name: { zh: '江苏省', en: 'Jiangsu' } };
const pinnedJiangsu = { ...jiangsu, certificatePins: ['b'] };
const pinnedShanghai = { ...shanghai, certificatePins: ['a'] };
const both = [pinnedShanghai, pinnedJiangsu];
const node = { endedBy: 'node', clientCertificates: 'pinned' } as const;

it.each<[string, Omit<PinSetting, 'me'>, string[]]>([
  ['nobody is pinned', { members: [shanghai, jiangsu] }, []],
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
  ['only the others are pinned', { members: [shanghai, pinnedJiangsu] }, ['unknown this node does not see']],
  ['only we are pinned', { members: [pinnedShanghai, jiangsu], tls: node }, []],
])('%s', (_, setting, expected) => {
  const verdicts = decidePins({ ...setting, me });
  expect(verdicts.map(({ grade, found }) => `${grade} ${found.en}`)).toEqual(
    expected.map((start) => expect.stringContaining(start)),
  );
});

it('names the members whose pins nobody checks here', () => {
  const [verdict] = decidePins({ members: [shanghai, pinnedJiangsu], me });
  expect(verdict?.found.en).toContain('the pins of Jiangsu are');
  expect(verdict?.found.zh).toContain('江苏省的指纹');
});
