import { describe, expect, it } from 'vitest';
import { bulletinTypes } from '../../node/bulletin/catalogue.ts';
import { type Deed, decideEffect, effects, replay, type Situation } from '../../node/registry/effects.ts';
import { decideTransition, lifecycles, type RecordState, stateOn } from '../../node/registry/lifecycle.ts';
import {
  dayStatesOf,
  foldRecord,
  foldRecords,
  formatRecordId,
  knownAt,
  objectionFlagOf,
  objectionsOf,
  parseRecordId,
  type ToldStep,
} from '../../node/registry/record.ts';

const states = [
  ...[undefined, 'publicised', 'repaired', 'withdrawn', 'revoked', 'listed', 'removed'],
  ...['valid', 'current', 'standing', 'open', 'closed'],
] as readonly (RecordState | undefined)[];
const events = ['open', 'correct', 'extend', 'repair', 'withdraw', 'revoke', 'decide'] as const;

/** What a table allows, one line for each state: `publicised: correct repair→repaired …`. */
function tellTable(kind: string): string[] {
  return states.flatMap((state) => {
    const cells = events.flatMap((event) => {
      const next = decideTransition(kind, state, event);
      if ('code' in next) return [];
      return [next.to === state ? event : `${event}→${next.to}`];
    });
    return cells.length > 0 ? [`${state ?? '-'}: ${cells.join(' ')}`] : [];
  });
}

describe('the table of steps', () => {
  const publicised = [
    '-: open→publicised',
    'publicised: open correct extend repair→repaired withdraw→withdrawn revoke→revoked decide',
    'repaired: open correct repair withdraw revoke→revoked decide',
    'withdrawn: open correct withdraw revoke→revoked decide',
    'revoked: withdraw revoke decide',
  ];
  const dated = (state: string) => [
    `-: open→${state}`,
    'withdrawn: open correct withdraw revoke→revoked decide',
    'revoked: withdraw revoke decide',
    `${state}: open correct withdraw→withdrawn revoke→revoked decide`,
  ];
  const legal: Record<string, string[]> = {
    penalty: publicised,
    dishonesty: publicised,
    'serious-list': [
      '-: open→listed',
      'revoked: withdraw revoke decide',
      'listed: open correct repair→removed withdraw→removed revoke→revoked decide',
      'removed: open correct repair withdraw revoke→revoked decide',
    ],
    permit: dated('valid'),
    grade: dated('current'),
    commendation: dated('standing'),
    warning: [
      '-: open→open',
      'withdrawn: open correct withdraw revoke→revoked decide',
      'revoked: withdraw revoke decide',
      'open: open correct repair→closed withdraw→withdrawn revoke→revoked decide',
      'closed: open correct repair withdraw revoke→revoked decide',
    ],
  };

  it.each(Object.entries(legal))('of %s allows these and no others', (kind, expected) => {
    expect(tellTable(kind)).toEqual(expected);
  });

  it('tells an unknown record from an illegal step', () => {
    expect(decideTransition('penalty', undefined, 'repair')).toEqual({ code: 'registry/unknown-record' });
    expect(decideTransition('penalty', 'revoked', 'repair')).toEqual({ code: 'registry/illegal-step' });
    expect(decideTransition('grade', 'current', 'extend')).toEqual({ code: 'registry/illegal-step' });
  });

  it('has a row for every type that opens a record, and an effect for every type that speaks of one', () => {
    const namesOf = (kind: string) => bulletinTypes.filter((type) => type.kind === kind).map(({ name }) => name);
    expect(Object.keys(lifecycles).sort()).toEqual(namesOf('opens').sort());
    expect(namesOf('opens').every((name) => effects[name as keyof typeof effects] === 'open')).toBe(true);
    expect(namesOf('marks').every((name) => effects[name as keyof typeof effects] === 'mark')).toBe(true);
    expect(namesOf('moves').every((name) => events.includes(effects[name as keyof typeof effects] as never))).toBe(
      true,
    );
  });

  it('lets a record end by itself after its last day, and not on it', () => {
    expect(stateOn('penalty', 'publicised', '2026-10-08', '2026-10-08')).toBe('publicised');
    expect(stateOn('penalty', 'publicised', '2026-10-08', '2026-10-09')).toBe('expired');
    expect(stateOn('penalty', 'publicised', undefined, '2099-01-01')).toBe('publicised');
    expect(stateOn('penalty', 'repaired', '2026-10-08', '2026-10-09')).toBe('repaired');
    expect(stateOn('warning', 'open', '2026-10-08', '2026-10-09')).toBe('open');
  });
});

