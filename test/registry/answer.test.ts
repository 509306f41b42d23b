import { describe, expect, it } from 'vitest';
import { type Basis, buildAnswer, buildRecordAnswer } from '../../node/registry/answer.ts';
import { foldRecords, type ToldStep } from '../../node/registry/record.ts';
import type { ShownRecord } from '../../node/registry/shown-record.ts';
import type { Asker } from '../../node/registry/tokens.ts';
import { sampleBody, sampleId, sampleUscc } from '../support/bulletins.ts';
import { basis, type Said, tellRecord } from '../support/told.ts';

const uscc = sampleUscc(1);
const at = '2026-11-22T02:00:00.000Z';
const clerk: Asker = { role: 'clerk', authority: '11320000HX32000010', person: '0001' };

function ask(steps: readonly ToldStep[], { purpose = 'supervision', on = at, by = basis as Basis, asOf = '' } = {}) {
  const freshness = [
    { member: '310000', pulledAt: '2026-11-22T01:30:00.000Z', newestAt: '2026-11-22T01:00:00.000Z' },
    { member: '330000', pulledAt: '2026-11-20T01:30:00.000Z' },
  ];
  return buildAnswer(uscc, steps, freshness, { asker: clerk, purpose, at: on, ...(asOf && { asOf }) }, by);
}

function recordsIn(steps: readonly ToldStep[], how: Parameters<typeof ask>[1] = {}): ShownRecord[] {
  return ask(steps, how).provinces.flatMap(({ records }) => records);
}

/** The one record that these make. */
function show(said: readonly Said[], how: Parameters<typeof ask>[1] = {}): ShownRecord {
  const [record] = recordsIn(tellRecord({ uscc }, said), how);
  if (!record) throw new RangeError('no record');
  return record;
}

const record = `310000.${sampleId(1)}`;
const jti = (i: number) => sampleId(1_000 + i);
const opener = (type: string, more: object = {}, part: 'plain' | 'full' = 'plain'): Said => ({
  type,
  body: sampleBody(type, more, part),
});
const open = opener('dishonesty', { publicity: { until: '2027-03-02' } });
const objection: Said = { type: 'objection', author: '330000', body: sampleBody('objection', { record }, 'full') };
const decide = (outcome: string): Said => ({
  type: 'objection-decision',
  body: sampleBody('objection-decision', { objection: jti(1), outcome, reason: '复核' }),
});

