import { describe, expect, it } from 'vitest';
import { bulletinTypes } from '../../node/bulletin/catalogue.ts';
import { type Claim, holds, type Opening, type RulePack, rulingsOn, type When } from '../../node/registry/rules.ts';
import { readJson } from '../support/bulletins.ts';
import { rules, schemas } from '../support/rules.ts';
import { codes } from '../support/sheets.ts';

const name = { zh: '样例', en: 'sample' };
const law = { article: name, confidence: 'high' as const };

function packOf(id: string, claim: Partial<Claim>, more: Partial<RulePack> = {}): RulePack {
  const whole = { types: ['penalty'], decided: {}, aspects: ['publicity' as const], confidence: 'high' as const };
  return { id, title: name, source: name, claims: [{ ...whole, ...claim }], publicity: [law], ...more };
}

function choose(packs: RulePack[], more: Partial<Opening> = {}): string[] {
  const opening: Opening = {
    type: 'penalty',
    decidedOn: '2026-05-10',
    authority: { name: '示例市市场监督管理局', uscc: '11320500HX32050011' },
    body: {},
    ...more,
  };
  return rulingsOn({ ...rules, packs }, opening, 'publicity').map(({ pack }) => pack.id);
}

describe('the choice of a pack', () => {
  it('goes by the type', () => {
    expect(choose([packOf('A', { types: ['grade'] }), packOf('B', { types: ['grade', 'penalty'] })])).toEqual(['B']);
  });

  it.each([
    ['2026-05-09', []],
    ['2026-05-10', ['A']],
    ['2026-06-01', ['A']],
    ['2026-06-02', []],
  ])('goes by the day of the decision: %s', (decidedOn, chosen) => {
    expect(choose([packOf('A', { decided: { from: '2026-05-10', until: '2026-06-01' } })], { decidedOn })).toEqual(
      chosen,
    );
  });

  it.each([
    [{ regions: ['32'] }, true],
    [{ regions: ['31', '3205'] }, true],
    [{ regions: ['320501'] }, false],
    [{ regions: ['11'] }, false], // not the code's first characters
    [{ named: ['市场监督管理'] }, true],
    [{ named: ['知识产权'] }, false],
    [{ regions: ['32'], named: ['知识产权'] }, false],
    [{ regions: ['31'], named: ['市场监督管理'] }, false],
  ])('goes by the authority: %j', (authority, isChosen) => {
    expect(choose([packOf('A', { authority })])).toEqual(isChosen ? ['A'] : []);
  });

  it('goes by the aspect, and hears who states a duty without claiming it', () => {
    const pack = packOf('A', { aspects: [] }, { deadlines: [{ duty: 'publish', within: { days: 1 }, ...law }] });
    const opening = { type: 'penalty', decidedOn: '2026-05-10', authority: { name: '', uscc: '' }, body: {} };
    const of = (topic: 'publicity' | 'publish' | 'correction') =>
      rulingsOn({ ...rules, packs: [pack] }, opening, topic);
    expect([of('publicity').length, of('publish').length, of('correction').length]).toEqual([0, 1, 0]);
  });

  it('goes by what the record holds, where a claim says so', () => {
    const pack = packOf('A', { when: { procedure: { any: ['simple'] } } });
    expect(choose([pack], { body: { procedure: 'simple' } })).toEqual(['A']);
    expect(choose([pack])).toEqual([]);
  });

  it('puts who yields last, in whatever order they come', () => {
    const packs = [packOf('A', {}, { yieldsTo: ['B', 'C'] }), packOf('B', {}, { yieldsTo: ['C'] }), packOf('C', {})];
    expect(choose(packs)).toEqual(['C', 'B', 'A']);
    expect(choose(packs.reverse())).toEqual(['C', 'B', 'A']);
  });
});

describe('a condition', () => {
  const body = { categories: ['warning', 'fine'], procedure: 'simple', fine: '0.5', basis: '《食品安全法》第一条' };
  it.each<[When, boolean]>([
    [{ categories: { any: ['fine', 'closure'] } }, true],
    [{ categories: { any: ['closure'] } }, false],
    [{ categories: { only: ['fine', 'warning', 'other'] } }, true],
    [{ categories: { only: ['fine'] } }, false],
    [{ categories: { none: ['closure'] } }, true],
    [{ categories: { none: ['fine'] } }, false],
    [{ procedure: { any: ['simple'] } }, true],
    [{ procedure: { only: ['ordinary'] } }, false],
    [{ basis: { mentions: ['药品管理法', '食品安全法'] } }, true],
    [{ basis: { mentions: ['消防法'] } }, false],
    [{ fine: { atLeast: 0.5 } }, true],
    [{ fine: { atLeast: 0.51 } }, false],
    [{ fine: { below: 0.51 } }, true],
    [{ fine: { below: 0.5 } }, false],
    [{ absent: { any: ['x'] } }, false],
    [{ absent: { only: ['x'] } }, false],
    [{ absent: { none: ['x'] } }, true],
    [{ absent: { mentions: ['x'] } }, false],
    [{ absent: { atLeast: 0 } }, false],
    [{ absent: { below: 1 } }, false],
    [{ procedure: { any: ['simple'] }, categories: { any: ['closure'] } }, false], // all must hold
    [{}, true],
  ])('%j', (when, isHeld) => expect(holds(when, body)).toBe(isHeld));

  it('that is not there always holds', () => expect(holds(undefined, {})).toBe(true));
});

describe('the packs that come with the program', () => {
  it('are these', () => {
    expect(rules.packs.map(({ id }) => id)).toEqual([
      'CNIPA-2019-52',
      'CNIPA-2022',
      'CNIPA-PATENT-AGENCY-2023',
      'NDRC-2019-527',
      'NDRC-2023-58',
      'NDRC-2026-36',
      'SAMR-2021-3',
      'SAMR-2021-45',
      'SAMR-2025-107',
      'SH-2024',
      'SH-CREDIT-2017',
      'ZJ-CREDIT-2018',
    ]);
  });

  it('give codes that the lists have', () => {
    for (const { id, codes: lists = {} } of rules.packs) {
      for (const [list, labels] of Object.entries(lists)) {
        expect(Object.keys(codes[list]?.codes ?? {}), `${id} ${list}`).toEqual(
          expect.arrayContaining(Object.keys(labels)),
        );
      }
    }
  });

  it('give the codes of art. 6 and art. 9 as the lists label them', () => {
    const pack = rules.packs.find(({ id }) => id === 'CNIPA-2022');
    for (const list of ['conduct', 'measure']) expect(pack?.codes?.[list]).toEqual(codes[list]?.codes);
  });

  it('name the types that open a record, and the conditions of the schema of repairs', () => {
    const { $defs } = schemas.get('rules') as {
      $defs: Record<string, { properties: Record<string, { items: { enum: string[] } }> }>;
    };
    const opening = bulletinTypes.filter(({ kind }) => kind === 'opens').map((type) => type.name);
    expect($defs.claim?.properties.types?.items.enum.toSorted()).toEqual(opening.toSorted());
    const repair = readJson('schemas/bulletin/repair.json') as {
      properties: { conditions: { items: { enum: string[] } } };
    };
    expect($defs.repairRow?.properties.conditions?.items.enum).toEqual(repair.properties.conditions.items.enum);
  });
});
