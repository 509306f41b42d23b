/** Every sentence of an audit says all its facts in both languages. */

import { expect, it } from 'vitest';
import { type AuditNames, checkedWords, findingWords, uncheckedWords } from '../../node/evidence/audit-words.ts';

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

const names: AuditNames = {
  members,
  titleOf: (type) => (type === 'penalty' ? { zh: '行政处罚', en: 'Administrative penalty' } : { zh: type, en: type }),
};

it.each(Object.entries({ ...findingWords, ...checkedWords, ...uncheckedWords }))('%s', (_, say) => {
  const { zh, en } = say(facts, names);
  expect(zh).toMatch(/\p{Script=Han}.*。$/u);
  expect(en).toMatch(/^[A-Z\d].*\.$/);
  expect(en).not.toMatch(/\p{Script=Han}/u);
  for (const text of [zh, en]) expect(text).not.toMatch(/[{}—]|undefined|\[object/);
});

it('calls types, grounds, states and reasons by their names, and leaves codes as they are', () => {
  const deadline = uncheckedWords['publication/deadline']({ types: 'penalty 7, warning 5' }, names);
  expect(deadline.zh).toContain('（行政处罚 7、warning 5，工作日）');
  expect(deadline.en).toContain('(Administrative penalty 7, warning 5, working days)');
  const { zh, en } = findingWords['strike/known'](facts, names);
  expect([zh, en]).toEqual([
    '第 1 版协议作废了上海市（310000）的日志（遗失）。',
    'Version 1 of the agreement strikes the log of Shanghai (lost).',
  ]);
  const part = (reason: string) => uncheckedWords['log/not-whole']({ ...facts, reason }, names);
  expect(part('forked').zh).toContain('（已分叉）');
  expect(part('forked').en).toContain('(forked)');
  expect(part('peer/unreachable').zh).toContain('（peer/unreachable）');
  const away = (reason: string) => uncheckedWords['node/unreachable']({ ...facts, reason }, names).zh;
  expect(away('leaves do not lead to the signed root')).toContain('（叶子推不出所签署的根）');
  expect(away('ECONNREFUSED')).toContain('（ECONNREFUSED）');
});
