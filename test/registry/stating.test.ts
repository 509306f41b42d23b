import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText } from '../../node/base/canonical.ts';
import { createStating } from '../../node/registry/stating.ts';
import { stateTerms } from '../../node/registry/terms.ts';
import { rules } from '../support/rules.ts';
import { codes, shanghai } from '../support/sheets.ts';

const codesOf = (list: string) => fc.constantFrom(...Object.keys(codes[list]?.codes ?? {}));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const day = fc.constantFrom('2019-10-16', '2022-05-30', '2023-07-01', '2025-12-31', '2026-04-01', '2026-06-30');
const uscc = fc.constantFrom(shanghai, shanghai.replace('1131', '1133'), shanghai.replace('11310000', '11100000'));
const name = fc.constantFrom('国家知识产权局', '样例市知识产权局', '样例市市场监督管理局');

const members = {
  subject: fc.constantFrom({ name: '甲' }, { name: '乙' }),
  document: fc.record({ number: fc.string(), date: day, authority: fc.record({ name, uscc }) }),
  violation: fc.constantFrom('假冒专利', '商标代理违法', '其他'),
  content: maybe(fc.constantFrom('警告', '罚款10万元，严重违法失信')),
  categories: maybe(fc.uniqueArray(codesOf('penalty-category'), { minLength: 1, maxLength: 3 })),
  conduct: maybe(codesOf('conduct')),
  ground: maybe(codesOf('serious-ground')),
  fine: maybe(fc.constantFrom('0.2', '5', '1000')),
  severity: maybe(codesOf('severity')),
  publicity: maybe(fc.record({ until: day })),
  retainUntil: maybe(day),
  rulePack: maybe(fc.constantFrom('CNIPA-2022')),
  procedure: maybe(codesOf('penalty-procedure')),
};

describe.each(['penalty', 'dishonesty', 'serious-list'])('what is stated for rows of %s', (type) => {
  it('is what is stated for each by itself', () => {
    const state = createStating(rules, type);
    fc.assert(
      fc.property(fc.record(members), (given) => {
        const body = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
        expect(canonicalText(state(body))).toBe(canonicalText(stateTerms(rules, type, body)));
      }),
      { numRuns: 1_000, seed: 5 },
    );
  });
});
