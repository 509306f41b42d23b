/** Stories with more in them than a quiet exchange has: refusals, late content, third members, silence. */

import { expect, it } from 'vitest';
import type { Addressee, Brief, ReceiptedWord, Scene, Story } from '../../node/federation/story.ts';
import { tellStory } from '../../node/federation/story-words.ts';

const shanghai = '310000';
const name = (zh: string, en: string) => ({ zh, en });
const scene: Scene = {
  me: shanghai,
  at: '2026-03-03T02:00:00.000Z',
  names: new Map([
    [shanghai, name('上海市', 'Shanghai')],
    ['320000', name('江苏省', 'Jiangsu')],
    ['330000', name('浙江省', 'Zhejiang')],
  ]),
  titleOf: (type) => name(type, type),
  groundOf: (ground) => name(ground, ground),
  witnessQuorum: 2,
};

const issued: Story = {
  ...{ member: shanghai, index: 41, jti: 'the-jti', type: 'penalty', record: '310000.x', word: 'issued' },
  ...{ at: '2026-03-01T02:00:00.500Z', origin: 'sh/log', audience: ['320000', '330000'], callsForReceipt: true },
  rows: [],
  addressees: [],
};

function said(word: ReceiptedWord['word'], signedAt: string, more: Partial<ReceiptedWord> = {}): ReceiptedWord {
  return { word, receipt: { jti: `receipt-${word}`, index: 7, signedAt, at: signedAt }, ...more };
}

function addressee(member: string, more: Partial<Addressee>): Addressee {
  return { member, said: [], receipted: 0, failures: 0, ...more };
}

const english = (story: Story, others: Brief[] = []) => {
  const told = tellStory(story, others, scene);
  return { story: told.story.map(({ en }) => en), unknown: told.unknown.map(({ en }) => en) };
};

it('tells a refusal with its reason and what took its place, and late content in the order in which it was said', () => {
  const refused = addressee('320000', {
    said: [said('refused', '2026-03-01T02:00:00.000Z', { code: 'bulletin/schema' })], // in whole seconds: before it was issued
    mendedBy: { origin: 'sh/log', index: 44 },
  });
  const late = addressee('330000', {
    said: [said('withheld', '2026-03-01T03:00:00.000Z'), said('taken', '2026-03-02T03:00:00.000Z')],
  });
  const { story, unknown } = english({ ...issued, addressees: [refused, late] });
  expect(story).toEqual([
    'We signed it and put it into our log sh/log at index 41, addressed to Jiangsu and Zhejiang.',
    expect.stringMatching(
      /^Jiangsu refused it, bulletin\/schema: .*: its signed receipt receipt-refused, at index 7 of its log\.$/,
    ),
    'Entry 44 of our log took its place for Jiangsu since.',
    'Zhejiang did not get its content: its signed receipt receipt-withheld, at index 7 of its log.',
    'Zhejiang took it: its signed receipt receipt-taken, at index 7 of its log.',
  ]);
  expect(unknown).toEqual([expect.stringMatching(/^No row of an import and no proposal leads to it/)]);
});

it('says of a silent member how far it has come, and when we last reached it', () => {
  const silent = addressee('320000', {
    ...{ receipted: 41, cosigned: { size: 42, at: '2026-03-01T05:00:00.000Z' } },
    ...{ lastOkAt: '2026-03-01T06:00:00.000Z', failures: 9, lastError: 'peer/unreachable' },
    lastErrorAt: '2026-03-03T01:59:00.000Z',
  });
  const waiting = addressee('330000', { said: [said('withheld', '2026-03-01T03:00:00.000Z')] });
  const proposal = { proposedBy: { authority: 'A', person: '1' }, proposedAt: '2026-03-01T01:00:00.000Z' };
  const { story, unknown } = english({ ...issued, proposal, addressees: [silent, waiting] });
  expect(story[0]).toBe('Number 1 of authority A proposed it.');
  expect(unknown).toEqual([
    expect.stringMatching(
      /^Jiangsu has not receipted beyond index 40, 1 d 23 h after this was issued; its cosignature of 2026-03-01 13:00 at size 42 shows that it holds the leaf, and says nothing of the content; our last whole round with it was at 2026-03-01 14:00, 1 d 20 h ago; it failed 9 times in a row, last at 2026-03-03 09:59: The node/,
    ),
    'Zhejiang says that the content has not reached it; it asks again each round and will say so in a later receipt.',
  ]);
});

it('asks nobody for a receipt of a receipt', () => {
  const { unknown } = english({
    ...issued,
    type: 'receipt',
    callsForReceipt: false,
    addressees: [addressee('320000', {})],
  });
  expect(unknown).toEqual([]);
});

it('names the first checkpoint, and the one that a quorum cosigned where that is another', () => {
  const at = '2026-03-01T02:00:01.000Z';
  const by = (...members: string[]) => members.map((member) => ({ member, at: '2026-03-01T04:00:00.000Z' }));
  const covered = { size: 42, at, hasQuorum: false, cosignatures: by('320000') };
  const quorum = { size: 60, at: '2026-03-01T04:00:00.000Z', hasQuorum: true, cosignatures: by('320000', '330000') };
  expect(english({ ...issued, covered, quorum }).story.slice(1)).toEqual([
    'The checkpoint of size 42 covers it: cosigned by Jiangsu (2026-03-01 12:00), fewer than the 2 that make a quorum.',
    'The checkpoint of size 60 covers it: cosigned by Jiangsu (2026-03-01 12:00), Zhejiang (2026-03-01 12:00), a quorum.',
  ]);
  expect(english({ ...issued, covered: { ...covered, cosignatures: [] } }).story[1]).toBe(
    'The checkpoint of size 42 covers it: nobody has cosigned it yet.',
  );
});

it('tells what we refused of another member, and that its content has not come', () => {
  const theirs: Story = {
    ...issued,
    member: '320000',
    audience: [shanghai, '330000'],
    word: 'refused',
    code: 'bulletin/foreign',
  };
  const told = english({
    ...theirs,
    signedAt: '2026-03-01T01:00:00.000Z',
    ours: { said: [said('refused', theirs.at, { code: 'bulletin/foreign' })] },
  });
  expect(told.story[0]).toMatch(/^Jiangsu signed it, by its own word; it stands in its log/);
  expect(told.story[1]).toMatch(/^We pulled it and refused it, bulletin\/foreign: /);
  expect(told.story[2]).toMatch(
    /^Our receipt receipt-refused, at index 7 of our log, says that we refused it, bulletin\/foreign/,
  );
  expect(told.unknown).toHaveLength(2);
  const waiting = english({ ...theirs, word: 'withheld', ours: { said: [] } });
  expect(waiting.unknown.slice(0, 2)).toEqual([
    'Its content has not come: it is asked for again each round.',
    'We have given no receipt for it yet.',
  ]);
});