describe('a record', () => {
  it('stands as it does on the day in China', () => {
    expect(show([open])).toMatchObject({ state: 'publicised', isInForce: true, until: '2027-03-02' });
    expect(show([open])).not.toHaveProperty('ended');
    expect(show([open], { on: '2027-03-02T15:59:59.999Z' }).state).toBe('publicised');
    expect(show([open], { on: '2027-03-02T16:00:00.000Z' })).toMatchObject({
      ...{ state: 'expired', isInForce: false, ended: { on: '2027-03-02' } },
    });
  });

  it.each([
    ['repair', {}, { on: '2026-10-09' }],
    ['revocation', { ground: 'annulled' }, { on: '2026-06-01', code: 'annulled' }],
  ])('that a %s ended names the bulletin, the day and the code', (type, more, ended) => {
    const body = sampleBody(type, more);
    const day =
      type === 'repair' ? ((body.document as { date: string } | undefined)?.date ?? body.repairedOn) : body.revokedOn;
    const shown = show([open, { type, body }]);
    expect(shown.ended).toMatchObject({
      ...ended,
      on: day,
      by: { type, jti: jti(1), origin: '310000.example/log', index: 2 },
    });
  });

  it('that an objection ended names the outcome', () => {
    expect(show([open, objection, decide('deleted')])).toMatchObject({
      state: 'revoked',
      ended: { code: 'deleted', by: { type: 'objection-decision', jti: jti(2) } },
    });
  });

  it('keeps the bulletin that ended it when the same was said again', () => {
    const revoke = opener('revocation');
    expect(show([open, revoke, revoke]).ended?.by?.jti).toBe(jti(1));
  });

  it('superseded by a newer grade names it', () => {
    const grade = (n: number, gradedOn: string) =>
      tellRecord({ uscc, n, from: n }, [opener('grade', { gradedOn, scheme: 'CNIPA-PATENT-AGENCY-2023' })]);
    const steps = [...grade(1, '2026-03-01'), ...grade(2, '2026-05-01'), ...grade(3, '2026-09-01')];
    const shown = recordsIn(steps);
    expect(shown.map(({ decidedOn, state, ended }) => [decidedOn, state, ended?.on, ended?.record])).toEqual([
      ['2026-09-01', 'current', undefined, undefined],
      ['2026-05-01', 'superseded', '2026-09-01', `310000.${sampleId(3)}`],
      ['2026-03-01', 'superseded', '2026-05-01', `310000.${sampleId(2)}`],
    ]);
    const records = foldRecords(steps);
    const question = { asker: clerk, purpose: 'supervision', at };
    const [first] = records;
    if (!first) throw new RangeError('told above');
    expect(buildRecordAnswer(first, records, question, basis)).toMatchObject({ state: 'superseded', uscc, at });
    expect(buildRecordAnswer(first, [], question, basis)).toMatchObject({ state: 'current' });
  });

  it('shows objections with who heard them, why, and what became of them', () => {
    const waiting = show([open, objection]);
    expect(waiting).toMatchObject({
      objection: 'marked',
      objections: [
        {
          ...{ jti: jti(1), by: '330000', origin: '330000.example/log', raisedOn: objection.body.raisedOn },
          ...{ heardBy: objection.body.receivedBy, reason: objection.body.reason, requested: objection.body.requested },
        },
      ],
    });
    expect(waiting.objections?.[0]).not.toHaveProperty('decision');
    expect(show([open, objection, decide('rejected')])).toMatchObject({
      objection: 'rejected',
      objections: [
        { outcome: 'rejected', decidedOn: decide('').body.decidedOn, decision: { jti: jti(2), reason: '复核' } },
      ],
    });
  });

  it('says what led to what, and what a correction changed', () => {
    const corrected = sampleBody('dishonesty', { conduct: 'IP-02', publicity: { until: '2027-05-02' } });
    delete corrected.form;
    const correction = { type: 'correction', body: { replaces: jti(0), reason: '有误', dishonesty: corrected } };
    const extension = { type: 'extension', body: sampleBody('extension', { until: '2028-03-02', because: record }) };
    const shown = show([open, open, correction, extension, { type: 'repair', body: sampleBody('repair') }]);
    expect(shown.lineage).toEqual({
      ...{ openedBy: jti(0), mendedBy: [jti(1)], correctedBy: [jti(2)] },
      ...{ extendedBy: [{ jti: jti(3), because: record }], repairedBy: jti(4) },
    });
    expect(shown.history.map(({ type, state, until, changes }) => [type, state, until, changes?.length])).toEqual([
      ['dishonesty', 'publicised', '2027-03-02', undefined],
      ['dishonesty', 'publicised', '2027-03-02', 0],
      ['correction', 'publicised', '2027-05-02', 2],
      ['extension', 'publicised', '2028-03-02', undefined],
      ['repair', 'repaired', '2028-03-02', undefined],
    ]);
    expect(shown.history[2]).toMatchObject({
      replaces: jti(0),
      changes: [
        { path: 'conduct', before: 'IP-01', after: 'IP-02' },
        { path: 'publicity.until', before: '2027-03-02', after: '2027-05-02' },
      ],
      body: { reason: '有误' },
    });
    expect(shown.history[2]?.body).not.toHaveProperty('dishonesty');
  });

  it('shows a step without effect with its code, and changes nothing by it', () => {
    const correction = { type: 'correction', body: { replaces: jti(0), penalty: sampleBody('penalty') } };
    const shown = show([open, correction]);
    expect(shown.history[1]).toMatchObject({ type: 'correction', code: 'registry/illegal-step' });
    expect(shown.history[1]).not.toHaveProperty('changes');
    expect(shown.lineage).toEqual({ openedBy: jti(0) });
  });

  it('tells which pack and article gave each of its dates, and which extension the last', () => {
    const plain = show([opener('dishonesty')]);
    expect(plain.packs.publicity).toBe('CNIPA-2022');
    expect(plain.dates.find(({ what }) => what === 'until')).toMatchObject({
      ...{ day: '2027-03-02', pack: 'CNIPA-2022', isStated: false, provisional: false },
      article: { zh: expect.stringContaining('规定'), en: expect.any(String) },
    });
    const extended = { type: 'extension', body: sampleBody('extension', { until: '2028-03-02' }) };
    const shown = show([open, extended]);
    expect(shown.dates.filter(({ what }) => what === 'until')).toMatchObject([
      { day: '2028-03-02', extendedBy: jti(1), pack: 'CNIPA-2022' },
    ]);
    expect(shown.dates.map(({ what }) => what)).toEqual(['from', 'earliestRepair', 'until', 'retainUntil']);
  });

  it('that no pack claims says so', () => {
    const document = {
      number: '旧〔1999〕1号',
      date: '1999-03-01',
      authority: { name: '某局', uscc: sampleUscc(5, '11420000') },
    };
    expect(show([opener('dishonesty', { document })])).toMatchObject({ packs: {}, dates: [] });
  });

  const warned = opener('penalty', { categories: ['warning'], severity: 'minor' });

  it('that is a penalty not publicised by rule is not in force, and says so', () => {
    const shown = show([warned]);
    expect(shown).toMatchObject({ state: 'publicised', isInForce: false, isPublicised: false });
    expect(shown).not.toHaveProperty('ended');
    const { summary } = ask(tellRecord({ uscc }, [warned]));
    expect(summary.zh).toContain('不计入有效 1 条：行政处罚（依规定不公示）1 条。');
    expect(summary.en).toContain(
      'Not counted as in force: 1, of which Administrative penalty (not publicised by rule) 1.',
    );
    expect(summary.zh).not.toMatch(/(?<!不计入)有效 \d|已终结/);
    const stated = { ...warned, body: { ...warned.body, publicity: { until: '2027-03-02' } } };
    expect(show([stated])).toMatchObject({ isInForce: true });
    expect(show([stated])).not.toHaveProperty('isPublicised');
    expect(show([warned, opener('revocation')])).toMatchObject({ state: 'revoked', ended: { by: { jti: jti(1) } } });
  });

  it('that is a permit is in force unless its source says that it is invalid', () => {
    const permits = (status: string) => [opener('permit', { status, validUntil: '2028-01-01' })];
    expect(show(permits('valid'), { purpose: 'supervision' })).toMatchObject({ state: 'valid', isInForce: true });
    expect(show(permits('invalid'))).toMatchObject({ state: 'valid', isInForce: false, body: { status: 'invalid' } });
    expect(ask(tellRecord({ uscc }, permits('invalid'))).summary.zh).toContain('不计入有效 1 条');
  });

  it('shows what was erased as erased', () => {
    const [step] = tellRecord({ uscc }, [open]);
    const { body: _, ...rest } = step as ToldStep;
    const erased = { by: 9, ground: 'ordered', at };
    const [shown] = recordsIn([{ ...rest, erased }]);
    expect(shown).toMatchObject({ state: 'publicised', erased, packs: {}, dates: [], history: [{ erased }] });
    expect(shown).not.toHaveProperty('body');
    expect(ask([{ ...rest, erased }]).summary.zh).toContain('1 条内容已删除');
  });
});

