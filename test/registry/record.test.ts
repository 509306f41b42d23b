import { describe, expect, it } from 'vitest';
import { bulletinTypes } from '../../node/bulletin/catalogue.ts';
import { type Deed, decideEffect, effects, replay } from '../../node/registry/effects.ts';
import { decideTransition, lifecycles } from '../../node/registry/lifecycle.ts';
import { foldRecord, foldRecords, formatRecordId, parseRecordId, type ToldStep } from '../../node/registry/record.ts';

const states = [undefined, 'publicised', 'repaired', 'revoked'] as const;
const events = ['open', 'correct', 'repair', 'revoke'] as const;

describe('the table of steps', () => {
  const legal: Record<string, string[]> = {
    penalty: [
      '- open',
      'publicised correct',
      'publicised repair',
      'publicised revoke',
      'repaired correct',
      'repaired revoke',
    ],
    dishonesty: [
      '- open',
      'publicised correct',
      'publicised repair',
      'publicised revoke',
      'repaired correct',
      'repaired revoke',
    ],
    grade: ['- open', 'publicised correct', 'publicised revoke'],
    commendation: ['- open', 'publicised correct', 'publicised revoke'],
  };

  it.each(Object.entries(legal))('of %s allows these and no others', (kind, expected) => {
    const allowed = states.flatMap((state) =>
      events.flatMap((event) => ('state' in decideTransition(kind, state, event) ? [`${state ?? '-'} ${event}`] : [])),
    );
    expect(allowed).toEqual(expected);
  });

  it('tells an unknown record from an illegal step', () => {
    expect(decideTransition('penalty', undefined, 'repair')).toEqual({ code: 'registry/unknown-record' });
    expect(decideTransition('penalty', 'revoked', 'repair')).toEqual({ code: 'registry/illegal-step' });
    expect(decideTransition('penalty', 'publicised', 'open')).toEqual({ code: 'registry/illegal-step' });
  });

  it('has a row for every type that opens a record, and an effect for every type that speaks of one', () => {
    const openers = bulletinTypes.filter(({ kind }) => kind === 'opens').map(({ name }) => name);
    expect(Object.keys(lifecycles).sort()).toEqual(openers.sort());
    expect(openers.every((name) => effects[name as keyof typeof effects] === 'open')).toBe(true);
  });
});

describe('a deed', () => {
  const deed = (type: string, body: unknown = {}, jti = 'j2', uscc = 'U'): Deed => ({ type, uscc, jti, body });
  const before = { kind: 'penalty', uscc: 'U', state: 'publicised', currentJti: 'j1' } as const;
  const illegal = { code: 'registry/illegal-step' };

  it('that opens a record makes its body the current one', () => {
    expect(decideEffect(deed('grade'), undefined)).toEqual({
      after: { kind: 'grade', uscc: 'U', state: 'publicised', currentJti: 'j2' },
    });
  });

  it('that corrects replaces the current body, of its own kind, and no other', () => {
    expect(decideEffect(deed('correction', { replaces: 'j1', penalty: {} }), before)).toEqual({
      after: { ...before, currentJti: 'j2' },
    });
    expect(decideEffect(deed('correction', { replaces: 'j0', penalty: {} }), before)).toEqual(illegal);
    expect(decideEffect(deed('correction', { replaces: 'j1', grade: {} }), before)).toEqual(illegal);
  });

  it('about another subject has no effect', () => {
    expect(decideEffect(deed('repair', {}, 'j2', 'V'), before)).toEqual(illegal);
  });

  it('that moves no record is none', () => {
    expect(() => decideEffect(deed('receipt'), undefined)).toThrow(RangeError);
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
});
