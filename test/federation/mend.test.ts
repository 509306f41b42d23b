import { describe, expect, it } from 'vitest';
import { Problem } from '../../node/base/problem.ts';
import { mend, planMending, type RefusedStep } from '../../node/federation/mend.ts';
import { replay } from '../../node/registry/effects.ts';
import { foldRecord, standingOf, type ToldStep } from '../../node/registry/record.ts';
import { sampleBody, sampleId, sampleUscc } from '../support/bulletins.ts';

const [jiangsu, zhejiang, anhui] = ['320000', '330000', '340000'] as const;
const everyone = [jiangsu, zhejiang, anhui];
const opened = sampleBody('penalty', { publicity: { until: '2027-03-02' } });
const corrected = { ...opened, content: '更正后的处罚内容' };

type Told = [type: string, body: Record<string, unknown>];

/** What of a penalty with these steps was refused by Jiangsu: the opener, or the step at that place. */
function refused(steps: Told[], at = 0, changes: Partial<RefusedStep> = {}): RefusedStep {
  const deeds = [['penalty', opened] as Told, ...steps].map(([type, body], i) => {
    return { type, uscc: sampleUscc(1), jti: sampleId(10 + i), body };
  });
  const effects = replay(deeds);
  const told = deeds.map((deed, index): ToldStep => {
    const effect = effects[index];
    const standing = effect && 'after' in effect ? standingOf(effect.after) : {};
    const rest = { member: '310000', txn: sampleId(2), decidedOn: '2026-03-02', origin: 'o', author: '310000', at: '' };
    return { ...deed, ...rest, ...standing, index };
  });
  const record = foldRecord(told);
  const last = effects.findLast((effect) => 'after' in effect);
  if (!record?.body || !last || !('after' in last)) throw new RangeError('it was opened');
  const own = { ...last.after, txn: sampleId(2), naturalKey: 'k', bodyDigest: 'd', authority: 'A' };
  const type = told[at]?.type ?? '';
  const rest = { members: [jiangsu], everyone, mending: {}, fourEyes: [] };
  return { index: at, type, record: { ...record, body: record.body }, own, ...rest, ...changes };
}

const planned = (given: RefusedStep) =>
  planMending(given).map(({ type, audience, body }) => [type.name, audience, body]);
const correction = (body: object = corrected): Told => ['correction', { replaces: sampleId(10), penalty: body }];
const extension = (until: string): Told => ['extension', sampleBody('extension', { until })];
const repair: Told = ['repair', sampleBody('repair')];
const decision: Told = ['objection-decision', sampleBody('objection-decision', { outcome: 'rejected' })];

/** Code of the refusal. */
function codeOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}

