import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildCalendar, type HolidayTable } from '../../node/base/calendar.ts';
import { isDay } from '../../node/base/time.ts';
import { bulletinTypes } from '../../node/bulletin/catalogue.ts';
import type { Duty } from '../../node/registry/rules.ts';
import {
  deadlineOf,
  explainDates,
  extensionOf,
  type Opening,
  openingOf,
  repairRulesOf,
  stateTerms,
  type Term,
  termsOf,
} from '../../node/registry/terms.ts';
import { bulletinCheck, sampleBody } from '../support/bulletins.ts';
import { packOf, rules } from '../support/rules.ts';
import { readVectors } from '../support/vectors.ts';

type Cited = { day: string; pack: string; article: string; confidence: string };

/** One record and all that follows for it; `article` is the Chinese one, `null` where no pack says. */
interface Case extends Opening {
  description: string;
  expect: {
    packs: object;
    severity?: string;
    isPublicised?: boolean;
    from?: Cited;
    earliestRepair?: Cited;
    until?: Cited;
    retainUntil?: Cited;
  };
  deadlines?: {
    duty: Duty;
    from: string;
    day: string | null;
    pack: string | null;
    atMost?: string;
    provisional?: boolean;
  }[];
  extension?: { until: string; first: string; expect: { until: string; cap: string } };
  repair?: { pack: string; conditions: string[]; clearMonthsSinceLast?: number | null; excluded?: string };
}

const vectors = readVectors<{ pack: string; cases: Case[] }>('rules', '');
const cases = vectors.flatMap(([file, { cases }]) => cases.map((one) => ({ file, ...one })));

describe('the vectors', () => {
  it('are there for every pack, and every pack gives something in its own', () => {
    expect(vectors.map(([name]) => name).sort()).toEqual(rules.packs.map(({ id }) => id).sort());
    for (const [name, { pack, cases }] of vectors) {
      expect(pack).toBe(name);
      expect(JSON.stringify(cases.map(({ expect, deadlines }) => [expect, deadlines]))).toContain(`"${pack}"`);
    }
  });

  it.each(cases)('$file: $description ($type, $decidedOn)', (one) => {
    const { severity, isPublicised, from, earliestRepair, until, retainUntil, packs } = termsOf(rules, one);
    const shown = {
      packs,
      severity: severity?.class,
      isPublicised,
      ...{ from: cited(from), earliestRepair: cited(earliestRepair) },
      ...{ until: cited(until), retainUntil: cited(retainUntil) },
    };
    expect(JSON.parse(JSON.stringify(shown))).toEqual(one.expect);

    for (const { duty, from, day, pack, atMost, provisional = false } of one.deadlines ?? []) {
      const due = deadlineOf(rules, one, duty, from);
      const found = { day: due?.day ?? null, pack: due?.pack ?? null, atMost: due?.atMost };
      expect({ duty, ...found }).toEqual({ duty, day, pack, atMost });
      expect(due?.provisional ?? false).toBe(provisional);
    }
    if (one.extension) {
      const extended = extensionOf(rules, one, one.extension);
      expect({ until: extended?.until.day, cap: extended?.cap.day }).toEqual(one.extension.expect);
    }
    if (one.repair) {
      const needed = repairRulesOf(rules, one);
      expect(needed).toMatchObject({ pack: one.repair.pack, conditions: one.repair.conditions });
      expect(needed?.excluded?.zh).toBe(one.repair.excluded);
      if (one.repair.clearMonthsSinceLast !== undefined)
        expect(needed?.clearMonthsSinceLast ?? null).toBe(one.repair.clearMonthsSinceLast);
    }
  });

  it('reach every row of every pack that gives a day', () => {
    const reached = new Set(cases.flatMap((one) => Object.values(termsOf(rules, one)).map((term) => sourceKey(term))));
    const rows = rules.packs.flatMap(({ id, publicity = [], repair = [], retention = [] }) => [
      ...publicity.filter(({ minimum, maximum }) => minimum || maximum).map(({ article }) => `${id} ${article.zh}`),
      ...repair.filter(({ earliest }) => earliest).map(({ article }) => `${id} ${article.zh}`),
      ...retention.map(({ article }) => `${id} ${article.zh}`),
    ]);
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter((row) => !reached.has(row))).toEqual([]);
  });
});

describe('what the packs go by', () => {
  it.each(bulletinTypes.filter(({ kind }) => kind === 'opens'))(
    'is found in a body of $name',
    ({ name, decidedOn }) => {
      const body = sampleBody(name);
      const opening = openingOf(name, body);
      expect(opening).toEqual({ type: name, decidedOn: decidedOn?.(body), authority: opening.authority, body });
      expect(opening.authority.uscc).toMatch(/^.{18}$/);
    },
  );

  it('is not to be had of a type that opens nothing', () => {
    expect(() => openingOf('receipt', sampleBody('receipt'))).toThrow(RangeError);
    expect(() => openingOf('unheard-of', {})).toThrow(RangeError);
  });
});

