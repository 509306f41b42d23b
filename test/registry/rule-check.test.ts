import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HolidayTable } from '../../node/base/calendar.ts';
import { parseYaml } from '../../node/base/yaml.ts';
import { checkHolidays, checkPacks, type Page, type PageMistake } from '../../node/registry/rule-check.ts';
import { type Claim, type Opening, type RulePack, rulingsOn } from '../../node/registry/rules.ts';
import { rules } from '../support/rules.ts';

const vocabulary = new Map([
  [
    'penalty',
    new Map([
      ['categories', ['fine', 'warning']],
      ['severity', ['minor', 'general', 'serious']],
      ['basis', undefined],
    ]),
  ],
  ['dishonesty', new Map([['conduct', ['IP-01', 'IP-02']]])],
]);

const law = 'article: { zh: 一, en: one }, confidence: high';
const head = (id: string) => `id: ${id}\ntitle: { zh: 样例, en: sample }\nsource: { zh: 样例, en: sample }\n`;
const claim = (more = '', aspects = 'publicity') =>
  `claims:\n  - { types: [penalty], decided: {}, aspects: [${aspects}], confidence: high${more} }\n`;
const least = (id: string) => `${head(id)}${claim()}publicity:\n  - { ${law} }\n`;

function pagesOf<T>(texts: Record<string, string>): Page<T>[] {
  return Object.entries(texts).map(([name, text]) => {
    const { value, positionOf, mistakes } = parseYaml(text);
    expect(mistakes).toEqual([]);
    return { value: value as T, file: `rules/${name}.yaml`, name, positionOf };
  });
}

function check(texts: Record<string, string>, known = Object.keys(texts)): PageMistake[] {
  return checkPacks(pagesOf<RulePack>(texts), known, vocabulary);
}

/** File, line and words of each. */
function told(mistakes: PageMistake[]): string[] {
  return mistakes.map(({ file, line, en }) => `${file}:${line} ${en}`);
}

describe('two packs that rule one case', () => {
  const [a, b] = [least('A'), least('B')];

  it('are found before any case has come, with both files, the line and the cure', () => {
    const mistakes = check({ A: a, B: b });
    expect(told(mistakes)).toEqual([
      "rules/B.yaml:5 A (rules/A.yaml:5) rules the same: publicity of penalty, decided … – …. Name one in the other's `yieldsTo`, or narrow types, authority or decided",
    ]);
    expect(mistakes[0]?.zh).toContain('与 A（rules/A.yaml:5）同时适用：penalty 的 publicity');
    expect(mistakes[0]?.zh).toContain('yieldsTo');
  });

  it.each([
    ['one yields', { A: a, B: `${b}yieldsTo: [A]\n` }],
    ['the other yields', { A: `${a}yieldsTo: [B]\n`, B: b }],
    ['their types differ', { A: a, B: b.replace('penalty', 'dishonesty') }],
    [
      'the one ends before the other begins',
      { A: a.replace('{}', '{ until: 2026-03-31 }'), B: b.replace('{}', '{ from: 2026-04-01 }') },
    ],
    [
      'no region is in both',
      {
        A: a.replace('high }', 'high, authority: { regions: ["31"] } }'),
        B: b.replace('high }', 'high, authority: { regions: ["3301", "32"] } }'),
      },
    ],
    ['their aspects differ', { A: a, B: `${head('B')}${claim('', 'repair')}repair:\n  - { ${law} }\n` }],
  ])('are right when %s', (_, texts) => expect(check(texts)).toEqual([]));

  it.each([
    [
      'they share one day',
      { A: a.replace('{}', '{ until: 2026-04-01 }'), B: b.replace('{}', '{ from: 2026-04-01 }') },
      'decided 2026-04-01 – 2026-04-01',
    ],
    [
      'one region begins the other',
      {
        A: a.replace('high }', 'high, authority: { regions: ["3101"] } }'),
        B: b.replace('high }', 'high, authority: { regions: ["31"] } }'),
      },
      'publicity',
    ],
    [
      'an authority can bear both names',
      {
        A: a.replace('high }', 'high, authority: { named: [知识产权] } }'),
        B: b.replace('high }', 'high, authority: { named: [市场监督] } }'),
      },
      'publicity',
    ],
    [
      'only one of them looks at the authority',
      { A: a, B: b.replace('high }', 'high, authority: { named: [市场监督] } }') },
      'publicity',
    ],
  ])('are wrong when %s', (_, texts, words) => {
    expect(told(check(texts))).toEqual([expect.stringContaining(words)]);
  });

  it('are wrong when both state one duty, whatever they claim', () => {
    const duty = `deadlines:\n  - { duty: revocation, within: { days: 3 }, ${law} }\n`;
    const other = `${head('B')}${claim('', '')}${duty}`;
    expect(told(check({ A: `${a}${duty}`, B: other }))).toEqual([expect.stringContaining('revocation of penalty')]);
  });

  it('are all named at once', () => {
    expect(check({ A: a, B: b, C: least('C'), D: least('D') })).toHaveLength(6);
  });
});

