/** Every sentence of an audit says all its facts in both languages. */

import { expect, it } from 'vitest';
import { checkedWords, findingWords, uncheckedWords } from '../../node/evidence/audit-words.ts';

const facts = {
  ...{ log: 'credit.sh.example/log', about: 'credit.js.example/log', member: '310000', issuer: '310000' },
  ...{ receiver: '320000', from: 'the-from', to: 20, size: 30, index: 5, code: 'bulletin/schema', expected: 7 },
  ...{ at: '2026-11-20T02:00:00.000Z', signedAt: '2026-11-20T02:00:00.000Z', absentAt: '2026-11-20T02:00:00.000Z' },
  ...{ coveredAt: '2026-11-20T02:00:00.000Z', dueAt: '2026-11-20T02:00:00.000Z', first: 3, count: 2, minutes: 9 },
  ...{ indexes: '1, 2', hours: 48, shown: 1, seen: 2, version: 1, live: 2, kind: 'log', ground: 'lost' },
  ...{ nodes: 4, logs: 4, root: 'AAAA', pairs: 12, compared: 3, types: 'penalty 7', reason: 'ECONNREFUSED' },
  ...{ held: 3, signed: 4, file: 'a.json', files: 2, bulletins: 9, type: 'penalty' },
  ...{ decidedOn: '2026-11-02', dueOn: '2026-11-11', publishedOn: '2026-11-12' },
};
const members = { '310000': { zh: '上海市', en: 'Shanghai' }, '320000': { zh: '江苏省', en: 'Jiangsu' } };

it.each(Object.entries({ ...findingWords, ...checkedWords, ...uncheckedWords }))('%s', (_, say) => {
  const { zh, en } = say(facts, members);
  expect(zh).toMatch(/\p{Script=Han}.*。$/u);
  expect(en).toMatch(/^[A-Z\d].*\.$/);
  expect(en).not.toMatch(/\p{Script=Han}/u);
  for (const text of [zh, en]) expect(text).not.toMatch(/[{}—]|undefined|\[object/);
});
