import { expect, it } from 'vitest';
import { type Check, inOrder } from '../../node/federation/check-up.ts';

it('puts the worst first', () => {
  const check = (about: Check['about'], grade: Check['grade']): Check => ({ about, grade, found: { zh: '', en: '' } });
  const sorted = inOrder([
    check('clock', 'ok'),
    check('disk', 'unknown'),
    check('keys', 'warning'),
    check('log', 'problem'),
    check('keys', 'problem'),
  ]);
  expect(sorted.map(({ about, grade }) => `${grade} ${about}`)).toEqual([
    'problem keys',
    'problem log',
    'warning keys',
    'unknown disk',
    'ok clock',
  ]);
});