describe('a deed', () => {
  const deed = (type: string, body: unknown = {}, jti = 'j2', uscc = 'U'): Deed => ({ type, uscc, jti, body });
  const before = { kind: 'penalty', uscc: 'U', state: 'publicised', currentJti: 'j1', until: '2027-01-01' } as const;
  const illegal = { code: 'registry/illegal-step' };

  it('that opens a record makes its body the current one, with its last day', () => {
    expect(decideEffect(deed('penalty', { publicity: { until: '2027-01-01' } }), undefined)).toEqual({
      after: { kind: 'penalty', uscc: 'U', state: 'publicised', currentJti: 'j2', until: '2027-01-01' },
    });
    expect(decideEffect(deed('permit', { validUntil: '2030-01-01' }), undefined)).toMatchObject({
      after: { state: 'valid', until: '2030-01-01' },
    });
  });

  it('that corrects replaces the current body, of its own kind, and its last day', () => {
    const corrected = { penalty: { publicity: { until: '2026-12-01' } } };
    expect(decideEffect(deed('correction', corrected), before)).toEqual({
      after: { ...before, currentJti: 'j2', until: '2026-12-01' },
    });
    expect(decideEffect(deed('correction', { grade: {} }), before)).toEqual(illegal);
  });

  it('that opens the same record anew replaces its body; another kind or subject does not', () => {
    expect(decideEffect(deed('penalty', {}, 'j3'), before)).toMatchObject({ after: { currentJti: 'j3' } });
    expect(decideEffect(deed('grade', {}, 'j3'), before)).toEqual(illegal);
    expect(decideEffect(deed('penalty', {}, 'j3', 'V'), before)).toEqual(illegal);
  });

  it('that extends only ever lengthens, and no correction takes that back', () => {
    const longer = decideEffect(deed('extension', { until: '2028-01-01' }), before);
    expect(longer).toEqual({ after: { ...before, until: '2028-01-01', extended: '2028-01-01' } });
    expect(decideEffect(deed('extension', { until: '2026-06-01' }), before)).toEqual(illegal);
    const { after } = longer as { after: Situation };
    const corrected = { penalty: { publicity: { until: '2027-06-01' } } };
    expect(decideEffect(deed('correction', corrected), after)).toMatchObject({ after: { until: '2028-01-01' } });
  });

  it('that decides an objection does what its outcome says', () => {
    const state = (outcome: string) => decideEffect(deed('objection-decision', { outcome }), before);
    expect(state('rejected')).toEqual({ after: before });
    expect(state('corrected')).toEqual({ after: before });
    expect(state('disclosure-stopped')).toMatchObject({ after: { state: 'withdrawn' } });
    expect(state('deleted')).toMatchObject({ after: { state: 'revoked' } });
  });

  it('about another subject has no effect', () => {
    expect(decideEffect(deed('repair', {}, 'j2', 'V'), before)).toEqual(illegal);
  });

  it('that moves no record is none', () => {
    expect(() => decideEffect(deed('receipt'), undefined)).toThrow(RangeError);
    expect(() => decideEffect(deed('objection'), before)).toThrow(RangeError);
  });

  it('after deeds without effect does what it would have done without them', () => {
    const words = replay([
      deed('repair'),
      deed('penalty', {}, 'j1'),
      deed('grade'),
      deed('repair'),
      deed('revocation'),
    ]);
    expect(words.map((word) => ('code' in word ? word.code.split('/')[1] : word.after.state))).toEqual([
      'unknown-record',
      'publicised',
      'illegal-step',
      'repaired',
      'revoked',
    ]);
  });
});