describe('a body in which the packs fill what is silent', () => {
  it('has rule pack, class, publicity and retention, and is still of its form', () => {
    const body = sampleBody('dishonesty');
    const stated = stateTerms(rules, 'dishonesty', body);
    expect(stated).toMatchObject({
      ...body,
      rulePack: 'CNIPA-2022',
      publicity: { from: '2026-03-02', earliestRepair: '2026-09-02', until: '2027-03-02' },
      retainUntil: '2031-03-02',
    });
    expect(bulletinCheck('dishonesty')(stated)).toEqual([]);
  });

  it.each(bulletinTypes.filter(({ kind }) => kind === 'opens').map(({ name }) => name))(
    'of type %s keeps every word of the issuer, is of its form, and gains nothing the second time',
    (name) => {
      for (const part of ['plain', 'full'] as const) {
        const body = sampleBody(name, {}, part);
        const stated = stateTerms(rules, name, body);
        expect(stated).toMatchObject(body);
        expect(bulletinCheck(name)(stated)).toEqual([]);
        expect(stateTerms(rules, name, stated)).toEqual(stated);
      }
    },
  );

  it('keeps what was stated, whichever members that was', () => {
    const day = fc.integer({ min: 0, max: 900 }).map((n) => `2026-0${1 + (n % 9)}-1${n % 10}`);
    const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
    const said = fc.record({
      severity: maybe(fc.constantFrom('minor', 'general', 'serious')),
      publicity: maybe(fc.dictionary(fc.constantFrom('from', 'earliestRepair', 'until'), day, { minKeys: 1 })),
      retainUntil: maybe(day),
      rulePack: maybe(fc.constant('X')),
      categories: fc.uniqueArray(fc.constantFrom('warning', 'fine', 'licence-revocation'), { minLength: 1 }),
    });
    fc.assert(
      fc.property(said, (words) => {
        const body: Record<string, unknown> = JSON.parse(JSON.stringify({ ...sampleBody('penalty'), ...words }));
        const before = structuredClone(body);
        const stated = stateTerms(rules, 'penalty', body);
        expect(body).toEqual(before);
        expect(stated).toMatchObject(before);
        expect(stateTerms(rules, 'penalty', stated)).toEqual(stated);
        const { earliestRepair, until } = (stated.publicity ?? {}) as Record<string, string>; // the schema says so
        if (words.publicity?.earliestRepair === undefined && earliestRepair && until)
          expect(earliestRepair <= until).toBe(true);
      }),
      { seed: 17 },
    );
  });

  it.each(['grade', 'commendation', 'permit', 'warning'])('leaves a %s alone, which has no publicity', (name) => {
    expect(stateTerms(rules, name, sampleBody(name))).toEqual(sampleBody(name));
  });

  it('states no first day that nobody knows', () => {
    const document = { ...(sampleBody('dishonesty').document as object), date: '2021-05-06' };
    const stated = stateTerms(rules, 'dishonesty', sampleBody('dishonesty', { document }));
    expect(stated.publicity).toEqual({ until: '2024-05-06' });
  });

  it('stays as it was where no pack claims it', () => {
    const document = { ...(sampleBody('penalty').document as object), date: '2016-05-06' };
    const body = sampleBody('penalty', { document });
    expect(termsOf(rules, openingOf('penalty', body))).toEqual({ packs: {} });
    expect(stateTerms(rules, 'penalty', body)).toEqual(body);
    expect(explainDates(rules, openingOf('penalty', body))).toEqual([]);
  });
});

describe('the dates of a record, explained', () => {
  const explain = (publicity: object, more: object = {}) =>
    explainDates(rules, openingOf('dishonesty', sampleBody('dishonesty', { publicity, ...more })));

  it('name pack and article where the stated day is the packs’ day', () => {
    const { article } = packOf('CNIPA-2022').publicity?.[1] ?? {};
    const [until] = explain({ until: '2027-03-02' }).filter(({ what }) => what === 'until');
    const source = { pack: 'CNIPA-2022', article, confidence: 'high' };
    expect(until).toEqual({ what: 'until', day: '2027-03-02', provisional: false, isStated: true, ...source });
  });

  it('name nobody where the issuer states another', () => {
    const [until] = explain({ until: '2027-01-01' }).filter(({ what }) => what === 'until');
    expect(until).toEqual({ what: 'until', day: '2027-01-01', provisional: false, isStated: true });
  });

  it('are the packs’ where the issuer is silent', () => {
    expect(explain({ until: '2027-01-01' }).map(({ what, day, isStated }) => [what, day, isStated])).toEqual([
      ['from', '2026-03-02', false],
      ['earliestRepair', '2026-09-02', false],
      ['until', '2027-01-01', true],
      ['retainUntil', '2031-03-02', false],
    ]);
  });

  it('say the same before and after they were stated', () => {
    for (const { type, body, authority, decidedOn } of cases.filter(({ type }) => type !== 'grade')) {
      const whole = { ...sampleBody(type), ...body };
      const document = { ...(whole.document as object), date: decidedOn, authority };
      const opening = openingOf(type, { ...whole, ...(type === 'warning' ? {} : { document }) });
      const before = explainDates(rules, opening).map(({ isStated: _, ...date }) => date);
      const after = explainDates(rules, openingOf(type, stateTerms(rules, type, opening.body)));
      expect(after.map(({ isStated: _, ...date }) => date)).toEqual(before);
    }
  });
});