describe('packs that were found right', () => {
  const regions = fc.option(
    fc.uniqueArray(fc.constantFrom('3', '31', '3101', '32', '33'), { minLength: 1, maxLength: 2 }),
    { nil: undefined },
  );
  const named = fc.option(fc.uniqueArray(fc.constantFrom('知识', '市场'), { minLength: 1 }), { nil: undefined });
  const day = fc.option(fc.constantFrom('2024-01-01', '2025-01-01', '2026-01-01'), { nil: undefined });
  const claims: fc.Arbitrary<Claim> = fc
    .record({
      types: fc.uniqueArray(fc.constantFrom('penalty', 'dishonesty'), { minLength: 1 }),
      authority: fc.record({ regions, named }),
      decided: fc.record({ from: day, until: day }),
      aspects: fc.constant(['publicity']),
      confidence: fc.constant('high'),
    })
    .map((made) => JSON.parse(JSON.stringify(made)) as Claim); // as YAML has it: without what is undefined
  const ids = ['A', 'B', 'C'];
  const packs = fc
    .tuple(
      ...ids.map((id) =>
        fc.record({
          id: fc.constant(id),
          claims: fc.array(claims, { minLength: 1, maxLength: 2 }),
          yieldsTo: fc.subarray(ids.filter((other) => other > id)),
        }),
      ),
    )
    .map((made) =>
      made.map(
        (pack): RulePack => ({
          ...pack,
          title: { zh: '', en: '' },
          source: { zh: '', en: '' },
          publicity: [{ article: { zh: '', en: '' }, confidence: 'high' }],
        }),
      ),
    );
  const openings = fc.record({
    type: fc.constantFrom('penalty', 'dishonesty'),
    decidedOn: fc.constantFrom('2023-12-31', '2024-01-01', '2025-01-01', '2025-06-01', '2026-01-01', '2026-01-02'),
    authority: fc.record({
      name: fc.constantFrom('知识局', '市场局', '市场知识局', '局'),
      uscc: fc
        .constantFrom('11310100', '11310200', '11320000', '11330000', '11440000')
        .map((start) => `${start}HX0000000X`),
    }),
    body: fc.constant({}),
  });
  const overlapsOf = (made: RulePack[]) =>
    checkPacks(
      made.map((value) => ({ value, file: value.id, name: value.id, positionOf: () => undefined })),
      ids,
      vocabulary,
    ).filter(({ en }) => en.includes('rules the same'));

  it('stand in one order for every case', () => {
    let tried = 0;
    fc.assert(
      fc.property(packs, fc.array(openings, { minLength: 5 }), (made, cases) => {
        if (overlapsOf(made).length > 0) return;
        for (const opening of cases as Opening[]) {
          const heard = rulingsOn({ ...rules, packs: made }, opening, 'publicity').map(({ pack }) => pack);
          if (heard.length > 1) tried++;
          for (const [i, pack] of heard.entries()) {
            for (const before of heard.slice(0, i)) expect(pack.yieldsTo).toContain(before.id);
          }
        }
      }),
      { numRuns: 2_000, seed: 20 },
    );
    expect(tried).toBeGreaterThan(50);
  });

  it('are not complained of without a case that both would rule', () => {
    let tried = 0;
    fc.assert(
      fc.property(packs, (made) => {
        for (const { file, en } of overlapsOf(made)) {
          tried++;
          const [, other = ''] = /^(\w)/.exec(en) ?? [];
          const pair = [file, other].map((id) => made.find((pack) => pack.id === id) as RulePack);
          const cases = ['penalty', 'dishonesty'].flatMap((type) =>
            ['2023-01-01', '2024-01-01', '2025-01-01', '2026-01-01'].flatMap((decidedOn) =>
              ['310100', '320000', '330000'].map((region) => ({
                type,
                decidedOn,
                authority: { name: '知识市场', uscc: `11${region}` },
                body: {},
              })),
            ),
          );
          const rulings = cases.map((one) => rulingsOn({ ...rules, packs: pair }, one, 'publicity').length);
          expect(Math.max(...rulings)).toBe(2);
        }
      }),
      { numRuns: 500, seed: 21 },
    );
    expect(tried).toBeGreaterThan(50);
  });
});