describe('measures', () => {
  const codes = (said: readonly Said[], by: Basis = basis) =>
    (show(said, { by }).proposes ?? []).map(({ code }) => code);
  const naming = (type: string, ...measures: string[]) =>
    opener(type, { measures, publicity: { until: '2027-03-02' } });

  it('are proposed where the record names them and this province has published them', () => {
    expect(codes([naming('dishonesty', 'M1', 'M3', 'M5')])).toEqual(['M1', 'M5']);
    expect(codes([naming('serious-list', 'M2')])).toEqual(['M2']);
    expect(codes([naming('dishonesty', 'M1')], { ...basis, measures: [] })).toEqual([]);
    expect(show([naming('dishonesty', 'M1')]).proposes).toEqual([
      { code: 'M1', zh: '对财政性资金项目申请从严审批', en: expect.stringMatching(/^[A-Z]/) },
    ]);
  });

  it('are the rule pack’s where the record names none', () => {
    expect(codes([open])).toEqual(['M1', 'M2', 'M5']);
    const document = {
      number: '旧〔1999〕1号',
      date: '1999-03-01',
      authority: { name: '某局', uscc: sampleUscc(5, '11420000') },
    };
    expect(codes([opener('dishonesty', { document })])).toEqual([]);
  });

  it('are never proposed by records that have ended, nor by other kinds', () => {
    for (const type of ['repair', 'revocation']) expect(codes([naming('dishonesty', 'M1'), opener(type)])).toEqual([]);
    expect(show([naming('dishonesty', 'M1')], { on: '2027-04-01T00:00:00.000Z' })).not.toHaveProperty('proposes');
    expect(codes([opener('penalty', { measures: ['M1'] })])).toEqual([]);
  });

  it('of a record under objection are proposed with its mark', () => {
    expect(show([naming('dishonesty', 'M1'), objection])).toMatchObject({
      objection: 'marked',
      proposes: [{ code: 'M1' }],
    });
  });
});