describe('a deadline', () => {
  const opening: Opening = {
    type: 'warning',
    decidedOn: '2026-12-01',
    authority: { name: '示例市知识产权局', uscc: '11310000HX31000006' },
    body: {},
  };
  const name = { zh: '样例', en: 'sample' };
  const table: HolidayTable = {
    year: 2027,
    source: name,
    holidays: [{ name, days: ['2027-01-01'] }],
    workdays: ['2027-01-02'],
  };

  it('is provisional beyond the last published year, and final once the table has grown', () => {
    const due = () => deadlineOf(rules, opening, 'objection-decision', '2026-12-30');
    expect(due()).toMatchObject({ day: '2027-01-06', provisional: true });
    const { calendar } = rules;
    const next = buildCalendar([table]);
    const grown = {
      ...rules,
      calendar: {
        years: new Set([...calendar.years, ...next.years]),
        holidays: new Set([...calendar.holidays, ...next.holidays]),
        workdays: new Set([...calendar.workdays, ...next.workdays]),
      },
    };
    expect(deadlineOf(grown, opening, 'objection-decision', '2026-12-30')).toMatchObject({
      day: '2027-01-06',
      provisional: false,
    });
    expect(deadlineOf(grown, opening, 'objection-forward', '2026-12-30')).toMatchObject({
      day: '2027-01-02',
      provisional: false,
    });
    expect(deadlineOf(rules, opening, 'objection-forward', '2026-12-30')).toMatchObject({
      day: '2027-01-01',
      provisional: true,
    });
  });

  it('in calendar days that ends on a day off gives way to the next working day; publicity does not', () => {
    const law = { article: { zh: '第一条', en: 'art. 1' }, confidence: 'low' as const };
    const pack = {
      ...{ id: 'X', title: name, source: name },
      claims: [{ types: ['warning'], decided: {}, aspects: ['publicity' as const], confidence: 'low' as const }],
      publicity: [{ maximum: { days: 20 }, ...law }],
      deadlines: [
        { duty: 'publish' as const, within: { days: 20 }, ...law },
        { duty: 'correction' as const, within: { months: 1 }, atMost: { years: 1 }, ...law },
      ],
    };
    const own = { ...rules, packs: [pack] };
    const one = { ...opening, decidedOn: '2026-09-11' };
    expect(termsOf(own, one).until?.day).toBe('2026-10-01');
    expect(deadlineOf(own, one, 'publish', '2026-09-11')?.day).toBe('2026-10-08');
    expect(deadlineOf(own, one, 'correction', '2026-09-11')).toMatchObject({ day: '2026-10-12', atMost: '2027-09-13' });
  });
});

describe('every day that the packs give', () => {
  it('is a day, whatever the day of the decision', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('penalty', 'dishonesty', 'serious-list'),
        fc.integer({ min: 0, max: 365 * 12 }),
        fc.constantFrom(...new Set(cases.map(({ authority }) => authority))),
        (type, n, authority) => {
          const decidedOn = new Date(Date.UTC(2016, 0, 1 + n)).toISOString().slice(0, 10);
          const opening = { type, decidedOn, authority, body: sampleBody(type) };
          const { from, earliestRepair, until, retainUntil } = termsOf(rules, opening);
          for (const term of [from, earliestRepair, until, retainUntil]) {
            if (term) expect(isDay(term.day) && term.day >= decidedOn && !term.provisional).toBe(true);
          }
          if (until && earliestRepair) expect(earliestRepair.day <= until.day).toBe(true);
        },
      ),
      { seed: 18 },
    );
  });
});

describe('the folder of vectors', () => {
  it('holds nothing else', () => {
    expect(readdirSync('test/vectors/rules').filter((file) => !file.endsWith('.json'))).toEqual([]);
  });
});

function cited(term: Term | undefined): Cited | undefined {
  return term && { day: term.day, pack: term.pack, article: term.article.zh, confidence: term.confidence };
}

function sourceKey(term: unknown): string {
  const { pack, article } = term as Partial<Term>;
  return `${pack} ${article?.zh}`;
}