describe('a pack', () => {
  const rows = (text: string) => `${head('A')}${claim()}publicity:\n${text}`;
  it.each([
    [
      'bears another name than its file',
      `${head('B') + claim()}publicity:\n  - { ${law} }\n`,
      "rules/A.yaml:1 must be the file's name, A",
    ],
    [
      'ends before it begins',
      least('A').replace('{}', '{ from: 2026-04-01, until: 2026-03-31 }'),
      'rules/A.yaml:5 is before the first day, 2026-04-01',
    ],
    [
      'claims what it says nothing of',
      `${head('A')}${claim('', 'publicity, repair')}publicity:\n  - { ${law} }\n`,
      'repair is claimed, but nothing is said of it',
    ],
    [
      'claims objections without a clock for them',
      `${head('A')}${claim('', 'publicity, objection')}publicity:\n  - { ${law} }\n`,
      'objection is claimed',
    ],
    [
      'rules what it does not claim',
      `${least('A')}retention:\n  - { keep: { years: 5 }, ${law} }\n`,
      'rules/A.yaml:9 no claim names retention',
    ],
    [
      'has a row that is never reached',
      rows(`  - { ${law} }\n  - { when: { basis: { mentions: [x] } }, ${law} }\n`),
      'rules/A.yaml:8 a row before it has no `when`',
    ],
    [
      'has a deadline that is never reached',
      `${least('A')}deadlines:\n  - { duty: publish, within: { days: 1 }, ${law} }\n  - { duty: revocation, within: { days: 1 }, ${law} }\n  - { duty: publish, within: { days: 2 }, ${law} }\n`,
      'rules/A.yaml:11 a row before',
    ],
    [
      'has a least that is more than the most',
      rows(`  - { minimum: { months: 13 }, maximum: { years: 1 }, ${law} }\n`),
      'rules/A.yaml:7 is shorter than the least',
    ],
    [
      'extends by more than the cap',
      rows(`  - { extension: { by: { years: 2 }, cap: { months: 23 } }, ${law} }\n`),
      'is shorter than the least',
    ],
    [
      'grants less time with an extension than without',
      `${least('A')}deadlines:\n  - { duty: publish, within: { workingDays: 5 }, atMost: { days: 5 }, ${law} }\n`,
      'is shorter than the least',
    ],
    [
      'looks at a member that its records lack',
      rows(`  - { when: { conduct: { any: [IP-01] } }, ${law} }\n`),
      'no penalty has such a member',
    ],
    [
      'looks for a code that is none',
      rows(`  - { when: { categories: { any: [fine, jail] } }, ${law} }\n`),
      'no such code as jail; there are fine, warning',
    ],
    [
      'looks for a type that it does not claim',
      rows(`  - { when: { type: { any: [dishonesty] } }, ${law} }\n`),
      'no such code as dishonesty; there are penalty',
    ],
    [
      'grades by the class itself',
      `${head('A')}${claim('', 'grading')}grading:\n  - { when: { severity: { any: [minor] } }, class: minor, ${law} }\n`,
      'cannot depend on the class',
    ],
    [
      'claims by the class',
      least('A').replace('high }', 'high, when: { severity: { any: [minor] } } }'),
      'cannot depend on the class',
    ],
    [
      'claims by a member that its records lack',
      least('A').replace('high }', 'high, when: { scheme: { any: [x] } } }'),
      'no penalty has such a member',
    ],
    ['yields to nobody known', `${least('A')}yieldsTo: [Z]\n`, 'rules/A.yaml:8 there is no pack named Z'],
    ['yields to itself', `${least('A')}yieldsTo: [A]\n`, 'rules/A.yaml:8 they yield in a circle: A → A'],
  ])('is wrong when it %s', (_, text, words) => {
    expect(told(check({ A: text }))).toEqual([expect.stringContaining(words)]);
  });

  it('is right with conditions on what its records have', () => {
    const when =
      'categories: { only: [fine] }, basis: { mentions: [x] }, severity: { none: [serious] }, type: { any: [penalty] }';
    expect(
      check({
        A: rows(`  - { when: { ${when} }, ${law} }\n  - { minimum: { years: 1 }, maximum: { months: 12 }, ${law} }\n`),
      }),
    ).toEqual([]);
  });

  it('may yield to one whose file is broken: that is said of the other file', () => {
    expect(check({ A: `${least('A')}yieldsTo: [B]\n` }, ['A', 'B'])).toEqual([]);
  });
});