describe('a record', () => {
  const id = { member: '310000', txn: '019d0000-0000-7000-8000-000000000001' };
  const step = (index: number, changes: Partial<ToldStep> = {}): ToldStep => ({
    ...{
      ...id,
      type: 'penalty',
      uscc: 'U',
      jti: `j${index}`,
      decidedOn: `2026-10-0${index}`,
      origin: 'o',
      author: '310000',
      index,
      at: 'now',
    },
    ...changes,
  });

  it('is named by member and transaction', () => {
    expect(parseRecordId(formatRecordId(id))).toEqual(id);
    for (const text of ['', '310000', `31000.${id.txn}`, `310000.${id.txn}x`, `310000/${id.txn}`])
      expect(parseRecordId(text)).toBeUndefined();
  });

  it('is the fold of its steps, those without effect told and passed over', () => {
    const steps = [
      step(1, { state: 'publicised', body: { n: 1 } }),
      step(2, { type: 'correction', code: 'registry/illegal-step', body: { penalty: { n: 2 } } }),
      step(3, { type: 'correction', state: 'publicised', body: { penalty: { n: 3 } } }),
      step(4, { type: 'repair', state: 'repaired', body: {} }),
    ];
    expect(foldRecord(steps)).toEqual({
      ...{
        id,
        type: 'penalty',
        uscc: 'U',
        state: 'repaired',
        decidedOn: '2026-10-01',
        body: { n: 3 },
        currentJti: 'j3',
        steps,
        marks: [],
      },
    });
  });

  it('whose correction was erased has no body, and says so by having none', () => {
    const record = foldRecord([
      step(1, { state: 'publicised', body: {} }),
      step(2, { type: 'correction', state: 'publicised' }),
    ]);
    expect(record).not.toHaveProperty('body');
    expect(record?.currentJti).toBe('j2');
  });

  it('that nothing opened is none', () => {
    expect(foldRecord([step(1, { type: 'repair', code: 'registry/unknown-record' })])).toBeUndefined();
    expect(foldRecord([])).toBeUndefined();
  });

  it('is kept apart from others about the same subject, in the order of their first step', () => {
    const other = { member: '320000' };
    const steps = [
      step(5, { ...other, state: 'publicised' }),
      step(1, { state: 'publicised' }),
      step(6, { ...other, state: 'revoked' }),
    ];
    expect(foldRecords(steps).map((record) => [record.id.member, record.state])).toEqual([
      ['320000', 'revoked'],
      ['310000', 'publicised'],
    ]);
  });

  it('has its marks in one order, whenever they came, and none about another subject', () => {
    const mark = (jti: string, uscc = 'U') => step(9, { type: 'objection', jti, uscc, author: '320000', origin: 'p' });
    const opener = step(1, { state: 'publicised', body: {} });
    const orders = [
      [mark('m1'), opener, mark('m2'), mark('m3', 'V')],
      [mark('m3', 'V'), mark('m2'), mark('m1'), opener],
    ];
    for (const order of orders) expect(foldRecord(order)?.marks.map(({ jti }) => jti)).toEqual(['m1', 'm2']);
  });

  it('is marked while an objection is open, then shows what was decided last', () => {
    const mark = step(9, { type: 'objection', jti: 'm1', author: '320000', origin: 'p', body: { reason: 'r' } });
    const opener = step(1, { state: 'publicised', body: {} });
    const decided = (index: number, outcome: string) =>
      step(index, { type: 'objection-decision', state: 'publicised', body: { objection: 'm1', outcome } });
    const flagOf = (...steps: ToldStep[]) =>
      objectionFlagOf(foldRecord(steps) as NonNullable<ReturnType<typeof foldRecord>>);
    expect(flagOf(opener)).toBe('none');
    expect(flagOf(opener, mark)).toBe('marked');
    expect(flagOf(opener, mark, decided(2, 'rejected'))).toBe('rejected');
    expect(flagOf(opener, decided(2, 'rejected'), decided(3, 'corrected'), mark)).toBe('upheld');
    const record = foldRecord([opener, mark, decided(2, 'rejected')]);
    expect(record && objectionsOf(record)).toMatchObject([{ mark: { jti: 'm1' }, decision: { index: 2 } }]);
  });

  it('as known at an instant is without what came later, content that came late included', () => {
    const at = (day: number) => `2026-11-0${day}T00:00:00.000Z`;
    const opener = step(1, { state: 'publicised', body: {}, at: at(1) });
    const late = step(2, { type: 'revocation', state: 'revoked', body: {}, at: at(4) });
    const after = step(3, { type: 'repair', code: 'registry/illegal-step', body: {}, at: at(2) });
    const all = [opener, late, after];
    const stateAt = (day: number) => foldRecord(knownAt(all, at(day)))?.state;
    expect([1, 2, 3, 4].map(stateAt)).toEqual(['publicised', 'repaired', 'repaired', 'revoked']);
    expect(knownAt(all, at(4))).toEqual(all);
  });

  it('of a grade gives way to a newer one of its issuer in its scheme, from that day on', () => {
    const grade = (n: number, scheme: string, decidedOn: string, member = '310000') =>
      step(n, {
        type: 'grade',
        member,
        txn: `019d0000-0000-7000-8000-00000000000${n}`,
        state: 'current',
        decidedOn,
        body: { scheme },
      });
    const records = foldRecords([
      grade(1, 'S', '2025-05-01'),
      grade(2, 'S', '2026-05-01'),
      grade(3, 'T', '2026-06-01'),
      grade(4, 'S', '2026-07-01', '320000'),
    ]);
    expect(dayStatesOf(records, '2026-05-01')).toEqual(['superseded', 'current', 'current', 'current']);
    expect(dayStatesOf(records, '2026-04-30')).toEqual(['current', 'current', 'current', 'current']);
  });
});