describe('a refused opener', () => {
  it('goes anew to those who refused it, with the day that it had', () => {
    const [first, ...more] = planMending(refused([]));
    expect(more).toEqual([]);
    expect(first).toMatchObject({ audience: [jiangsu], body: opened, decidedOn: '2026-03-02' });
    expect(first?.record).toEqual({ txn: sampleId(2), uscc: sampleUscc(1) });
  });

  it('has the body in force, and what moved the record since comes after it, each once', () => {
    const steps = [extension('2028-03-02'), correction(), decision, extension('2028-03-02'), decision];
    expect(planned(refused(steps))).toEqual([
      ['penalty', [jiangsu], corrected],
      [...extension('2028-03-02')].toSpliced(1, 0, [jiangsu] as never),
      [...decision].toSpliced(1, 0, [jiangsu] as never),
    ]);
  });

  it('goes without what its body has overtaken', () => {
    const given = refused([extension('2028-03-02'), correction({ ...opened, publicity: { until: '2029-03-02' } })]);
    expect(planMending(given).map(({ type }) => type.name)).toEqual(['penalty']);
  });

  it.each<[string, Told[]]>([
    ['an extension and a repair', [extension('2028-03-02'), correction(), decision, repair, decision]],
    ['two extensions', [extension('2028-03-02'), extension('2029-03-02'), correction(), repair]],
    ['a withdrawal', [['objection-decision', sampleBody('objection-decision', { outcome: 'disclosure-stopped' })]]],
  ])('leaves those who get it where everyone else is: %s', (_, steps) => {
    const given = refused(steps);
    const deeds = planMending(given).map(({ type, body }) => ({ type: type.name, uscc: sampleUscc(1), jti: '', body }));
    const last = replay(deeds).at(-1);
    expect(last && 'after' in last && standingOf(last.after)).toEqual(standingOf(given.own));
  });

  it('is told as a correction to those who took other words', () => {
    const mending = { patch: { content: '另一处罚内容', facts: null }, reason: '改正' };
    const body = { ...opened, content: '另一处罚内容' };
    expect(planned(refused([], 0, { mending }))).toEqual([
      ['penalty', [jiangsu], body],
      ['correction', [zhejiang, anhui], { replaces: sampleId(10), reason: '改正', penalty: body }],
    ]);
    expect(planned(refused([], 0, { mending, members: everyone }))).toEqual([['penalty', everyone, body]]);
  });

  it('needs a second person for other words where a correction does, and none for the same', () => {
    const fourEyes = ['correction'];
    expect(codeOf(() => planMending(refused([], 0, { fourEyes, mending: { body: corrected } })))).toBe(
      'proposal/needed',
    );
    expect(planned(refused([], 0, { fourEyes }))).toHaveLength(1);
  });
});

describe('a refused correction', () => {
  it('goes anew with the body in force', () => {
    const given = refused([correction(), correction({ ...corrected, facts: '更正后的事实' })], 1);
    const body = { replaces: sampleId(10), penalty: { ...corrected, facts: '更正后的事实' } };
    expect(planned(given)).toEqual([['correction', [jiangsu], body]]);
  });

  it('goes to everyone with other words', () => {
    const given = refused([correction()], 1, { mending: { body: opened } });
    expect(planned(given)).toEqual([['correction', everyone, { replaces: sampleId(11), penalty: opened }]]);
    expect(codeOf(() => planMending({ ...given, fourEyes: ['correction'] }))).toBe('proposal/needed');
  });
});

describe('another refused move', () => {
  it('goes anew as it was, or to everyone with other words', () => {
    expect(planned(refused([repair], 1))).toEqual([['repair', [jiangsu], repair[1]]]);
    const mending = { patch: { reason: '已纠正' } };
    expect(planned(refused([repair], 1, { mending }))).toEqual([
      ['repair', everyone, { ...repair[1], reason: '已纠正' }],
    ]);
    expect(codeOf(() => planMending(refused([repair], 1, { mending, fourEyes: ['repair'] })))).toBe('proposal/needed');
  });

  it.each([
    [extension('2028-03-02'), { until: '2029-03-02' }],
    [decision, { outcome: 'deleted' }],
    [decision, { objection: sampleId(77) }],
  ])('does nothing else than it did: %j', (step, patch) => {
    expect(codeOf(() => planMending(refused([step], 1, { mending: { patch } })))).toBe('bulletin/other-effect');
  });

  it('cannot be said again once it was erased', () => {
    const given = refused([repair], 1);
    for (const step of given.record.steps) delete step.body;
    expect(codeOf(() => planMending(given))).toBe('registry/erased');
  });
});

describe('mending', () => {
  it('leaves the words, takes others, and lays a patch over either', () => {
    expect(mend(opened, {})).toEqual(opened);
    expect(mend(opened, { body: corrected })).toEqual(corrected);
    expect(mend(opened, { body: corrected, patch: { content: '再改' } })).toEqual({ ...corrected, content: '再改' });
  });

  it('lets no identity number into a document’s number', () => {
    const number = ['11010119', '900307', '7774'].join('');
    expect(codeOf(() => mend(opened, { patch: { document: { number } } }))).toBe('subject/natural-person');
  });
});