describe('packs that yield in a circle', () => {
  it('are told once, with the way round', () => {
    const texts = {
      A: `${least('A')}yieldsTo: [B, D]\n`,
      B: `${least('B')}yieldsTo: [C]\n`,
      C: `${least('C')}yieldsTo: [A]\n`,
      D: `${least('D')}yieldsTo: [B, C]\n`,
    };
    expect(told(check(texts))).toEqual([
      'rules/A.yaml:8 they yield in a circle: A → B → C → A',
      'rules/A.yaml:8 they yield in a circle: A → D → B → C → A',
    ]);
  });
});

describe('a table of holidays', () => {
  const table = (holidays: string, workdays = '[]') =>
    `year: 2026\nsource: { zh: 样例, en: sample }\nholidays:\n  - { name: { zh: 样例, en: sample }, days: ${holidays} }\nworkdays: ${workdays}\n`;
  const mistakesOf = (name: string, text: string) => told(checkHolidays(pagesOf<HolidayTable>({ [name]: text })));

  it('is right', () => expect(mistakesOf('2026', table('[2026-01-01]', '[2026-01-04]'))).toEqual([]));

  it.each([
    ['2025', "rules/2025.yaml:1 must be the file's name, 2025", table('[2026-01-01]')],
    ['2026', 'rules/2026.yaml:4 2025-12-31 is not in 2026', table('[2025-12-31]')],
    ['2026', 'rules/2026.yaml:4 2026-01-01 is there twice', table('[2026-01-01, 2026-01-01]')],
    ['2026', 'rules/2026.yaml:5 2026-01-04 is there twice', table('[2026-01-04]', '[2026-01-04]')],
  ])('of %s is wrong: %s', (name, words, text) => expect(mistakesOf(name, text)).toEqual([words]));
});