describe('an answer', () => {
  const grade = tellRecord({ uscc, n: 2 }, [opener('grade')]);
  const older = tellRecord({ uscc, n: 3 }, [opener('penalty', { publicity: { until: '2026-05-02' } })]);
  const theirs = tellRecord({ uscc, n: 4, member: '330000' }, [open, opener('revocation')]);
  const all = [...grade, ...tellRecord({ uscc }, [open, objection]), ...older, ...theirs];

  it('goes province by province, and in each by type and day', () => {
    const { provinces } = ask(all);
    expect(provinces.map(({ member, isOwn, records }) => [member, isOwn, records.map(({ type }) => type)])).toEqual([
      ['310000', false, ['penalty', 'dishonesty', 'grade']],
      ['320000', true, []],
      ['330000', false, ['dishonesty']],
      ['340000', false, []],
    ]);
  });

  it('shows how fresh each province is, against what the agreement lets pass', () => {
    expect(ask(all).provinces.map(({ pulledAt, newestAt, isStale }) => [pulledAt, newestAt, isStale])).toEqual([
      ['2026-11-22T01:30:00.000Z', '2026-11-22T01:00:00.000Z', false],
      [undefined, undefined, false],
      ['2026-11-20T01:30:00.000Z', undefined, true],
      [undefined, undefined, true],
    ]);
  });

  it('is summed up in both languages', () => {
    expect(ask(all).summary).toEqual({
      zh:
        '4 个成员省（市）共有 4 条记录：上海市 3 条、浙江省 1 条。' +
        '有效 2 条：知识产权失信行为（公示中）1 条、信用评价等级（现行）1 条。' +
        '已终结 2 条：已届满 1 条、已撤销 1 条。1 条有异议，尚未处理。' +
        '提示本省公布清单内的措施 M1、M2、M5，均不自动触发。' +
        '安徽省的日志尚未完整取得，可能不全。浙江省的日志已超过 60 分钟未完整取得，可能不全。',
      en:
        'The 4 provinces have 4 records: Shanghai 3, Zhejiang 1. ' +
        'In force: 2, of which Intellectual-property dishonesty (publicised) 1, Credit grade (current) 1. ' +
        'Ended: 2, of which expired 1, revoked 1. Under objection: 1. ' +
        'Measures of this province’s list to consider, none taken by itself: M1, M2, M5. ' +
        'Never pulled whole, so records may be missing: Anhui. ' +
        'Not pulled whole for more than 60 minutes, so records may be missing: Zhejiang.',
    });
    expect(ask([]).summary.zh).toContain('4 个成员省（市）均无可用于本目的的记录。');
  });

  it('says that nothing follows by itself', () => {
    expect(ask(all).notice.zh).toMatch(/不自动触发任何措施.*第三十二条.*第二十八条/);
  });

  it('holds no more than the flows allow for the purpose', () => {
    const commendation = tellRecord({ uscc, n: 5 }, [opener('commendation')]);
    expect(recordsIn(commendation)).toEqual([]);
    expect(recordsIn(commendation, { purpose: 'award' })).toHaveLength(1);
    const feedback = { type: 'measure-feedback', author: '330000', body: sampleBody('measure-feedback', { record }) };
    expect(show([open, feedback], { purpose: 'supervision' }).feedback).toMatchObject([
      { by: '330000', measures: feedback.body.measures },
    ]);
    expect(show([open, feedback], { purpose: 'funding' })).not.toHaveProperty('feedback');
  });

  it('as of an instant is what was known then', () => {
    const steps = tellRecord({ uscc }, [open, objection, opener('revocation')]);
    const then = ask(steps, { asOf: steps[1]?.at ?? '' });
    expect(then.asOf).toBe(steps[1]?.at);
    expect(then.provinces[0]?.records).toMatchObject([{ state: 'publicised', objection: 'marked' }]);
    expect(ask(steps, { asOf: '2026-11-20T01:00:00.000Z' }).provinces[0]?.records).toEqual([]);
  });

  it('as of an instant takes back what late content did, even where something was erased since', () => {
    const late = '2026-11-20T09:00:00.000Z';
    const asOf = '2026-11-20T05:00:00.000Z';
    const steps = [
      ...tellRecord({ uscc }, [open, opener('repair')]),
      ...tellRecord({ uscc, n: 2, from: 10 }, [{ ...opener('penalty'), at: late }, opener('repair')]),
    ];
    const before = recordsIn(steps, { asOf });
    expect(before.map(({ type, state }) => [type, state])).toEqual([['dishonesty', 'repaired']]);
    const erase = ({ body: _, ...rest }: ToldStep): ToldStep => ({
      ...rest,
      erased: { by: 20, ground: 'ordered', at },
    });
    for (const gone of [[0], [1], [2], [3], [0, 1, 2, 3]]) {
      const left = steps.map((step, i) => (gone.includes(i) ? erase(step) : step));
      expect(recordsIn(left, { asOf }).map(({ record, state, until }) => [record, state, until])).toEqual(
        before.map(({ record, state, until }) => [record, state, until]),
      );
    }
  });
});
